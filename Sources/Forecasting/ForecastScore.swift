// How far forecasts are from what came.
package import Layers

/// Errors in the units of the data.
package struct ForecastScore: Hashable, Sendable {
  /// Mean of (forecast - truth)^2.
  package let mse: Double
  /// Mean of |forecast - truth|.
  package let mae: Double
  /// The first of the two for each value ahead: [H].
  package let mseByStep: [Double]

  /// - Parameters:
  ///   - forecasts: [N, H], H at most the part's targets
  ///   - scale: units per unit of the forecasts
  package init(_ forecasts: Tensor, _ part: ForecastData.Part, _ scale: Double) {
    let horizon = forecasts.shape[1]
    precondition(
      forecasts.shape[0] == part.count && horizon <= part.targets,
      "forecasts \(forecasts.shape) for \(part.count)")
    var squares = [Double](repeating: 0, count: horizon)
    var distance = 0.0
    for n in 0..<part.count {
      for (h, truth) in part.answer(n).prefix(horizon).enumerated() {
        let error = Double(forecasts.values[n * horizon + h] - truth) * scale
        squares[h] += error * error
        distance += abs(error)
      }
    }
    mseByStep = squares.map { $0 / Double(part.count) }
    mse = mseByStep.reduce(0, +) / Double(horizon)
    mae = distance / Double(forecasts.count)
  }
}
