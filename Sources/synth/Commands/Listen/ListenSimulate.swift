// synth listen simulate: programs take a listening test, to try it out before people do.
import ArgumentParser
import Listening
import Reports

struct ListenSimulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Let simulated listeners take a test.",
    discussion: """
      synth listen simulate test --listeners 12 --seed 1

      They compare measured spectra, blurred by noise, and answer through the same recorder as the page. In ABX and against
      a reference they go by the log-spectral distance; elsewhere by how far tones stand above the rest. Their sessions and
      every report of them say that they are no people. Delete their sessions before a real test.
      """)

  @Argument(help: "Folder of a prepared test.", completion: .directory)
  var test: String

  @Option(help: "How many (default: as many as the test plans, else 8).")
  var listeners: Int?

  @Option(help: "Seed: the same listeners with the same answers.")
  var seed: UInt64 = 1

  @Option(help: "1: differences of 1 dB drown in their noise; 2: of half a dB; and so on.")
  var sensitivity = 1.0

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func validate() throws {
    if let listeners, !(1...1000).contains(listeners) {
      throw ValidationError("--listeners \(listeners): give 1 to 1000")
    }
    if !(sensitivity >= 0.001 && sensitivity <= 1000) {
      throw ValidationError("--sensitivity \(sensitivity): give 0.001 to 1000")
    }
  }

  func run() throws {
    let prepared = try PreparedTest.open(test)
    let listeners = listeners ?? prepared.plan.listeners ?? 8
    Interrupt.catchSignals()
    let answers = listeners * prepared.plan.trials
    let done = try Simulation(listeners: listeners, seed: seed, sensitivity: sensitivity).run(prepared) {
      count in
      ProgressLine.draw { [NumberText.share(count, answers), "answer \(count + 1) of \(answers)"] }
      return !Interrupt.isRequested
    }
    ProgressLine.clear()
    if done < listeners {
      throw Interrupt.stopped("\(NumberText.count(done, "simulated listener")) finished")
    }
    struct Report: Encodable {
      let folder: String
      let simulatedListeners, answers: Int
      let seed: UInt64
      let sensitivity: Double
    }
    let report = Report(
      folder: prepared.folder, simulatedListeners: listeners, answers: answers, seed: seed,
      sensitivity: sensitivity)
    try json
      ? JSONReport.print(report)
      : Terminal.note(
        "\(prepared.folder): \(NumberText.count(listeners, "SIMULATED listener")), \(NumberText.count(answers, "answer")); "
          + "next: synth listen report \(CommandText.quoted(prepared.folder))")
  }
}
