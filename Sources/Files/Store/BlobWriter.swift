// Adding a blob to a store, piece by piece. A writer appends to a shard that no other writer has; one that is dropped before `finish` leaves
// nothing.
import Glibc

/// A file that blobs are appended to, locked as long as it is open.
final class BlobShard: @unchecked Sendable {
  // One writer at a time: the store gives it out, and takes it back.
  let name: UInt64
  let path: String
  private let descriptor: Int32
  /// Where the next blob begins.
  var end: Int

  /// A shard is left alone from so many bytes on.
  static let limit = 1 << 32

  /// Locks a shard that is there, or a new one.
  /// - Returns: nil if somebody else has it. Where a file system has no locks, nobody knows: only a new one is then ours.
  init?(name: UInt64, path: String, isNew: Bool) throws(FileError) {
    descriptor = Disk.open(path, O_RDWR | (isNew ? O_CREAT | O_EXCL : 0))
    if descriptor < 0 {
      if !isNew || errno == EEXIST { return nil }
      throw .cannotCreate(path: path, errno: errno)
    }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 && (!isNew || errno == EWOULDBLOCK) {
      close(descriptor)
      return nil
    }
    (self.name, self.path, end) = (name, path, 0)
  }

  deinit { close(descriptor) }

  /// Whether its file is still where it was: a cache may be deleted at any time.
  var isThere: Bool {
    var status = stat()
    guard fstat(descriptor, &status) == 0, let there = Disk.status(path) else { return false }
    return there.device == UInt64(status.st_dev) && there.inode == UInt64(status.st_ino)
  }

  /// Goes back to `end`: what lies behind it belongs to nobody.
  func cut() throws(FileError) {
    if ftruncate(descriptor, off_t(end)) != 0 { throw .writeFailed(path: path, errno: errno) }
  }

  func append(_ bytes: [UInt8], at offset: Int) throws(FileError) {
    try BlobShard.write(bytes, to: descriptor, at: offset, path: path)
  }

  func sync() throws(FileError) {
    if fdatasync(descriptor) != 0 { throw .writeFailed(path: path, errno: errno) }
  }

  static func write(
    _ bytes: [UInt8], to descriptor: Int32, at offset: Int, path: String
  ) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let wrote = bytes.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress! + done, bytes.count - done, off_t(offset + done))
      }
      if wrote < 0 && errno == EINTR { continue }
      if wrote < 0 { throw .writeFailed(path: path, errno: errno) }
      done += wrote
    }
  }
}

extension BlobStore {
  /// A writer for a new blob.
  /// - Throws: if the folder or a shard cannot be made.
  package func begin() throws(FileError) -> BlobWriter {
    while let shard = state.withLock({ $0.idle.popLast() }) {
      if shard.isThere { return BlobWriter(self, shard) }
    }
    try Folder.create(folder)
    // One that an earlier process has left goes on.
    for file in Disk.names(in: folder) ?? [] where file.hasSuffix(".blobs") {
      guard let name = UInt64(file.dropLast(6), radix: 16), path(name) == "\(folder)/\(file)",
        let size = Disk.status(path(name))?.size, size < BlobShard.limit,
        let shard = try BlobShard(name: name, path: path(name), isNew: false)
      else { continue }
      // With the lock nobody adds to it: what the index does not name belongs to nobody.
      shard.end = end(of: name)
      try shard.cut()
      return BlobWriter(self, shard)
    }
    while true {
      let name = UInt64.random(in: 1...UInt64.max)
      if let shard = try BlobShard(name: name, path: path(name), isNew: true) {
        return BlobWriter(self, shard)
      }
    }
  }

  /// Takes a shard back.
  fileprivate func release(_ shard: BlobShard) { state.withLock { $0.idle.append(shard) } }

  /// The blob is there from now on, and in the index before long.
  fileprivate func add(_ record: BlobRecord, _ shard: BlobShard) throws(FileError) {
    try state.withLock { state throws(FileError) in
      state.shards[record.shard] = try InputFile(path: shard.path)  // it has grown
      state.records[record.key] = record
      state.ends[record.shard] = record.offset + record.count
      state.pending.append(record)
      if !state.dirty.contains(where: { $0 === shard }) { state.dirty.append(shard) }
    }
    if state.withLock({ ContinuousClock.now - $0.lastFlush > .seconds(2) }) { try flush() }
  }
}

/// Writes one blob. Not to be shared between threads.
package final class BlobWriter {
  private let store: BlobStore
  private let shard: BlobShard
  private var written = 0
  private var checksums: [UInt64] = []
  /// Less than a piece that waits for the rest of it.
  private var rest: [UInt8] = []
  private var isFinished = false

  fileprivate init(_ store: BlobStore, _ shard: BlobShard) { (self.store, self.shard) = (store, shard) }

  deinit {
    // Dropped: the next blob begins where this one did.
    if !isFinished { try? shard.cut() }
    store.release(shard)
  }

  package func append(_ bytes: [UInt8]) throws(FileError) {
    rest += bytes
    let size = BlobRecord.piece
    guard rest.count >= size else { return }
    let whole = rest.count / size * size
    try write(Array(rest[..<whole]))
    rest.removeFirst(whole)
  }

  /// Ends the blob, which takes the place of another one of its key.
  package func finish(_ key: String, note: [UInt8] = []) throws(FileError) -> Blob {
    precondition(!isFinished, "a blob is finished once")
    if !rest.isEmpty { try write(rest) }
    let record = BlobRecord(
      key: FileName.bytes(key), note: note, shard: shard.name, offset: shard.end, count: written,
      checksums: checksums)
    shard.end += written
    isFinished = true
    try store.add(record, shard)
    return Blob(record: record, store: store)
  }

  private func write(_ bytes: [UInt8]) throws(FileError) {
    try shard.append(bytes, at: shard.end + written)
    let size = BlobRecord.piece
    bytes.withUnsafeBytes { all in
      for first in stride(from: 0, to: all.count, by: size) {
        checksums.append(
          Checksum.of(UnsafeRawBufferPointer(rebasing: all[first..<min(first + size, all.count)])))
      }
    }
    written += bytes.count
  }
}
