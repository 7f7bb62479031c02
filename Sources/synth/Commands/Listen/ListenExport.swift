// synth listen export: a prepared test for other people's listening software.
import ArgumentParser
import Listening

struct ListenExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Export a prepared test for webMUSHRA.",
    discussion: """
      synth listen export --webmushra test -o webMUSHRA/       then open http://.../webMUSHRA/?config=NAME.yaml

      Writes configs/NAME.yaml and float WAV files, as prepared: same levels, same anchors. webMUSHRA draws its own order.
      """)

  @Argument(help: "Folder of a prepared test.", completion: .directory)
  var test: String

  @Flag(help: "The format; there is one.")
  var webmushra = false

  @Option(
    name: [.short, .long], help: "Folder to write into, for example that of webMUSHRA.",
    completion: .directory)
  var output: String

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func validate() throws {
    if !webmushra { throw ValidationError("give the format: --webmushra") }
    if output.isEmpty { throw ValidationError("--output: the name is empty") }
  }

  func run() throws {
    let prepared = try PreparedTest.open(test)
    let path = try WebMUSHRA(prepared).write(to: output)
    struct Report: Encodable { let configuration: String }
    try json ? JSONReport.print(Report(configuration: path)) : Terminal.note(path)
  }
}
