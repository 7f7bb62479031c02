// From data and the name of a model to numbers: learn, keep the weights that were best on the validation part, judge on the
// test part. How networks learn is in ForecastRun+Training.swift; what is printed of it is the command's affair.
package import Layers

/// How models are trained.
package struct ForecastOptions: Hashable, Sendable {
  /// Passes over the training part, at most.
  package var epochs = 200
  /// Epochs without a smaller validation error after which the step is made smaller; 0 trains for `epochs` whatever happens.
  package var patience = 5
  /// Examples per step.
  package var batch = 32
  /// Of Adam at the start.
  package var learningRate = 1e-3
  /// Values that every model answers with at once.
  package var horizon = 1
  /// Values in a day, for the models that look a day or a week back.
  package var perDay = 24
  /// Of the initial weights and the shuffles.
  package var seed: UInt64 = 1
  package var threads = 1

  package init() {}
}

/// One model after training.
package struct ForecastRun: Sendable {
  /// Why learning ended.
  package enum End: Hashable, Sendable {
    /// Nothing is learnt.
    case nothingToLearn
    /// The best there is; `ridge` as in LeastSquares.
    case solved(ridge: Double)
    /// The validation error stopped falling at the smallest step.
    case converged
    /// The validation error might have fallen further.
    case outOfEpochs
    /// As many epochs as were asked for, without looking.
    case fixed
  }

  package let model: ForecastModel
  /// The trained layers.
  package let layer: any Layer
  package let end: End
  package let test: ForecastScore
  /// Mean squared error on the validation part after each epoch.
  package let validation: [Double]
  /// The epoch whose weights were kept, from 1; 0 for what is not trained.
  package let bestEpoch: Int
  /// Time of learning alone.
  package let seconds: Double
  /// Steps of the optimizer.
  package let steps: Int
  /// What is forecast for the test part: [N, horizon], scaled as the data.
  package let forecasts: Tensor

  /// Numbers that were learnt.
  package var parameterCount: Int { layer.parameterCount }

  /// - Parameter progress: called after every step with epochs done (and a fraction); returns whether to go on.
  /// - Returns: nil if `progress` said stop.
  package static func train(
    _ model: ForecastModel, _ data: ForecastData, _ options: ForecastOptions,
    progress: (_ epochs: Double) -> Bool = { _ in true }
  ) throws(ForecastError) -> ForecastRun? {
    let fresh = try model.layer(
      window: data.training.window, horizon: options.horizon, perDay: options.perDay, seed: options.seed)
    var learnt = Learnt(layer: fresh, end: .nothingToLearn)
    do throws(LayersError) {
      switch model.learning {
      case .none: break
      case .solved:
        let start = ContinuousClock.now
        let solution = try LeastSquares(data.training, horizon: options.horizon, threads: options.threads)
        learnt = Learnt(
          layer: Sequential([Flatten(), solution.dense]), end: .solved(ridge: solution.ridge),
          seconds: (ContinuousClock.now - start) / .seconds(1))
      case .trained:
        guard let result = try descend(fresh, data, options, progress) else { return nil }
        learnt = result
      }
    } catch { throw .window(model: model.rawValue, error: error) }
    if let last = learnt.validation.last, !last.isFinite {
      throw .diverged(model: model.rawValue, epoch: learnt.validation.count)
    }
    let forecasts: Tensor
    do throws(LayersError) {
      forecasts = try ForecastTrainer.predictions(learnt.layer, data.test, threads: options.threads)
    } catch { throw .window(model: model.rawValue, error: error) }
    return ForecastRun(
      model: model, layer: learnt.layer, end: learnt.end,
      test: ForecastScore(forecasts, data.test, data.scale), validation: learnt.validation,
      bestEpoch: learnt.bestEpoch, seconds: learnt.seconds, steps: learnt.steps, forecasts: forecasts)
  }
}
