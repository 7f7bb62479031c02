// Learning by minibatches. A batch is cut into shards of fixed size that threads take one by one; their gradients are
// added in the order of the shards, so that the result does not depend on the number of threads.
import Glibc
internal import Kernels
package import Layers
internal import Signal

/// A model in training: its layers and the optimizer's memory.
package struct ForecastTrainer: Sendable {
  /// Examples in a shard. Part of the result: sums are rounded shard by shard.
  package static let shard = 16

  package private(set) var layer: any Layer
  private var adam: Adam
  private let threads: Int

  package init(_ layer: any Layer, learningRate: Double, threads: Int) {
    self.layer = layer
    adam = Adam(learningRate: Float(learningRate))
    self.threads = threads
  }

  /// From now on steps are this long.
  package mutating func set(learningRate: Double) { adam.learningRate = Float(learningRate) }

  private struct Shard: Sendable {
    let loss: Double  // its part of the batch's mean
    let gradients: [Tensor]
  }

  /// One step of Adam on the mean squared error of some examples. Returns that error, from before the step.
  package mutating func step(_ part: ForecastData.Part, _ indices: ArraySlice<Int>, horizon: Int)
    throws(LayersError)
    -> Double
  {
    let jobs = (indices.count + Self.shard - 1) / Self.shard
    let shards = try Parallel.map(jobs: jobs, threads: threads) { [layer] job, _ throws(LayersError) in
      let start = indices.startIndex + job * Self.shard
      let some = indices[start..<min(start + Self.shard, indices.endIndex)]
      let share = Float(some.count) / Float(indices.count)
      let pass = try layer.traced(part.inputs(some))
      let loss = try Loss.meanSquaredError(pass.y, part.answers(some, horizon: horizon))
      let dy = Tensor(shape: loss.dy.shape, loss.dy.values.map { $0 * share })
      return Shard(loss: loss.value * Double(share), gradients: pass.backward(dy).dParameters)
    }
    var loss = 0.0
    var sum: [Tensor] = []
    for part in shards {
      loss += part.loss
      if sum.isEmpty { sum = part.gradients } else { for t in sum.indices { sum[t] += part.gradients[t] } }
    }
    var parameters = layer.parameters
    adam.update(&parameters, sum)
    layer.parameters = parameters
    return loss
  }

  /// The order of the examples in an epoch: a function of seed and epoch.
  package static func order(count: Int, seed: UInt64, epoch: Int) -> [Int] {
    var random = PhiloxGenerator(seed: seed, stream: UInt64(epoch))
    return (0..<count).shuffled(using: &random)
  }

  /// The forecasts [count, horizon] of a layer for all examples of a part, on threads.
  package static func predictions(_ layer: any Layer, _ part: ForecastData.Part, threads: Int)
    throws(LayersError)
    -> Tensor
  {
    let chunk = 64
    let jobs = (part.count + chunk - 1) / chunk
    let chunks = try Parallel.map(jobs: jobs, threads: threads) { job, _ throws(LayersError) in
      try layer.forward(part.inputs(job * chunk..<min((job + 1) * chunk, part.count))).values
    }
    let values = chunks.flatMap { $0 }
    return Tensor(shape: [part.count, values.count / part.count], values)
  }
}
