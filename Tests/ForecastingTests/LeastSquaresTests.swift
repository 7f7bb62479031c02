// The exact linear forecast against a slow twin that forms no normal equations, and against its own neighbours.
import Forecasting
import Layers
import TestSupport
import Testing

struct LeastSquaresTests {
  /// Weights and bias [W + 1] for one answer: columns made orthogonal one after the other, twice (Gram and Schmidt), then
  /// solved from the last to the first.
  private func twin(_ part: ForecastData.Part, _ h: Int) -> [Double] {
    let w = part.window
    var q: [[Double]] = []
    var r = [[Double]](repeating: [Double](repeating: 0, count: w + 1), count: w + 1)
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    for c in 0...w {
      var column = part.starts.map { c == w ? 1 : Double(part.values[$0 + c]) }
      for _ in 0..<2 {
        for (k, other) in q.enumerated() {
          let d = dot(column, other)
          r[k][c] += d
          column = zip(column, other).map { $0 - d * $1 }
        }
      }
      r[c][c] = dot(column, column).squareRoot()
      q.append(column.map { $0 / r[c][c] })
    }
    let answers = part.starts.map { Double(part.values[$0 + w + h]) }
    var x = q.map { dot($0, answers) }
    for c in (0...w).reversed() {
      for k in c + 1..<w + 1 { x[c] -= r[c][k] * x[k] }
      x[c] /= r[c][c]
    }
    return x
  }

  @Test(arguments: [(1, 1, 20), (5, 2, 60), (16, 1, 100), (17, 3, 100), (40, 2, 300)])
  func equalsTheTwin(_ window: Int, _ horizon: Int, _ count: Int) throws {
    let part = ForecastData.sines(count: count, window: window, targets: horizon, seed: 4).training
    let solved = try LeastSquares(part, horizon: horizon, threads: 2)
    #expect(solved.ridge == 0)
    let (weight, bias) = (solved.dense.weight.values, try #require(solved.dense.bias).values)
    for h in 0..<horizon {
      let expected = twin(part, h)
      expectClose(
        Array(weight[h * window..<(h + 1) * window]) + [bias[h]], expected, .relativeToScale(1e-6),
        "answer \(h)")
    }
    let again = try LeastSquares(part, horizon: horizon, threads: 5)
    #expect(again.dense.parameters == solved.dense.parameters)
  }

  private func error(_ layer: any Layer, _ data: ForecastData.Part) throws -> Double {
    ForecastScore(try ForecastTrainer.predictions(layer, data, threads: 1), data, 1).mse
  }

  /// No other linear forecast is better on the training part.
  @Test func everyChangeIsWorse() throws {
    let part = ForecastData.sines(count: 200, window: 12, targets: 1, seed: 5).training
    let solved = try LeastSquares(part, horizon: 1, threads: 1).dense
    let least = try error(Sequential([Flatten(), solved]), part)
    for place in 0..<13 {
      for change in [Float(0.02), -0.02] {
        var other = solved
        var parameters = other.parameters
        if place < 12 { parameters[0].values[place] += change } else { parameters[1].values[0] += change }
        other.parameters = parameters
        #expect(try error(Sequential([Flatten(), other]), part) > least)
      }
    }
  }

  /// A series that repeats every 6 steps: columns that are 6 apart are equal, and any split between them is exact.
  @Test(arguments: [0, 1e-3]) func dependentColumns(_ slope: Double) throws {
    let values = (0..<400).map { [3.0, 1, 4, 1, 5, 9][$0 % 6] + slope * Double($0) }
    let data = try ForecastData.column(values, name: "cycle", window: 18, targets: 2)
    let solved = try LeastSquares(data.training, horizon: 2, threads: 1)
    #expect(solved.ridge > 0 && solved.ridge < 1e-6)
    let isFinite = solved.dense.weight.values.allSatisfy { $0.isFinite }
    #expect(isFinite)
    #expect(try error(Sequential([Flatten(), solved.dense]), data.test) < 1e-6)
  }

  /// Fewer examples than weights: still an answer, exact on what was seen.
  @Test func moreWeightsThanExamples() throws {
    let part = ForecastData.sines(count: 10, window: 30, targets: 1, seed: 6).training
    let solved = try LeastSquares(part, horizon: 1, threads: 1)
    #expect(solved.ridge > 0)
    #expect(try error(Sequential([Flatten(), solved.dense]), part) < 1e-6)
  }

  @Test func seasonsRepeat() throws {
    let x = Tensor(shape: [2, 1, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    #expect(try SeasonalNaive(season: 3, horizon: 4).forward(x).values == [3, 4, 5, 3, 8, 9, 10, 8])
    #expect(try SeasonalNaive(season: 1, horizon: 2).forward(x).values == [5, 5, 10, 10])
    let pass = try SeasonalNaive(season: 3, horizon: 4).traced(x)
    #expect(pass.backward(Tensor(shape: [2, 4], filledWith: 1)).dx.values == [0, 0, 2, 1, 1, 0, 0, 2, 1, 1])
    #expect(throws: LayersError.self) { try SeasonalNaive(season: 6, horizon: 1).forward(x) }
  }

  /// The same hour of the last week is nearer than the last hour, a day ahead, and a linear forecast nearer still.
  @Test func aDayAheadOfElectricity() throws {
    let load = ElectricitySeries.values(seed: 1, hours: 24 * 7 * 12)
    let data = try ForecastData.column(load, name: "load", window: 168, targets: 24)
    var options = ForecastOptions()
    options.horizon = 24
    let errors = try [ForecastModel.last, .yesterday, .lastWeek].map {
      try #require(try ForecastRun.train($0, data, options)).test.mse
    }
    #expect(errors[0] > 4 * errors[1] && errors[1] > errors[2])
    let n = 7
    let window = Array(data.test.window(n))
    let said = try ForecastModel.yesterday.layer(window: 168, horizon: 24, seed: 1)
      .forward(data.test.inputs([n]))
    #expect(said.values == Array(window.suffix(24)))
    options.perDay = 30
    #expect(throws: ForecastError.self) { try ForecastRun.train(.lastWeek, data, options) }
  }
}
