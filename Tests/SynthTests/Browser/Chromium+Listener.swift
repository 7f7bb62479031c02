// What every listener does in the browser on the way to a trial, and what the tests want to know of a page: which sources
// sound, how soon something is seen. The browser itself: Chromium.swift.

import Foundation
import Testing

extension Chromium {
  /// From the empty page to the practice, by mouse.
  func begin(_ site: ListeningSite, name: String = "Zoë", pictures: String? = nil) throws {
    try visit(site.url)
    try wait(for: "document.querySelector('input[name=listener]')")
    if let pictures { try picture("\(pictures)-1-welcome") }
    try click("input[name=listener]")
    try type(name)
    try click("button[type=submit]")
    try wait(for: "document.querySelector('[data-tone]')")
    try click("[data-tone]")
    try wait(for: "document.querySelector('[data-tone]').getAttribute('aria-pressed') === 'true'")
    if let pictures { try picture("\(pictures)-2-volume") }
    try click("button[type=submit]")
    try wait(
      for: "document.getElementById('step').innerText === 'Practice' && document.querySelector('.sound')")
    #expect(try text("[data-training]").contains("nothing is recorded"))
  }

  func waitForTrial(_ number: Int, of trials: Int, seconds: Double = 30) throws {
    try wait(
      for:
        "document.getElementById('step').innerText === 'Trial \(number) of \(trials)' && document.querySelector('.sound') && document.getElementById('status').innerText === ''",
      "trial \(number)", seconds: seconds)
  }

  func choose(language code: String) throws {
    try evaluate(
      "(() => { const e = document.getElementById('language'); e.value = '\(code)'; e.dispatchEvent(new Event('change')); })()"
    )
    try wait(for: "document.documentElement.lang.startsWith('\(code)')")
  }

  /// Hears every sound of a trial and gives the first answer that there is, by the page's own buttons.
  func answer() throws {
    try evaluate(
      """
      (async () => {
        for (const sound of document.querySelectorAll(".sound")) {
          sound.click();
          const slider = sound.closest(".row")?.querySelector("input");
          slider?.dispatchEvent(new Event("input"));
          await new Promise((done) => setTimeout(done, 30));
        }
        document.querySelector(".choice input")?.click();
      })()
      """)
    try wait(for: "!document.querySelector('[data-next]').disabled")
  }

  /// From now on `liveSources()` counts the buffer sources of the page that were started and have not ended.
  func countSources() throws {
    try run(
      """
      window.liveSources = new Set();
      const start = AudioBufferSourceNode.prototype.start;
      AudioBufferSourceNode.prototype.start = function (...when) {
        liveSources.add(this);
        this.addEventListener("ended", () => liveSources.delete(this));
        return start.apply(this, when);
      };
      """)
  }

  func liveSources() throws -> Int { try evaluate("liveSources.size") as? Int ?? -1 }

  /// Presses an element and measures how long it takes until the page has drawn something else.
  /// - Returns: milliseconds
  func drawn(afterClicking selector: String) throws -> Double {
    try evaluate(
      """
      new Promise((done) => {
        const button = document.querySelector("\(selector)");
        const start = performance.now();
        new MutationObserver((_, observer) => {
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
        }).observe(document.getElementById("main"), { childList: true });
        button.click();
      })
      """) as? Double ?? .infinity
  }
}
