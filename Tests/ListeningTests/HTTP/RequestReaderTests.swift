// Requests out of bytes: the same in whatever pieces they come, nothing beyond the limits, nothing guessed.

import Foundation
import Signal
import TestSupport
import Testing

@testable import Listening

@Suite struct RequestReaderTests {
  /// All requests of the bytes, handed over in pieces of those sizes, and the refusal that ended it.
  private func read(
    _ bytes: [UInt8], _ limits: HTTPLimits = HTTPLimits(), pieces: () -> Int = { .max }
  ) -> (requests: [HTTPRequest], refusal: HTTPRefusal?) {
    var reader = HTTPRequestReader(limits)
    var rest = bytes[...]
    var requests: [HTTPRequest] = []
    do throws(HTTPRefusal) {
      while !rest.isEmpty {
        let piece = rest.prefix(max(1, pieces()))
        rest = rest.dropFirst(piece.count)
        reader.append(piece)
        while let request = try reader.next() { requests.append(request) }
      }
    } catch {
      return (requests, error)
    }
    return (requests, nil)
  }

  private func read(_ text: String, _ limits: HTTPLimits = HTTPLimits()) -> (
    requests: [HTTPRequest], refusal: HTTPRefusal?
  ) { read(Array(text.utf8), limits) }

  @Test func inAnyPieces() {
    let text =
      "\r\nPOST /session?x=1 HTTP/1.1\r\nHost: Localhost:8642\r\ncontent-type:\tapplication/json \r\nContent-Length: 7\r\nCookie: a=\u{e9}\r\n\r\n{\"a\":1}"
      + "GET /a%20b HTTP/1.0\r\n\r\nGET / HTTP/1.1\r\nHOST: [::1]:80\r\nConnection: Upgrade, close\r\n\r\n"
      + "GET / HTTP/1.0\r\nHost:x\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"
    let bytes = Array(text.utf8)
    let wanted = [
      HTTPRequest(
        method: "POST", path: "/session", host: "localhost", contentType: "application/json",
        body: Array("{\"a\":1}".utf8), keepsConnection: true),
      HTTPRequest(
        method: "GET", path: "/a%20b", host: "", contentType: nil, body: [], keepsConnection: false),
      HTTPRequest(
        method: "GET", path: "/", host: "[::1]", contentType: nil, body: [], keepsConnection: false),
      HTTPRequest(method: "GET", path: "/", host: "x", contentType: nil, body: [], keepsConnection: true),
    ]
    var random = PhiloxGenerator(seed: 14, stream: 0)
    for round in 0..<200 {
      let most = round == 0 ? 1 : 1 + Int(random.next() % 60)
      let found = read(bytes) { round == 1 ? .max : 1 + Int(random.next() % UInt64(most)) }
      #expect(found.requests == wanted && found.refusal == nil, "round \(round): \(found)")
    }
    // Without its last byte it is not there yet.
    #expect(read(bytes.dropLast()).requests.count == 3)
  }

  /// (what is sent, status)
  @Test(arguments: [
    ("GET / HTTP/1.1\nHost: x\n\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400), ("\r\n\r\n", 400),
    ("GET  / HTTP/1.1\r\n", 400), ("GET /\r\n", 400), ("GET / HTTP/1.1 \r\n", 400),
    ("GET x HTTP/1.1\r\n", 400),
    ("GET http://x/ HTTP/1.1\r\n", 400), ("GET /\u{e9} HTTP/1.1\r\n", 400), ("G(T / HTTP/1.1\r\n", 400),
    ("ABCDEFGHIJKLMNOPQ / HTTP/1.1\r\n", 400), ("GET / HTTP/2.0\r\n", 505), ("GET / HTTQ/1.1\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost : x\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n", 400), ("GET / HTTP/1.1\r\n: x\r\n", 400),
    ("GET / HTTP/1.1\r\nnothing\r\n", 400), ("GET / HTTP/1.1\r\na: b\0c\r\n", 400),
    ("GET / HTTP/1.1\r\na: b\rc\r\n", 400), ("POST / HTTP/1.1\r\nContent-Length: -1\r\n", 400),
    ("POST / HTTP/1.1\r\nContent-Length: +1\r\n", 400), ("POST / HTTP/1.1\r\nContent-Length: \r\n", 400),
    ("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n", 400),
    ("POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n", 400),
    ("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n", 400),
    ("POST / HTTP/1.1\r\nContent-Length: 16385\r\n", 413),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", 411),
  ]) func refusals(text: String, status: Int) {
    let found = read(text)
    #expect(found.requests.isEmpty && found.refusal?.status == status, "\(found)")
  }

  /// A line, many lines and many bytes are refused as soon as there are too many of them, not at their end.
  @Test func limits() {
    var limits = HTTPLimits()
    (limits.line, limits.lines, limits.head, limits.body) = (100, 5, 300, 10)
    let start = "GET / HTTP/1.1\r\nHost: x\r\n"
    let long = String(repeating: "y", count: 101)
    for (text, status) in [
      ("GET /" + long, 414), (start + "a: " + long, 431),
      (start + String(repeating: "a: b\r\n", count: 5), 431),
      (start + String(repeating: "a: " + String(repeating: "b", count: 90) + "\r\n", count: 3), 431),
    ] { #expect(read(text, limits).refusal?.status == status, "\(text)") }
    let full = start + String(repeating: "a: b\r\n", count: 4) + "\r\n"
    #expect(read(full, limits).requests.count == 1)
    #expect(
      read("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789", limits).requests.count == 1)
  }

  @Test func waitsForAWord() throws {
    var reader = HTTPRequestReader(HTTPLimits())
    reader.append(
      Array("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n".utf8))
    let before = try reader.next()
    #expect(before == nil && reader.owesContinue)
    reader.saidContinue()
    let waiting = try reader.next()
    #expect(waiting == nil && !reader.owesContinue)
    reader.append([48])
    let request = try reader.next()
    #expect(request?.body == [48] && !reader.hasBegun)
  }

  /// Time grows with the bytes, not with their square: a head of 16 MB one byte at a time.
  @Test func everyByteIsLookedAtOnce() {
    var limits = HTTPLimits()
    (limits.line, limits.head) = (1 << 25, 1 << 25)
    func seconds(_ count: Int) -> Double {
      let bytes = Array("GET / HTTP/1.1\r\na: ".utf8) + [UInt8](repeating: 65, count: count)
      let start = ContinuousClock.now
      _ = read(bytes, limits) { 1000 }
      return (ContinuousClock.now - start) / .seconds(1)
    }
    let (short, long) = (seconds(1 << 20), seconds(1 << 24))
    #expect(long < 60 * short + 0.5, "\(short) s for 1 MB, \(long) s for 16 MB")
  }
}
