// synth listen report: what listeners said, with intervals and tests, as a page, JSON and CSV.
import ArgumentParser
import Files
import Listening

struct ListenReport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Analyse a listening test.",
    discussion: """
      synth listen report test                 writes test-report/report.html, report.json, responses.csv, listeners.csv
      synth listen report test --json          prints the same as JSON, too

      Only here it is said which sound was which. Sessions that are not finished count or not by the rule that prepare
      fixed, and both results are shown. Until as many listeners have finished as prepare --listeners fixed, the report is an
      interim look without p-values: who stops early needs a replacement, or --close ends the test with fewer: nobody can
      begin after that, and no file that a listener sent back is merged any more.

      responses.csv has one row per rating. In pairs system is sound A of the page, and rating is
        ab      +1: system was preferred, -1: compared_with was, 0: a tie
        cmos    -3 to +3, as on the page: positive if compared_with is better than system
      abx: system is X, rating 1 if it was recognised, else 0. All others: the rating that system got.
      """)

  @Argument(help: "Folder of a prepared test.", completion: .directory)
  var test: String

  @Option(
    name: [.short, .long], help: "Folder for the report (default: TEST-report).", completion: .directory)
  var output: String?

  @Option(help: "Seed of random signs; recorded in the report.")
  var seed: UInt64 = 1

  @Flag(help: "End the test for good, with as many listeners as there are.")
  var close = false

  @Flag(help: "Print the report as one JSON object on standard output.")
  var json = false

  func run() throws {
    let prepared = try PreparedTest.open(test)
    let files = try SessionRecord.readFiles(of: prepared)
    if close && !prepared.isClosed {
      let soFar = try ListeningReport.make(test: prepared, sessions: files.sessions, seed: seed)
      try prepared.close(Closing(listeners: soFar.participation.tookPart))
    }
    let report = try ListeningReport.make(
      test: prepared, sessions: files.sessions, unbegun: files.unbegun, seed: seed,
      closing: try prepared.closing())
    let folder = output ?? prepared.folder + "-report"
    if let output {
      let kinds: [Replacing.Kind] = [.html, .json, .table(report.csv), .table(report.listenersCSV)]
      for (file, kind) in zip(ListeningReport.files, kinds) where Disk.exists("\(output)/\(file)") {
        try Replacing.prepare("\(output)/\(file)", kind)
      }
    }
    try report.write(to: folder)
    if json {
      try JSONReport.print(report)
    } else {
      // The report ends its last line itself.
      try Terminal.printText(String(report.text.dropLast()))
    }
    Terminal.note("\(folder): \(ListeningReport.files.joined(separator: ", "))")
  }
}
