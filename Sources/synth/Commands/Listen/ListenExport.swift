// synth listen export: a prepared test for other people's listening software, or for a static web host.
import ArgumentParser
import Listening

struct ListenExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Export a prepared test for a static web host, or for webMUSHRA.",
    discussion: """
      synth listen export --static test -o site/               a folder for any web host: answers stay in the browser, and
                                                               the listener sends a file back, for synth listen import
      synth listen export --webmushra test -o webMUSHRA/       then open http://.../webMUSHRA/?config=NAME.yaml

      A static site knows neither names nor answers; each listener draws one of --orders orders of trials. Put it where a web
      server gives it out: browsers do not run it from a folder of this machine.
      For webMUSHRA: configs/NAME.yaml and WAV files of two channels, as prepared: same levels, same anchors. webMUSHRA draws
      its own order; it has no page for ab, cmos and dcr.
      """)

  @Argument(help: "Folder of a prepared test.", completion: .directory)
  var test: String

  enum Format: String, EnumerableFlag {
    case webmushra
    case `static`
  }

  @Flag(help: "The format.")
  var format: Format

  @Option(
    name: [.short, .long],
    help: "Folder to write into: a new one for --static; that of webMUSHRA, for example, for --webmushra.",
    completion: .directory)
  var output: String

  @Option(help: "For --static: how many orders of trials there are (default: 200).")
  var orders: Int?

  @Option(help: "For --static: what the page says about where to send the file of answers.")
  var returnTo: String?

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func validate() throws {
    if output.isEmpty { throw ValidationError("--output: the name is empty") }
    if format != .static && (orders != nil || returnTo != nil) {
      throw ValidationError("--orders and --return-to are for --static")
    }
    if let returnTo, returnTo.isEmpty || returnTo.count > 500 {
      throw ValidationError("--return-to: 1 to 500 characters")
    }
  }

  func run() throws {
    let prepared = try PreparedTest.open(test)
    switch format {
    case .webmushra:
      let path = try WebMUSHRA(prepared).write(to: output)
      struct Report: Encodable { let configuration: String }
      try json ? JSONReport.print(Report(configuration: path)) : Terminal.note(path)
    case .static:
      let site = try StaticTest(prepared, orders: orders ?? 200, returnTo: returnTo)
      let bytes = try site.write(to: output)
      struct Report: Encodable {
        let folder: String
        let orders, soundBytes: Int
      }
      if json {
        try JSONReport.print(Report(folder: output, orders: orders ?? 200, soundBytes: bytes))
      } else {
        Terminal.note(
          "\(output): a page, \(orders ?? 200) orders of trials, \((bytes + 999_999) / 1_000_000) MB of sound"
        )
        Terminal.note(
          "put it on a web host; merge what listeners send back with synth listen import "
            + "\(CommandText.quoted(test)) FILES")
      }
    }
  }
}
