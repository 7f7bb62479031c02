// Sums, weights, what is left out of the comparison, and the words.

import Corpus
import Foundation
import Signal
import Testing

@testable import Evaluation

@Suite struct BitsReportTests {
  /// Noise with a memory, so that linear prediction gains something.
  private func clip(_ name: String, _ count: Int, seed: UInt64) -> CodedRecording {
    var random = PhiloxGenerator(seed: seed, stream: 1)
    var x = 0.0
    let samples = (0..<count).map { _ -> Float in
      x = 0.95 * x + 0.03 * random.normal()
      return Float(x)
    }
    return CodedRecording(name: name, codes: MuLaw(levels: 256).encode(samples))
  }

  private func report(_ lengths: [Int], _ bitsPerSample: [Double]) -> BitsReport {
    let clips = lengths.enumerated().map { clip("c\($0)", $1, seed: UInt64($0)) }
    let bits = zip(lengths, bitsPerSample).map { Double($0) * $1 }
    return BitsReport(bits: bits, clips: clips, levels: 256, sampleRate: 16000, seed: 1)
  }

  @Test func weightsAreSamples() throws {
    let found = report([3000, 1000, 6000], [2, 8, 3])
    #expect(abs(found.bitsPerSample - 3.2) < 1e-12 && found.samples == 10_000 && found.seconds == 0.625)
    let interval = try #require(found.interval)
    #expect(interval.low >= 2 && interval.high <= 8 && interval.low < 3.2 && interval.high > 3.2)
    #expect(found.files.map(\.bitsPerSample) == [2, 8, 3])
    // 1000 samples are too few for linear prediction: left out on both sides.
    #expect(found.tooShort.map(\.path) == ["c1"])
    let comparison = try #require(found.comparison)
    #expect(abs(comparison.bitsPerSample - 8.0 / 3) < 1e-12 && comparison.files == 2)
    let linear = [0, 2].map { found.files[$0].baselines.linearPredictor! }
    #expect(abs(comparison.linearPredictor - (linear[0] * 3 + linear[1] * 6) / 9) < 1e-9)
    #expect(abs(comparison.linearPredictor - found.baselines.linearPredictor!) < 1e-9)
    #expect(abs(comparison.difference - (comparison.bitsPerSample - comparison.linearPredictor)) < 1e-12)
  }

  @Test func oneClipHasNoInterval() {
    let one = report([2000], [3])
    #expect(one.interval == nil && one.intervalNote.hasPrefix("one clip") && one.comparison?.interval == nil)
    #expect(report([2000, 2000], [3, 4]).intervalNote.contains("2 clips"))
  }

  @Test func labelByLabel() throws {
    let lengths = [3000, 2000, 500, 4000, 1500]
    let labels: [Int?] = [1, 0, 1, nil, 0]
    let clips = lengths.indices.map { i in
      let plain = clip("c\(i)", lengths[i], seed: UInt64(i))
      return CodedRecording(
        name: plain.name, codes: plain.codes,
        conditions: labels[i].map { own in Conditions(labels: (0..<3).map { $0 == own ? 1 : 0 }) })
    }
    func report(_ bitsPerSample: [Double]) -> BitsReport {
      BitsReport(
        bits: zip(lengths, bitsPerSample).map { Double($0) * $1 }, clips: clips,
        labels: ["voice", "flute", "tuba"], levels: 256, sampleRate: 1000, seed: 1)
    }
    let found = report([2, 9, 4, 3, 8])
    #expect(found.files.map(\.label) == ["flute", "voice", "flute", nil, "voice"])
    // In the model's order; nothing of a label without clips; what has no label comes last.
    #expect(found.labels.map(\.label) == ["voice", "flute", nil])
    #expect(found.labels.map(\.clips) == [2, 2, 1] && found.labels.map(\.samples) == [3500, 3500, 4000])
    #expect(found.labels.map(\.seconds) == [3.5, 3.5, 4])
    let expected: [Double] = [30_000.0 / 3500, 8000.0 / 3500, 3]
    for (own, expected) in zip(found.labels, expected) { #expect(abs(own.bitsPerSample - expected) < 1e-12) }
    // The short clip is left out of the comparison, on both sides.
    let flute = try #require(found.labels[1].versusLinearPredictor)
    let linear = try #require(found.files[0].baselines.linearPredictor)
    #expect(flute.files == 1 && abs(flute.bitsPerSample - 2) < 1e-12 && flute.interval == nil)
    #expect(abs(flute.linearPredictor - linear) < 1e-12 && abs(flute.difference - (2 - linear)) < 1e-12)
    // Sums to the whole.
    let sum = found.labels.reduce(0) { $0 + $1.bitsPerSample * Double($1.samples) }
    #expect(abs(sum / 11_000 - found.bitsPerSample) < 1e-12)

    #expect(
      try #require(found.labelVerdict).contains("1 of 2 labels")
        && found.labelVerdict!.hasSuffix("not voice."))
    #expect(try #require(report([1, 1, 1, 9, 1]).labelVerdict).contains("all 2 labels"))
    #expect(
      self.report([3000, 2000], [2, 3]).labels.isEmpty && self.report([3000], [2]).labelVerdict == nil)
  }

  @Test func verdicts() throws {
    let linear = try #require(report([4000], [3]).baselines.linearPredictor)
    let unigram = report([4000], [3]).baselines.unigram
    #expect(linear < unigram)
    #expect(report([4000], [9]).verdict.contains("no better than guessing"))
    #expect(report([4000], [.infinity]).verdict.contains("no better than guessing"))
    #expect(report([4000], [unigram + 0.01]).verdict.contains("less than how often"))
    #expect(report([4000], [linear + 0.01]).verdict.contains("less than linear prediction"))
    #expect(report([4000], [linear - 0.01]).verdict.contains("better than linear prediction"))
    #expect(report([100, 500], [1, 1]).verdict.contains("too short to judge"))
    // Better on the whole, worse on some.
    let unsure = report([4000, 4000, 4000], [linear - 1, linear + 0.4, linear + 0.3])
    #expect(unsure.comparison!.difference < 0 && unsure.verdict.contains("too different to be sure"))
  }

  /// Silence is predicted for nothing, and that is no praise.
  @Test(arguments: [256, 1024]) func silentClips(levels: Int) {
    func report(_ share: Double) -> BitsReport {
      let law = MuLaw(levels: levels)
      let sound = clip("x", 16000, seed: 1).codes.map { Int($0) * levels / 256 }
      let codes = (0..<32000).map { i in
        Double(i) < share * 32000 ? law.silence : UInt16(sound[i % 16000])
      }
      return BitsReport(
        bits: [0.001 * 32000], clips: [CodedRecording(name: "s", codes: codes)], levels: levels,
        sampleRate: 16000,
        seed: 1)
    }
    let silent = report(1)
    #expect(
      silent.silentShare == 1 && silent.verdict.contains("silent") && !silent.verdict.contains("spectrum"))
    let mostly = report(0.75)
    #expect(abs(mostly.silentShare - 0.75) < 0.03 && mostly.verdict.contains("% of these clips is silence"))
    #expect(!report(0.2).verdict.contains("silence"))
  }
}
