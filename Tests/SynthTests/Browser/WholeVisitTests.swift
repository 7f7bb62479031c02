// A visit with everything that can be asked: instructions, consent and questions, the headphone check by ears that hear what
// headphones and what a loudspeaker make of it, remarks, questions at the end, the code, and coming back with it; all in
// the language that was chosen.

import Foundation
import Testing

@testable import Listening

@Suite(.serialized, .enabled(if: BrowserTests.wanted, BrowserTests.why)) struct WholeVisitTests {
  private static let questions = """
    {"before": [
      {"id": "agree", "type": "consent", "text": "I take part of my own will."},
      {"id": "age", "type": "number", "text": "How old are you?", "minimum": 18, "whole": true, "required": true},
      {"id": "device", "type": "choice", "text": "What do you hear with?", "options": ["headphones", "something else"], "required": true},
      {"id": "hearing", "type": "text", "text": "Anything about your hearing?"}],
     "after": [{"id": "remarks", "type": "text", "text": "Anything else?", "lines": 3}]}
    """

  /// Tells which tone of a question is the quietest for the ear: at each ear alone, or behind a loudspeaker that adds
  /// both sides in the air.
  private static let ears = """
    window.asked = null;
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function (...when) {
      const [left, right] = [0, 1].map((side) => this.buffer.getChannelData(Math.min(side, this.buffer.numberOfChannels - 1)));
      const rate = this.buffer.sampleRate;
      const power = (make) => [0, 1, 2].map((place) => {
        let sum = 0;
        for (let n = Math.round(1.5 * place * rate), end = n + rate; n < end && n < left.length; n++) sum += make(left[n], right[n]) ** 2;
        return sum;
      });
      const least = (values) => values.indexOf(Math.min(...values));
      window.asked = {
        side: left.length > rate * 2 ? null : power((l) => l)[0] > power((l, r) => r)[0] ? 0 : 2,
        headphones: least(power((l) => l)), loudspeaker: least(power((l, r) => l + r)),
      };
      return start.apply(this, when);
    };
    """

  private func hear(_ browser: Chromium, by ear: String, sides: Bool = true) throws {
    for number in 1...8 {
      try browser.wait(
        for:
          "document.querySelector('[data-progress]')?.innerText.includes('\(number)') && document.querySelector('[data-play]:not(:disabled)')"
      )
      #expect(
        try browser.evaluate("document.querySelector('.heard-tone').disabled") as? Bool == true, "heard first"
      )
      if number == 1 { try browser.picture("visit-headphones-side") }
      if number == 3 { try browser.picture("visit-headphones-tones") }
      try browser.click("[data-play]")
      try browser.wait(for: "!document.querySelector('.heard-tone').disabled", seconds: 20)
      let place = try #require(try browser.evaluate(number <= 2 ? "asked.side" : "asked.\(ear)") as? Int)
      let old = try browser.text("[data-progress]")
      try browser.click(".heard-tone:nth-child(\(place + 1))")
      try browser.wait(for: "document.querySelector('[data-progress]')?.innerText !== '\(old)'")
    }
    try browser.wait(for: "document.querySelector('[data-verdict]')")
  }

  @Test func everything() throws {
    let site = try ListeningSite(
      method: "ab", trials: 1,
      flags: [
        "--questionnaire", "q.json", "--instructions", "how.txt", "--comments", "--headphone-check",
      ],
      files: ["q.json": Self.questions, "how.txt": "Listen closely.\n\n<b>Twice</b> if you like.\n"])
    let browser = try Chromium()
    try browser.run(Self.ears)
    try browser.visit(site.url)
    try browser.wait(for: "document.querySelector('input[name=listener]')")
    #expect(try browser.text("[data-instructions]") == "Listen closely.\n\n<b>Twice</b> if you like.")
    try browser.choose(language: "de")
    #expect(try browser.text("button[type=submit]") == "Anfangen")
    try browser.click("button[type=submit]")

    // Questions: nothing goes on before they are answered rightly.
    try browser.wait(for: "document.querySelectorAll('.field').length === 4")
    #expect(try browser.text("h2") == "Zuerst einige Fragen")
    #expect(try browser.text("[data-questions]").contains("How old are you?"), "as it was written")
    try browser.click("button[type=submit]")
    try browser.picture("visit-questions")
    func problems() throws -> [String] {
      try browser.evaluate("[...document.querySelectorAll('.problem')].map((one) => one.innerText)")
        as? [String] ?? []
    }
    #expect(
      try problems() == [
        "Ohne dies können Sie nicht teilnehmen.", "Bitte beantworten Sie dies.",
        "Bitte beantworten Sie dies.", "",
      ])
    #expect(try browser.evaluate("document.activeElement.type") as? String == "checkbox")
    try browser.press(" ")
    try browser.click(".field:nth-child(2) input")
    try browser.type("17")
    try browser.click(".option:has([value=headphones])")
    try browser.click("button[type=submit]")
    #expect(try problems() == ["", "Bitte mindestens 18.", "", ""])
    try browser.press("Backspace")
    try browser.type("8")
    try browser.click("button[type=submit]")

    // A loudspeaker fails, headphones pass.
    try hear(browser, by: "loudspeaker")
    #expect(try browser.text("[data-verdict]").contains("Kopfhörer auf"))
    try browser.click("[data-next]")
    try hear(browser, by: "headphones")
    #expect(try browser.text("[data-verdict]").contains("alles in Ordnung"))
    try browser.click("[data-next]")

    try browser.wait(for: "document.querySelector('[data-tone]')")
    try browser.click("button[type=submit]")
    try browser.wait(for: "document.querySelector('.sound')")
    #expect(try browser.text("h2") == "Welches gefällt Ihnen besser?")
    try browser.answer()
    try browser.click("[data-next]")
    try browser.wait(
      for:
        "document.getElementById('step').innerText === 'Durchgang 1 von 1' && document.querySelector('.sound')"
    )
    try browser.answer()
    try browser.click("[data-comment]")
    try browser.type("1 0 a: beide gleich")
    try browser.press("b")
    try browser.picture("visit-trial")
    try browser.click("[data-next]")
    try browser.wait(for: "document.querySelector('[data-questions] textarea')")
    try browser.click("[data-questions] textarea")
    try browser.type("schön")
    try browser.click("button[type=submit]")
    try browser.wait(for: "document.querySelector('[data-again]')")
    try browser.picture("visit-done")
    #expect(browser.complaints.isEmpty, "\(browser.complaints)")

    let session = try #require(try site.sessions().first)
    #expect(session.finished)
    #expect(
      session.notes.form(.before)?.answers == [
        "agree": .consent(true), "age": .number(18), "device": .text("headphones"),
      ])
    #expect(session.notes.form(.after)?.answers == ["remarks": .text("schön")])
    #expect(session.notes.headphones.map(\.passed) == [false, true])
    #expect(session.notes.headphones.allSatisfy { $0.quietest.count == 6 })
    #expect(session.answers.first?.comment == "1 0 a: beide gleichb")
    let device = try #require(session.notes.devices.first)
    #expect(device.browser.contains("Chrome") && device.sampleRate == 48_000 && device.language == "de")
    #expect((device.outputChannels ?? 0) >= 2 && device.baseLatency != nil)

    try browser.click("[data-again]")
    try browser.wait(for: "document.querySelector('summary')")
    #expect(try browser.text("button[type=submit]") == "Anfangen", "the language is kept")
    try browser.click("button[type=submit]")
    try browser.wait(for: "document.querySelectorAll('.field').length === 4")
    // Whoever does not agree leaves without a trace but the opened session.
    try browser.click("[data-leave]")
    try browser.wait(for: "document.querySelector('main').innerText.includes('Sie nehmen nicht teil')")
    #expect(try site.sessions().last?.answers.isEmpty == true)
    try browser.reload()
    try browser.wait(for: "document.querySelector('input[name=listener]')")
  }

  /// Every key is there in every language with the same values, and every word of the page comes from there.
  @Test func languages() throws {
    let site = try ListeningSite(method: "mos", trials: 1, flags: ["--language", "zh"])
    let browser = try Chromium()
    try browser.visit(site.url)
    try browser.wait(for: "document.querySelector('input[name=listener]')")
    #expect(try browser.text("#title") == "A short test" && browser.text("button[type=submit]") == "开始")
    #expect(try browser.evaluate("document.getElementById('language-field').hidden") as? Bool == true)
    #expect(try browser.evaluate("document.documentElement.lang") as? String == "zh-Hans")
    let defects =
      try browser.evaluate(
        """
        (async () => {
          const defects = [];
          const { languages } = await import("./language.js");
          const all = await Promise.all(Object.keys(languages).map(async (code) => [code, (await import(`./strings/${code}.js`)).default]));
          const values = (text) => (text?.match(/\\{\\w+\\}/g) ?? []).sort().join();
          const [, english] = all[0];
          for (const [code, words] of all) {
            for (const key of new Set([...Object.keys(english), ...Object.keys(words)])) {
              if (!(key in english) || !words[key]?.trim() || values(english[key]) !== values(words[key])) defects.push(`${code}: ${key}`);
            }
            if (code !== "en" && Object.keys(words).filter((key) => words[key] === english[key]).length > 16) defects.push(`${code} is English`);
          }
          const files = ["index.html", "app.js", "steps.js", "trial.js", "answers.js", "keys.js", "views.js", "form.js", "returned.js"];
          const source = (await Promise.all(files.map(async (name) => (await fetch(name === "index.html" ? "./" : name)).text()))).join("\\n");
          const stems = ["question.", "answer.", "quality.", "impairment.", "degradation.", "compared.", "form.", "list.", "step."];
          for (const key of Object.keys(english)) {
            if (!source.includes(key) && !stems.some((stem) => key.startsWith(stem))) defects.push(`nobody says ${key}`);
          }
          return defects;
        })()
        """) as? [String]
    #expect(defects == [])
    #expect(browser.complaints.isEmpty, "\(browser.complaints)")
  }

  /// The browser's language, where neither the test nor the listener says another.
  @Test func theBrowsersLanguage() throws {
    let site = try ListeningSite(method: "mos", trials: 1)
    let browser = try Chromium()
    try browser.run(
      "Object.defineProperty(navigator, 'languages', { get: () => ['sv-SE', 'fr-CA', 'de'] })")
    try browser.visit(site.url)
    try browser.wait(for: "document.querySelector('input[name=listener]')")
    #expect(try browser.text("button[type=submit]") == "Commencer")
    #expect(try browser.evaluate("document.getElementById('language').value") as? String == "fr")
    try browser.choose(language: "es")
    try browser.reload()
    try browser.wait(for: "document.querySelector('button[type=submit]')?.innerText === 'Empezar'")
  }

  /// With `--switching restart` each choice begins at the beginning, of the part where there is one.
  @Test func restart() throws {
    for (flags, starts) in [([], 1), (["--switching", "restart"], 3)] as [([String], Int)] {
      let site = try ListeningSite(method: "ab", trials: 1, noise: 4, flags: flags)
      let browser = try Chromium()
      try browser.run(
        """
        window.starts = [];
        const start = AudioBufferSourceNode.prototype.start;
        AudioBufferSourceNode.prototype.start = function (when, offset) {
          starts.push(offset);
          return start.call(this, when, offset);
        };
        """)
      try browser.begin(site)
      for key in ["1", "2", "2"] {
        try browser.press(key)
        usleep(600_000)
      }
      #expect(try browser.evaluate("starts") as? [Double] == [Double](repeating: 0, count: 2 * starts))
      let second = try #require(Double(try browser.text("[data-clock]").prefix { $0 != " " }))
      #expect(starts == 1 ? second > 1.5 : second < 1.5, "\(second)")
    }
  }
}
