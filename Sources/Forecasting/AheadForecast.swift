// Many steps ahead over a whole test part: through queues where the model allows it, with the proof and the speed of both
// ways; by recomputing the window for all others.
package import Layers

/// Forecasts of many steps, every one fed back.
package struct AheadForecast: Sendable {
  /// What queues are worth, and that they change nothing but for the rounding of what they read.
  package struct Queues: Sendable {
    /// What is fed back, the known window too, is one of so many levels, a step apart in units of the data; the outermost stand for all
    /// beyond.
    package let levels: Int
    package let step: Double
    /// Largest distance to the window recomputed for each step from the same history, in units of the data.
    package let largestDifference: Double
    /// Forecast values per second, through queues and recomputed.
    package let valuesPerSecond: Double, recomputedValuesPerSecond: Double
  }

  /// [N, steps], scaled as the data.
  package let forecasts: Tensor
  package let score: ForecastScore
  /// For a gated stack alone.
  package let queues: Queues?

  /// - layer: answers with one value
  package init(_ layer: any Layer, _ data: ForecastData, steps: Int, threads: Int) throws {
    let all = 0..<data.test.count
    guard let stack = layer as? GatedStack else {
      forecasts = try MultiStep.recomputed(layer, data.test, all, steps: steps, threads: threads)
      score = ForecastScore(forecasts, data.test, data.scale)
      queues = nil
      return
    }
    // Values twice as large as any in the training part can be fed back.
    let limit = 2 * data.training.values.reduce(Float(1e-6)) { max($0, abs($1)) }
    let streamed = try StreamedForecast(stack, limit: limit)
    var start = ContinuousClock.now
    let fast = streamed.forecasts(data.test, all, steps: steps, threads: threads)
    let fastSeconds = (ContinuousClock.now - start) / .seconds(1)
    start = ContinuousClock.now
    let slow = try MultiStep.recomputed(layer, data.test, all, steps: steps, threads: threads, fed: fast) {
      streamed.level(streamed.code($0))
    }
    let slowSeconds = (ContinuousClock.now - start) / .seconds(1)
    let difference = zip(fast.values, slow.values).reduce(0) { max($0, abs(Double($1.0) - Double($1.1))) }
    forecasts = fast
    score = ForecastScore(fast, data.test, data.scale)
    queues = Queues(
      levels: StreamedForecast.levels, step: Double(streamed.step) * data.scale,
      largestDifference: difference * data.scale, valuesPerSecond: Double(fast.count) / fastSeconds,
      recomputedValuesPerSecond: Double(fast.count) / slowSeconds)
  }
}
