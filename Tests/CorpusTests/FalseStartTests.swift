// False starts: what is in front of a crop is wrong as it was meant to be wrong, the way back has no edge, and behind it all is
// as recorded.
import Foundation
import Signal
import Testing

@testable import Corpus

@Suite struct FalseStartTests {
  private static let rate = 16000
  private static let history = 2047

  /// Phase in turns, so that a tone's pitch can be counted.
  private static func tone(_ hertz: Double, _ amplitude: Double) -> [Float] {
    (0..<history + 4096).map { Float(amplitude * sin(2 * .pi * hertz * Double($0) / Double(rate))) }
  }

  private static func crossings(_ samples: ArraySlice<Float>) -> Int {
    zip(samples, samples.dropFirst()).count { $0 < 0 && $1 >= 0 }
  }

  private static func level(_ samples: ArraySlice<Float>) -> Double {
    samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(samples.count)
  }

  @Test func eachKindIsWrongInItsWay() {
    let tone = Self.tone(500, 0.4)
    let other = Self.tone(1300, 0.1)
    var seen: Set<FalseStart> = []
    for clip in 0..<60 as Range<UInt64> {
      var random = ClipRandom(seed: 5, purpose: .falseStart, split: .training, clip: clip)
      var again = random
      let kind = again.element(FalseStart.drawn)
      seen.insert(kind)
      var samples = tone
      var asked = 0
      let glide = FalseStart.apply(
        to: &samples, history: Self.history, sampleRate: Self.rate, random: &random
      ) { _ in
        asked += 1
        return other
      }
      #expect((64...320).contains(glide), "clip \(clip)")
      #expect(asked == (kind == .foreign ? 1 : 0))
      // Behind the way back.
      #expect(samples[(Self.history + glide)...] == tone[(Self.history + glide)...], "clip \(clip), \(kind)")
      // No edge anywhere: a tone of 0.4 at up to 1300 Hz moves no further in one.
      let step = zip(samples, samples.dropFirst()).map { abs($1 - $0) }.max()!
      #expect(step < 0.45, "clip \(clip), \(kind): \(step)")
      let before = samples[200..<Self.history]
      let (turns, recorded) = (Self.crossings(before), Self.crossings(tone[200..<Self.history]))
      switch kind {
      case .detuned:
        // 0.3 semitones are 1.7 %; half a turn may be counted or not.
        let ratio = Double(turns) / Double(recorded)
        #expect((0.82...1.21).contains(ratio) && abs(Self.level(before) / 0.08 - 1) < 0.05, "\(ratio)")
      case .octave:
        // In front of the clip the sound is mirrored, which may take half a turn.
        let ratio = Double(turns) / Double(recorded)
        #expect(abs(ratio - 2) < 0.02 || abs(ratio - 0.5) < 0.02, "\(ratio)")
      case .levelled:
        let decibels = 10 * log10(Self.level(before) / 0.08)
        #expect(abs(turns - recorded) <= 1 && (-40.1...6.1).contains(decibels), "\(decibels)")
      case .foreign:
        #expect(samples[..<Self.history] == other[..<Self.history])
      }
    }
    #expect(seen == Set(FalseStart.allCases))
  }

  /// Pitch on both sides, and by amounts that are heard.
  @Test func pitchesGoBothWays() {
    let tone = Self.tone(1000, 0.4)
    var ratios: [Double] = []
    for clip in 0..<200 as Range<UInt64> {
      var random = ClipRandom(seed: 6, purpose: .falseStart, split: .training, clip: clip)
      var again = random
      guard again.element(FalseStart.drawn) == .detuned else { continue }
      var samples = tone
      _ = FalseStart.apply(
        to: &samples, history: Self.history, sampleRate: Self.rate, random: &random, other: { _ in [] })
      ratios.append(Double(Self.crossings(samples[200..<Self.history])) / 115.4)
    }
    #expect(ratios.contains { $0 < 0.93 } && ratios.contains { $0 > 1.08 } && ratios.count > 30)
  }

  @Test func shareOfTheCrops() throws {
    let scratch = try Scratch()
    for i in 0..<4 { try scratch.tone("\(i).wav", frames: 20000, 200 + 90 * Double(i), salt: i) }
    let wanted = WantedConditions(labels: [], controls: [.loudness], frameSamples: 64)
    func corpus(_ settings: [String], told: Bool = true) throws -> FolderCorpus {
      let corpus = try scratch.corpus(field: 300, ["control_dropout=0", "start_probability=0"] + settings)
      return told ? try corpus.telling(wanted, threads: 2) : corpus
    }
    let (never, half, always) = (
      try corpus(["false_starts=0"]), try corpus(["false_starts=0.5"]), try corpus(["false_starts=1"])
    )
    func changed(_ corpus: FolderCorpus) -> Int {
      (0..<20 as Range<UInt64>).reduce(0) { sum, step in
        let plain = never.batch(step: step, clips: 4, crop: 500, receptiveField: 300, jitter: 0)
        let batch = corpus.batch(step: step, clips: 4, crop: 500, receptiveField: 300, jitter: 0)
        #expect(plain.conditions == batch.conditions)
        return sum
          + (0..<4).count { clip in
            let (inputs, targets) = (clip * 799..<clip * 799 + 799, clip * 500..<clip * 500 + 500)
            // The way back ends within 320 samples; inputs and targets are one sound.
            #expect(plain.targets[targets].suffix(180) == batch.targets[targets].suffix(180))
            #expect(batch.inputs[inputs].suffix(499) == batch.targets[targets].prefix(499))
            return plain.inputs[inputs] != batch.inputs[inputs]
          }
      }
    }
    // A level that is off by nothing changes nothing.
    #expect(changed(always) >= 76)
    #expect((25...55).contains(changed(half)))
    #expect(
      half.batch(step: 3, clips: 4, crop: 500, receptiveField: 300, jitter: 1)
        == half.batch(step: 3, clips: 4, crop: 500, receptiveField: 300, jitter: 1))
    // Not what is held out, and nobody who is told nothing.
    #expect(
      always.validation(clips: 4, crop: 500, receptiveField: 300)
        == never.validation(clips: 4, crop: 500, receptiveField: 300))
    #expect(
      try corpus(["false_starts=1"], told: false).batch(
        step: 1, clips: 4, crop: 500, receptiveField: 300, jitter: 0
      ).inputs == never.batch(step: 1, clips: 4, crop: 500, receptiveField: 300, jitter: 0).inputs)
  }
}
