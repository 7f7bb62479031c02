// synth lab mu-law: what becomes of samples when they are written as codes, beside as many even steps. The maths is Signal's.
import ArgumentParser
import Files
import Glibc
import Reports
import Signal

struct LabMuLaw: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mu-law",
    abstract: "Write samples as mu-law codes and as even steps, and measure the noise of both.",
    discussion: """
      synth lab mu-law
      synth lab mu-law --samples=-0.5,0.003 --levels 1024
      synth lab mu-law --svg mu-law.svg
      """)

  @Option(help: ArgumentHelp("Samples in [-1, 1]; what lies outside is cut off.", valueName: "x,..."))
  var samples = "0,0.001,0.01,0.1,0.5,1"

  @Option(help: "Codes: 256, 512 or 1024.")
  var levels = 256

  @Option(
    name: [.long, .customLong("picture")],
    help: ArgumentHelp("Also draw both curves into this SVG file.", valueName: "file"))
  var svg: String?

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  struct Report: Encodable {
    struct Rounded: Encodable {
      let code: Int
      let level: Float
    }
    struct Sample: Encodable {
      let sample: Float
      let muLaw, even: Rounded
    }
    struct Sine: Encodable { let decibels, muLaw, even: Double }
    let levels: Int
    let samples: [Sample]
    let signalToNoise: [Sine]
  }

  func validate() throws {
    if !MuLaw.possibleLevels.contains(levels) {
      throw ValidationError(
        "--levels \(levels): give one of \(MuLaw.possibleLevels.map { "\($0)" }.joined(separator: ", "))")
    }
    _ = try numbers()
  }

  private func numbers() throws -> [Float] {
    try samples.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let value = Float(text), value.isFinite else {
        throw ValidationError("--samples '\(text)': give numbers with commas")
      }
      return value
    }
  }

  func run() throws {
    let (law, even) = (Companding.muLaw(MuLaw(levels: levels)), Companding.even(levels: levels))
    if let svg {
      try Replacing.prepare(svg, .svg)
      try AtomicFile.write(Array(CompandingPicture.svg(levels: levels).utf8), to: svg)
    }
    let rows = try numbers().map { (sample: $0, law: law.rounded($0), even: even.rounded($0)) }
    let sines = [0.0, -20, -40, -60].map { level in
      let amplitude = pow(10, level / 20)
      return Report.Sine(
        decibels: level, muLaw: law.signalToNoise(amplitude: amplitude),
        even: even.signalToNoise(amplitude: amplitude))
    }
    if json {
      return try JSONReport.print(
        Report(
          levels: levels,
          samples: rows.map {
            Report.Sample(
              sample: $0.sample, muLaw: .init(code: $0.law.code, level: $0.law.level),
              even: .init(code: $0.even.code, level: $0.even.level))
          }, signalToNoise: sines))
    }
    func number(_ value: Float) -> String { NumberText.right(NumberText.fixed(Double(value), 5), 10) }
    try Terminal.print(
      NumberText.right("sample", 10) + NumberText.right("mu-law", 9) + NumberText.right("level", 10)
        + NumberText.right("even step", 12) + NumberText.right("level", 10))
    for row in rows {
      try Terminal.print(
        number(row.sample) + NumberText.right("\(row.law.code)", 9) + number(row.law.level)
          + NumberText.right("\(row.even.code)", 12) + number(row.even.level))
    }
    for sine in sines {
      try Terminal.print(
        "a sine of \(NumberText.fixed(sine.decibels, 0)) dB stands \(NumberText.fixed(sine.muLaw, 1)) dB above the noise of "
          + "mu-law, \(NumberText.fixed(sine.even, 1)) dB above that of even steps")
    }
  }
}
