// The store of blobs: what is put in comes out, whoever put it in; what is torn, damaged or gone counts as absent; a killed or a full writer
// leaves nothing behind.
import Foundation
import Testing

@testable import Files

@Suite struct BlobStoreTests {
  private final class Scratch {
    let path = FileManager.default.temporaryDirectory.path + "/synth-blobs-" + UUID().uuidString
    deinit { try? FileManager.default.removeItem(atPath: path) }
    var shards: [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { $0.hasSuffix(".blobs") }
    }
    func url(_ name: String) -> URL { URL(fileURLWithPath: path + "/" + name) }
  }

  private static func content(_ count: Int, _ salt: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761 &+ salt &* 40503) >> 7) }
  }

  @discardableResult private static func add(
    _ store: BlobStore, _ key: String, _ bytes: [UInt8], note: [UInt8] = [], by step: Int = 50_000
  ) throws -> Blob {
    let writer = try store.begin()
    for first in stride(from: 0, to: bytes.count, by: step) {
      try writer.append(Array(bytes[first..<min(first + step, bytes.count)]))
    }
    return try writer.finish(key, note: note)
  }

  @Test(arguments: [0, 1, 31, 32, 33, 65_535, 65_536, 65_537, 200_000]) func whatIsPutInComesOut(count: Int)
    throws
  {
    let scratch = Scratch()
    let bytes = Self.content(count, 1)
    do {
      let store = BlobStore(scratch.path)
      #expect(store.find("a") == nil && !FileManager.default.fileExists(atPath: scratch.path))
      try Self.add(store, "a", bytes, note: [7, 8])
      try Self.add(store, "b", [1, 2, 3])
      #expect(store.find("a")?.bytes(0..<count) == bytes, "before it is in the index")
      try store.flush()
    }
    let blob = try #require(BlobStore(scratch.path).find("a"))
    #expect(blob.count == count && blob.note == [7, 8] && blob.bytes(0..<count) == bytes)
    for range in [0..<min(1, count), count / 2..<count, count / 3..<count / 2] {
      #expect(blob.bytes(range) == Array(bytes[range]))
    }
    #expect(scratch.shards.count == 1, "one writer, one shard")
  }

  @Test func aKeyThatIsAddedAgainIsReplaced() throws {
    let scratch = Scratch()
    do {
      let store = BlobStore(scratch.path)
      try Self.add(store, "a", [1, 2])
      try Self.add(store, "a", [3])
      #expect(store.find("a")?.bytes(0..<1) == [3])
    }
    #expect(BlobStore(scratch.path).find("a")?.bytes(0..<1) == [3], "flushed when the store goes")
  }

  @Test func twoStoresAtOnce() throws {
    let scratch = Scratch()
    let (one, other) = (BlobStore(scratch.path), BlobStore(scratch.path))
    try Self.add(one, "a", Self.content(70_000, 1))
    try Self.add(other, "b", Self.content(70_000, 2))
    #expect(scratch.shards.count == 2, "each has its own")
    try other.flush()
    try one.flush()
    #expect(one.find("b")?.bytes(0..<70_000) == Self.content(70_000, 2), "found without opening it anew")
    #expect(other.find("a")?.bytes(0..<70_000) == Self.content(70_000, 1))
    let third = BlobStore(scratch.path)
    #expect(third.find("a") != nil && third.find("b") != nil)
  }

  @Test func manyThreads() async throws {
    let scratch = Scratch()
    let store = BlobStore(scratch.path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for i in 0..<40 {
        group.addTask { try Self.add(store, "key \(i)", Self.content(1000 * i, i), by: 999) }
      }
      try await group.waitForAll()
    }
    try store.flush()
    let again = BlobStore(scratch.path)
    for i in 0..<40 { #expect(again.find("key \(i)")?.bytes(0..<1000 * i) == Self.content(1000 * i, i)) }
  }

  @Test func aWriterThatIsDroppedLeavesNothing() throws {
    let scratch = Scratch()
    let store = BlobStore(scratch.path)
    try Self.add(store, "a", [1, 2, 3])
    do {
      let writer = try store.begin()
      try writer.append(Self.content(200_000, 1))
    }
    let shard = try #require(scratch.shards.first)
    let size = try FileManager.default.attributesOfItem(atPath: scratch.url(shard).path)[.size] as? Int
    #expect(size == 3)
    try Self.add(store, "b", [4])
    #expect(store.find("b")?.bytes(0..<1) == [4] && scratch.shards.count == 1)
  }

  /// What was written and not named in the index belongs to nobody, and goes.
  @Test func aKilledWritersBytesAreOverwritten() throws {
    let scratch = Scratch()
    do {
      let store = BlobStore(scratch.path)
      try Self.add(store, "a", Self.content(100, 1))
    }
    let shard = scratch.url(try #require(scratch.shards.first))
    try (try Data(contentsOf: shard) + Data(Self.content(5000, 9))).write(to: shard)
    let store = BlobStore(scratch.path)
    try Self.add(store, "b", Self.content(50, 2))
    try store.flush()
    #expect(try Data(contentsOf: shard).count == 150 && scratch.shards.count == 1)
    #expect(BlobStore(scratch.path).find("a")?.bytes(0..<100) == Self.content(100, 1))
    #expect(BlobStore(scratch.path).find("b")?.bytes(0..<50) == Self.content(50, 2))
  }

  @Test func aTornIndexLosesItsLastRecordAlone() throws {
    let scratch = Scratch()
    do {
      let store = BlobStore(scratch.path)
      for i in 0..<5 { try Self.add(store, "key \(i)", Self.content(100 + i, i)) }
    }
    let index = scratch.url("index")
    let whole = try Data(contentsOf: index)
    for cut in [whole.count - 1, whole.count - 40, 9, 8, 3, 0] {
      try whole.prefix(cut).write(to: index)
      let store = BlobStore(scratch.path)
      let there = (0..<5).filter { store.find("key \($0)") != nil }
      #expect(there == Array(0..<there.count) && there.count < 5, "\(cut) bytes: \(there)")
      for i in there { #expect(store.find("key \(i)")?.bytes(0..<100 + i) == Self.content(100 + i, i)) }
      // It goes on behind the last whole record.
      try Self.add(store, "new", [5, 6])
      try store.flush()
      let again = BlobStore(scratch.path)
      #expect(again.find("new")?.bytes(0..<2) == [5, 6])
      #expect((0..<5).filter { again.find("key \($0)") != nil } == there)
    }
  }

  @Test func everyDamagedByteShows() throws {
    let scratch = Scratch()
    do {
      let store = BlobStore(scratch.path)
      try Self.add(store, "a", Self.content(3000, 1), note: Self.content(100, 2))
    }
    let (index, shard) = (scratch.url("index"), scratch.url(try #require(scratch.shards.first)))
    let (goodIndex, goodShard) = (try Data(contentsOf: index), try Data(contentsOf: shard))
    for i in 0..<goodIndex.count {
      var bytes = goodIndex
      bytes[i] ^= 16
      try bytes.write(to: index)
      #expect(BlobStore(scratch.path).find("a") == nil, "byte \(i) of the index")
    }
    for i in stride(from: 0, to: goodShard.count, by: 37) {
      try goodIndex.write(to: index)
      var bytes = goodShard
      bytes[i] ^= 1
      try bytes.write(to: shard)
      let store = BlobStore(scratch.path)
      let blob = try #require(store.find("a"))
      #expect(store.failure == nil)
      #expect(blob.bytes(0..<10) == [UInt8](repeating: 0, count: 10) && store.failure != nil, "byte \(i)")
      #expect(store.find("a") == nil && BlobStore(scratch.path).find("a") == nil, "forgotten for good")
    }
  }

  @Test func aShardThatIsGoneOrCutIsAbsent() throws {
    let scratch = Scratch()
    do {
      let store = BlobStore(scratch.path)
      try Self.add(store, "a", Self.content(3000, 1))
    }
    let shard = scratch.url(try #require(scratch.shards.first))
    let open = BlobStore(scratch.path)
    let blob = try #require(open.find("a"))
    let good = try Data(contentsOf: shard)
    try FileManager.default.removeItem(at: shard)
    #expect(blob.bytes(0..<3000) == Self.content(3000, 1), "what is open stays")
    #expect(BlobStore(scratch.path).find("a") == nil)
    try good.prefix(2999).write(to: shard)
    #expect(BlobStore(scratch.path).find("a") == nil)
  }

  /// A store that knows "a", ten bytes, and whose folder is gone.
  private static func storeWithoutFolder(_ scratch: Scratch) throws -> BlobStore {
    let store = BlobStore(scratch.path)
    try add(store, "a", content(10, 1))
    try store.flush()
    try FileManager.default.removeItem(atPath: scratch.path)
    return store
  }

  /// The whole folder goes while a process adds to it: it goes on with what it knows.
  @Test func aDeletedFolder() throws {
    let scratch = Scratch()
    let store = try Self.storeWithoutFolder(scratch)
    try Self.add(store, "b", Self.content(20, 2))
    try store.flush()
    #expect(store.find("a")?.bytes(0..<10) == Self.content(10, 1))
    #expect(BlobStore(scratch.path).find("a") == nil, "its shard is gone")
  }

  /// Deleted, and made anew by somebody else while this one was at work: longer than it was.
  @Test func anIndexThatOthersMadeAnew() throws {
    let scratch = Scratch()
    let first = try Self.storeWithoutFolder(scratch)
    let other = BlobStore(scratch.path)
    for i in 0..<20 { try Self.add(other, "other \(i)", Self.content(500 + i, i)) }
    try other.flush()
    try Self.add(first, "later", [9, 8, 7])
    try first.flush()
    let third = BlobStore(scratch.path)
    for i in 0..<20 {
      #expect(third.find("other \(i)")?.bytes(0..<500 + i) == Self.content(500 + i, i), "\(i)")
    }
    #expect(third.find("later")?.bytes(0..<3) == [9, 8, 7])
  }

  /// A blob that was replaced by one in another shard may still be read.
  @Test func whatWasReplacedStays() throws {
    let scratch = Scratch()
    var first: BlobStore? = BlobStore(scratch.path)
    try Self.add(try #require(first), "x", Self.content(70_000, 1))
    try first?.flush()
    let old = try #require(BlobStore(scratch.path).find("x"))
    let second = BlobStore(scratch.path)
    try Self.add(second, "x", [1])
    try second.flush()
    first = nil
    let third = BlobStore(scratch.path)
    try Self.add(third, "y", Self.content(5000, 2))
    try third.flush()
    #expect(scratch.shards.count == 2)
    #expect(old.bytes(0..<70_000) == Self.content(70_000, 1))
    #expect(BlobStore(scratch.path).find("x")?.bytes(0..<1) == [1])
  }

  /// A folder that somebody named by mistake.
  @Test func aFileOfAnotherKindIsLeftAlone() throws {
    let scratch = Scratch()
    try FileManager.default.createDirectory(atPath: scratch.path, withIntermediateDirectories: true)
    let own = Data("my own index of things".utf8)
    try own.write(to: scratch.url("index"))
    let store = BlobStore(scratch.path)
    try Self.add(store, "a", [1, 2])
    #expect(throws: FileError.self) { try store.flush() }
    #expect(try Data(contentsOf: scratch.url("index")) == own)
    #expect(store.find("a")?.bytes(0..<2) == [1, 2], "as long as the process lives")
  }

  @Test func whereNothingCanBeMade() throws {
    let scratch = Scratch()
    try FileManager.default.createDirectory(atPath: scratch.path, withIntermediateDirectories: true)
    try Data([1]).write(to: scratch.url("file"))
    let store = BlobStore(scratch.path + "/file/below")
    #expect(store.find("a") == nil)
    #expect(throws: FileError.self) { try store.begin() }
  }

  /// The checksum against itself one byte changed, and against its definition for a few known bytes.
  @Test func checksums() {
    var sums: Set<UInt64> = []
    for count in 0..<100 {
      let bytes = Self.content(count, 3)
      sums.insert(Checksum.of(bytes))
      for i in 0..<count {
        var other = bytes
        other[i] ^= 1
        sums.insert(Checksum.of(other))
      }
    }
    #expect(sums.count == 100 + 99 * 100 / 2, "all of them differ")
    #expect(Checksum.of([UInt8](repeating: 0, count: 32)) != Checksum.of([UInt8](repeating: 0, count: 64)))
  }
}
