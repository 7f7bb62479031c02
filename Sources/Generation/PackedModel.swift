// What all generators of a model share: made once, never written again.
package import Kernels
internal import Signal
package import WaveNet

/// A model's packed weights, and the state that every clip starts from.
package final class PackedModel: Sendable {
  package let configuration: Configuration
  package let precision: Precision
  package let kernels: KernelTable
  /// Code of silence: that of amplitude 0 under mu-law.
  package let silenceCode: UInt16
  let weights: PackedWeights
  let rest: RestState
  /// Of a model that can be told something.
  let condition: ConditionMatrices?

  /// - Parameters:
  ///   - clips: about how many will advance in step: weights are packed as so many read them fastest. Results do not depend on
  ///     it, and any number may.
  ///   - skipBlocks: blocks whose parts of the skip sum are added at once; `nil` chooses by size.
  package init(
    _ model: Model, precision: Precision = .f32, kernels: KernelTable = .active, clips: Int = 1,
    skipBlocks: Int? = nil
  ) {
    configuration = model.configuration
    self.precision = precision
    self.kernels = kernels
    silenceCode = MuLaw(levels: configuration.quantizationLevels).silence
    weights = PackedWeights(
      model, precision: precision, kernels: kernels, clips: clips, skipBlocks: skipBlocks)
    rest = RestState(weights, configuration, silenceCode: silenceCode)
    condition = ConditionMatrices(model, kernels: kernels)
  }

  /// Whether weights of bfloat16 are kept as floats, which are twice the bytes.
  package var keepsFloats: Bool { weights.layout.outputArithmetic.keepsFloats }

  /// Whether tiles were found to be the faster way, see `Arithmetic.fasterInt8` and `fasterBF16`; nil where there was no choice.
  package var prefersTiles: Bool? { weights.layout.arithmetic.prefersTiles }

  /// Queues and scratch for `clips` clips at their beginning, with silence before them.
  package func engine(clips: Int) -> any StepEngine {
    clips == 1 ? StreamEngine(self) : BatchEngine(self, clips: clips)
  }
}
