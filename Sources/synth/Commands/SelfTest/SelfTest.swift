// synth selftest: whether this build is right on this machine. The checks themselves: SelfTestChecks.swift.
import ArgumentParser
import Reports

struct SelfTest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selftest",
    abstract:
      "Check on this machine that fast, naive, batched and threaded generation agree, and that sound is sound.",
    discussion: "One line per check; exit code 1 if one fails.")

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  struct Result: Encodable {
    let name: String
    let isPassed: Bool
    let detail: String
    let seconds: Double
  }

  struct Report: Encodable {
    let isPassed: Bool
    let checks: [Result]
  }

  func run() throws {
    Interrupt.catchSignals()
    var results: [Result] = []
    for check in SelfTestChecks.all {
      try Interrupt.check()
      ProgressLine.draw { ["checking: \(check.name) ..."] }
      let clock = ContinuousClock()
      let began = clock.now
      let outcome: SelfTestChecks.Outcome
      do { outcome = try check.run() } catch { outcome = .failed("\(error)") }
      let result = Result(
        name: check.name, isPassed: outcome.isPassed, detail: outcome.detail,
        seconds: (clock.now - began) / .seconds(1))
      results.append(result)
      if !json {
        let verdict = result.isPassed ? "ok    " : Terminal.red("FAILED")
        try Terminal.print("  \(NumberText.column(result.name, 52)) \(result.detail)", mark: verdict)
      }
    }
    let failed = results.filter { !$0.isPassed }.count
    if json { try JSONReport.print(Report(isPassed: failed == 0, checks: results)) }
    if failed > 0 { throw SynthError.checksFailed(failed, of: results.count) }
  }
}
