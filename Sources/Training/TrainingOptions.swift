// What a run is made of besides the model's shape and the corpus.
package import Corpus
import Glibc
package import Kernels

/// The hyper-parameters of training; recorded in the run folder, so that `--resume` needs no flags.
package struct TrainingOptions: Codable, Hashable, Sendable {
  /// Optimizer steps of the whole run; the learning rate falls towards the last one.
  package var steps = 16_000
  /// B: clips in a batch.
  package var clips = 4
  /// T: predicted samples per clip.
  package var crop = 4096
  /// Largest learning rate.
  package var learningRate = 4e-3
  /// Learning rate at the last step, as a fraction of the largest.
  package var finalFraction = 0.02
  /// Steps of linear warm-up.
  package var warmUpSteps = 100
  package var beta1 = 0.9
  package var beta2 = 0.99
  package var epsilon = 1e-8
  /// Largest global norm of the gradient; longer ones are scaled down to it.
  package var clipNorm = 1.0
  /// Decay of the exponential moving average of the weights, which is what a checkpoint's model holds.
  package var averageDecay = 0.999
  /// Largest standard deviation, in codes, of the noise on the input history, at the start and at the end of the run:
  /// those of synthetic sound; see `init(for:)`.
  package var jitter = 3.0
  package var finalJitter = 1.5
  /// The share of the input history, 0...1, that is what the model itself draws there (ScheduledSampling.swift), at the end of
  /// the run. Nil, which is also what runs have that know nothing of it: none.
  package var scheduledSampling: Double?
  /// What the factors of matrix products are rounded to while training; the model and its optimizer are float32.
  package var precision = Precision.f32
  /// Parts of a batch whose gradients are added in a fixed order, a power of two; their number is part of the result where there are
  /// more clips than shards, and the most ranks that can train together. Nil, of runs from before there was a choice: 16, and as
  /// many threads can work at once.
  package var shards: Int? = TrainingOptions.defaultShards
  /// Seed of the initial weights and of every random choice of the corpus.
  package var seed: UInt64 = 1
  /// Steps between evaluations (held-out bits, samples).
  package var evaluateEvery = 500

  package static let defaultShards = 16
  package var shardCount: Int { shards ?? Self.defaultShards }

  package init() {}

  /// The defaults for a corpus. Chords need much noise on the history to be held for seconds: what a model has generated
  /// is never quite what it has learnt from. Recordings are less regular, and for them the same noise costs bits and
  /// sound: 800 steps of the small preset on four minutes of melodies, speech and tones gave 2.79 held-out bits with
  /// 3 -> 1.5, and generated clips 22 dB off in level; with 1 -> 0.5, 2.67 bits and 3.8 dB, less than what separates the
  /// recordings themselves; without any, 2.66 bits and 3.9 dB. So: the little that costs nothing.
  ///
  /// Scheduled sampling is off by the figures of 1000 steps of the small preset in bf16, its share growing to a half; README has
  /// the table. In place of the noise it costs melodies 0.44 bits, and what follows a held-out curve clicks four times a second
  /// where it clicks once in six seconds; it costs speech 0.08 bits and spectrum. What it gains is that speech does not fall silent
  /// (7 dB off in loudness where noise has 18), and together with the noise that 62 % of the frames of melodies are in tune where
  /// noise alone has 51. Smaller shares and longer trainings have not been measured.
  package init(for corpus: CorpusDescription) {
    if case .folder = corpus { (jitter, finalJitter) = (1, 0.5) }
  }

  /// For a model that is told controls: as many samples in shorter crops, each of which may begin with a false start
  /// (Corpus/FalseStart.swift), so that more of what is learnt is how to get back to what is told.
  package var toldControls: TrainingOptions {
    var options = self
    (options.clips, options.crop) = (16, 1024)
    return options
  }

  /// Learning rate of step `step` (0-based): linear warm-up, then half a cosine down to `finalFraction`.
  /// - phase: of the step, if a plan has another one than the options (SchedulePlan.swift).
  package func rate(at step: Int, phase: Double? = nil) -> Double {
    if step < warmUpSteps { return learningRate * Double(step + 1) / Double(warmUpSteps) }
    return learningRate * (finalFraction + (1 - finalFraction) * Self.fall(phase ?? self.phase(at: step)))
  }

  /// Jitter of step `step`, falling like the learning rate.
  package func jitter(at step: Int, phase: Double? = nil) -> Double {
    finalJitter + (jitter - finalJitter) * Self.fall(phase ?? self.phase(at: step))
  }

  /// Share of drawn inputs at step `step`: none at first, when a model draws noise, and growing as the learning rate falls.
  package func scheduledSampling(at step: Int, phase: Double? = nil) -> Double {
    (scheduledSampling ?? 0) * (1 - Self.fall(phase ?? self.phase(at: step)))
  }

  /// Of step `step`: 0 at the end of the warm-up, 1 at the last step, in equal parts between; below 0 in the warm-up.
  package func phase(at step: Int) -> Double {
    Double(step - warmUpSteps) / Double(max(1, steps - 1 - warmUpSteps))
  }

  /// Half a cosine from 1 at phase 0 to 0 at phase 1.
  private static func fall(_ phase: Double) -> Double { 0.5 * (1 + cos(.pi * min(1, max(0, phase)))) }

  /// Steps between the evaluations of a run of so many steps: ten of them, or more in a long run.
  package static func evaluateEvery(steps: Int) -> Int {
    max(1, min(TrainingOptions().evaluateEvery, steps / 10))
  }
}

extension KeyedDecodingContainer {
  /// A run that was started before there was a choice has none recorded: it trains in float32.
  func decode(_ type: Precision.Type, forKey key: Key) throws -> Precision {
    let precision = try decodeIfPresent(type, forKey: key) ?? .f32
    guard Precision.ofTraining.contains(precision) else {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: self, debugDescription: "there is no training at \(precision)")
    }
    return precision
  }
}
