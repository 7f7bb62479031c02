// Silence: how much of it crops have, whether ends are trimmed where they should be, and that nothing that sounds is left out.
import Signal
import Testing

@testable import Corpus

@Suite struct SilenceShareTests {
  /// Bursts of noise with silence between: a share of each second sounds.
  private static func scratch(sounding share: Double, files: Int = 6, seconds: Int = 10) throws -> Scratch {
    let scratch = try Scratch()
    for i in 0..<files {
      try scratch.wav("\(i).wav", frames: 16000 * seconds) { n, _ in
        n % 16000 < Int(16000 * share) ? 0.5 * noise(n, i) : 0
      }
    }
    return scratch
  }

  /// Share of the targets of many crops that lie in silence, and the share of all samples that were targets.
  private static func trained(_ corpus: FolderCorpus, crop: Int) -> Double {
    var (silent, all) = (0, 0)
    for step in 0..<200 as Range<UInt64> {
      let batch = corpus.batch(step: step, clips: 8, crop: crop, receptiveField: 100, jitter: 0)
      // Noise is hardly ever exactly the silent code twice in a row.
      for b in 0..<8 {
        let row = Array(batch.targets[b * crop..<b * crop + batch.counts[b]])
        all += row.count
        silent += row.indices.dropFirst().count { row[$0] == 128 && row[$0 - 1] == 128 }
      }
    }
    return Double(silent) / Double(all)
  }

  /// How often each of the file's samples is a target: none is left out, whichever way crops are drawn.
  @Test(arguments: [400, 2000]) func everySampleIsDrawn(crop: Int) throws {
    let scratch = try Scratch()
    for i in 0..<2 { try scratch.wav("\(i).wav", frames: 8000) { n, _ in 0.5 * noise(n, i) } }
    let corpus = try scratch.corpus(["start_probability=0", "validation_fraction=0.5"])
    let segments = corpus.training
    var counts = [Int](repeating: 0, count: 8000)
    let places = CropPlaces(atStart: 0)
    for i in 0..<40_000 as Range<UInt64> {
      var random = ClipRandom(seed: 1, purpose: .place, split: .training, clip: i)
      let (segment, start) = places.place(segments, crop: crop, &random)
      #expect(start >= segment.range.lowerBound && start + crop <= segment.range.upperBound)
      for n in start..<start + crop { counts[n] += 1 }
    }
    let range = segments.all[0].range
    let mean = Double(counts[range].reduce(0, +)) / Double(range.count)
    let ends = [range.lowerBound, range.upperBound - 1].map { Double(counts[$0]) / mean }
    #expect(ends.allSatisfy { $0 > 0.35 && $0 < 1 }, "\(ends)")
    let tenth = counts[range.suffix(range.count / 10)].reduce(0, +)
    #expect(Double(tenth) / Double(range.count / 10) / mean > 0.5)
  }

  @Test(arguments: [0.5, 0.1]) func cropsHaveNoMoreSilenceThanAskedFor(sounding: Double) throws {
    let scratch = try Self.scratch(sounding: sounding)
    let plain = try scratch.corpus(["start_probability=0"])
    #expect(abs(Self.trained(plain, crop: 400) - (1 - sounding)) < 0.06, "as recorded")
    #expect(plain.limitingSilence(crop: 400).1 == nil, "nothing was asked for")
    for share in [0.1, 0.3] {
      let (limited, found) = try scratch.corpus(["silence_share=\(share)"]).limitingSilence(crop: 400)
      let shares = try #require(found)
      #expect(abs(shares.recorded - (1 - sounding)) < 0.01)
      // Crops around sound have some of the silence beside it.
      let measured = Self.trained(limited, crop: 400)
      #expect(abs(measured - shares.trained) < 0.03, "\(measured) \(shares)")
      #expect(shares.trained < share + 0.02 && shares.trained > share - 0.06, "\(shares)")
      #expect(shares.sentence != nil)
    }
  }

  @Test func longCropsOfShortSoundsSaySo() throws {
    let scratch = try Self.scratch(sounding: 0.05)
    let (limited, found) = try scratch.corpus(["silence_share=0.1"]).limitingSilence(crop: 8000)
    let shares = try #require(found)
    #expect(shares.trained > 0.5 && shares.trained < shares.recorded, "\(shares)")
    #expect(abs(Self.trained(limited, crop: 8000) - shares.trained) < 0.05)
    #expect(shares.sentence?.contains("--trim") == true)
  }

  @Test func whereThereIsLittleSilenceNothingChanges() throws {
    let scratch = try Self.scratch(sounding: 0.95)
    let plain = try scratch.corpus()
    let (limited, shares) = try scratch.corpus(["silence_share=0.1"]).limitingSilence(crop: 400)
    func batch(_ corpus: FolderCorpus) -> TokenBatch {
      corpus.batch(step: 9, clips: 16, crop: 400, receptiveField: 60, jitter: 2)
    }
    #expect(batch(plain) == batch(limited) && shares?.sentence == nil)
  }

  @Test func silenceAlone() throws {
    let scratch = try Scratch()
    for i in 0..<3 { try scratch.wav("\(i).wav", frames: 20000 + i) { _, _ in 0 } }
    let (limited, shares) = try scratch.corpus(["silence_share=0.1"]).limitingSilence(crop: 400)
    #expect(shares?.trained == 1 && Self.trained(limited, crop: 400) > 0.9)
    #expect(limited.report.warnings.contains { $0.contains("silent from end to end") })
  }

  /// The blocks that sound are found again by their number, all of them, in order.
  @Test func everySoundingBlockIsFound() throws {
    let scratch = try Self.scratch(sounding: 0.4, files: 3, seconds: 3)
    let corpus = try scratch.corpus()
    let segments = corpus.training
    var seen: [String: Int] = [:]
    for block in 0..<segments.soundingBlocks {
      let (segment, range) = segments.sounding(block)
      #expect(!range.isEmpty && range.count <= 800 && segment.range.contains(range.lowerBound))
      #expect(segment.tokens.silent(range) == 0)
      if let last = seen[segment.path] { #expect(range.lowerBound > last) }
      seen[segment.path] = range.lowerBound
    }
    #expect(segments.soundingBlocks > 40 && segments.samples > 0)
  }

  @Test func silentEndsAreTrimmedAndNothingElse() throws {
    let scratch = try Scratch()
    // Half a second of silence, a fade in, sound with a pause in it, a fade out, silence.
    try scratch.wav("a.wav", frames: 64000) { n, _ in
      let t = Double(n) / 16000
      let level: Double
      switch t {
      case ..<0.5, 2..<2.5, 3.5...: level = 0
      case ..<1: level = 2 * t - 1
      case 3..<3.5: level = 7 - 2 * t
      default: level = 1
      }
      return level * noise(n, 1)
    }
    try scratch.wav("b.wav", frames: 30000) { n, _ in 0.001 * noise(n, 2) }
    let whole = try scratch.corpus()
    #expect(
      whole.report.files.map(\.samples) == [64000, 30000] && whole.report.files.allSatisfy { $0.trimmed == 0 }
    )
    let cut = try scratch.corpus(["trim=40"])
    let a = try #require(cut.report.files.first)
    // The fades begin within a block or two of 46 dB below.
    #expect(a.trimmed + a.samples == 64000)
    #expect(abs(a.samples - 48000) <= 3200, "\(a)")
    #expect(cut.report.files[1].samples == 30000, "by its own peak")
    let segments = cut.training.all + cut.held.all
    let tokens = try #require(segments.first { $0.path.hasSuffix("a.wav") }).tokens
    var (part, all) = ([UInt16](), [UInt16]())
    tokens.append(0..<tokens.count, to: &part)
    let full = try #require((whole.training.all + whole.held.all).first { $0.path.hasSuffix("a.wav") }).tokens
    full.append(0..<full.count, to: &all)
    #expect(Array(all[tokens.start..<tokens.start + tokens.count]) == part)
    #expect(all[..<tokens.start].allSatisfy { abs(Int($0) - 128) < 60 })
  }
}
