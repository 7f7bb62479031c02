// synth listen serve: the page of a prepared test, until Ctrl-C.
import ArgumentParser
import Listening
import Reports

struct ListenServe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve the page of a listening test.",
    discussion: """
      Prints the page's address on standard output; listeners open it in a browser. Answers are on the disk before the page
      goes on, so the server may be stopped and started at any time: every page resumes at its trial. Who is at which trial is
      shown on standard error.

      Only this machine can reach it, unless told otherwise; for phones in the same network, with a code for their cameras:
        synth listen serve test --bind 0.0.0.0 --token some-secret
      """)

  @Argument(help: "The folder that synth listen prepare made.", completion: .directory)
  var folder: String

  @Option(help: "Port; 0 takes a free one. The same port again lets open pages go on after a restart.")
  var port: UInt16 = 8642

  @Option(
    help: "IPv4 address to listen on, 0.0.0.0 for all; anything but this machine itself needs --token.")
  var bind = "127.0.0.1"

  @Option(help: "A secret of 8 to 64 letters, digits and hyphens that becomes part of the address.")
  var token: String?

  @Option(
    name: .customLong("host"),
    help: "A further name in the address that listeners use, of a proxy or a tunnel; again for more.")
  var hosts: [String] = []

  @Flag(
    inversion: .prefixedNo,
    help: "Draw the address as a QR code on standard error (default: if others can reach it, in a terminal).")
  var qr: Bool?

  @Flag(help: "Print the addresses as one JSON object on standard output.")
  var json = false

  private struct Report: Encodable {
    let url: String
    let urls: [String]
    let folder, title: String
  }

  func run() throws {
    var options = ServerOptions()
    (options.port, options.bind, options.token, options.hosts) = (port, bind, token, hosts)
    try options.validate()
    let test = try PreparedTest.open(folder)
    Interrupt.catchSignals()
    let board = ListenerBoard()
    let server = try ListeningServer(test, options, say: { board.warn($0) }, tell: { board.show($0) })
    if json {
      try JSONReport.print(
        Report(url: server.urls[0], urls: server.urls, folder: test.folder, title: test.plan.title))
    } else {
      for url in server.urls { try Terminal.print(url) }
    }
    if options.listensToAll, server.addresses.isEmpty {
      Terminal.warn("this machine is in no network: only itself can open the page")
    }
    if server.urls.count > 1 {
      let names = zip(server.addresses, server.urls).map { "\($0.interface): \($1)" }
      Terminal.note("one of these, whichever a phone opens: " + names.joined(separator: ", "))
    }
    if qr ?? (!options.isLoopback && Terminal.errorIsTerminal) { draw(server.urls[0]) }
    if test.isClosed {
      Terminal.warn(
        "\(test.folder) was closed by synth listen report --close: nobody can begin any more, who has begun can go on"
      )
    }
    Terminal.note("\(test.plan.title): serving \(test.folder); Ctrl-C stops, answers are kept")
    try server.run { !Interrupt.isRequested }
    board.end()
    try Interrupt.check(hint: "the answers so far are in \(test.folder)/sessions")
  }

  private func draw(_ url: String) {
    guard let code = QRCode(Array(url.utf8)) else {
      Terminal.note("\(url): too long for a QR code of ours, which holds \(QRCode.limit) bytes")
      return
    }
    Terminal.writeError(code.text(coloured: Terminal.movesCursor))
  }
}
