// One optimizer step: batch in, weights changed. The loop around it (evaluation, saving, stopping) is TrainingRun.
package import Corpus
import Glibc
package import Kernels
package import Ranks
package import WaveNet

/// The weights in training, their optimizer, and every thread's memory.
///
/// The result of a step depends neither on the number of threads nor on that of ranks: each shard of the batch has its own gradient
/// buffer, and a fixed tree adds them (ShardTree.swift). Every rank has its own clips of a batch, makes the same update of the same
/// weights, and never sends any.
package final class Trainer {
  package let configuration: Configuration
  package let options: TrainingOptions
  package let optimizer: Adam
  private let threads: Int
  private let weights: SequenceWeights
  private let averageWeights: SequenceWeights
  private let passes: [SequencePass]
  private let ranks: any Collective
  private let tree: ShardTree
  private let gradients: [AlignedBuffer]  // [shards of this rank with clips] of MatrixLayout.forwardCount
  private let flatGradients: AlignedBuffer
  /// Among several ranks: the flat gradients and the loss, and what a partner has sent of them.
  private let messages: (own: AlignedBuffer, other: AlignedBuffer)?
  private let kernels: KernelTable
  /// Seconds that went into adding up what the ranks have, with waiting for the slowest.
  package private(set) var secondsExchanged = 0.0

  /// Places in the batch of the clips that are this rank's.
  package var places: [Int] { tree.places(of: options.clips) }

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
    ranks: any Collective = OneRank(), kernels: KernelTable = .active
  ) {
    self.configuration = configuration
    self.options = options
    self.kernels = kernels
    self.ranks = ranks
    tree = ShardTree(shards: options.shardCount, rank: ranks.rank, ranks: ranks.count)
    let groups = tree.groups(clips: options.clips)
    precondition(groups > 0, "rank \(ranks.rank) of \(ranks.count) has none of \(options.clips) clips")
    self.threads = max(1, min(threads, groups))
    optimizer = Adam(parameters: parameters, kernels: kernels)
    let weights = SequenceWeights(
      configuration, training: true, precision: options.precision, kernels: kernels)
    self.weights = weights
    averageWeights = SequenceWeights(
      configuration, training: false, precision: options.precision, kernels: kernels)
    let capacity = configuration.receptiveField - 1 + options.crop
    passes = (0..<self.threads).map { _ in
      SequencePass(
        configuration, capacity: capacity, training: true, precision: options.precision, kernels: kernels)
    }
    gradients = (0..<groups).map { _ in AlignedBuffer(count: weights.layout.forwardCount) }
    flatGradients = AlignedBuffer(count: parameters.count)
    let size = (parameters.count + 1) / 2 * 2 + 2  // an even number of floats and a double
    messages = ranks.count > 1 ? (AlignedBuffer(count: size), AlignedBuffer(count: size)) : nil
  }

  /// Forward, backward and Adam on one batch at learning rate `rate`, without other ranks.
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

  /// The same together with the other ranks, each of which has its own clips of the batch.
  /// - Parameters:
  ///   - part: this rank's clips
  ///   - targets: `realTargets` of the whole batch
  /// - Throws: if the ranks cannot talk; the weights are as before then.
  package func step(
    part: TokenBatch, targets: Int, rate: Double, number: UInt64, scheduledSampling share: Double
  ) throws(RankError) -> Report {
    let loss = addUp(part, targets: targets, number: number, scheduledSampling: share)
    let bits = bitsPerSample(try sumOverRanks(loss), targets)
    let norm = optimizer.update(gradients: flatGradients, rate: rate, options: options)
    return Report(bits: bits, gradientNorm: norm, rate: rate)
  }

  /// The gradient of the mean cross-entropy (nats) over the batch's samples, not what fills up short clips, into the flat buffer; returns that mean in bits.
  package func accumulate(
    _ batch: TokenBatch, number: UInt64 = 0, scheduledSampling share: Double = 0
  ) -> Double {
    precondition(ranks.count == 1, "one of \(ranks.count) ranks by itself")
    let targets = batch.realTargets
    return bitsPerSample(
      addUp(batch, targets: targets, number: number, scheduledSampling: share), targets)
  }

  /// This rank's part of the gradient; returns its part of the loss, in nats.
  private func addUp(
    _ batch: TokenBatch, targets: Int, number: UInt64, scheduledSampling share: Double
  ) -> Double {
    let places = places
    precondition(batch.clips == places.count && batch.crop == options.crop, "a batch of another size")
    weights.load(optimizer.parameters)
    let scale = Float(1 / Double(targets))
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
        codes, history: batch.history, place: places[clip], told: told, pass, weights)
      return drawn.map { $0.withUnsafeBufferPointer(loss) } ?? loss(codes)
    }
    tree.reduce(gradients, count: gradients[0].count, threads: threads, kernels)
    weights.unpack(gradients: gradients[0], into: flatGradients)
    let ofShards = gradients.indices.map { group in
      stride(from: group, to: losses.count, by: gradients.count).reduce(0) { $0 + losses[$1] }
    }
    return tree.sum(ofShards)
  }

  /// Adds the flat gradients of all ranks; returns the sum of their losses. After the last shard, not beside the next one: two ranks with a
  /// core each (small preset, 8 clips of 4096, f32) spend 2.6 % of their time here, 3.3 % over TCP on one machine, and waiting
  /// for the slower one is in that. What overlapping could gain is less; how much it is elsewhere: `exchange_share` in metrics.jsonl.
  private func sumOverRanks(_ loss: Double) throws(RankError) -> Double {
    guard let messages else { return loss }
    let began = ContinuousClock.now
    defer { secondsExchanged += (ContinuousClock.now - began) / .seconds(1) }
    let floats = messages.own.count - 2
    let tail = UnsafeMutableRawPointer(messages.own.pointer + floats)
    messages.own.pointer.update(from: flatGradients.pointer, count: flatGradients.count)
    tail.storeBytes(of: loss, as: Double.self)
    try ranks.sum(messages.own.pointer, floats: floats, doubles: 1, scratch: messages.other.pointer)
    flatGradients.pointer.update(from: messages.own.pointer, count: flatGradients.count)
    return tail.load(as: Double.self)
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
    return bitsPerSample(losses.reduce(0, +), batch.realTargets)
  }

  /// An immutable copy of the averaged weights.
  package func averagedModel() -> Model {
    let copy = AlignedBuffer(count: optimizer.average.count)
    copy.copy(from: optimizer.average)
    return Model(configuration: configuration, parameters: copy)
  }

  /// - loss: in nats, of all targets
  private func bitsPerSample(_ loss: Double, _ targets: Int) -> Double { loss / Double(targets) / log(2) }

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
