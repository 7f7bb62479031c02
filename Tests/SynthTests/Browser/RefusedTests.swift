// What a server refuses, or a browser cannot read, and the way out of it: a name, an answer that is none, a trial that was open
// for weeks, a sound that cannot be decoded.

import Foundation
import Testing

@testable import Listening

@Suite(.serialized, .enabled(if: BrowserTests.wanted, BrowserTests.why)) struct RefusedTests {
  /// One stays on the form, with words; emoji are no trouble.
  @Test func names() throws {
    let site = try ListeningSite(method: "mos", trials: 1)
    let browser = try Chromium()
    try browser.visit(site.url)
    try browser.wait(for: "document.querySelector('input[name=listener]')")
    try browser.click("input[name=listener]")
    try browser.type("Mia\u{202E}x")
    try browser.click("button[type=submit]")
    try browser.wait(for: "document.querySelector('#code-problem').innerText.includes('nobody sees')")
    #expect(try browser.evaluate("document.activeElement.name") as? String == "listener")
    #expect(try site.sessions().isEmpty)
    try browser.picture("refused-1-name")
    for code in ["de", "es", "fr", "zh", "en"] { try browser.choose(language: code) }
    try browser.evaluate("document.querySelector('input[name=listener]').value = ''")
    try browser.type("Mia \u{2764}\u{FE0F}")
    try browser.click("button[type=submit]")
    try browser.wait(for: "document.querySelector('[data-tone]')")
    #expect(try site.sessions().map(\.header.listener) == ["Mia \u{2764}\u{FE0F}"])
    #expect(browser.complaints.allSatisfy { $0.contains("400") }, "\(browser.complaints)")
  }

  /// A trial that stays open for more than a week can be answered all the same.
  @Test func weeks() throws {
    let site = try ListeningSite(method: "mos", trials: 2)
    let browser = try Chromium()
    try browser.run(
      "window.skip = 0; { const now = performance.now.bind(performance); performance.now = () => now() + skip; }"
    )
    try browser.begin(site)
    try browser.answer()
    try browser.click("[data-next]")
    try browser.waitForTrial(1, of: 2)
    try browser.evaluate("window.skip = 30 * 86400 * 1000")
    try browser.answer()
    try browser.click("[data-next]")
    try browser.waitForTrial(2, of: 2)
    #expect(try site.sessions().first?.answers.map(\.seconds) == [604_800])
    #expect(browser.complaints.isEmpty, "\(browser.complaints)")
  }

  /// An answer that is refused is not sent again for ever: the trial is asked again, with a word, after a reload and at once.
  @Test func answers() throws {
    let site = try ListeningSite(method: "mos", trials: 3)
    let browser = try Chromium()
    try browser.run(
      """
      window.spoil = false;
      const { stringify } = JSON;
      JSON.stringify = (value) => stringify(window.spoil && value?.sequence ? { ...value, seconds: 1e9 } : value);
      """)
    try browser.begin(site)
    try browser.answer()
    try browser.click("[data-next]")
    try browser.waitForTrial(1, of: 3)
    // As an earlier version of the page left it.
    try browser.evaluate(
      """
      (() => {
        const key = Object.keys(localStorage).find((key) => key.startsWith("synth-listen-") && key !== "synth-listen-language");
        const kept = JSON.parse(localStorage.getItem(key));
        kept.unsent = { sequence: 1, trial: 0, rating: 3, seconds: 700000, plays: [1], switches: 0, looped: false };
        localStorage.setItem(key, JSON.stringify(kept));
      })()
      """)
    try browser.reload()
    let isAskedAgain =
      "document.getElementById('step').innerText === 'Trial 1 of 3' && document.querySelector('.sound') && document.getElementById('status').innerText.includes('once more')"
    try browser.wait(for: isAskedAgain, "the trial again, with words")
    try browser.picture("refused-2-answer")
    #expect(site.stored() == 0)
    try browser.evaluate("window.spoil = true")
    try browser.answer()
    try browser.click("[data-next]")
    try browser.wait(for: "document.querySelector('[data-next]')?.disabled === true && \(isAskedAgain)")
    #expect(site.stored() == 0)
    try browser.evaluate("window.spoil = false")
    try browser.answer()
    try browser.click("[data-next]")
    try browser.waitForTrial(2, of: 3)  // and the words are gone
    #expect(site.stored() == 1)
    #expect(browser.complaints.allSatisfy { $0.contains("400") }, "\(browser.complaints)")
  }

  /// Said at once, and not taken for a network that does not answer.
  @Test func sounds() throws {
    let site = try ListeningSite(method: "mos", trials: 1)
    let browser = try Chromium()
    try browser.run(
      """
      BaseAudioContext.prototype.decodeAudioData = () =>
        Promise.reject(new DOMException("Unable to decode audio data", "EncodingError"));
      """)
    try browser.visit(site.url)
    try browser.wait(for: "document.querySelector('input[name=listener]')")
    try browser.click("button[type=submit]")
    try browser.wait(for: "document.querySelector('[data-tone]')")
    try browser.click("button[type=submit]")
    try browser.wait(for: "document.querySelector('[data-problem]')?.innerText.includes('FLAC')", "the words")
    #expect(try browser.text("#status") == "")
    try browser.picture("refused-3-sound")
  }
}
