// Series and windows: the same numbers for the same seed, parts that share nothing.
import TestSupport
import Testing

@testable import Forecasting

struct DataTests {
  @Test func aSeriesDependsOnSeedAndIndexAlone() {
    let long = SineSeries.values(seed: 3, index: 7, length: 90)
    #expect(SineSeries.values(seed: 3, index: 7, length: 51) == Array(long.prefix(51)))
    #expect(SineSeries.values(seed: 3, index: 8, length: 90) != long)
    #expect(SineSeries.values(seed: 4, index: 7, length: 90) != long)
    let data = ForecastData.sines(count: 20, window: 50, targets: 2, seed: 3)
    #expect([data.training.count, data.validation.count, data.test.count] == [14, 4, 2])
    #expect(Array(data.training.window(7)) == Array(long.prefix(50)))
    #expect(Array(data.training.answer(7)) == Array(long[50..<52]))
    #expect(Array(data.test.window(1)) == SineSeries.values(seed: 3, index: 19, length: 50))
  }

  /// What a diverged model says is left out of the drawing, and its coordinates stay numbers.
  @Test func aPictureOfAForecastThatIsNoNumber() {
    let data = ForecastData.sines(count: 20, window: 50, targets: 3, seed: 3)
    for values in [[Float.nan, 0.1, .infinity], [.nan], [-.infinity]] {
      let svg = ForecastPicture.svg(
        title: "<t>", part: data.test, examples: [0, 1], known: 20,
        lines: [.init(model: .linear, forecasts: [values, values])], scale: 2, shift: -1)
      #expect(svg.hasSuffix("</svg>\n") && svg.contains("&lt;t&gt;"))
      #expect(!svg.contains("nan") && !svg.contains("inf") && !svg.contains(".-"))
    }
  }

  /// 0.5 and 0.2 high with 0.1 of noise: variance 0.125 + 0.02 + 0.01 / 12, mean 0.
  @Test func sinesHaveTheCoursesHeights() {
    let all = (0..<4000).flatMap { SineSeries.values(seed: 1, index: $0, length: 50).map { Double($0) } }
    let mean = all.reduce(0, +) / Double(all.count)
    let variance = all.reduce(0) { $0 + $1 * $1 } / Double(all.count)
    #expect(abs(mean) < 0.01)
    #expect(abs(variance - (0.145 + SineSeries.noiseFloor)) < 0.003)
    #expect(all.allSatisfy { abs($0) <= 0.75 })
  }

  @Test func electricityHasItsCycles() {
    let hours = 24 * 7 * 30
    let load = ElectricitySeries.values(seed: 2, hours: hours)
    #expect(Array(load.prefix(100)) == ElectricitySeries.values(seed: 2, hours: 100))
    #expect(load != ElectricitySeries.values(seed: 3, hours: hours))
    func mean(_ hour: (Int) -> Bool) -> Double {
      let some = load.indices.filter(hour).map { load[$0] }
      return some.reduce(0, +) / Double(some.count)
    }
    #expect(mean { $0 % 24 == 19 } > mean { $0 % 24 == 3 } + 100)
    #expect(mean { $0 / 24 % 7 < 5 } > mean { $0 / 24 % 7 == 6 } + 20)
    #expect(mean { $0 >= hours / 2 } > mean { $0 < hours / 2 })
    #expect(ElectricitySeries.csv(seed: 2, hours: 2) == "hour,load_mw\n0,\(load[0])\n1,\(load[1])\n")
  }

  /// Every model has a colour of its own.
  @Test func everyModelIsDrawn() throws {
    let data = try ForecastData.column((0..<200).map { Double($0) }, name: "ramp", window: 10, targets: 4)
    let lines = ForecastModel.allCases.map { ForecastPicture.Line(model: $0, forecasts: [[0, 0, 0, 0]]) }
    #expect(Set(lines.map(\.colour)).count == ForecastModel.allCases.count)
    let svg = ForecastPicture.svg(
      title: "all", part: data.test, examples: [0], known: 5, lines: lines, scale: 1, shift: 0)
    #expect(ForecastModel.allCases.allSatisfy { svg.contains($0.rawValue) })
  }

  /// No value of one part is in a window or answer of another, and scaling knows the first part alone.
  @Test func aColumnIsCutByTime() throws {
    let values = (0..<200).map { Double($0) }
    let data = try ForecastData.column(values, name: "ramp", window: 10, targets: 4)
    func back(_ x: Float) -> Int { Int((Double(x) * data.scale + data.shift).rounded()) }
    func seen(_ part: ForecastData.Part) -> Set<Int> {
      Set((0..<part.count).flatMap { n in (part.window(n) + part.answer(n)).map(back) })
    }
    #expect(seen(data.training) == Set(0..<140))
    #expect(seen(data.validation) == Set(140..<180))
    #expect(seen(data.test) == Set(180..<200))
    #expect(data.test.count == 20 - 14 + 1)
    for n in 0..<data.test.count {
      #expect(data.test.window(n).map(back) == Array(180 + n..<190 + n))
      #expect(data.test.answer(n).map(back) == Array(190 + n..<194 + n))
    }
    #expect(abs(data.shift - 69.5) < 1e-3)
    #expect(throws: ForecastError.tooShort(name: "ramp", values: 100, needed: 131)) {
      try ForecastData.column(Array(values.prefix(100)), name: "ramp", window: 10, targets: 4)
    }
    // The mean of many tenths is none.
    #expect(throws: ForecastError.constant(name: "flat")) {
      try ForecastData.column([Double](repeating: 0.1, count: 2500), name: "flat", window: 10, targets: 4)
    }
    var far = values
    far[190] = 1e80
    #expect(throws: ForecastError.farOff(name: "ramp", index: 190, value: 1e80)) {
      try ForecastData.column(far, name: "ramp", window: 10, targets: 4)
    }
    #expect(throws: ForecastError.constant(name: "flat")) {
      try ForecastData.column([Double](repeating: 2, count: 200), name: "flat", window: 10, targets: 4)
    }
  }

  /// A large offset costs no digits: values are scaled before they are rounded.
  @Test func errorsDoNotDependOnAnOffset() throws {
    let load = ElectricitySeries.values(seed: 1, hours: 2000)
    let scores = try [0, 1e9].map { offset in
      let data = try ForecastData.column(load.map { $0 + offset }, name: "load", window: 24, targets: 1)
      return try #require(try ForecastRun.train(.last, data, ForecastOptions())).test
    }
    #expect(abs(scores[1].mse / scores[0].mse - 1) < 1e-4)
  }
}
