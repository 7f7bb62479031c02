// Looking into a file before libsndfile does: numbers, marks and searches at any offset, through a window, so that
// walking along a file's pages or frames reads it once.

final class ByteScanner {
  /// In bytes.
  let size: Int
  private let file: VirtualFile
  private let shouldStop: () -> Bool
  private var window: [UInt8] = []
  private var start = 0
  private static let windowSize = 1 << 18

  init(_ file: VirtualFile, shouldStop: @escaping () -> Bool) {
    (self.file, self.shouldStop, size) = (file, shouldStop, file.length)
  }

  /// The same bytes up to an earlier end.
  init(_ other: ByteScanner, end: Int) {
    (file, shouldStop, size) = (other.file, other.shouldStop, min(end, other.size))
  }

  /// Throws if whoever wanted this wants it no more.
  func check() throws(AudioIOError) { if shouldStop() { throw .cancelled } }

  /// Nil beyond the end.
  func byte(_ at: Int) -> UInt8? {
    if !(start..<start + window.count).contains(at) {
      guard at >= 0, at < size else { return nil }
      start = at
      window = file.bytes(at: at, count: min(ByteScanner.windowSize, size - at))
      if window.isEmpty { return nil }
    }
    return window[at - start]
  }

  /// Whole, or nil.
  func bytes(_ at: Int, _ count: Int) -> [UInt8]? {
    guard at >= 0, count >= 0, at <= size - count else { return nil }
    if at >= start, at + count <= start + window.count {
      return Array(window[at - start..<at - start + count])
    }
    if count > ByteScanner.windowSize {
      let bytes = file.bytes(at: at, count: count)
      return bytes.count == count ? bytes : nil
    }
    if count == 0 { return [] }
    (start, window) = (at, file.bytes(at: at, count: min(ByteScanner.windowSize, size - at)))
    return window.count >= count ? Array(window[..<count]) : nil
  }

  /// Numbers of eight bytes are cut off here, so that sums of them and of places in a file do not overflow.
  static let huge = 1 << 60

  /// An unsigned number of up to eight bytes.
  func big(_ at: Int, _ count: Int) -> Int? {
    bytes(at, count).map {
      min(Int(clamping: $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }), ByteScanner.huge)
    }
  }

  func little(_ at: Int, _ count: Int) -> Int? {
    bytes(at, count).map {
      min(Int(clamping: $0.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }), ByteScanner.huge)
    }
  }

  func has(_ mark: String, at: Int) -> Bool { bytes(at, mark.utf8.count)?.elementsEqual(mark.utf8) ?? false }

  /// The first place from `at` on, before `limit`, that begins with `mark`.
  func find(_ mark: String, from at: Int, limit: Int = .max) throws(AudioIOError) -> Int? {
    let mark = Array(mark.utf8)
    var at = at
    let end = min(limit, size - mark.count + 1)
    while at < end {
      try check()
      guard let block = bytes(at, min(1 << 17, size - at)) else { return nil }
      for i in block.indices.dropLast(mark.count - 1) where block[i] == mark[0] {
        if at + i < end, block[i..<i + mark.count].elementsEqual(mark) { return at + i }
      }
      at += block.count - mark.count + 1
    }
    return nil
  }

  /// The first byte from `at` on that is not zero; the size if there is none.
  func afterZeros(_ at: Int) -> Int {
    var at = at
    while let byte = byte(at), byte == 0 { at += 1 }
    return min(at, size)
  }
}
