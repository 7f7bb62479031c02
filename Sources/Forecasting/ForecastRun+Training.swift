// How a network learns: until its own validation error stops falling, or for a given number of epochs.
import Glibc
internal import Layers

extension ForecastRun {
  /// What learning leaves behind.
  struct Learnt {
    var layer: any Layer
    var end: End
    var validation: [Double] = []
    var bestEpoch = 0
    var seconds = 0.0
    var steps = 0
  }

  /// After `patience` epochs in which the validation error has not fallen by a thousandth, training goes back to the best
  /// weights and on with a quarter of the step; where 1/64 of it brings nothing either, the model has converged. Without
  /// patience the step falls to 0 along half a cosine over all epochs. Ends early at a validation error that is no number.
  /// - Returns: nil if `progress` said stop.
  static func descend(
    _ fresh: any Layer, _ data: ForecastData, _ options: ForecastOptions,
    _ progress: (_ epochs: Double) -> Bool
  ) throws(LayersError) -> Learnt? {
    let (patience, smallest) = (options.patience, options.learningRate / 64)
    let all = options.epochs * ((data.training.count + options.batch - 1) / options.batch)
    var learnt = Learnt(layer: fresh, end: patience == 0 ? .fixed : .outOfEpochs)
    var trainer = ForecastTrainer(fresh, learningRate: options.learningRate, threads: options.threads)
    var (rate, least, mark, waited) = (options.learningRate, Double.infinity, Double.infinity, 0)
    for epoch in 0..<options.epochs {
      let start = ContinuousClock.now
      let order = ForecastTrainer.order(count: data.training.count, seed: options.seed, epoch: epoch)
      for first in stride(from: 0, to: order.count, by: options.batch) {
        let indices = order[first..<min(first + options.batch, order.count)]
        if patience == 0 {
          rate = options.learningRate * 0.5 * (1 + cos(.pi * Double(learnt.steps) / Double(all)))
        }
        trainer.set(learningRate: rate)
        _ = try trainer.step(data.training, indices, horizon: options.horizon)
        learnt.steps += 1
        if !progress(Double(epoch) + Double(indices.endIndex) / Double(order.count)) { return nil }
      }
      learnt.seconds += (ContinuousClock.now - start) / .seconds(1)
      let forecasts = try ForecastTrainer.predictions(
        trainer.layer, data.validation, threads: options.threads)
      let error = ForecastScore(forecasts, data.validation, data.scale).mse
      learnt.validation.append(error)
      if !error.isFinite { break }
      if error < least { (least, learnt.layer, learnt.bestEpoch) = (error, trainer.layer, epoch + 1) }
      (mark, waited) = error < 0.999 * mark ? (error, 0) : (mark, waited + 1)
      if patience == 0 || waited < patience { continue }
      if rate <= smallest {
        learnt.end = .converged
        break
      }
      (rate, mark, waited) = (rate / 4, least, 0)
      trainer = ForecastTrainer(learnt.layer, learningRate: rate, threads: options.threads)
    }
    return learnt
  }
}
