// A blob of a store, read in parts. Every part is checked against the checksums of the pieces that it lies in, so that opening a blob costs
// nothing and nothing damaged is ever handed out. Reads are positioned and not mapped: what was read does not stay in the
// process' memory, however large the store is.

/// Bytes that are in a store and never change.
package struct Blob: Hashable, Sendable {
  let record: BlobRecord
  let store: BlobStore

  /// In bytes.
  package var count: Int { record.count }
  /// What was kept with it.
  package var note: [UInt8] { record.note }

  /// Bytes of a range. Where they cannot be read or are damaged, zeros, and the store has a `failure` from then on.
  package func bytes(_ range: Range<Int>) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count) bytes")
    if range.isEmpty { return [] }
    do throws(FileError) {
      return try read(range)
    } catch {
      store.fail(error, record)
      return [UInt8](repeating: 0, count: range.count)
    }
  }

  /// Reads all of it, piece by piece: what is damaged is forgotten.
  package func check() {
    for start in stride(from: 0, to: count, by: 1 << 20) { _ = bytes(start..<min(count, start + 1 << 20)) }
  }

  private func read(_ range: Range<Int>) throws(FileError) -> [UInt8] {
    let size = BlobRecord.piece
    let pieces = range.lowerBound / size..<(range.upperBound + size - 1) / size
    let first = pieces.lowerBound * size
    let last = min(pieces.upperBound * size, count)
    guard let file = store.state.withLock({ $0.shards[record.shard] }) else {
      throw .notFound(path: store.path(record.shard))
    }
    let bytes = try file.bytes(at: record.offset + first, count: last - first)
    for piece in pieces {
      let part = piece * size - first..<min((piece + 1) * size, last) - first
      let sum = bytes.withUnsafeBytes { Checksum.of(UnsafeRawBufferPointer(rebasing: $0[part])) }
      if sum != record.checksums[piece] {
        throw .notValid(path: file.path, reason: "a part of the cache is damaged")
      }
    }
    return range.count == bytes.count
      ? bytes : Array(bytes[range.lowerBound - first..<range.upperBound - first])
  }

  package static func == (a: Blob, b: Blob) -> Bool { a.record == b.record && a.store === b.store }
  package func hash(into hasher: inout Hasher) { hasher.combine(record) }
}
