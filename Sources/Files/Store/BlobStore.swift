// A cache on disk: blobs of bytes by key, packed into a few large files ("shards") with one index. Nothing in it is worth more than the
// time to make it again: it may be deleted at any time, and whatever is wrong with it counts as absent.
//
// Several threads and processes may add at once: each writer appends to a shard that it has locked, and the index grows under a lock, by
// whole records, after the blobs that they name are on the disk. kill -9 loses what was added in the last two seconds.
// Reading: Blob.swift. Adding: BlobWriter.swift. The index' format: BlobRecord.swift.
import Glibc
import Synchronization

/// A folder of blobs.
package final class BlobStore: Sendable {
  package let folder: String

  struct State {
    var records: [[UInt8]: BlobRecord] = [:]
    /// Bytes of the index that were read, and which file that was: a cache may be deleted, and made anew by others.
    var read = 0
    var indexNumber: UInt64?
    /// Where the last blob of each shard that ever was ends. One that was replaced may still be read by others.
    var ends: [UInt64: Int] = [:]
    /// Added here, and not in the index yet.
    var pending: [BlobRecord] = []
    /// Open for reading, by name.
    var shards: [UInt64: InputFile] = [:]
    /// Shards that this process has locked and nobody writes just now.
    var idle: [BlobShard] = []
    /// Written to since they were last on the disk.
    var dirty: [BlobShard] = []
    var lastFlush = ContinuousClock.now
    /// The first read that failed.
    var failure: FileError?
  }
  let state = Mutex(State())

  /// Nothing is made until something is added.
  package init(_ folder: String) {
    self.folder = folder
    state.withLock { refresh(&$0) }
  }

  deinit { try? flush() }

  /// The blob of a key; nil if there is none.
  package func find(_ key: String) -> Blob? {
    let bytes = FileName.bytes(key)
    return state.withLock { state in
      if state.records[bytes] == nil { refresh(&state) }
      guard let record = state.records[bytes], let file = shard(record.shard, &state),
        record.offset + record.count <= file.size || record.count == 0
          || isGrown(record, &state)
      else { return nil }
      return Blob(record: record, store: self)
    }
  }

  /// Why a blob that was found could not be read, the first time that it happened: what was read then is zeros. The key is forgotten.
  package var failure: FileError? { state.withLock { $0.failure } }

  /// What was added so far is on the disk, blobs first.
  package func flush() throws(FileError) {
    try state.withLock { state throws(FileError) in try flush(&state) }
  }

  // MARK: - the index

  var index: String { folder + "/index" }
  private static let magic = Array("synthbi1".utf8)
  /// Bytes of an index: more than any collection comes to.
  private static let limit = 1 << 31

  /// Reads what others have added. Called with the lock.
  private func refresh(_ state: inout State) {
    guard let number = Disk.status(index)?.inode, let file = try? InputFile(path: index) else { return }
    if number != state.indexNumber { (state.read, state.indexNumber) = (0, number) }
    guard file.size > state.read, file.size <= BlobStore.limit,
      let bytes = try? file.bytes(at: state.read, count: file.size - state.read)
    else { return }
    var at = 0
    if state.read == 0 {
      guard bytes.starts(with: BlobStore.magic) else { return }
      at = BlobStore.magic.count
    }
    while let (record, end) = BlobRecord.read(bytes, at: at) {
      state.records[record.key] = record.isForgotten ? nil : record
      state.ends[record.shard] = max(state.ends[record.shard] ?? 0, record.offset + record.count)
      at = end
    }
    state.read += at
  }

  private func flush(_ state: inout State) throws(FileError) {
    state.lastFlush = .now
    if state.pending.isEmpty { return }
    for shard in state.dirty { try shard.sync() }
    state.dirty = []
    try Folder.create(folder)
    let descriptor = Disk.open(index, O_RDWR | O_CREAT)
    if descriptor < 0 { throw .cannotCreate(path: index, errno: errno) }
    defer { close(descriptor) }
    // A file system without locks cannot be shared.
    while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
    var mine = state.pending
    if (Disk.status(index)?.size ?? 0) < state.read {
      // Somebody has deleted the cache: what is known here is all there is.
      state.read = 0
      mine = Array(state.records.values)
    }
    refresh(&state)
    // What was added here stands last and counts.
    for record in mine { state.records[record.key] = record.isForgotten ? nil : record }
    if state.read == 0 { try requireOwn() }
    var bytes = state.read == 0 ? BlobStore.magic : []
    for record in mine { bytes += record.bytes }
    // What a killed writer has left behind the last whole record goes.
    if ftruncate(descriptor, off_t(state.read)) != 0 { throw .writeFailed(path: index, errno: errno) }
    do throws(FileError) {
      try BlobShard.write(bytes, to: descriptor, at: state.read, path: index)
      if fdatasync(descriptor) != 0 { throw .writeFailed(path: index, errno: errno) }
    } catch {
      ftruncate(descriptor, off_t(state.read))
      throw error
    }
    state.read += bytes.count
    state.pending = []
  }

  /// - Throws: if there is a file that is no index, which is somebody's.
  private func requireOwn() throws(FileError) {
    let file = try InputFile(path: index)
    let start = try file.bytes(at: 0, count: min(file.size, BlobStore.magic.count))
    if !BlobStore.magic.starts(with: start) {
      throw .notValid(
        path: index, reason: "is no index of a cache, and is left as it is: name another folder")
    }
  }

  // MARK: - shards

  func path(_ shard: UInt64) -> String {
    let hex = String(shard, radix: 16)
    return "\(folder)/" + String(repeating: "0", count: 16 - hex.count) + hex + ".blobs"
  }

  private func shard(_ name: UInt64, _ state: inout State) -> InputFile? {
    if let file = state.shards[name] { return file }
    guard let file = try? InputFile(path: path(name)) else { return nil }
    state.shards[name] = file
    return file
  }

  /// Whether a shard that was opened before has grown by this blob since.
  private func isGrown(_ record: BlobRecord, _ state: inout State) -> Bool {
    state.shards[record.shard] = nil
    guard let file = shard(record.shard, &state) else { return false }
    return record.offset + record.count <= file.size
  }

  /// Where a shard's last blob ends, as far as the index says.
  func end(of shard: UInt64) -> Int {
    state.withLock { state in
      refresh(&state)
      return state.ends[shard] ?? 0
    }
  }

  /// Takes note of a read that failed, and of the key that has no blob any more.
  func fail(_ error: FileError, _ record: BlobRecord) {
    state.withLock { state in
      if state.failure == nil { state.failure = error }
      guard state.records.removeValue(forKey: record.key) != nil else { return }
      var gone = record
      (gone.note, gone.count, gone.checksums, gone.isForgotten) = ([], 0, [], true)
      state.pending.append(gone)
      try? flush(&state)
    }
  }
}
