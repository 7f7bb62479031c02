// What listeners may be called, in scripts and emoji that join and vary characters; and what becomes of a name that is none.

import Foundation
import TestSupport
import Testing

@testable import Listening

@Suite struct ListenerNameTests {
  static let names = [
    "", "Zoë", "Mia \u{2764}\u{FE0F}", "Mia \u{2764}\u{FE0E}", "\u{1F469}\u{200D}\u{1F680}",
    "\u{646}\u{6CC}\u{200C}\u{645}\u{627}", "\u{8FBB}\u{E0100}",
    "\u{1F3F4}\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}", String(repeating: "é", count: 40),
  ]

  @Test(arguments: names) func good(name: String) throws {
    #expect(ListenerName.isOne(name) && ListenerName.cleaned(name) == name)
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 2, frames: 48)
      #expect(try begin(test, name) == 200)
      var returned = try Returned(test)
      returned.listener = name
      guard case .stored(_, let listener, _) = try returned.merge(into: test) else { throw Unexpected() }
      #expect(listener == (name.isEmpty ? "p02" : name))
    }
  }

  @Test(arguments: [
    ("a\nb", "ab"), ("a\u{7F}b", "ab"), ("a\u{202E}b", "ab"), ("\u{FEFF}a", "a"),
    ("a\u{200B}b", "ab"), ("\u{200D}", ""), ("\u{FE0F}\u{FE0F}", ""),
    (String(repeating: "x", count: 41), String(repeating: "x", count: 40)),
  ]) func bad(name: String, cleaned: String) throws {
    #expect(!ListenerName.isOne(name) && ListenerName.cleaned(name) == cleaned)
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 2, frames: 48)
      #expect(try begin(test, name) == 400)
      // All answers are given: the file is taken, and the name is what is left of it.
      var returned = try Returned(test)
      returned.listener = name == "a\nb" ? "a\\nb" : name
      guard case .stored(_, let listener, 2) = try returned.merge(into: test) else { throw Unexpected() }
      #expect(listener == (cleaned.isEmpty ? "p01" : cleaned))
    }
  }

  private struct Unexpected: Error {}

  private func begin(_ test: PreparedTest, _ name: String) throws -> Int {
    let body = try JSONSerialization.data(withJSONObject: ["session": SessionLog.newID(), "listener": name])
    return ListeningService(test).respond(
      ServiceRequest(method: "POST", path: "session", contentType: "application/json", body: [UInt8](body))
    ).status
  }
}
