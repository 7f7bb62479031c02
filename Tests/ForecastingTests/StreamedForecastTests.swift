// Forecasts through the queues that make sound: the same as recomputing the whole window for every step, and to the bit
// what the naive generator computes.
import Forecasting
import Generation
import Layers
import TestSupport
import Testing
import WaveNet

struct StreamedForecastTests {
  private static func stack(_ shape: GatedStack.Shape) throws -> GatedStack {
    var random = SeededValues(seed: 9)
    return try GatedStack(shape, using: &random)
  }

  static let shapes: [GatedStack.Shape] = [
    .init(dilations: GatedStack.dilations(covering: 50)),
    .init(residual: 5, dilation: 16, skip: 7, head: 9, kernel: 3, dilations: [1, 2, 5, 1], outputs: 1),
    .init(residual: 20, dilation: 16, skip: 300, head: 3, kernel: 2, dilations: [3], outputs: 1),
  ]

  @Test(arguments: shapes)
  func queuesEqualTheRecomputedWindow(_ shape: GatedStack.Shape) throws {
    let stack = try Self.stack(shape)
    let data = ForecastData.sines(count: 100, window: 50, targets: 40, seed: 2)
    let streamed = try StreamedForecast(stack, limit: 2)
    let steps = 40
    let forecasts = streamed.forecasts(data.training, 0..<70, steps: steps, threads: 2)
    // Each step from the very history that the queues had: a tie between two levels must not count as a difference.
    let expected = try MultiStep.recomputed(
      stack, data.training, 0..<70, steps: steps, threads: 1, fed: forecasts
    ) { streamed.level(streamed.code($0)) }
    #expect(forecasts.shape == [70, steps])
    expectClose(forecasts.values, expected.values, .relativeToScale(3e-6))
    // Neighbours and threads do not matter.
    #expect(
      streamed.forecasts(data.training, 33..<34, steps: steps, threads: 1).values
        == Array(forecasts.values[33 * steps..<34 * steps]))
  }

  @Test(arguments: shapes)
  func everyStepEqualsTheNaiveGenerator(_ shape: GatedStack.Shape) throws {
    let streamed = try StreamedForecast(Self.stack(shape), limit: 2)
    let data = ForecastData.sines(count: 10, window: 50, targets: 1, seed: 4)
    let forecasts = streamed.forecasts(data.test, 0..<1, steps: 8, threads: 1)
    var history = data.test.window(0).map { streamed.code($0) }
    for step in 0..<8 {
      let naive = NaiveGenerator.logits(streamed.model, history: history)
      #expect(naive[0] == forecasts.values[step])
      #expect(naive.dropFirst().allSatisfy { $0 == 0 })
      history.append(streamed.code(naive[0]))
    }
  }

  @Test func levelsAreEvenAndClamped() throws {
    let streamed = try StreamedForecast(Self.stack(Self.shapes[0]), limit: 2)
    #expect(streamed.level(512) == 0 && streamed.code(0) == 512)
    #expect(abs(streamed.level(1023) - 2) < 1e-6)
    for code in UInt16(0)..<1024 { #expect(streamed.code(streamed.level(code)) == code) }
    #expect(streamed.code(1e30) == 1023 && streamed.code(-1e30) == 0)
    #expect(abs(streamed.level(streamed.code(0.7)) - 0.7) <= streamed.step / 2)
  }

  /// What was forecast is fed back: the second step of a model that repeats a multiple of the last value.
  @Test func recomputedFeedsBack() throws {
    var weight = [Float](repeating: 0, count: 4)
    weight[3] = 2
    let double = Sequential([Flatten(), try Dense(weight: Tensor(shape: [1, 4], weight))])
    let part = ForecastData.Part(window: 4, targets: 3, values: [1, 2, 3, 5, 0, 0, 0], starts: [0])
    let y = try MultiStep.recomputed(double, part, 0..<1, steps: 3, threads: 1)
    #expect(y.values == [10, 20, 40])
    let fed = Tensor(shape: [1, 3], [7, 8, 9])
    let others = try MultiStep.recomputed(double, part, 0..<1, steps: 3, threads: 1, fed: fed)
    #expect(others.values == [10, 14, 16])
    func again(_ season: Int) throws -> [Float] {
      try MultiStep.recomputed(
        SeasonalNaive(season: season, horizon: 1), part, 0..<1, steps: 3, threads: 1
      ).values
    }
    #expect(try again(1) == [5, 5, 5] && again(2) == [3, 5, 3] && again(4) == [1, 2, 3])
  }
}
