// Endless made-up clips as a corpus. Clip i of a split is a recipe drawn from its own stream; any range of it can be
// rendered alone. Training clip (step, b) is number step * 65536 + b, so every crop is a new clip.
import FoundationEssentials
import Signal

/// Options from which clips are drawn.
package protocol MixtureSource: CorpusOptions {
  var sampleRate: Int { get set }
  var quantizationLevels: Int { get set }
  var attackMs: Double { get set }
  var noiseFloorDb: Double? { get set }
  var startProbability: Double { get set }
  var clipSeconds: Double { get set }
  var historyGainDb: Double { get set }
  /// The recipe of a clip.
  func mixture(_ random: inout ClipRandom) -> Mixture
}

extension MixtureSource {
  /// What all of them have.
  static var sharedFields: [OptionField<Self>] {
    [
      OptionField("sample_rate", \.sampleRate, Clip.sampleRates),
      OptionField(levels: \.quantizationLevels),
      OptionField("attack_ms", \.attackMs, 0...10_000),
      OptionField("noise_floor_db", \.noiseFloorDb, -120...(-6)),
      OptionField("start_probability", \.startProbability, 0...1),
      OptionField("clip_seconds", \.clipSeconds, 0.001...3600),
      OptionField("history_gain_db", \.historyGainDb, 0...24),
    ]
  }
}

/// Sustained equal-tempered chords: the default corpus.
package typealias Chords = SyntheticCorpus<ChordOptions>
/// Sines of free frequency, level, onset and decay.
package typealias SineMixtures = SyntheticCorpus<SineMixtureOptions>

/// Clips drawn from options and a seed.
package struct SyntheticCorpus<Source: MixtureSource>: CropCorpus {
  package let options: Source
  package let seed: UInt64
  private let encoder: MuLawTable

  package var sampleRate: Int { options.sampleRate }
  package var quantizationLevels: Int { options.quantizationLevels }

  /// - Throws: `CorpusError` if the options are not valid.
  package init(options: Source = Source(), seed: UInt64) throws(CorpusError) {
    try options.validate()
    self.options = options
    self.seed = seed
    encoder = MuLawTable(levels: options.quantizationLevels)
  }

  /// What clip `index` consists of.
  package func mixture(index: UInt64, split: Split = .training) -> Mixture {
    var random = ClipRandom(seed: seed, purpose: .recipe, split: split, clip: index)
    return options.mixture(&random)
  }

  /// Samples `range` of clip `index`, within [-1, 1] unless a noise floor lifts them above.
  package func render(index: UInt64, range: Range<Int>, split: Split = .training) -> [Float] {
    render(mixture(index: index, split: split), range, index, split)
  }

  /// The first `seconds` of clip `index`; without it `clip_seconds`.
  package func clip(index: UInt64, seconds: Double? = nil, split: Split = .training) -> Clip {
    let count = Int(((seconds ?? options.clipSeconds) * Double(sampleRate)).rounded())
    return Clip(samples: render(index: index, range: 0..<count, split: split), sampleRate: sampleRate)
  }

  package func validationClips(count: Int, samples: Int) -> [[UInt16]] {
    let length = min(samples, Int((options.clipSeconds * Double(sampleRate)).rounded()))
    return (0..<count).map { index in
      encoder.encode(render(index: UInt64(index), range: 0..<length, split: .validation))
    }
  }

  private func render(_ mixture: Mixture, _ range: Range<Int>, _ index: UInt64, _ split: Split) -> [Float] {
    mixture.render(
      range, noiseStream: ClipRandom.philox(seed: seed, purpose: .noise, split: split, clip: index))
  }

  /// Adds one crop: places it, renders it with its history, encodes, and disturbs the inputs.
  package func append(to batch: inout TokenBatch, index: UInt64, split: Split, jitter: Double) {
    var place = ClipRandom(seed: seed, purpose: .place, split: split, clip: index)
    let atStart = place.uniform() < options.startProbability
    let anywhere = place.integer(0...Int(options.clipSeconds * Double(sampleRate)))
    let start = atStart ? 0 : anywhere

    let mixture = mixture(index: index, split: split)
    let first = start - batch.history - 1  // position of the first input
    let end = start + batch.crop
    let codes = encoder.encode(render(mixture, max(first, 0)..<end, index, split))
    batch.addTargets(codes.suffix(batch.crop), real: batch.crop)
    var inputs: [UInt16]
    if options.historyGainDb > 0 && split == .training {
      inputs = encoder.encode(render(misleveled(mixture, index), max(first, 0)..<end - 1, index, split))
    } else {
      inputs = codes.dropLast()
    }
    InputJitter.apply(
      to: &inputs, sounding: inputs.indices, firstPosition: max(first, 0), maximum: jitter,
      levels: quantizationLevels, seed: seed, split: split, clip: index)
    batch.inputs += repeatElement(encoder.silence, count: max(-first, 0))
    batch.inputs += inputs
  }

  /// The mixture with each partial's level off by up to `history_gain_db`.
  private func misleveled(_ mixture: Mixture, _ index: UInt64) -> Mixture {
    var random = ClipRandom(seed: seed, purpose: .historyGain, split: .training, clip: index)
    var off = mixture
    for i in off.partials.indices {
      off.partials[i].amplitude *= amplitude(random.real(-options.historyGainDb...options.historyGainDb))
    }
    return off
  }
}
