// What is said of an evaluation, over all cases; and the figures of simple predictors on crops that it goes by.
import Foundation
import Signal
import TestSupport
import Testing

@testable import Corpus
@testable import Evaluation

@Suite struct StandingTests {
  /// Codes that alternate slowly: a linear predictor knows them well.
  private static func baselines(_ linear: Bool = true, noise: Bool = false) -> Baselines {
    var random = SeededValues(seed: 1)
    let count = linear ? 4000 : 500
    let wave = (0..<count).map { (n: Int) -> UInt16 in
      let time = Double(n)
      let value: Double = 128 + 100 * sin(0.05 * time) + 3 * sin(1.3 * time)
      return UInt16(value)
    }
    let codes = noise ? random.codes(count, levels: 256) : wave
    return Baselines(clips: [codes], levels: 256, sampleRate: 4000)
  }

  private static func standing(
    _ bits: Double, _ baselines: Baselines, silent: Double = 0, done: Double = 0.95,
    best: (step: Int, bits: Double)? = nil, isSmallest: Bool = false
  ) -> Standing {
    Standing(
      bits: bits, baselines: baselines, silentShare: silent, done: done, best: best, isSmallest: isSmallest)
  }

  @Test func findings() throws {
    let b = Self.baselines()
    let linear = try #require(b.linearPredictor)
    #expect(linear < b.unigram - 0.2 && b.unigram < 8, "\(b)")
    let cases: [(Standing, Standing.Finding, [String])] = [
      (Self.standing(5, b, silent: 0.995), .silent, ["silent", "Give more recordings"]),
      (Self.standing(.nan, b), .broken, ["--learning-rate"]),
      (Self.standing(.infinity, b), .broken, ["no number"]),
      (Self.standing(8, b), .guessing, ["white noise", "--learning-rate"]),
      (Self.standing(8.4, b, done: 0.1), .guessing, ["first steps"]),
      (Self.standing(b.unigram, b), .aboveUnigram, ["unigram", "--preset tiny"]),
      (Self.standing(b.unigram, b, done: 0.2), .aboveUnigram, ["Let it go on"]),
      (Self.standing(b.unigram, b, isSmallest: true), .aboveUnigram, ["one kind of sound"]),
      (Self.standing(linear + 0.1, b), .aboveLinear, ["0.100 bits above linear", "noisy", "--preset tiny"]),
      (Self.standing(linear - 0.1, b), .better, ["0.100 bits below linear", "Listen"]),
      (Self.standing(linear - 0.1, b, silent: 0.7), .better, ["70 % of these crops is silence"]),
      (
        Self.standing(linear - 0.1, b, best: (500, linear - 0.2)), .byHeart,
        ["step 500", "by heart", "best is kept"]
      ),
      (Self.standing(linear - 0.1, b, best: (500, linear - 0.11)), .better, ["Listen"]),
      (Self.standing(3, Self.baselines(false)), .tooShort, ["whole recordings"]),
    ]
    for (standing, finding, words) in cases {
      #expect(standing.finding == finding, "\(standing)")
      for word in words { #expect(standing.sentence.contains(word), "\(word): \(standing.sentence)") }
      #expect(standing.sentence.last != "." && standing.sentence.count < 300)
    }
    let noise = Self.baselines(noise: true)
    let noisy = Self.standing(min(8, noise.unigram) - 0.01, noise)
    #expect((noise.linearPredictor ?? 0) >= noise.unigram, "\(noise)")
    #expect(noisy.finding == .noisy && noisy.sentence.contains("close to noise"))
  }

  /// The same samples with a second in front of them: the model's crops, judged by a predictor that has heard as much as one
  /// of whole clips.
  @Test func cropsAreJudgedWithTheirHistory() throws {
    let chords = try Chords(seed: 3)
    let batch = chords.validation(clips: 3, crop: 2048, receptiveField: 100)
    let crops = Baselines(crops: 3, of: 2048, chords)
    #expect(crops.samples == batch.realTargets && crops.uniform == 8)
    #expect(crops.linearPredictorSamples == batch.realTargets)
    let long = chords.validation(clips: 3, crop: 2048, receptiveField: 16000 - 2048 + 1)
    #expect(long.targets == batch.targets && long.counts == batch.counts)
    let targets = (0..<3).map { Array(batch.targets[$0 * 2048..<$0 * 2048 + batch.counts[$0]]) }
    let alone = Baselines(clips: targets, levels: 256, sampleRate: 16000)
    let linear = try #require(crops.linearPredictor)
    // A clip by itself seems to start out of silence, and nothing is known of it.
    let without = try #require(alone.linearPredictor)
    #expect(linear < without && linear > 0.5 * without, "\(crops), \(alone)")
    #expect(abs(crops.unigram - alone.unigram) < 1e-9 && crops.bigram <= alone.bigram + 1e-9)
    // All of a clip, or its last part: the same predictor.
    let codes = (0..<16000).map { UInt16(128 + 90 * sin(0.03 * Double($0)) + Double($0 * 7 % 5)) }
    let predictor = LinearPredictor(levels: 256, sampleRate: 16000)
    let law = MuLaw(levels: 256)
    let (whole, start) = (predictor.bits(codes, law), predictor.bits(Array(codes.prefix(9000)), law))
    #expect(abs(start + predictor.bits(codes, last: 7000, law) - whole) < 1e-6 * whole)
    #expect(Baselines(crops: 3, of: 1000, chords).linearPredictor == nil)
    #expect(Silence(levels: 256, sampleRate: 16000).share(of: batch) < 0.5)
  }
}

@Suite struct RunCardTests {
  private static func card(_ measured: BitsReport? = nil) -> RunCard {
    RunCard(
      name: "my_run", facts: [("corpus", "a|b `c`"), ("told", "pitch")], measured: measured,
      speed: measured == nil ? nil : "Fast.", commands: ["synth train 'a b' --output x"],
      limits: ["Small."])
  }

  @Test func linesOfOthersStay() throws {
    let plain = "plain\n"
    let first = Self.card().text(in: nil, replacing: plain)
    #expect(first.hasPrefix("---\nlibrary_name: synth\n") && first.contains("# my\\_run"))
    #expect(
      first.contains("| corpus | a\\|b \\`c\\` |") && first.contains("    synth train 'a b' --output x"))
    #expect(first.contains("In training") && first.contains("- Small."))
    #expect(Self.card().text(in: plain, replacing: plain) == first)
    #expect(Self.card().text(in: first, replacing: plain) == first)
    let written = "My words.\n\n" + first + "\n## Sampling settings, measured\n\n| a |\n"
    #expect(Self.card().text(in: written, replacing: plain) == written)
    // A card from before, or somebody's own.
    let other = Self.card().text(in: "# Mine\n\nWords.", replacing: plain)
    #expect(other.hasPrefix("# Mine\n\nWords.\n\n<!--") && other.contains("# my\\_run"))
    let report = BitsReport(
      bits: [4000], clips: [CodedRecording(name: "a", codes: [UInt16](repeating: 100, count: 2000))],
      levels: 256, sampleRate: 4000, seed: 1)
    let whole = Self.card(report).text(in: written, replacing: plain)
    #expect(whole.hasPrefix("My words.") && whole.hasSuffix("| a |\n") && !whole.contains("In training"))
    #expect(whole.contains("| **2.000** |") && whole.contains("\n\nFast.\n"))
  }
}
