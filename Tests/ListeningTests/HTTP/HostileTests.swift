// A neighbour or a page that wants to spoil a listening test: by long lines, many lines, half requests, slow bytes, connections
// that do nothing or do not take their response. Others are served meanwhile, and every such connection has an end.

import Foundation
import Signal
import Synchronization
import TestSupport
import Testing

@testable import Listening

@Suite(.serialized) struct HostileTests {
  /// A served test whose sounds are longer than what a socket takes at once.
  private func attacked(
    _ limits: HTTPLimits = HTTPLimits(), frames: Int = 480,
    _ body: (UInt16, RawHTTP, PreparedTest) throws -> Void
  ) async throws {
    try await withTemporaryFolderAsync { folder in
      let test = try makeTest(folder, items: 1, trials: 2, frames: frames)
      try await serving(test, limits: limits) { http, url in
        try body(try #require(URL(string: url)?.port.map { UInt16($0) }), http, test)
        #expect(try http.get("/health").status == 200)
      }
    }
  }

  private func quick() -> HTTPLimits {
    var limits = HTTPLimits()
    (limits.silence, limits.request, limits.response, limits.farewell) = (0.6, 0.4, 0.4, 0.3)
    return limits
  }

  private func seconds<R>(_ body: () throws -> R) rethrows -> (R, Double) {
    let start = ContinuousClock.now
    let result = try body()
    return (result, (ContinuousClock.now - start) / .seconds(1))
  }

  private let start = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n"

  @Test func longLines() async throws {
    try await attacked { port, http, _ in
      for head in [start + "a: ", "GET /"] {
        let attacker = try RawConnection(port: port)
        attacker.send(head)
        attacker.send([UInt8](repeating: 65, count: 1 << 20))
        let (health, time) = try seconds { try http.get("/health").status }
        #expect(health == 200 && time < 1, "\(time) s")
        let answer = attacker.receiveAll(seconds: 5)
        let text = String(decoding: answer.bytes, as: UTF8.self)
        #expect(
          text.hasPrefix("HTTP/1.1 4") && text.contains("Connection: close") && answer.isClosed, "\(text)")
      }
    }
  }

  /// Whoever never stops is left after a few seconds or megabytes.
  @Test func endlessLine() async throws {
    var limits = HTTPLimits()
    limits.wasted = 2 << 20
    try await attacked(limits) { port, http, _ in
      let attacker = try RawConnection(port: port)
      attacker.send(start + "a: ")
      let chunk = [UInt8](repeating: 65, count: 1 << 16)
      let (sent, time) = seconds { (0..<4096).first { _ in !attacker.send(chunk) } }
      #expect(sent != nil && time < 5, "\(String(describing: sent)) pieces in \(time) s")
      #expect(try http.get("/health").status == 200)
    }
  }

  @Test func manyLines() async throws {
    try await attacked { port, _, _ in
      let attacker = try RawConnection(port: port)
      attacker.send(start + String(repeating: "a: b\r\n", count: 100_000) + "\r\n")
      let text = String(decoding: attacker.receiveAll(seconds: 5).bytes, as: UTF8.self)
      #expect(text.hasPrefix("HTTP/1.1 431 "))
    }
  }

  /// Half a head, a head that comes byte by byte, half a body, and nothing at all.
  @Test func neverWhole() async throws {
    try await attacked(quick()) { port, http, _ in
      let halves = [
        "GET /hea", start, "POST /session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\n{",
      ]
      let attackers = try halves.map { half in
        let attacker = try RawConnection(port: port)
        attacker.send(half)
        return attacker
      }
      for attacker in attackers {
        let (answer, time) = seconds { attacker.receiveAll(seconds: 5) }
        #expect(String(decoding: answer.bytes, as: UTF8.self).hasPrefix("HTTP/1.1 408 ") && answer.isClosed)
        #expect(time < 3, "\(time) s")
      }
      let slow = try RawConnection(port: port)
      slow.send(start)
      let (taken, time) = seconds { () -> Int? in
        (0..<200).first { _ in
          usleep(20_000)
          return !slow.send("a")
        }
      }
      #expect(taken != nil && time < 3, "\(time) s")
      let idle = try RawConnection(port: port)
      let (answer, silence) = seconds { idle.receiveAll(seconds: 5) }
      #expect(answer.bytes.isEmpty && answer.isClosed && (0.4...3).contains(silence), "\(silence) s")
      #expect(try http.get("/health").status == 200)
    }
  }

  /// A connection that is used stays open between two requests, and answers those that came together in their order.
  @Test func theOrdinaryListener() async throws {
    try await attacked { port, _, _ in
      let listener = try RawConnection(port: port)
      for _ in 0..<3 {
        listener.send(start + "\r\n" + start.replacingOccurrences(of: "health", with: "none") + "\r\n")
        var bytes: [UInt8] = []
        while case .bytes(let more) = listener.receive(seconds: 2) {
          bytes += more
          if String(decoding: bytes, as: UTF8.self).components(separatedBy: "HTTP/1.1 ").count == 3,
            bytes.last == UInt8(ascii: "}")
          {
            break
          }
        }
        let parts = String(decoding: bytes, as: UTF8.self).components(separatedBy: "HTTP/1.1 ")
        #expect(parts.count == 3 && parts[1].hasPrefix("200") && parts[2].hasPrefix("404"), "\(parts)")
      }
    }
  }

  /// More idle connections than there may be: the idlest make room, whoever asks is served.
  @Test func crowds() async throws {
    var limits = HTTPLimits()
    limits.connections = 20
    try await attacked(limits) { port, http, _ in
      var crowd: [RawConnection] = []
      for _ in 0..<100 {
        crowd.append(try RawConnection(port: port))
        crowd.last!.send("GET /")
      }
      for _ in 0..<20 {
        let (status, time) = try seconds { try http.get("/health").status }
        #expect(status == 200 && time < 1, "\(time) s")
      }
      let open = crowd.count { $0.receive(seconds: 0.001) == .nothing }
      #expect(open < 20, "\(open) are still open")
    }
  }

  /// Connections that do not take what they asked for, as many as there may be, from one address: another one is served,
  /// and they end.
  @Test func whoDoesNotListen() async throws {
    var limits = quick()
    limits.connections = 12
    (limits.response, limits.slowest) = (1.5, 1 << 30)
    try await attacked(limits, frames: 4_000_000) { port, http, test in
      let id = SessionLog.newID()
      _ = try http.post("/session", "{\"session\":\"\(id)\"}")
      let view = try JSONSerialization.jsonObject(with: Data(http.get("/session/\(id)/trial").body))
      let sound = try #require(((view as? [String: Any])?["sounds"] as? [String])?.first)
      let crowd = try (0..<12).map { _ in
        let attacker = try RawConnection(port: port, source: 7)
        attacker.send("GET /session/\(id)/audio/\(sound) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        return attacker
      }
      usleep(300_000)
      for _ in 0..<5 {
        let (status, time) = try seconds { try http.get("/health").status }
        #expect(status == 200 && time < 1, "\(time) s")
      }
      usleep(2_000_000)
      // What was in the sockets on the way, and then the end, long before the sound's.
      let answer = crowd[11].receiveAll(seconds: 5)
      #expect(answer.isClosed && answer.bytes.count < 15_000_000, "\(answer.bytes.count)")
    }
  }

  @Test func noise() async throws {
    try await attacked(quick()) { port, http, _ in
      var random = PhiloxGenerator(seed: 1, stream: 14)
      let words = [
        "GET ", "/", " HTTP/1.1", "\r\n", "Host: 127.0.0.1", ":", "Content-Length: ", "9", "\0", " ", "{",
      ]
      for round in 0..<400 {
        let attacker = try RawConnection(port: port)
        var bytes: [UInt8] = []
        for _ in 0..<Int(random.next() % 40) {
          bytes +=
            random.next() % 3 == 0 ? [UInt8(random.next() % 256)] : Array(words[Int(random.next() % 11)].utf8)
        }
        attacker.send(bytes)
        if round % 20 == 0 { #expect(try http.get("/health").status == 200) }
      }
    }
  }

  /// A page of another site whose name was made to point here, with or without a token that it cannot know.
  @Test func foreignNames() async throws {
    try await withTemporaryFolderAsync { folder in
      let test = try makeTest(folder, frames: 480)
      let said = Mutex<[String]>([])
      for token in [nil, "a-good-secret"] {
        let path = token.map { "/\($0)/test" } ?? "/test"
        try await serving(
          test, token: token, hosts: ["listen.example:8080"],
          say: { words in said.withLock { $0.append(words) } }
        ) { http, _ in
          for (host, status) in [
            ("evil.example", 421), ("127.0.0.1.evil.example", 421), ("localhost.evil.example:80", 421),
            ("", 421),
            ("192.168.1.7", 421), ("127.0.0.1", 200), ("127.0.0.1:99", 200), ("LocalHost:1", 200),
            ("listen.example", 200), ("Listen.Example:443", 200), ("evil.example", 421),
          ] {
            let found = try http.get(path, headers: ["Host: \(host)"]).status
            #expect(found == status, "\(host): \(found)")
          }
        }
      }
      let words = said.withLock { $0 }
      #expect(words.count { $0.contains("--host evil.example") } == 2, "\(words)")
    }
  }
}
