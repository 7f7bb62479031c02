// synth lab series: numbers to forecast, made here, as CSV.
import ArgumentParser
import Files
import Forecasting

struct LabSeries: ParsableCommand {
  enum Kind: String, CaseIterable, ExpressibleByArgument { case electricity, sines }

  static let configuration = CommandConfiguration(
    commandName: "series",
    abstract: "Write made-up numbers as CSV: hourly electricity use, or the course's sine series.",
    discussion: """
      synth lab series load.csv --kind electricity            a year: columns hour, load_mw
      synth lab series sines.csv --kind sines --count 51 --columns 4
      synth lab series - | head

      The same seed gives the same numbers, and a longer file begins as a shorter one.
      """)

  @Argument(help: "The CSV file to write; - for standard output.")
  var output: String

  @Option(
    help:
      "electricity: a day's two peaks, quiet weekends, a slow trend, weather; or sines: two sines and noise.")
  var kind: Kind = .electricity

  @Option(help: "Rows: hours, or steps (default: 8760 hours, 51 steps).")
  var count: Int?

  @Option(help: "Sine series side by side.")
  var columns = 1

  @Option(help: "Seed of the numbers.")
  var seed: UInt64 = 1

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func validate() throws {
    if let count, !(1...10_000_000).contains(count) {
      throw ValidationError("--count \(count): give 1 to 10000000")
    }
    if !(1...10_000).contains(columns) { throw ValidationError("--columns \(columns): give 1 to 10000") }
    if output == "-" && json {
      throw ValidationError("--json and the numbers cannot both go to standard output: write to a file")
    }
    if kind == .electricity && columns != 1 { throw ValidationError("--columns goes with --kind sines") }
  }

  private struct Report: Encodable {
    let file, kind: String
    let rows: Int
    let columns: [String]
    let seed: UInt64
  }

  func run() throws {
    if output != "-" { try Replacing.check(output, .table("")) }
    let rows = count ?? (kind == .electricity ? 8760 : 51)
    // As text of about ten characters a number, which is copied once.
    try Memory.require(
      20 * rows * columns, for: "a table of \(rows) rows of \(columns)",
      remedy: "give smaller --count or --columns")
    let text =
      switch kind {
      case .electricity: ElectricitySeries.csv(seed: seed, hours: rows)
      case .sines: SineSeries.csv(seed: seed, steps: rows, series: columns)
      }
    if output == "-" { return try Terminal.printData(String(text.dropLast())) }
    try Replacing.prepare(output, .table(text))
    try AtomicFile.write(text, to: output)
    if json {
      let heading = text.prefix { $0 != "\n" }.split(separator: ",").map(String.init)
      try JSONReport.print(
        Report(file: output, kind: kind.rawValue, rows: rows, columns: heading, seed: seed))
    }
  }
}
