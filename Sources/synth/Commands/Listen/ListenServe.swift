// synth listen serve: the page of a prepared test, until Ctrl-C.
import ArgumentParser
import Glibc
import Listening
import Synchronization

struct ListenServe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve the page of a listening test.",
    discussion: """
      Prints the page's address on standard output; listeners open it in a browser. Answers are on the disk before the page
      goes on, so the server may be stopped and started at any time: every page resumes at its trial.

      Only this machine can reach it, unless told otherwise; for phones in the same network:
        synth listen serve test --bind 0.0.0.0 --token some-secret
      """)

  @Argument(help: "The folder that synth listen prepare made.", completion: .directory)
  var folder: String

  @Option(help: "Port; 0 takes a free one. The same port again lets open pages go on after a restart.")
  var port: UInt16 = 8642

  @Option(help: "IPv4 address to listen on; anything but this machine itself needs --token.")
  var bind = "127.0.0.1"

  @Option(help: "A secret of 8 to 64 letters, digits and hyphens that becomes part of the address.")
  var token: String?

  @Flag(help: "Print the address as one JSON object on standard output.")
  var json = false

  private struct Report: Encodable {
    let url, folder, title: String
  }

  func run() throws {
    var options = ServerOptions()
    (options.port, options.bind, options.token) = (port, bind, token)
    try options.validate()
    let test = try PreparedTest.open(folder)
    Interrupt.catchSignals()
    // With four it takes connections and answers none; with five it takes seconds to stop.
    try SpareThreads.require(6, for: "the server")
    let outcome = Outcome()
    Task {
      do {
        let server = try await ListeningServer.start(test, options) { Terminal.warn($0) }
        if json {
          try JSONReport.print(Report(url: server.url, folder: test.folder, title: test.plan.title))
        } else {
          try Terminal.print(server.url)
        }
        Terminal.note("\(test.plan.title): serving \(test.folder); Ctrl-C stops, answers are kept")
        while !Interrupt.isRequested {
          if let reason = server.failure {
            throw ListeningError.stoppedListening(address: server.url, reason: reason)
          }
          try await Task.sleep(for: .milliseconds(50))
        }
        await server.stop()
        outcome.end(.success(()))
      } catch {
        outcome.end(.failure(error))
      }
    }
    try outcome.wait()
    try Interrupt.check(hint: "the answers so far are in \(test.folder)/sessions")
  }
}

/// From a task to the thread that waits for it.
private final class Outcome: Sendable {
  private let result = Mutex<Result<Void, any Error>?>(nil)

  /// The first end counts.
  func end(_ value: Result<Void, any Error>) {
    result.withLock { result in
      if result == nil { result = value }
    }
  }

  /// Returns when the task has ended, or some time after it was asked to: without a thread it never hears of that.
  func wait() throws {
    var patience = 250
    while patience > 0 {
      if let value = result.withLock({ $0 }) { return try value.get() }
      usleep(20_000)
      if Interrupt.isRequested { patience -= 1 }
    }
  }
}
