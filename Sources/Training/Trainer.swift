// One optimizer step: batch in, weights changed. The loop around it (evaluation, saving, stopping) is TrainingRun.
package import Corpus
import Glibc
package import Kernels
package import WaveNet

/// The weights in training, their optimizer, and every thread's memory.
///
/// The result of a step does not depend on the number of threads: each of up to 16 groups of clips has its own gradient
/// buffer, clip i belongs to group i mod 16, and the buffers are added in order.
package final class Trainer {
  package let configuration: Configuration
  package let options: TrainingOptions
  package let optimizer: Adam
  private let threads: Int
  private let weights: SequenceWeights
  private let averageWeights: SequenceWeights
  private let passes: [SequencePass]
  private let gradients: [AlignedBuffer]  // [groups] of MatrixLayout.forwardCount
  private let flatGradients: AlignedBuffer
  private let kernels: KernelTable

  /// Groups of clips, each with a gradient of its own: a number that does not grow with the batch, so that memory does
  /// not, and that is no smaller than the threads of a machine on which training is not bound by memory.
  static func groups(clips: Int) -> Int { min(clips, 16) }

  /// What a step reports.
  package struct Report: Sendable {
    /// Mean cross-entropy over the batch's samples, in bits per sample.
    package var bits: Double
    /// Global norm of the gradient before clipping.
    package var gradientNorm: Double
    package var rate: Double
  }

  package init(
    configuration: Configuration, options: TrainingOptions, parameters: AlignedBuffer, threads: Int,
    kernels: KernelTable = .active
  ) {
    self.configuration = configuration
    self.options = options
    self.kernels = kernels
    let groups = Self.groups(clips: options.clips)
    self.threads = max(1, min(threads, groups))
    optimizer = Adam(parameters: parameters, kernels: kernels)
    let weights = SequenceWeights(configuration, training: true, precision: options.precision)
    self.weights = weights
    averageWeights = SequenceWeights(configuration, training: false, precision: options.precision)
    let capacity = configuration.receptiveField - 1 + options.crop
    passes = (0..<self.threads).map { _ in
      SequencePass(
        configuration, capacity: capacity, training: true, precision: options.precision, kernels: kernels)
    }
    gradients = (0..<groups).map { _ in AlignedBuffer(count: weights.layout.forwardCount) }
    flatGradients = AlignedBuffer(count: parameters.count)
  }

  /// Forward, backward and Adam on one batch at learning rate `rate`.
  /// - Parameters:
  ///   - number: of the batch, which keys what is drawn for it
  ///   - scheduledSampling: the share of its inputs that are drawn
  package func step(
    _ batch: TokenBatch, rate: Double, number: UInt64 = 0, scheduledSampling share: Double = 0
  ) -> Report {
    let bits = accumulate(batch, number: number, scheduledSampling: share)
    let norm = optimizer.update(gradients: flatGradients, rate: rate, options: options)
    return Report(bits: bits, gradientNorm: norm, rate: rate)
  }

  /// The gradient of the mean cross-entropy (nats) over the batch's samples, not what fills up short clips, into the flat buffer; returns that mean in bits.
  package func accumulate(
    _ batch: TokenBatch, number: UInt64 = 0, scheduledSampling share: Double = 0
  ) -> Double {
    precondition(batch.clips == options.clips && batch.crop == options.crop, "a batch of another size")
    weights.load(optimizer.parameters)
    let scale = Float(1 / Double(batch.realTargets))
    let sampling = ScheduledSampling(
      share: share, seed: options.seed, step: number, sampleRate: configuration.sampleRate)
    let losses = forEachClip(batch, weights) { [gradients] clip, pass, codes, targets, weights in
      let gradient = gradients[clip % gradients.count]
      if clip < gradients.count { gradient.fill(0) }
      let told = batch.conditions.isEmpty ? nil : batch.conditions[clip]
      func loss(_ codes: UnsafeBufferPointer<UInt16>) -> Double {
        pass.lossAndGradients(
          codes, targets: targets, told: told, weights, scale: scale, gradients: gradient)
      }
      let drawn = sampling.inputs(
        codes, history: batch.history, place: clip, told: told, pass, weights)
      return drawn.map { $0.withUnsafeBufferPointer(loss) } ?? loss(codes)
    }
    let total = gradients[0]
    for other in gradients.dropFirst() { kernels.add(count: total.count, other.pointer, to: total.pointer) }
    weights.unpack(gradients: total, into: flatGradients)
    return bitsPerSample(losses, batch)
  }

  /// The gradient that the last `accumulate` left, in ParameterLayout's order.
  package var lastGradients: AlignedBuffer { flatGradients }

  /// Mean cross-entropy of the averaged weights on batches that are not trained on, in bits per sample.
  package func evaluate(_ batch: TokenBatch) -> Double {
    averageWeights.load(optimizer.average)
    let losses = forEachClip(batch, averageWeights) { clip, pass, codes, targets, weights in
      pass.loss(
        codes, targets: targets, told: batch.conditions.isEmpty ? nil : batch.conditions[clip], weights)
    }
    return bitsPerSample(losses, batch)
  }

  /// An immutable copy of the averaged weights.
  package func averagedModel() -> Model {
    let copy = AlignedBuffer(count: optimizer.average.count)
    copy.copy(from: optimizer.average)
    return Model(configuration: configuration, parameters: copy)
  }

  private func bitsPerSample(_ losses: [Double], _ batch: TokenBatch) -> Double {
    losses.reduce(0, +) / Double(batch.realTargets) / log(2)
  }

  /// Calls `body` for every clip of the batch, cut where the clip ends, on all threads, the clips of a group on one thread
  /// in the batch's order; returns the results in the batch's order.
  private func forEachClip(
    _ batch: TokenBatch, _ weights: SequenceWeights,
    _ body:
      @Sendable (
        _ clip: Int, SequencePass, UnsafeBufferPointer<UInt16>, UnsafeBufferPointer<UInt16>, SequenceWeights
      ) -> Double
  ) -> [Double] {
    let rowLength = batch.inputs.count / batch.clips
    precondition(
      rowLength == configuration.receptiveField - 1 + batch.crop, "a batch of another receptive field")
    // One thread, one pass: nothing in a pass is shared.
    nonisolated(unsafe) let passes = passes
    let groups = gradients.count
    let results = Parallel.map(jobs: groups, threads: threads) { group, thread in
      batch.inputs.withUnsafeBufferPointer { inputs in
        batch.targets.withUnsafeBufferPointer { targets in
          stride(from: group, to: batch.clips, by: groups).map { clip -> Double in
            let count = batch.counts[clip]
            return body(
              clip, passes[thread],
              UnsafeBufferPointer(
                rebasing: inputs[clip * rowLength..<clip * rowLength + batch.history + count]),
              UnsafeBufferPointer(rebasing: targets[clip * batch.crop..<clip * batch.crop + count]), weights)
          }
        }
      }
    }
    return (0..<batch.clips).map { results[$0 % groups][$0 / groups] }
  }
}
