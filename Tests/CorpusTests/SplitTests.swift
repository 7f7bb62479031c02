// What is held back: by time, near the wanted share, never most of it, and never what is trained on.
import Signal
import Testing

@testable import Corpus

@Suite struct SplitTests {
  private static let gap = 50

  /// A recording whose codes are all of its own.
  private static func recording(_ name: String, _ count: Int, content: Int) -> Recording {
    var codes = (0..<count).map { _ in UInt16(content % 251) }
    for i in 0..<min(count, 4) { codes[i] = UInt16(content >> (8 * i) & 255) }
    return Recording(path: name, tokens: Tokens(codes, levels: 256))
  }

  private static func split(
    _ recordings: [Recording], fraction: Double = 0.1, seed: UInt64 = 1
  ) throws -> [SharedRecording] {
    try FolderSplit.byTime(recordings, fraction: fraction, gap: gap, seed: seed)
  }

  private static func seconds(_ shared: [SharedRecording]) -> (trained: Double, held: Double, all: Double) {
    func sum(_ count: (SharedRecording) -> Int) -> Double { Double(shared.reduce(0) { $0 + count($1) }) }
    return (sum(\.share.training.count), sum(\.share.heldOut.count), sum(\.recording.tokens.count))
  }

  /// Folders of every kind: few files and many, even and with one that is most of it, copies among them.
  private static func folder(_ random: inout PhiloxGenerator) -> [Recording] {
    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    let count = draw(1...(draw(0...1) == 0 ? 5 : 40))
    let widest = [1, 3, 8][draw(0...2)]
    return (0..<count).flatMap { i in
      let length = 100 << draw(0...widest) + draw(0...99)
      let copies = draw(0...4) == 0 ? draw(2...9) : 1
      return (0..<copies).map {
        recording("\(i).\($0)", min(length, 200_000), content: 1000 * i + draw(7...7))
      }
    }
  }

  @Test func anyFolder() throws {
    for seed in 0..<400 as Range<UInt64> {
      var random = PhiloxGenerator(seed: seed, stream: 9)
      let recordings = Self.folder(&random)
      let fraction = [0.02, 0.1, 0.25, 0.5][Int.random(in: 0...3, using: &random)]
      let shared = try Self.split(recordings, fraction: fraction, seed: seed)
      let (trained, held, all) = Self.seconds(shared)
      let what = Comment(
        rawValue: "seed \(seed), \(recordings.count) files, fraction \(fraction), \(held) of \(all)")
      // A cut between copies is rounded down to whole samples of each.
      #expect(held >= min(0.5 * fraction * all - 10, 1) && held >= 0.49 * fraction * all - 10, what)
      #expect(held <= 2 * fraction * all + 1 && held <= 0.5 * all, what)
      #expect(trained >= 0.25 * all && held >= 1, what)
      #expect(shared.count == recordings.count && Set(shared.map(\.recording.path)).count == recordings.count)
      #expect(
        shared.count {
          $0.share.use == .both
            && $0.recording.content != shared.first { $0.share.use == .both }!.recording.content
        } == 0, "one recording is cut at most")
      var sides: [[UInt64]: Set<FolderReport.Use>] = [:]
      for one in shared {
        sides[one.recording.content, default: []].insert(one.share.use)
        let share = one.share
        if share.use == .both {
          #expect(share.training.upperBound <= share.heldOut.lowerBound, what)
          #expect(
            share.heldOut.lowerBound - share.training.upperBound
              >= min(Self.gap, share.heldOut.lowerBound / 2), what)
        }
      }
      #expect(sides.values.allSatisfy { $0.count == 1 }, what)
    }
  }

  /// Renamed, in another order: the same content on the same side.
  @Test func namesDoNotMatter() throws {
    for seed in 0..<40 as Range<UInt64> {
      var random = PhiloxGenerator(seed: seed, stream: 4)
      let recordings = Self.folder(&random)
      let renamed = recordings.enumerated().map { Recording(path: "z\(100 - $0)", tokens: $1.tokens) }
        .shuffled(
          using: &random)
      func shares(_ recordings: [Recording]) throws -> [[[UInt64]]] {
        try Self.split(recordings, seed: seed).map {
          [
            $0.recording.content,
            [UInt64($0.share.training.upperBound), UInt64($0.share.heldOut.lowerBound)],
          ]
        }
      }
      #expect(try shares(recordings) == shares(renamed), "seed \(seed)")
    }
  }

  /// Ten minutes beside two clips of half a second: its end is held back, whatever the seed.
  @Test func oneLongRecording() throws {
    let recordings = [
      Self.recording("long", 960_000, content: 1), Self.recording("a", 800, content: 2),
      Self.recording("b", 800, content: 3),
    ]
    for seed in 0..<20 as Range<UInt64> {
      let (trained, held, all) = Self.seconds(try Self.split(recordings, seed: seed))
      #expect(abs(held - 0.1 * all) < 801 && trained > 0.89 * all)
    }
  }

  @Test func manyCopies() throws {
    let recordings =
      (0..<8).map { Self.recording("copy\($0)", 8000, content: 5) } + [
        Self.recording("other", 8000, content: 6)
      ]
    for seed in 0..<20 as Range<UInt64> {
      let shared = try Self.split(recordings, seed: seed)
      let (trained, held, all) = Self.seconds(shared)
      #expect(held <= 0.2 * all && trained >= 0.75 * all, "seed \(seed)")
    }
  }

  /// Ten even files: one whole, and over the seeds each of them.
  @Test func evenFilesAreHeldWhole() throws {
    let recordings = (0..<10).map { Self.recording("\($0)", 1000, content: $0) }
    var seen: Set<String> = []
    for seed in 0..<100 as Range<UInt64> {
      let held = try Self.split(recordings, seed: seed).filter { $0.share.use != .training }
      #expect(held.count == 1 && held[0].share.use == .validation)
      seen.insert(held[0].recording.path)
    }
    #expect(seen.count == 10)
  }

  @Test func theSmallestFolders() throws {
    for count in [2, 3, 10] {
      let shared = try Self.split([Self.recording("a", count, content: 1)])
      #expect(shared[0].share.heldOut.count == 1 && shared[0].share.training.count >= 1)
    }
    let two = try Self.split([Self.recording("a", 1, content: 1), Self.recording("b", 1, content: 2)])
    #expect(Set(two.map(\.share.use)) == [.training, .validation])
    for copies in [1, 3] {
      let ones = (0..<copies).map { Self.recording("\($0)", 1, content: 1) }
      #expect(throws: CorpusError.self) { try Self.split(ones) }
    }
    // What is asked for is done, and something is left.
    let most = try Self.split((0..<20).map { Self.recording("\($0)", 100, content: $0) }, fraction: 0.9)
    #expect(abs(Self.seconds(most).held - 1800) <= 100)
  }
}
