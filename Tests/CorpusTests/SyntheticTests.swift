// Properties of batches of synthetic clips: purity, alignment, silence, jitter, and what chords consist of.
import Foundation
import Signal
import Testing

@testable import Corpus

/// Checks the shape of a batch and that inputs are the targets one step earlier, unless they were disturbed.
func expectAligned(_ batch: TokenBatch, clips: Int, crop: Int, receptiveField: Int, clean: Bool = true) {
  let width = receptiveField - 1 + crop
  #expect(batch.clips == clips && batch.crop == crop && batch.history == receptiveField - 1)
  #expect(batch.inputs.count == clips * width && batch.targets.count == clips * crop)
  guard clean, batch.inputs.count == clips * width else { return }
  for b in 0..<clips where crop > 1 {
    let inputs = batch.inputs[(b * width + receptiveField)..<((b + 1) * width)]
    let targets = batch.targets[(b * crop)..<((b + 1) * crop - 1)]
    #expect(Array(inputs) == Array(targets), "clip \(b)")
  }
}

@Suite struct SyntheticTests {
  static func chords(_ assignments: [String] = [], seed: UInt64 = 3) throws -> Chords {
    try Chords(options: ChordOptions().setting(assignments), seed: seed)
  }

  @Test func aBatchDependsOnSeedAndStepAlone() throws {
    let corpus = try Self.chords()
    let first = corpus.batch(step: 7, clips: 4, crop: 300, receptiveField: 65, jitter: 3)
    _ = corpus.batch(step: 8, clips: 2, crop: 100, receptiveField: 9, jitter: 0)
    #expect(first == corpus.batch(step: 7, clips: 4, crop: 300, receptiveField: 65, jitter: 3))
    #expect(first == (try Self.chords()).batch(step: 7, clips: 4, crop: 300, receptiveField: 65, jitter: 3))
    #expect(first != corpus.batch(step: 8, clips: 4, crop: 300, receptiveField: 65, jitter: 3))
    #expect(
      first.targets
        != (try Self.chords(seed: 4)).batch(
          step: 7, clips: 4, crop: 300, receptiveField: 65, jitter: 3
        ).targets)
    // More clips: the same ones and others.
    let more = corpus.batch(step: 7, clips: 6, crop: 300, receptiveField: 65, jitter: 3)
    #expect(Array(more.targets.prefix(1200)) == first.targets)
    #expect(Array(more.inputs.prefix(4 * 364)) == first.inputs)
  }

  @Test(arguments: [(1, 1, 1), (2, 5, 1), (3, 100, 33), (2, 2000, 1024), (5, 7, 300)])
  func inputsAreTargetsOneStepEarlier(clips: Int, crop: Int, field: Int) throws {
    let sines = try SineMixtures(seed: 1)
    for step in 0..<4 as Range<UInt64> {
      expectAligned(
        try Self.chords().batch(step: step, clips: clips, crop: crop, receptiveField: field, jitter: 0),
        clips: clips, crop: crop, receptiveField: field)
      expectAligned(
        sines.batch(step: step, clips: clips, crop: crop, receptiveField: field, jitter: 0),
        clips: clips, crop: crop, receptiveField: field)
    }
  }

  @Test func aCropAtTheStartHasSilenceBeforeItAndTheClipInIt() throws {
    let corpus = try Self.chords(["start_probability=1"])
    let batch = corpus.batch(step: 5, clips: 3, crop: 2000, receptiveField: 100, jitter: 0)
    let law = MuLaw(levels: 256)
    for b in 0..<3 {
      #expect(batch.inputs[b * 2099..<b * 2099 + 100].allSatisfy { $0 == 128 })
      let clip = corpus.render(index: ClipRandom.clip(step: 5, place: b), range: 0..<2000)
      #expect(Array(batch.targets[b * 2000..<(b + 1) * 2000]) == law.encode(clip))
    }
  }

  @Test func aCropElsewhereIsTheClipThere() throws {
    // One clip second: crops start before position 16 000, so the clip's first 18 000 samples hold each of them.
    let corpus = try Self.chords(["start_probability=0", "clip_seconds=1"])
    let batch = corpus.batch(step: 9, clips: 8, crop: 700, receptiveField: 400, jitter: 0)
    for b in 0..<8 {
      let codes = MuLaw(levels: 256).encode(
        corpus.render(index: ClipRandom.clip(step: 9, place: b), range: 0..<18_000))
      let padded = [UInt16](repeating: 128, count: 400) + codes
      let inputs = Array(batch.inputs[b * 1099..<(b + 1) * 1099])
      #expect((0...16_000).contains { Array(padded[$0..<$0 + 1099]) == inputs })
    }
  }

  @Test func startProbabilityIsTheShareOfStarts() throws {
    let corpus = try Self.chords()
    var starts = 0
    for step in 0..<100 as Range<UInt64> {
      let batch = corpus.batch(step: step, clips: 10, crop: 1, receptiveField: 40, jitter: 0)
      starts += (0..<10).count { b in batch.inputs[b * 40..<(b + 1) * 40].allSatisfy { $0 == 128 } }
    }
    #expect((440...560).contains(starts), "\(starts) of 1000")  // 500 +- 16
  }

  @Test func jitterDisturbsInputsOnly() throws {
    let corpus = try Self.chords(["start_probability=0.5"])
    var strengths = [Double]()
    for step in 0..<40 as Range<UInt64> {
      let clean = corpus.batch(step: step, clips: 2, crop: 3000, receptiveField: 512, jitter: 0)
      let noisy = corpus.batch(step: step, clips: 2, crop: 3000, receptiveField: 512, jitter: 6)
      #expect(clean.targets == noisy.targets)
      for b in 0..<2 {
        let width = 3511
        let pairs = (b * width..<(b + 1) * width).map { (Int(clean.inputs[$0]), Int(noisy.inputs[$0])) }
        let silent = pairs.prefix(512).allSatisfy { $0.0 == 128 } ? 512 : 0
        #expect(pairs.prefix(silent).allSatisfy { $0.1 == 128 }, "silence before the clip stays")
        let errors = pairs.dropFirst(silent).map { Double($0.1 - $0.0) }
        strengths.append((errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot())
        #expect(abs(errors.reduce(0, +) / Double(errors.count)) < 0.5)
      }
    }
    #expect(strengths.allSatisfy { $0 < 6.3 })
    // Uniform in 0 ... 6: a mean of 3 and something in every third.
    #expect(abs(strengths.reduce(0, +) / 80 - 3) < 0.6)
    #expect(strengths.contains { $0 < 2 } && strengths.contains { $0 > 4 })
  }

  @Test func jitterStaysWithinTheCodes() throws {
    var codes = [UInt16](repeating: 0, count: 1000) + [UInt16](repeating: 255, count: 1000)
    InputJitter.apply(
      to: &codes, sounding: 0..<2000, firstPosition: 0, maximum: 50, levels: 256, seed: 1, split: .training,
      clip: 1)
    #expect(codes.allSatisfy { $0 <= 255 } && Set(codes).count > 5)
  }

  @Test func historyGainChangesInputsOnly() throws {
    let plain = try Self.chords()
    let gained = try Self.chords(["history_gain_db=2"])
    let a = plain.batch(step: 2, clips: 4, crop: 500, receptiveField: 64, jitter: 0)
    let b = gained.batch(step: 2, clips: 4, crop: 500, receptiveField: 64, jitter: 0)
    #expect(a.targets == b.targets && a.inputs != b.inputs)
    #expect(
      gained.validation(clips: 4, crop: 500, receptiveField: 64)
        == plain.validation(clips: 4, crop: 500, receptiveField: 64))
  }

  @Test func validationIsFixedAndApart() throws {
    let corpus = try Self.chords()
    let held = corpus.validation(clips: 8, crop: 400, receptiveField: 50)
    #expect(held == (try Self.chords()).validation(clips: 8, crop: 400, receptiveField: 50))
    expectAligned(held, clips: 8, crop: 400, receptiveField: 50)
    let recipes = Set((0..<500).map { corpus.mixture(index: $0, split: .validation) })
    let trained = Set((0..<500).map { corpus.mixture(index: $0) })
    #expect(recipes.count == 500 && trained.count == 500 && recipes.isDisjoint(with: trained))
    let clips = corpus.validationClips(count: 3, samples: 5000)
    #expect(clips.count == 3 && clips.allSatisfy { $0.count == 5000 })
    #expect(
      clips[1] == MuLaw(levels: 256).encode(corpus.render(index: 1, range: 0..<5000, split: .validation)))
    #expect(corpus.validationClips().count == 16 && corpus.validationClips()[0].count == 64000)
  }

  @Test func chordsKeepTheirRules() throws {
    let options = try ChordOptions().setting([
      "lowest_note=50", "highest_note=90", "scale=pentatonic", "tonic=2", "minimum_partials=2",
      "minimum_interval=4", "chords=[]", "level_rule=peak_sum",
      "relative_levels_db=[0,-3,-9]", "levels_db=[-2,-8]", "phases=4", "attack_ms=15", "noise_floor_db=-60",
    ])
    let corpus = try Chords(options: options, seed: 8)
    var sizes = Set<Int>()
    for index in 0..<500 as Range<UInt64> {
      let mixture = corpus.mixture(index: index)
      let notes = mixture.partials.map { 69 + 12 * log2($0.cycles * 16000 / 440) }
      sizes.insert(notes.count)
      #expect(notes.allSatisfy { abs($0 - $0.rounded()) < 1e-9 && options.notes.contains(Int($0.rounded())) })
      let sorted = notes.sorted()
      #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 > 3.99 })
      let peak = mixture.partials.reduce(0) { $0 + $1.amplitude }
      #expect([-2, -8].contains { abs(20 * log10(peak) - $0) < 1e-9 })
      #expect(mixture.partials.allSatisfy { [0, 0.25, 0.5, 0.75].contains($0.phase) && $0.attack == 240 })
      #expect(abs(mixture.noise - 0.001) < 1e-12)
    }
    #expect(sizes == [2, 3, 4])
    let listed = try Self.chords()
    for index in 0..<200 as Range<UInt64> {
      let partials = listed.mixture(index: index).partials
      let notes = partials.map { Int((69 + 12 * log2($0.cycles * 16000 / 440)).rounded()) }
      #expect(ChordOptions.standardChords.contains(notes))
      #expect(partials.allSatisfy { abs(20 * log10($0.amplitude) + 14) < 1e-9 }, "level_rule=note")
    }
    #expect(options.notes.allSatisfy { [2, 4, 6, 9, 11].contains($0 % 12) } && options.notes.first == 50)
  }

  @Test func rmsLevelsAreRms() throws {
    let corpus = try Self.chords(["level_rule=rms", "levels_db=[-20]", "attack_ms=0"])
    for index in 0..<10 as Range<UInt64> {
      let power =
        corpus.render(index: index, range: 0..<160_000).reduce(0) { $0 + Double($1) * Double($1) } / 160_000
      #expect(abs(10 * log10(power) + 20) < 0.1)
    }
  }

  @Test func sineMixturesKeepTheirRules() throws {
    let options = try SineMixtureOptions().setting(["harmonics=3", "lowest_hz=100", "latest_onset_seconds=1"])
    let corpus = try SineMixtures(options: options, seed: 8)
    for index in 0..<300 as Range<UInt64> {
      let partials = corpus.mixture(index: index).partials
      #expect((1...16).contains(partials.count) && partials[0].onset == 0)
      #expect(partials.allSatisfy { $0.cycles >= 100.0 / 16000 && $0.cycles < 0.5 && $0.onset <= 16000 })
      #expect(partials.reduce(0) { $0 + $1.amplitude } <= pow(10, -0.05) + 1e-9)
      #expect(corpus.render(index: index, range: 0..<2000).allSatisfy { abs($0) <= 1 })
    }
  }
}
