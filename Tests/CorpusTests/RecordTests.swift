// A run's recordings found again: moved, grown, shrunk, changed. The split of what is known never changes.
import Files
import Foundation
import Signal
import Testing

@testable import Corpus

@Suite struct RecordTests {
  private static func folder(files: Int = 12) throws -> Scratch {
    let scratch = try Scratch()
    for i in 0..<files {
      try scratch.wav("\(i).wav", frames: i == 0 ? 20_000 : 1000 + i) { n, _ in noise(n, 100 + i) }
    }
    return scratch
  }

  private static func open(_ folder: Scratch, _ past: CorpusPast?) throws -> FolderCorpus {
    try FolderCorpus(
      options: FolderOptions(paths: [folder.path]), seed: 3, receptiveField: 40, cache: nil, past: past)
  }

  /// Name without folder, and its share.
  private static func shares(_ corpus: FolderCorpus) throws -> [String: [Int?]] {
    let record = try #require(corpus.record)
    return Dictionary(
      uniqueKeysWithValues: record.files.map {
        (
          $0.path.contains("/new/") ? $0.path : URL(fileURLWithPath: $0.path).lastPathComponent,
          [$0.training?[1], $0.heldOut?[0], $0.samples]
        )
      })
  }

  private static func move(_ from: String, _ to: String) throws {
    try FileManager.default.moveItem(atPath: from, toPath: to)
  }

  @Test func writtenAndReadTheSame() throws {
    let folder = try Self.folder()
    let first = try Self.open(folder, nil)
    let record = try #require(first.record)
    #expect(
      record.files.allSatisfy { $0.path.hasPrefix("/") }
        && record.files.contains { $0.training != nil && $0.heldOut != nil })
    let text = SnakeJSON.text(record)
    let read = try SnakeJSON.decode(CorpusRecord.self, Array(text.utf8), path: "corpus.json")
    #expect(read == record && read.problem(sampleRate: 16000, quantizationLevels: 256) == nil)
    let again = try Self.open(folder, CorpusPast(read))
    #expect(again.record == record && again.report == first.report)
    for step in 0..<4 as Range<UInt64> {
      #expect(
        first.batch(step: step, clips: 3, crop: 200, receptiveField: 40, jitter: 2)
          == again.batch(step: step, clips: 3, crop: 200, receptiveField: 40, jitter: 2))
    }
  }

  @Test func movedAsAWhole() throws {
    let folder = try Self.folder()
    let first = try Self.open(folder, nil)
    let other = try Scratch()
    for i in 0..<12 { try Self.move("\(folder.path)/\(i).wav", "\(other.path)/x\(20 - i).wav") }
    #expect(throws: CorpusError.self) { try Self.open(folder, CorpusPast(first.record)) }
    let moved = try Self.open(other, CorpusPast(first.record))
    #expect(
      moved.batch(step: 7, clips: 3, crop: 300, receptiveField: 40, jitter: 2)
        == first.batch(step: 7, clips: 3, crop: 300, receptiveField: 40, jitter: 2))
    #expect(
      moved.report.warnings.count == 1
        && moved.report.warnings[0].contains("12 of the run's 12 recordings moved"))
    #expect(moved.record?.files.allSatisfy { $0.path.hasPrefix(other.path) } == true)
  }

  @Test func grown() throws {
    let folder = try Self.folder()
    let first = try Self.open(folder, nil)
    let before = try Self.shares(first)
    for i in 0..<7 { try folder.wav("new/\(i).wav", frames: 5000) { n, _ in noise(n, 900 + i) } }
    // A copy of something held out.
    let held = try #require(first.report.files.first { $0.use == .validation }).path
    try FileManager.default.copyItem(atPath: held, toPath: folder.path + "/new/copy.wav")
    let left = try Self.open(folder, CorpusPast(first.record))
    #expect(try Self.shares(left) == before)
    #expect(left.report.warnings.count == 1)
    #expect(
      left.report.warnings[0].contains("8 new recordings") && left.report.warnings[0].contains("--new-files"))
    let joined = try Self.open(folder, CorpusPast(first.record, takesNewFiles: true))
    let after = try Self.shares(joined)
    #expect(after.count == before.count + 8 && after.filter { before[$0.key] != nil } == before)
    #expect(joined.report.files.first { $0.path.hasSuffix("copy.wav") }?.use == .validation)
    #expect(joined.report.files.count { $0.path.contains("/new/") && $0.use == .training } == 7)
    // From then on they belong to it.
    let later = try Self.open(folder, CorpusPast(joined.record))
    #expect(try Self.shares(later) == after)
    #expect(!later.report.warnings.contains { $0.contains("new recordings") })
  }

  @Test func shrunk() throws {
    let folder = try Self.folder()
    let first = try Self.open(folder, nil)
    let before = try Self.shares(first)
    let gone = first.report.files.filter { $0.use == .training }.prefix(2).map(\.path)
    let (stash, name) = (try Scratch(), URL(fileURLWithPath: gone[0]).lastPathComponent)
    try Self.move(gone[0], stash.path + "/a.wav")
    try FileManager.default.removeItem(atPath: gone[1])
    let smaller = try Self.open(folder, CorpusPast(first.record))
    #expect(smaller.report.files.count == 10)
    #expect(smaller.report.warnings.count == 1)
    #expect(
      smaller.report.warnings[0].contains("2 of the run's 12 recordings missing")
        && smaller.report.warnings[0].contains(name))
    #expect(try Self.shares(smaller) == before, "what is missing stays known")
    // Back, it is on its side again.
    try Self.move(stash.path + "/a.wav", gone[0])
    let back = try Self.open(folder, CorpusPast(smaller.record))
    #expect(back.report.files.first { $0.path == gone[0] }?.use == .training && back.report.files.count == 11)
  }

  @Test func mostOfItGone() throws {
    let folder = try Self.folder()
    let first = try Self.open(folder, nil)
    for file in first.report.files where file.use == .training {
      try FileManager.default.removeItem(atPath: file.path)
    }
    // The long one, which is cut, is about a half.
    try folder.wav("0.wav", frames: 3) { n, _ in noise(n, 8) }
    let error = #expect(throws: CorpusError.self) { try Self.open(folder, CorpusPast(first.record)) }
    #expect(error?.description.contains("--changed-files") == true, "\(error!)")
    let accepted = try Self.open(folder, CorpusPast(first.record, goesOnWithoutMost: true))
    let again = try Self.open(folder, CorpusPast(accepted.record))
    #expect(again.report.warnings.isEmpty, "what the user has accepted is not said again")
    // Nothing held out any more: no way on.
    for file in first.report.files where file.use == .validation {
      try FileManager.default.removeItem(atPath: file.path)
    }
    #expect(throws: CorpusError.self) {
      try Self.open(folder, CorpusPast(accepted.record, goesOnWithoutMost: true))
    }
  }

  @Test func changed() throws {
    let folder = try Self.folder()
    let first = try Self.open(folder, nil)
    let held = try #require(first.report.files.first { $0.use == .validation }).path
    let trained = first.report.files.filter { $0.use == .training }.map(\.path)
    // New content in a held-out file; a held-out file's content in one that was trained on; two swapped.
    try FileManager.default.removeItem(atPath: trained[0])
    try FileManager.default.copyItem(atPath: held, toPath: trained[0])
    try folder.wav(URL(fileURLWithPath: trained[1]).lastPathComponent, frames: 1500) { n, _ in noise(n, 77) }
    try Self.move(trained[2], folder.path + "/t")
    try Self.move(trained[3], trained[2])
    try Self.move(folder.path + "/t", trained[3])
    let now = try Self.open(folder, CorpusPast(first.record))
    func use(_ path: String) -> FolderReport.Use? { now.report.files.first { $0.path == path }?.use }
    #expect(use(held) == .validation && use(trained[0]) == .validation && use(trained[1]) == .training)
    let lines = now.report.warnings
    #expect(lines.contains { $0.contains("2 of the run's 12 recordings changed") })
    #expect(lines.contains { $0.contains("2 of the run's 12 recordings moved") })
    let sides = Dictionary(grouping: try #require(now.record).files) { $0.content }
    #expect(sides.values.allSatisfy { Set($0.map(\.heldOut)).count == 1 }, "no content on both sides")
  }

  /// A run without a record: split by the number of files, as it was, and recorded from then on.
  @Test func fromBeforeThereWereRecords() throws {
    let folder = try Self.folder(files: 20)
    let old = try Self.open(folder, CorpusPast(nil))
    #expect(
      old.report.files.count { $0.use == .validation } == 2 && !old.report.files.contains { $0.use == .both })
    try folder.wav("new.wav", frames: 70_000) { n, _ in noise(n, 5) }
    let later = try Self.open(folder, CorpusPast(old.record))
    #expect(later.record?.files == old.record?.files)
  }

  /// What a record may be turned into: refused in words, or used.
  @Test func damagedRecords() throws {
    let folder = try Self.folder()
    let record = try #require(try Self.open(folder, nil).record)
    let changes: [(inout CorpusRecord) -> Void] = [
      { $0.formatVersion = 2 }, { $0.sampleRate = 8000 }, { $0.quantizationLevels = 512 }, { $0.files = [] },
      { $0.files[0].training = [0, 1 << 40] }, { $0.files[0].training = [5, 2] },
      { $0.files[0].training = [1] },
      { $0.files[0].training = [-1, 2] }, { $0.files[0].heldOut = [0, Int.max] }, { $0.files[0].samples = 0 },
      { $0.files[0].samples = Int.min }, { $0.files[0].checksum = "x" }, { $0.files[0].size = -1 },
      {
        $0.files[0].training = nil
        $0.files[0].heldOut = nil
      },
    ]
    for (i, change) in changes.enumerated() {
      var bad = record
      change(&bad)
      #expect(bad.problem(sampleRate: 16000, quantizationLevels: 256) != nil, "change \(i)")
    }
  }
}
