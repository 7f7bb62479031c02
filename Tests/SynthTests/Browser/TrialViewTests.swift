// What one sees of a trial and does with it besides answering: the words of the scales at every size, the bar, the handles,
// the keys that are listed, and where the page stands.

import Foundation
import Testing

@testable import Listening

@Suite(.serialized, .enabled(if: BrowserTests.wanted, BrowserTests.why)) struct TrialViewTests {
  static let widths = [320, 390, 560, 760, 1280]

  /// All five words are there in every language, none runs into another, and each stands where it belongs.
  @Test(arguments: ["mushra", "abchr"]) func words(method: String) throws {
    let site = try ListeningSite(method: method, trials: 1, systems: ["alpha", "beta", "truth"])
    let browser = try Chromium()
    try browser.begin(site)
    let codes = try #require(
      try browser.evaluate("[...document.getElementById('language').options].map((one) => one.value)")
        as? [String])
    for code in codes {
      try browser.choose(language: code)
      for width in Self.widths {
        try browser.resize(width: width, height: 800)
        let defects =
          try browser.evaluate(
            """
            (() => {
              const defects = [];
              const boxes = [...document.querySelectorAll(".words span")].map((span) => {
                const range = document.createRange();
                range.selectNodeContents(span);
                return { word: span.innerText, box: range.getBoundingClientRect() };
              });
              if (boxes.length !== 5 || boxes.some(({ word, box }) => !word || box.width < 5)) defects.push("not five words");
              for (const [i, a] of boxes.entries())
                for (const b of boxes.slice(i + 1))
                  if (a.box.left < b.box.right + 3 && b.box.left < a.box.right + 3 && a.box.top < b.box.bottom && b.box.top < a.box.bottom)
                    defects.push(`${a.word} runs into ${b.word}`);
              const slide = document.querySelector(".slide");
              const input = slide.querySelector("input").getBoundingClientRect();
              const thumb = 1.4 * parseFloat(getComputedStyle(document.documentElement).fontSize);
              const places = slide.classList.contains("between") ? [0.1, 0.3, 0.5, 0.7, 0.9] : [0, 0.25, 0.5, 0.75, 1];
              for (const [i, { word, box }] of boxes.entries()) {
                const x = input.left + thumb / 2 + places[i] * (input.width - thumb);
                if (x < box.left - 1 || x > box.right + 1) defects.push(`${word} is not at its line`);
                if (box.left < 0 || box.right > innerWidth) defects.push(`${word} sticks out`);
              }
              if (document.documentElement.scrollWidth > innerWidth) defects.push("the page is too wide");
              return defects;
            })()
            """) as? [String]
        #expect(defects == [], "\(code) at \(width)")
      }
    }
  }

  /// A click on the bar goes there, whether it plays or not, and stays within the part that repeats.
  @Test func seek() throws {
    let site = try ListeningSite(method: "abx", trials: 1, noise: 20)
    let browser = try Chromium()
    try browser.begin(site)
    func click(at share: Double) throws {
      let box = try #require(
        try browser.evaluate(
          "(() => { const e = document.querySelector('[data-bar]'); e.scrollIntoView({block: 'center', behavior: 'instant'}); const r = e.getBoundingClientRect(); return [r.x, r.width, r.y + r.height / 2]; })()"
        ) as? [Double])
      try browser.click(x: box[0] + share * box[1], y: box[2])
    }
    func clock() throws -> Double { Double(try browser.text("[data-clock]").prefix { $0 != " " }) ?? -1 }
    #expect(try clock() == 0)
    try click(at: 0.5)
    try browser.wait(for: "document.querySelector('[data-clock]').innerText.startsWith('10.0')")
    #expect(
      try browser.evaluate("document.querySelector('[data-play]').getAttribute('aria-label')") as? String
        == "Play")
    try browser.press("2")
    try browser.wait(for: "!document.querySelector('[data-clock]').innerText.startsWith('10.0')")
    #expect((10..<13).contains(try clock()))
    try click(at: 0.8)
    try browser.wait(for: "parseFloat(document.querySelector('[data-clock]').innerText) >= 16")
    #expect((16..<19).contains(try clock()))
    #expect(try browser.text(".sound[aria-pressed=true] .name") == "B")
    // By the handles' keys: the end comes nearer, and the bar says so.
    try browser.evaluate("document.querySelector('[data-to]').focus()")
    for _ in 0..<3 { try browser.press("PageDown") }
    try browser.wait(for: "document.querySelector('[data-caption]').innerText.includes('0.0 to 14.0 s')")
    #expect((try clock()) < 5, "it starts again with the part")
    try click(at: 0.95)
    try browser.wait(for: "parseFloat(document.querySelector('[data-clock]').innerText) >= 13.9")
    try browser.click("[data-whole]")
    try browser.wait(
      for: "document.querySelector('[data-caption]').innerText.includes('Drag the two handles')")
    try browser.press(" ")
    // Drawn with the next frame of the screen.
    try browser.wait(for: "document.querySelector('[data-clock]').innerText.startsWith('0.0')")
    #expect(try clock() == 0)
  }

  /// Every key that is listed is one, and what it says is what it does.
  @Test func keysAreTheKeys() throws {
    func listed(_ browser: Chromium) throws -> [String] {
      try browser.evaluate("[...document.querySelectorAll('[data-keys] li')].map((one) => one.innerText)")
        as? [String] ?? []
    }
    let ab = try ListeningSite(method: "ab", trials: 1)
    var browser = try Chromium()
    try browser.begin(ab)
    #expect(
      try listed(browser) == [
        "1–2 choose a sound", "AB your answer", "0 no preference", "Space plays and stops",
        ",. one second back or on", "Enter goes on",
      ])
    func chosen() throws -> String {
      try browser.evaluate("document.querySelector('.choice input:checked')?.value ?? ''") as? String ?? "?"
    }
    try browser.press("a")
    #expect(try chosen() == "", "not heard yet")
    try browser.press("1")
    try browser.press("2")
    for (key, value) in [("a", "0"), ("0", "-1"), ("b", "1")] {
      try browser.press(key)
      #expect(try chosen() == value)
    }
    try browser.press(" ")
    #expect(try browser.evaluate("document.querySelector('[aria-pressed=true]') === null") as? Bool == true)
    try browser.press("Enter")
    try browser.waitForTrial(1, of: 1)

    let cmos = try ListeningSite(method: "cmos", trials: 1)
    browser = try Chromium()
    try browser.begin(cmos)
    #expect(try listed(browser).contains("←→ one step down or up"))
    for key in ["1", "2", "ArrowRight"] { try browser.press(key) }
    #expect(try chosen() == "0")
    for _ in 0..<2 { try browser.press("ArrowRight") }
    #expect(try chosen() == "2")
    for _ in 0..<5 { try browser.press("ArrowLeft") }
    #expect(try chosen() == "-3")

    let multi = try ListeningSite(method: "mushra", trials: 1, systems: ["alpha", "truth"])
    browser = try Chromium()
    try browser.begin(multi)
    #expect(
      try listed(browser).prefix(3) == [
        "0 the reference", "1–4 choose a sound", "←→ move the rating of the sound that plays",
      ])
    for (key, name) in [("0", "Reference"), ("4", "4"), ("1", "1")] {
      try browser.press(key)
      #expect(try browser.text(".sound[aria-pressed=true] .name") == name)
    }
    try browser.press("ArrowLeft")
    #expect(try browser.text(".row:nth-child(3) .value") == "49")
  }

  /// Whoever scrolled down to Next begins the next trial at its question.
  @Test func aTrialStartsAtItsTop() throws {
    let site = try ListeningSite(method: "mushra", trials: 2, systems: ["alpha", "beta", "truth"])
    let browser = try Chromium(width: 390, height: 600, mobile: true)
    try browser.begin(site)
    for number in 1...2 {
      try browser.answer()
      try browser.evaluate("window.scrollTo(0, document.body.scrollHeight)")
      #expect((try browser.evaluate("window.scrollY") as? Double ?? 0) > 100)
      try browser.click("[data-next]")
      try browser.waitForTrial(number, of: 2)
      #expect(try browser.evaluate("window.scrollY") as? Double == 0)
      #expect(
        try browser.evaluate("document.activeElement === document.querySelector('[data-question]')") as? Bool
          == true)
    }
  }
}
