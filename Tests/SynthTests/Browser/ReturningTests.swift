// The code at the end of a test, "I was here before" with it at the next visit, and the report that takes both sessions for one
// listener; codes of nobody; a test that is over.

import Foundation
import Testing

@testable import Listening

@Suite(.serialized, .enabled(if: BrowserTests.wanted, BrowserTests.why)) struct ReturningTests {
  /// From the volume to the thanks, whose code it gives.
  private func listen(_ browser: Chromium) throws -> String {
    try browser.wait(for: "document.querySelector('[data-tone]')")
    try browser.click("button[type=submit]")
    for step in ["Practice", "Trial 1 of 1"] {
      try browser.wait(
        for: "document.getElementById('step').innerText === '\(step)' && document.querySelector('.sound')")
      try browser.answer()
      try browser.click("[data-next]")
    }
    try browser.wait(for: "document.querySelector('[data-code-box]:not([hidden])')", "the code")
    return try browser.text("[data-code]")
  }

  private func welcome(_ browser: Chromium, name: String) throws {
    try browser.wait(for: "document.querySelector('input[name=listener]')")
    try browser.click("input[name=listener]")
    try browser.type(name)
  }

  @Test func oneListenerTwice() throws {
    let site = try ListeningSite(method: "ab", trials: 1)
    let browser = try Chromium()
    try browser.visit(site.url)
    try welcome(browser, name: "Ada")
    try browser.click("button[type=submit]")
    let code = try listen(browser)
    #expect(code == (try site.sessions().first?.header.code))

    try browser.click("[data-again]")
    try welcome(browser, name: "A.")
    try browser.click("summary")
    try browser.click("input[name=code]")
    let nobody = code == "00000000" ? "11111111" : "00000000"
    try browser.type(nobody)
    try browser.click("button[type=submit]")
    try browser.wait(for: "document.querySelector('#code-problem').innerText.includes('no earlier session')")
    #expect(try browser.evaluate("document.activeElement.name") as? String == "code")
    #expect(try site.sessions().count == 1, "no session was begun")
    try browser.picture("returning-1-nobody")
    for _ in nobody { try browser.press("Backspace") }
    try browser.type(" \(code.uppercased().prefix(4))-\(code.suffix(4)) ")
    try browser.click("button[type=submit]")
    let second = try listen(browser)
    try browser.picture("returning-2-code")
    #expect(second != code)

    // Another person: without a code after a wrong one.
    try browser.click("[data-again]")
    try welcome(browser, name: "Ada")
    try browser.click("summary")
    try browser.click("input[name=code]")
    try browser.type("my name")
    try browser.click("button[type=submit]")
    try browser.wait(for: "document.querySelector('#code-problem').innerText.includes('leave it empty')")
    try browser.click("summary")
    try browser.click("button[type=submit]")
    _ = try listen(browser)
    // Refused codes are the only complaints.
    #expect(browser.complaints.allSatisfy { $0.contains("422") }, "\(browser.complaints)")

    #expect(Set(try site.sessions().map(\.header.returning)) == [nil, code])
    let report = try Binary.run(["listen", "report", "test", "--json"], in: site.scratch)
    let listeners = try #require(report.json["listeners"] as? [[String: Any]])
    #expect(listeners.compactMap { $0["listener"] as? String }.sorted() == ["Ada", "Ada (2)"])
    #expect(listeners.compactMap { $0["sessions"] as? Int }.sorted() == [1, 2])
  }

  /// Closed by `report --close`: the page says so, and the terminal of the server does.
  @Test func over() throws {
    let site = try ListeningSite(method: "ab", trials: 1, flags: ["--listeners", "5"])
    let browser = try Chromium()
    try browser.visit(site.url)
    try welcome(browser, name: "Ada")
    try browser.click("button[type=submit]")
    _ = try listen(browser)
    let closed = try Binary.run(["listen", "report", "test", "--close"], in: site.scratch)
    #expect(closed.code == 0, "\(closed.errors)")
    try browser.click("[data-again]")
    try welcome(browser, name: "Late")
    try browser.click("button[type=submit]")
    try browser.wait(for: "document.querySelector('[data-problem]')?.innerText.includes('over')", "the words")
    #expect(try browser.text("h2") == "Thank you")
    try browser.picture("returning-3-over")
    #expect(try site.sessions().count == 1)
    site.kill()
    try site.restart()
    #expect(site.server.wait { site.server.errors.contains("nobody can begin any more") })
    let again = try Binary.run(["listen", "report", "test", "--close"], in: site.scratch)
    #expect(again.code == 0, "\(again.errors)")
  }
}
