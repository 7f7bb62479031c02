// synth listen serve as a person starts it: which addresses it prints, its code for cameras, who is at which trial, and that it
// stands more connections than the system lets it open.

import Foundation
import TestSupport
import Testing

@testable import Listening
@testable import synth

@Suite struct ListenServeTests {
  private let id = "0123456789abcdef0123456789abcdef"

  private func prepared(trials: Int = 2) throws -> Scratch {
    let scratch = Scratch()
    let outcome = try Binary.run(
      [
        "listen", "prepare", "--method", "mos", "-o", "test", "--items", "1", "--seconds", "0.2", "--trials",
        "\(trials)", "a=sines,seed=1", "b=sines,seed=2",
      ], in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return scratch
  }

  @Test func addressesThatPhonesReach() throws {
    let scratch = try prepared()
    let run = try Run(
      [
        "listen", "serve", "test", "--port", "0", "--bind", "0.0.0.0", "--token", "a-good-secret", "--qr",
        "--host", "listen.example",
      ], in: scratch)
    #expect(run.wait { run.errors.contains("Ctrl-C") }, "\(run.errors)")
    let urls = run.text.split(separator: "\n").map(String.init)
    let addresses = NetworkAddress.all().map(\.text)
    #expect(urls.map { URL(string: $0)?.host ?? "" } == (addresses.isEmpty ? ["127.0.0.1"] : addresses))
    #expect(urls.allSatisfy { $0.hasSuffix("/a-good-secret/") })
    let port = UInt16(try #require(URL(string: urls[0])?.port))
    let http = RawHTTP(port: port)
    // By the address that was printed, by this machine's loopback, by the name that was given, and by no other.
    for (host, status) in [
      ("127.0.0.1:\(port)", 200), ("listen.example", 200), ("evil.example", 421),
    ] {
      #expect(try http.get("/a-good-secret/", headers: ["Host: \(host)"]).status == status, "\(host)")
    }
    #expect(run.errors.contains("▀") && run.errors.contains("--host evil.example"), "\(run.errors)")
    #expect(!run.errors.contains("\u{1B}"))
    run.send(SIGINT)
    #expect(run.end().code == 130)
  }

  /// The code is only drawn for others, and only in a terminal, unless asked for.
  @Test func noCodeForOneself() throws {
    let site = try ListeningSite(method: "mos", trials: 2)
    #expect(!site.server.errors.contains("▀"))
  }

  @Test func whoIsWhere() throws {
    let scratch = try prepared()
    let run = try Run(["listen", "serve", "test", "--port", "0"], in: scratch)
    #expect(run.wait { run.text.hasSuffix("/\n") })
    let port = try #require(URL(string: run.text.trimmingCharacters(in: .newlines))?.port)
    let http = RawHTTP(port: UInt16(port))
    _ = try http.post("/session", "{\"session\":\"\(id)\",\"listener\":\"Zoë\u{9B}31m\"}")
    _ = try http.get("/session/\(id)")
    for trial in 0..<2 {
      let answer = try http.post(
        "/session/\(id)/answer",
        "{\"sequence\":\(trial + 1),\"trial\":\(trial),\"rating\":3,\"seconds\":1,\"plays\":[1],\"switches\":0,\"looped\":false}"
      )
      #expect(answer.status == 200, "\(answer.text)")
    }
    run.send(SIGINT)
    let lines = run.end().errors.split(separator: "\n").filter { $0.hasPrefix("Zoë") }
    #expect(
      lines == [
        "Zoë\\x9b31m (0123): at trial 1 of 2", "Zoë\\x9b31m (0123): at trial 2 of 2",
        "Zoë\\x9b31m (0123): finished all 2 trials",
      ], "\(lines)")
  }

  @Test func rowsOfTheBoard() {
    func event(_ session: String, _ position: Int) -> ListenerEvent {
      ListenerEvent(session: session, listener: "p", position: position, trials: 3)
    }
    var rows = ListenerBoard.Rows()
    let first = [rows.take(event("aaaa1", 0)), rows.take(event("aaaa1", 0))]
    #expect(first == [true, false] && rows.lines == ["p (aaaa): at trial 1 of 3"])
    let more = [("bbbb1", 2), ("aaaa1", 1), ("bbbb1", 3)].map { rows.take(event($0.0, $0.1)) }
    #expect(more == [true, true, true])
    #expect(
      rows.lines == [
        "p (aaaa): at trial 2 of 3", "p (bbbb): finished all 3 trials", "2 listeners, 1 finished",
      ])
    for number in 0..<100 { _ = rows.take(event("\(1000 + number)", 0)) }
    #expect(rows.lines.count == ListenerBoard.Rows.most + 1)
    #expect(rows.lines.last == "102 listeners, 1 finished" && rows.lines[11] == "p (1099): at trial 1 of 3")
  }

  /// 300 connections that do nothing, where the system allows 256 files: listeners are served, and it goes on.
  @Test func moreConnectionsThanFiles() throws {
    let scratch = try prepared()
    let binary = try Binary.path()
    let run = try Run(
      ["-c", "ulimit -n 256; exec '\(binary)' listen serve test --port 0"], in: scratch, program: "/bin/sh")
    #expect(run.wait { run.text.hasSuffix("/\n") }, "\(run.errors)")
    let port = UInt16(try #require(URL(string: run.text.trimmingCharacters(in: .newlines))?.port))
    let http = RawHTTP(port: port)
    var crowd: [RawConnection] = []
    for number in 0..<300 {
      crowd.append(try RawConnection(port: port))
      if number % 50 == 0 { #expect(try http.get("/health").status == 200) }
    }
    for _ in 0..<10 { #expect(try http.get("/health").status == 200) }
    #expect(try http.post("/session", "{\"session\":\"\(id)\"}").status == 200)
    #expect(run.isRunning)
    crowd = []
    run.send(SIGTERM)
    #expect(run.end().code == 143)
  }

  @Test func tooFewFiles() throws {
    let scratch = try prepared()
    let binary = try Binary.path()
    let outcome = try Run(
      ["-c", "ulimit -n 40; exec '\(binary)' listen serve test --port 0"], in: scratch, program: "/bin/sh"
    ).end()
    #expect(outcome.code == 74 && outcome.errors.contains("ulimit -n"), "\(outcome.code) \(outcome.errors)")
  }
}
