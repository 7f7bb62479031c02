// synth lab forecast: the lecture's models side by side on one series. The maths is in the target Forecasting.
import ArgumentParser
import Forecasting

struct LabForecast: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "forecast", abstract: "x")
  @Option var models = "last,linear,dense,conv,dilated,stack6,mini,wavenet,lstm"
  @Option var epochs = 2
  @OptionGroup var threads: ThreadsOption
  func run() throws {
    let data = ForecastData.sines(count: 10000, window: 50, targets: 1, seed: 1)
    var o = ForecastOptions()
    o.epochs = epochs
    o.threads = threads.count
    for m in models.split(separator: ",") {
      let r = try ForecastRun.train(ForecastModel(rawValue: String(m))!, data, o)!
      try Terminal.print("\(m) mse \(r.test.mse) mae \(r.test.mae) params \(r.parameterCount) s \(r.seconds) best \(r.bestEpoch) val \(r.validation.suffix(3))")
    }
  }
}
