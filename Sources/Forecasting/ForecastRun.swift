// From data and the name of a model to numbers: train, keep the epoch that was best on the validation part, judge on the
// test part. What is printed of it is the command's affair.
import Glibc
package import Layers

/// How models are trained.
package struct ForecastOptions: Hashable, Sendable {
  package var epochs = 20
  /// Examples per step.
  package var batch = 32
  /// Of Adam at the start; it falls to 0 along half a cosine.
  package var learningRate = 1e-3
  /// Values that every model answers with at once.
  package var horizon = 1
  /// Of the initial weights and the shuffles.
  package var seed: UInt64 = 1
  package var threads = 1

  package init() {}
}

/// One model after training.
package struct ForecastRun: Sendable {
  package let model: ForecastModel
  /// The trained layers; nil for `last`.
  package let layer: (any Layer)?
  package let test: ForecastScore
  /// Mean squared error on the validation part after each epoch.
  package let validation: [Double]
  /// The epoch whose weights were kept, from 1; 0 for `last`.
  package let bestEpoch: Int
  /// Time of the training steps alone.
  package let seconds: Double
  /// Steps of the optimizer.
  package let steps: Int
  /// What is forecast for the test part: [N, horizon], scaled as the data.
  package let forecasts: Tensor

  /// Numbers that were learnt.
  package var parameterCount: Int { layer?.parameterCount ?? 0 }

  /// - Parameter progress: called after every step with epochs done (and a fraction); returns whether to go on.
  /// - Returns: nil if `progress` said stop.
  package static func train(
    _ model: ForecastModel, _ data: ForecastData, _ options: ForecastOptions,
    progress: (_ epochs: Double) -> Bool = { _ in true }
  ) throws(ForecastError) -> ForecastRun? {
    let horizon = options.horizon
    guard
      let fresh = try model.layer(window: data.training.window, horizon: horizon, seed: options.seed)
    else {
      let forecasts = Tensor(
        shape: [data.test.count, horizon],
        (0..<data.test.count).flatMap { [Float](repeating: data.test.window($0).last ?? 0, count: horizon) })
      return ForecastRun(
        model: model, layer: nil, test: ForecastScore(forecasts, data.test, data.scale), validation: [],
        bestEpoch: 0, seconds: 0, steps: 0, forecasts: forecasts)
    }
    do {
      var trainer = ForecastTrainer(fresh, learningRate: options.learningRate, threads: options.threads)
      var (best, bestEpoch, validation): (any Layer, Int, [Double]) = (fresh, 0, [])
      var seconds = 0.0
      var steps = 0
      let all = options.epochs * ((data.training.count + options.batch - 1) / options.batch)
      for epoch in 0..<options.epochs {
        let start = ContinuousClock.now
        let order = ForecastTrainer.order(count: data.training.count, seed: options.seed, epoch: epoch)
        for first in stride(from: 0, to: order.count, by: options.batch) {
          let indices = order[first..<min(first + options.batch, order.count)]
          trainer.set(learningRate: options.learningRate * 0.5 * (1 + cos(.pi * Double(steps) / Double(all))))
          _ = try trainer.step(data.training, indices, horizon: horizon)
          steps += 1
          if !progress(Double(epoch) + Double(indices.endIndex) / Double(order.count)) { return nil }
        }
        seconds += (ContinuousClock.now - start) / .seconds(1)
        let error = ForecastScore(
          try ForecastTrainer.predictions(trainer.layer, data.validation, threads: options.threads),
          data.validation,
          data.scale
        ).mse
        if !error.isFinite { throw ForecastError.diverged(model: model.rawValue, epoch: epoch + 1) }
        if error < validation.min() ?? .infinity { (best, bestEpoch) = (trainer.layer, epoch + 1) }
        validation.append(error)
      }
      let forecasts = try ForecastTrainer.predictions(best, data.test, threads: options.threads)
      return ForecastRun(
        model: model, layer: best, test: ForecastScore(forecasts, data.test, data.scale),
        validation: validation, bestEpoch: bestEpoch, seconds: seconds, steps: steps, forecasts: forecasts)
    } catch let error as LayersError {
      throw .window(model: model.rawValue, error: error)
    } catch let error as ForecastError {
      throw error
    } catch { preconditionFailure("\(error)") }
  }
}
