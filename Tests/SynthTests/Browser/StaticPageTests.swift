// A test on a static web host as its makers and its listeners go through it: prepare, export, listen in a browser below some path
// of a host that only has files, save the file of answers, import it, report.

import Foundation
import Testing

@testable import Listening

@Suite(.serialized, .enabled(if: BrowserTests.wanted, BrowserTests.why)) struct StaticPageTests {
  private func begin(_ browser: Chromium, _ url: String, name: String) throws {
    try browser.visit(url)
    try start(browser, name: name)
  }

  private func start(_ browser: Chromium, name: String) throws {
    try browser.wait(for: "document.querySelector('input[name=listener]')")
    try browser.click("input[name=listener]")
    try browser.type(name)
    try browser.click("button[type=submit]")
    try browser.wait(for: "document.querySelector('[data-tone]')")
    try browser.click("button[type=submit]")
    try browser.wait(
      for: "document.getElementById('step').innerText === 'Practice' && document.querySelector('.sound')")
    try browser.answer()
    try browser.click("[data-next]")
  }

  /// Saves the file of answers by the page's button.
  private func save(_ browser: Chromium, _ folder: String) throws -> String {
    try browser.wait(for: "document.querySelector('[data-return]:not([hidden]) [data-save]')", "the file")
    try browser.send("Page.setDownloadBehavior", ["behavior": "allow", "downloadPath": folder])
    let isHidden = "document.querySelector('[data-another]').hidden"
    #expect(
      try browser.evaluate(isHidden) as? Bool == true, "the next listener would write over these answers")
    try browser.click("[data-save]")
    #expect(try browser.evaluate(isHidden) as? Bool == false)
    let deadline = Date().addingTimeInterval(20)
    var before: Int?  // bytes: a browser makes the name first, and the file grows
    while true {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      if let name = names.first(where: { $0.hasPrefix("answers-") && $0.hasSuffix(".txt") }) {
        let path = "\(folder)/\(name)"
        let size = (try? Data(contentsOf: URL(fileURLWithPath: path)).count) ?? 0
        let isOnItsWay = names.contains { $0.hasSuffix(".crdownload") }
        if size > 0 && size == before && !isOnItsWay { return path }
        before = size
      }
      if Date() > deadline { throw Chromium.Failure(description: "no whole file was saved: \(names)") }
      usleep(100_000)
    }
  }

  private func export(_ site: ListeningSite, flags: [String] = []) throws {
    site.kill()
    let outcome = try Binary.run(
      ["listen", "export", "--static", "test", "-o", "site", "--orders", "20"] + flags, in: site.scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  @Test func thereAndBack() throws {
    let site = try ListeningSite(method: "abx", trials: 3)
    try export(site, flags: ["--return-to", "Send it to ada@example.org."])
    let host = StaticHost(site.scratch("site"), below: "/some/where/")
    defer { host.stop() }
    let browser = try Chromium()
    try begin(browser, host.url, name: "Zoë")
    try browser.waitForTrial(1, of: 3)
    try browser.answer()
    try browser.click("[data-next]")
    try browser.waitForTrial(2, of: 3)
    // Closing the page loses nothing.
    try browser.reload()
    try browser.waitForTrial(2, of: 3)
    try browser.answer()
    try browser.click("[data-next]")
    try browser.waitForTrial(3, of: 3)
    try browser.answer()
    try browser.click("[data-next]")
    try browser.wait(for: "document.querySelector('[data-return]:not([hidden])')", "the thanks")
    let text = try browser.text("main")
    #expect(text.contains("ada@example.org") && text.contains("only") && !text.contains("you may close"))
    try browser.picture("static-1-done")
    // Nor does it at the end.
    try browser.reload()
    let file = try save(browser, site.scratch("saved"))
    let saved = try String(contentsOfFile: file, encoding: .utf8)
    #expect(try browser.evaluate("document.querySelector('[data-file]').value") as? String == saved)
    #expect(browser.complaints.isEmpty, "\(browser.complaints)")
    // Files alone were asked for, one order of trials, and only its sounds.
    #expect(Set(host.asked.filter { $0.hasPrefix("orders/") }).count == 1)
    #expect(host.asked.allSatisfy { !$0.contains("session") && !$0.contains("key.json") })
    for secret in ["alpha", "beta", "low", "high", "stimuli"] { #expect(!saved.contains(secret)) }

    let merged = try Binary.run(["listen", "import", "test", file, "--json"], in: site.scratch)
    #expect(merged.code == 0 && (merged.json["imported"] as? [String])?.count == 1, "\(merged.errors)")
    let session = try #require(try site.sessions().first)
    #expect(session.finished && session.header.listener == "Zoë" && session.answers.count == 3)
    #expect(session.answers.allSatisfy { $0.plays == ["A": 1, "B": 1, "X": 1] })
    for answer in session.answers {
      guard case .identified(_, let chosen) = answer.answer else {
        throw Chromium.Failure(description: "kind")
      }
      #expect(chosen == answer.order[0], "the first choice is A")
    }
    // The same again is passed over; one that was changed is refused, beside another that is not there.
    let again = try Binary.run(["listen", "import", "test", file, "--json"], in: site.scratch)
    #expect(
      again.code == 0 && (again.json["already"] as? [String])?.count == 1 && again.errors.contains("before"))
    site.scratch.put(saved.replacingOccurrences(of: "Zoë", with: "Eve"), "changed.txt")
    let refused = try Binary.run(
      ["listen", "import", "test", "changed.txt", "none.txt", file], in: site.scratch)
    #expect(refused.code == 65 && refused.errors.contains("changed.txt: changed since"), "\(refused.errors)")
    #expect(refused.errors.contains("none.txt") && refused.errors.contains("2 of 3"))
    let none = try Binary.run(["listen", "import", "test", "none.txt"], in: site.scratch)
    #expect(none.code == 65 && none.errors.contains("1 file refused; nothing was merged"), "\(none.errors)")
    #expect(try site.sessions().count == 1)
    let report = try Binary.run(["listen", "report", "test"], in: site.scratch)
    #expect(report.code == 0 && site.scratch.exists("test-report/report.html"), "\(report.errors)")
  }

  /// Sliders, a hidden reference, and the next listener in the same browser, who gets an id of their own.
  @Test func twoListenersOfOneBrowser() throws {
    let site = try ListeningSite(
      method: "mushra", trials: 2, systems: ["alpha", "beta", "truth"])
    try export(site)
    let host = StaticHost(site.scratch("site"), below: "/")
    defer { host.stop() }
    let browser = try Chromium(width: 390, height: 844, mobile: true)
    let ada = "Ada \u{2764}\u{FE0F}\u{1F469}\u{200D}\u{1F680}"
    for (number, name) in [ada, ""].enumerated() {
      if number == 0 { try begin(browser, host.url, name: name) } else { try start(browser, name: name) }
      for trial in 1...2 {
        try browser.waitForTrial(trial, of: 2)
        try browser.answer()
        try browser.click("[data-next]")
      }
      let file = try save(browser, site.scratch("saved\(number)"))
      let outcome = try Binary.run(["listen", "import", "test", file], in: site.scratch)
      #expect(outcome.code == 0, "\(outcome.errors)")
      try browser.picture("static-2-mushra-\(number)")
      try browser.click("[data-again]")
      try browser.wait(for: "document.querySelector('input[name=listener]')")
    }
    let sessions = try site.sessions()
    #expect(Set(sessions.map(\.header.listener)) == [ada, "p02"] && sessions.allSatisfy { $0.finished })
    #expect(browser.complaints.isEmpty, "\(browser.complaints)")
  }

  /// By the code of the first visit two files are one listener, whichever comes first.
  @Test func aListenerWhoCameBack() throws {
    let site = try ListeningSite(method: "ab", trials: 1)
    try export(site)
    let host = StaticHost(site.scratch("site"), below: "/")
    defer { host.stop() }
    let browser = try Chromium()
    try begin(browser, host.url, name: "Ada")
    var files: [String] = []
    var code = ""
    for visit in 1...2 {
      try browser.waitForTrial(1, of: 1)
      try browser.answer()
      try browser.click("[data-next]")
      files.append(try save(browser, site.scratch("saved\(visit)")))
      if visit == 2 { break }
      code = try browser.text("[data-code]")
      try browser.click("[data-again]")
      try browser.wait(for: "document.querySelector('summary')")
      try browser.click("summary")
      try browser.click("input[name=code]")
      try browser.type("not a code")
      try browser.click("button[type=submit]")
      try browser.wait(
        for: "document.querySelector('#code-problem').innerText.includes('no earlier session')")
      for _ in "not a code" { try browser.press("Backspace") }
      try browser.type(code.uppercased())
      try start(browser, name: "Countess")
    }
    let merged = try Binary.run(["listen", "import", "test"] + files.reversed(), in: site.scratch)
    #expect(merged.code == 0, "\(merged.errors)")
    #expect(Set(try site.sessions().map(\.header.returning)) == [nil, code])
    let report = try Binary.run(["listen", "report", "test", "--json"], in: site.scratch)
    let listeners = try #require(report.json["listeners"] as? [[String: Any]])
    #expect(listeners.count == 1 && listeners.first?["sessions"] as? Int == 2, "\(listeners)")
    #expect(browser.complaints.isEmpty, "\(browser.complaints)")
  }

  /// The page's SHA-256 is the program's, at every length around a block.
  @Test func digestsAgree() throws {
    let site = try ListeningSite(method: "mos", trials: 2)
    try export(site)
    let host = StaticHost(site.scratch("site"), below: "/")
    defer { host.stop() }
    let browser = try Chromium()
    try browser.visit(host.url)
    try browser.wait(for: "document.querySelector('input[name=listener]')")
    let sums =
      try browser.evaluate(
        """
        (async () => {
          const { sha256 } = await import("./server.js");
          return Array.from({ length: 200 }, (_, n) => sha256(new Uint8Array(n).map((_, i) => (31 * i + n) % 256)));
        })()
        """) as? [String]
    let expected = (0..<200).map { n in SHA256.hex((0..<n).map { UInt8((31 * $0 + n) % 256) }) }
    #expect(sums == expected)
  }

  /// A browser that keeps nothing is told so, not tried with.
  @Test func blockedStorage() throws {
    let site = try ListeningSite(method: "mos", trials: 2)
    let browser = try Chromium()
    try browser.run(
      "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('Access is denied', 'SecurityError'); } })"
    )
    try browser.visit(site.url)
    try browser.wait(
      for: "document.querySelector('[data-problem]')?.innerText.includes('site data')", "the words")
    try browser.picture("blocked-storage")
  }
}
