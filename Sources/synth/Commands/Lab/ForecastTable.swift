// What `synth lab forecast` says: a table for people, an object for programs, a picture.
import Forecasting
import Glibc
import Layers
import Reports

struct ForecastTable {
  let name: String
  let data: ForecastData
  let stepsAhead: Int?
  let runs: Int

  /// A model's runs as one row.
  struct Row {
    let model: ForecastModel
    let runs: [ForecastRun]
    /// Of each run.
    let ahead: [AheadForecast]?

    var mse: Double { mean(runs.map(\.test.mse)) }
    var mae: Double { mean(runs.map(\.test.mae)) }
    var seconds: Double { mean(runs.map(\.seconds)) }
    var stepsPerSecond: Double { seconds > 0 ? mean(runs.map { Double($0.steps) }) / seconds : 0 }

    /// Means over the runs of a figure of steps ahead.
    func ahead(_ figure: (AheadForecast) -> Double) -> Double? { ahead.map { mean($0.map(figure)) } }

    /// Likewise of one of their queues; nil without.
    func queues(_ figure: (AheadForecast.Queues) -> Double) -> Double? {
      ahead.flatMap { runs in
        let queues = runs.compactMap(\.queues)
        return queues.isEmpty ? nil : mean(queues.map(figure))
      }
    }

    /// Of queues, over all runs.
    var largestDifference: Double? { ahead?.compactMap(\.queues?.largestDifference).max() }

    /// Standard deviation over the runs, nil for one.
    var deviation: Double? {
      guard runs.count > 1 else { return nil }
      let squares = runs.reduce(0) { $0 + ($1.test.mse - mse) * ($1.test.mse - mse) }
      return (squares / Double(runs.count - 1)).squareRoot()
    }

    /// What a reader must know about how learning ended; nil if nothing.
    var remark: String? {
      let unfinished = runs.count { $0.end == .outOfEpochs }
      let epochs = NumberText.count(runs.map(\.validation.count).max() ?? 0, "epoch")
      if unfinished > 0 {
        return "not converged after \(epochs)"
          + (runs.count > 1 ? " (\(unfinished) of \(runs.count) runs)" : "")
      }
      guard case .solved(let ridge) = runs[0].end, ridge > 0 else { return nil }
      return "values of a window depend on each other: ridge \(NumberText.scientific(ridge))"
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
  }

  // MARK: for people

  var heading: [String] {
    let parts = [data.training, data.validation, data.test].map { "\($0.count)" }.joined(separator: "/")
    return [
      "\(name), windows of \(data.test.window): \(parts) examples to learn from, choose by, judge by",
      NumberText.column("model", 15) + NumberText.right("test MSE", 11)
        + (runs > 1 ? NumberText.right("+-", 10) : "")
        + NumberText.right("test MAE", 11) + NumberText.right("parameters", 12)
        + NumberText.right("seconds", 9)
        + NumberText.right("steps/s", 9)
        + (stepsAhead.map { NumberText.right("MSE, \($0) ahead", 16) } ?? ""),
    ]
  }

  func line(_ row: Row) -> String {
    var line = NumberText.column(row.model.rawValue, 15) + NumberText.right(Self.error(row.mse), 11)
    if runs > 1 { line += NumberText.right(NumberText.short(row.deviation ?? 0), 10) }
    line += NumberText.right(Self.error(row.mae), 11) + NumberText.right("\(row.runs[0].parameterCount)", 12)
    line += NumberText.right(row.seconds > 0 ? NumberText.fixed(row.seconds, 2) : "-", 9)
    line += NumberText.right(row.stepsPerSecond > 0 ? NumberText.fixed(row.stepsPerSecond, 0) : "-", 9)
    let remark = row.remark.map { "  (\($0))" } ?? ""
    guard let mse = row.ahead({ $0.score.mse }) else { return line + remark }
    line += NumberText.right(Self.error(mse), 16)
    if let queues = row.ahead?[0].queues, let speed = row.queues(\.valuesPerSecond),
      let slow = row.queues(\.recomputedValuesPerSecond), let largest = row.largestDifference
    {
      line +=
        "  (queues \(NumberText.short(speed)) values/s, recomputed \(NumberText.short(slow)), "
        + "largest difference \(NumberText.scientific(largest)); what is fed back is rounded to "
        + "\(queues.levels) levels, \(NumberText.short(queues.step)) apart, and cut off beyond)"
    }
    return line + remark
  }

  /// Every other model beside that of a name, for `--against`.
  func verdicts(_ rows: [Row], _ against: String) -> [(model: ForecastModel, verdict: ForecastVerdict)] {
    guard let other = rows.first(where: { $0.model.rawValue == against }) else { return [] }
    return rows.filter { $0.model != other.model }.map {
      (
        $0.model,
        ForecastVerdict(mae: $0.mae, seconds: $0.seconds, otherMAE: other.mae, otherSeconds: other.seconds)
      )
    }
  }

  func verdictLines(_ rows: [Row], _ against: String) -> [String] {
    verdicts(rows, against).map { model, verdict in
      "\(model.rawValue) beside \(against): MAE \(Self.error(verdict.mae)) and \(Self.error(verdict.otherMAE)), learnt in "
        + "\(NumberText.fixed(verdict.seconds, 1)) s and \(NumberText.fixed(verdict.otherSeconds, 1)) s: "
        + "competitive or better: \(verdict.isCompetitiveOrBetter ? "yes" : "no")"
    }
  }

  /// Four digits that count.
  private static func error(_ value: Double) -> String {
    guard value > 0, value.isFinite else { return "\(value)" }
    if value < 1e-5 || value >= 1e9 { return NumberText.scientific(value, 3) }
    return NumberText.fixed(value, min(8, max(0, 3 - Int(log10(value).rounded(.down)))))
  }

  // MARK: for programs

  struct Report: Encodable {
    struct Run: Encodable {
      let seed: UInt64
      let mse, mae, seconds: Double
      let bestEpoch: Int
      let end: String
      let validation: [Double]
    }
    struct AheadReport: Encodable {
      let steps: Int
      let mse, mae: Double
      let mseByStep: [Double]
      let throughQueues: Bool
      let largestDifference: Double?
      let levels: Int?
      let step, valuesPerSecond, recomputedValuesPerSecond: Double?
    }
    struct ModelReport: Encodable {
      let name: String
      let mse, mae: Double
      let mseDeviation: Double?
      let parameters: Int
      let seconds, stepsPerSecond: Double
      let runs: [Run]
      let stepsAhead: AheadReport?
    }
    struct Verdict: Encodable {
      let model, against: String
      let mae, otherMAE: Double
      let timeRatio: Double?
      let competitiveOrBetter: Bool
    }
    let data: String
    let window, horizon, epochs, training, validation, test: Int
    let models: [ModelReport]
    let verdicts: [Verdict]?
  }

  func json(_ rows: [Row], epochs: Int, horizon: Int, seed: UInt64, against: String?) -> Report {
    Report(
      data: name, window: data.test.window, horizon: horizon, epochs: epochs, training: data.training.count,
      validation: data.validation.count, test: data.test.count,
      models: rows.map { row in
        Report.ModelReport(
          name: row.model.rawValue, mse: row.mse, mae: row.mae, mseDeviation: row.deviation,
          parameters: row.runs[0].parameterCount, seconds: row.seconds, stepsPerSecond: row.stepsPerSecond,
          runs: row.runs.enumerated().map { i, run in
            Report.Run(
              seed: seed &+ UInt64(i), mse: run.test.mse, mae: run.test.mae,
              seconds: run.seconds,
              bestEpoch: run.bestEpoch, end: Self.word(run.end), validation: run.validation)
          },
          stepsAhead: row.ahead.map { runs in
            let steps = runs[0].score.mseByStep.count
            return Report.AheadReport(
              steps: steps, mse: row.ahead { $0.score.mse }!, mae: row.ahead { $0.score.mae }!,
              mseByStep: (0..<steps).map { step in row.ahead { $0.score.mseByStep[step] }! },
              throughQueues: runs[0].queues != nil, largestDifference: row.largestDifference,
              levels: runs[0].queues?.levels, step: runs[0].queues?.step,
              valuesPerSecond: row.queues(\.valuesPerSecond),
              recomputedValuesPerSecond: row.queues(\.recomputedValuesPerSecond))
          })
      },
      verdicts: against.map { against in
        verdicts(rows, against).map { model, verdict in
          Report.Verdict(
            model: model.rawValue, against: against, mae: verdict.mae, otherMAE: verdict.otherMAE,
            timeRatio: verdict.timeRatio, competitiveOrBetter: verdict.isCompetitiveOrBetter)
        }
      })
  }

  private static func word(_ end: ForecastRun.End) -> String {
    switch end {
    case .nothingToLearn: "nothing_to_learn"
    case .solved: "solved"
    case .converged: "converged"
    case .outOfEpochs: "out_of_epochs"
    case .fixed: "fixed"
    }
  }

  // MARK: as a picture

  /// Four examples of the test part, evenly spread.
  func picture(_ rows: [Row]) -> String {
    let test = data.test
    let examples = (0..<min(4, test.count)).map { $0 * test.count / min(4, test.count) }
    let lines = rows.map { row in
      let all = row.ahead?[0].forecasts ?? row.runs[0].forecasts
      let steps = all.shape[1]
      return ForecastPicture.Line(
        model: row.model, forecasts: examples.map { Array(all.values[$0 * steps..<($0 + 1) * steps]) })
    }
    let steps = lines.first?.forecasts.first?.count ?? 1
    return ForecastPicture.svg(
      title: "\(name): \(steps == 1 ? "the next value" : "the next \(steps) values")", part: test,
      examples: examples, known: max(14, 2 * steps), lines: lines, scale: data.scale, shift: data.shift)
  }
}
