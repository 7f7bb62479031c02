// Bytes of the cache, or the same in memory where there is no cache that can be written. Who reads them knows no difference.
import Files

/// What codes (Tokens.swift) and curves (Conditions/HeardControls.swift) are kept in.
enum CachedBytes: Hashable, Sendable {
  case memory([UInt8])
  case stored(Blob)

  var count: Int {
    switch self {
    case .memory(let bytes): bytes.count
    case .stored(let blob): blob.count
    }
  }

  /// Bytes that they take in memory.
  var memory: Int { if case .memory(let bytes) = self { bytes.count } else { 0 } }

  /// What is damaged in the cache is forgotten.
  func check() {
    if case .stored(let blob) = self { blob.check() }
  }

  subscript(range: Range<Int>) -> ArraySlice<UInt8> {
    switch self {
    case .memory(let bytes): bytes[range]
    case .stored(let blob): blob.bytes(range)[...]
    }
  }
}
