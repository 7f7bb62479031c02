// synth lab forecast: the lecture's models side by side on one series. The maths is in the target Forecasting.
import ArgumentParser
import AudioIO
import Files
import Forecasting
import Layers
import Reports

extension DecimalMark: ExpressibleByArgument {}

struct LabForecast: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast",
    abstract:
      "Train the course's forecasters on the course's series, or on a column of numbers, and compare them.",
    discussion: """
      synth lab forecast                                    10000 sine series of 50 steps; the next value
      synth lab forecast --models stack6,wavenet,lstm --runs 3
      synth lab forecast --models least-squares,exercise1,notebook
      synth lab forecast --models linear,wavenet,lstm --steps-ahead 25 --picture ahead.svg
      synth lab forecast --models gates --runs 3
      synth lab series load.csv --kind electricity
      synth lab forecast --csv load.csv --column load_mw --horizon 24
      synth lab forecast --csv load.csv --horizon 24 --models stack6,lstm --against lstm

      Models: last (the last value again), least-squares (linear, solved exactly), linear (the same, trained), dense (64
      hidden), conv (two Conv1d of 32 filters, 5 taps), exercise1 (the course's: the same with causal padding), dilated
      (1 2 4 8, 64 filters, global average), notebook (the course's: the same with a 1x1 layer), stack6 (1 ... 32, 32 filters),
      mini (ten layers, 1 ... 512), wavenet (gated, residual and skip), lstm (64 units); of a CSV file also yesterday and
      last-week (the same hour again). Experiments, by name alone: exercise1-mean (exercise1 with a global average),
      conv-lstm (lstm behind a Conv1d of stride 2), and
      wavenet with a part exchanged or left out: gated-residual, gated-skip and gated-plain have one of its two sums or
      none, relu-both ... relu-plain a ReLU for the gate, relu-wide 48 channels of it, which are as many weights as the gate
      has, tanh-both a tanh. --models gates takes all of these and wavenet.

      Adam on the squared error. After --patience epochs without a smaller error on the validation part the step is
      quartered; a network has converged when a 64th of it brings nothing, and it is said where the epochs did not suffice.
      The best weights are judged on the test part. Errors are in the units of the data; a sine series' noise alone has a
      squared error of 0.00083.
      """)

  @Option(
    help: ArgumentHelp(
      "Models, by name with commas (default: all that the series can have).", valueName: "name,..."))
  var models: String?

  @Option(
    help: ArgumentHelp(
      "Say of each other model whether its mean absolute error is competitive with this one's (at most 5 % larger) or better.",
      valueName: "name"))
  var against: String?

  @Option(help: "Passes over the training part, at most.")
  var epochs = 200

  @Option(
    help:
      "Epochs without progress before the step is quartered; 0 trains for --epochs whatever happens, with half a cosine."
  )
  var patience = 5

  @Option(help: "Series to make; 70% to learn from, 20% to choose by, 10% to judge by (default: 10000).")
  var series: Int?

  @Option(
    help: ArgumentHelp(
      "Forecast a column of this CSV file instead, cut by time; '-' reads standard input.", valueName: "file")
  )
  var csv: String?

  @Option(
    help:
      "The column's name in the first line, or its number if there are no names (default: the last column).")
  var column: String?

  @Option(
    help: ArgumentHelp("The sign before decimals in the CSV file (default: found out).", valueName: ".|,"))
  var decimal: DecimalMark?

  @Option(help: "Values in a day of the CSV file, for yesterday and last-week (default: 24).")
  var perDay: Int?

  @Option(help: "Values that are known (default: 50; of a CSV file 168, a week of hours).")
  var window: Int?

  @Option(help: "Values that are forecast at once.")
  var horizon = 1

  @Option(
    help:
      "Also forecast this many values one by one, each fed back; wavenet through the queues that make sound, rounded to 1024 levels."
  )
  var stepsAhead: Int?

  @Option(help: "Examples per step.")
  var batch = 32

  @Option(help: "Adam's step at the start.")
  var learningRate = 1e-3

  @Option(help: "Seed of the series, the initial weights and the shuffles.")
  var seed: UInt64 = 1

  @Option(help: "Train every model this many times on the same series, with other weights and shuffles.")
  var runs = 1

  @OptionGroup var threads: ThreadsOption

  @Option(help: ArgumentHelp("Draw some forecasts into this SVG file.", valueName: "file"))
  var picture: String?

  @Option(
    help: ArgumentHelp(
      "Write windows and answers as safetensors: what PyTorch's side reads.", valueName: "file"))
  var exportData: String?

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  private var seriesCount: Int { series ?? 10_000 }
  private var valuesPerDay: Int { perDay ?? 24 }

  func validate() throws {
    for (name, value, range) in [
      ("epochs", epochs, 1...100_000), ("series", seriesCount, 10...1_000_000),
      ("window", window ?? 50, 1...100_000),
      ("horizon", horizon, 1...10_000), ("steps-ahead", stepsAhead ?? 1, 1...10_000),
      ("batch", batch, 1...65_536), ("patience", patience, 0...100_000),
      ("per-day", valuesPerDay, 1...10_000), ("runs", runs, 1...1000),
    ] where !range.contains(value) {
      throw ValidationError("--\(name) \(value): give \(range.lowerBound) to \(range.upperBound)")
    }
    if !(learningRate > 0 && learningRate <= 1) {
      throw ValidationError("--learning-rate \(learningRate): give more than 0 and at most 1")
    }
    if horizon > 1 && stepsAhead != nil {
      throw ValidationError("--steps-ahead feeds single values back: it goes with --horizon 1")
    }
    if csv != nil && series != nil {
      throw ValidationError("--series makes series, and --csv brings its own: leave one of them out")
    }
    if csv != nil, let late = try chosen().first(where: { ($0.daysBack ?? 0) * valuesPerDay > window ?? 168 })
    {
      throw ValidationError(
        "--models '\(late.rawValue)' needs --window \(late.daysBack! * valuesPerDay) or more")
    }
    if csv == nil && perDay != nil { throw ValidationError("--per-day needs --csv") }
    if csv == nil && column != nil { throw ValidationError("--column needs --csv") }
    if csv == nil && decimal != nil { throw ValidationError("--decimal needs --csv") }
    let chosen = try chosen()
    if let against, !chosen.contains(where: { $0.rawValue == against }) || chosen.count < 2 {
      throw ValidationError("--against '\(against)': give one of --models, and another model beside it")
    }
  }

  private func chosen() throws -> [ForecastModel] {
    guard let models else {
      return ForecastModel.allCases.filter {
        !$0.isExperiment
          && $0.daysBack.map { csv != nil && $0 * valuesPerDay <= window ?? 168 } ?? true
      }
    }
    var list: [ForecastModel] = []
    let names = models.split(separator: ",", omittingEmptySubsequences: false).flatMap {
      $0 == "gates" ? ForecastModel.gates.map(\.rawValue) : [String($0)]
    }
    for name in names {
      guard let model = ForecastModel(rawValue: name) else {
        throw ValidationError(
          "--models '\(name)': give some of \(ForecastModel.allCases.map(\.rawValue).joined(separator: ","))")
      }
      if model.daysBack != nil && csv == nil {
        throw ValidationError("--models '\(name)': sine series have no days: it goes with --csv")
      }
      if !list.contains(model) { list.append(model) }
    }
    return list
  }

  func run() throws {
    let chosen = try chosen()
    try Replacing.requireApart(picture, "--picture", exportData, "--export-data")
    if let picture { try Replacing.prepare(picture, .svg) }
    if let exportData { try Replacing.prepare(exportData, .safetensors) }
    Interrupt.catchSignals()
    let (data, name) = try data(chosen)
    if let exportData { try data.export(to: exportData, horizon: horizon) }
    let report = ForecastTable(name: name, data: data, stepsAhead: stepsAhead, runs: runs)
    if !json { for line in report.heading { try Terminal.print(line) } }
    var rows: [ForecastTable.Row] = []
    for model in chosen {
      var results: [ForecastRun] = []
      for run in 0..<runs {
        var options = ForecastOptions()
        (options.epochs, options.batch, options.horizon) = (epochs, batch, horizon)
        (options.patience, options.perDay) = (patience, valuesPerDay)
        (options.learningRate, options.threads) = (learningRate, threads.count)
        options.seed = seed &+ UInt64(run)
        let clock = ContinuousClock.now
        let result = try ForecastRun.train(model, data, options) { done in
          ProgressLine.draw {
            let left = (ContinuousClock.now - clock) / .seconds(1) * (Double(epochs) / done - 1)
            return [
              "\(model.rawValue)\(runs > 1 ? " run \(run + 1) of \(runs)" : "")  "
                + "\(Int(100 * done / Double(epochs))) %, ETA \(NumberText.clock(left))\(patience > 0 ? " at most" : "")",
              "epoch \(NumberText.fixed(done, 1)) of \(epochs)",
            ]
          }
          return !Interrupt.isRequested
        }
        guard let result else { throw Interrupt.stopped() }
        results.append(result)
      }
      let ahead = try stepsAhead.map { steps in
        try results.map { try AheadForecast($0.layer, data, steps: steps, threads: threads.count) }
      }
      let row = ForecastTable.Row(model: model, runs: results, ahead: ahead)
      rows.append(row)
      if !json { try Terminal.print(report.line(row)) }
    }
    if !json, let against { for line in report.verdictLines(rows, against) { try Terminal.print(line) } }
    if let picture { try AtomicFile.write(Array(report.picture(rows).utf8), to: picture) }
    if json {
      try JSONReport.print(
        report.json(rows, epochs: epochs, horizon: horizon, seed: seed, against: against))
    }
  }

  private func data(_ models: [ForecastModel]) throws -> (ForecastData, String) {
    let targets = max(horizon, stepsAhead ?? 1)
    let window = window ?? (csv == nil ? 50 : 168)
    let examples = csv == nil ? seriesCount : 0
    // The series as numbers, made in parts; activations of a step: ten layers of 64 channels at most; the matrix of
    // least squares and its factor.
    try Memory.require(
      8 * examples * (window + targets) + 4 * batch * window * 64 * 10
        + (models.contains(.leastSquares) ? 16 * window * (window + targets) : 0),
      for: "windows of \(window) values",
      remedy: "give smaller --series, --window or --batch")
    guard let csv else {
      let data = ForecastData.sines(count: seriesCount, window: window, targets: targets, seed: seed)
      return (data, "\(seriesCount) sine series")
    }
    let read = try NumberColumn(
      path: csv == "-" ? "/dev/stdin" : csv, column: column, decimal: decimal)
    let found =
      (read.hasHeader ? [] : ["the first line has numbers, no names: columns are called 1, 2, ..."])
      + (decimal == nil && read.decimal == .comma ? ["decimal commas"] : [])
    if !found.isEmpty { Terminal.note("\(csv): " + found.joined(separator: "; ")) }
    let name = "\(csv): \(read.name)"
    return (try ForecastData.column(read.values, name: name, window: window, targets: targets), name)
  }
}
