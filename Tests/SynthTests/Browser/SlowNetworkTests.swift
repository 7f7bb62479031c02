// The page on a slow network: nothing of an old trial sounds while the next one comes, one sees at once that something
// happens, and whoever listens for as long as the sounds last does not wait for the next trial.

import Foundation
import Testing

@testable import Listening

@Suite(.serialized, .enabled(if: BrowserTests.wanted, BrowserTests.why)) struct SlowNetworkTests {
  /// 800 ms there, 400 kB/s: the next trial's sounds take seconds.
  @Test func nothingOldSounds() throws {
    let site = try ListeningSite(method: "abx", trials: 3, noise: 3)
    let browser = try Chromium()
    try browser.countSources()
    try browser.slow(latencyMilliseconds: 800, bytesPerSecond: 400_000)
    try browser.begin(site)
    for trial in 0..<3 {  // 0 is the practice
      try browser.answer()
      #expect(try browser.liveSources() == 3, "the sounds run in lockstep")
      // A person keeps what is on the screen under the finger; so do these.
      try browser.evaluate(
        "window.old = { sounds: [...document.querySelectorAll('.sound')], play: document.querySelector('[data-play]'), form: document.querySelector('[data-form]') }"
      )
      let milliseconds = try browser.drawn(afterClicking: "[data-next]")
      #expect(milliseconds < 100, "\(milliseconds) ms until something is seen")
      #expect(try browser.evaluate("document.querySelector('.sound') === null") as? Bool == true)
      #expect(try browser.text("main") != "")
      for _ in 0..<5 {
        try browser.evaluate("old.sounds.forEach((sound) => sound.click()); old.play.click()")
        try browser.evaluate("old.form.requestSubmit()")
        for key in ["1", "2", "3", " ", "Enter"] { try browser.press(key) }
      }
      try browser.wait(for: "liveSources.size === 0", "silence")
      usleep(200_000)
      #expect(try browser.liveSources() == 0, "an old button made a sound")
      if trial == 0 {
        try browser.wait(for: "/\\d+ %/.test(document.querySelector('[data-percent]')?.innerText)")
        try browser.picture("slow-1-loading")
      }
      try browser.waitForTrial(trial + 1, of: 3)
      #expect(try browser.liveSources() == 0, "a trial begins in silence")
      #expect(site.stored() == trial)
      // What was pressed meanwhile was not for this trial.
      #expect(try browser.text("[data-hint]") == "Not heard yet: A, B, X.")
    }
    // Stop is the end of everything, whatever was pressed before it.
    for key in ["1", "2", "3", "1", "3", "2"] { try browser.press(key) }
    #expect(try browser.liveSources() == 3)
    try browser.click("[data-play]")
    try browser.wait(for: "liveSources.size === 0", "silence after Stop")
    let answers = try #require(try site.sessions().first).answers
    #expect(answers.map(\.plays) == [["A": 1, "B": 1, "X": 1], ["A": 1, "B": 1, "X": 1]])
    #expect(browser.complaints.isEmpty, "\(browser.complaints)")
  }

  /// 1.6 Mbit/s, MUSHRA of six sounds of 6 s: they are there before anybody can have heard the present ones once.
  @Test func theNextTrialComesWhileOneListens() throws {
    let site = try ListeningSite(
      method: "mushra", trials: 2, systems: ["alpha", "beta", "gamma", "truth"], noise: 6)
    let browser = try Chromium()
    try browser.begin(site)
    #expect(try browser.evaluate("document.querySelectorAll('.slide').length") as? Int == 6)
    // From here: the practice is there, and may have let the first trial begin to come.
    try browser.slow(latencyMilliseconds: 100, bytesPerSecond: 200_000)
    let sounds = 7  // with the open reference
    let start = Date()
    try browser.answer()
    try browser.wait(
      for:
        "performance.getEntriesByType('resource').filter((one) => one.name.includes('/audio/') && one.responseEnd > 0).length === \(2 * sounds)",
      "the first trial's sounds", seconds: Double(sounds) * 6)
    #expect(try browser.text("#step") == "Practice", "seen by nobody: \(Date().timeIntervalSince(start)) s")
    try browser.evaluate("window.pressed = performance.now()")
    let seen = try browser.drawn(afterClicking: "[data-next]")
    try browser.waitForTrial(1, of: 2, seconds: 2)
    let waited = try browser.evaluate("performance.now() - pressed") as? Double ?? .infinity
    #expect(seen < 100 && waited < 1000, "\(seen) and \(waited) ms")
  }

  /// A part that is set, or a jump, while sounds play: the old sources are over before the new ones begin.
  @Test func oneSetOfSourcesAtATime() throws {
    let site = try ListeningSite(method: "abx", trials: 1)
    let browser = try Chromium()
    // Only scheduled times: in which interval each source is able to sound.
    try browser.run(
      """
      window.spans = [];
      const { start, stop } = AudioBufferSourceNode.prototype;
      AudioBufferSourceNode.prototype.start = function (when, ...rest) {
        this.span = { from: when, to: Infinity };
        spans.push(this.span);
        return start.call(this, when, ...rest);
      };
      AudioBufferSourceNode.prototype.stop = function (when) {
        this.span.to = when;
        return stop.call(this, when);
      };
      """)
    try browser.begin(site)
    try browser.press("1")
    for step in 0..<6 {
      try browser.evaluate(
        "(() => { const e = document.querySelector('[data-to]'); e.value = \(600 + 50 * step); e.dispatchEvent(new Event('input')); e.dispatchEvent(new Event('change')); })()"
      )
      try browser.press(".")
    }
    try browser.press(" ")
    let spans = try #require(
      try browser.evaluate("spans.map((span) => [span.from, span.to])") as? [[Double]])
    #expect(spans.count == 3 * 13)
    for first in stride(from: 0, to: spans.count - 3, by: 3) {
      #expect(spans[first] == spans[first + 1] && spans[first] == spans[first + 2])
      #expect(spans[first][1] <= spans[first + 3][0] + 1e-9, "old and new sounds at once")
    }
  }
}
