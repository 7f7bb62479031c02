// Whole listening tests in a real browser, by clicks and keys, against the built binary: ABX and MOS from the welcome to
// the thanks, MUSHRA's sliders, reloads, and a server that is killed while the listener goes on.

import Foundation
import Testing

@testable import Listening

@Suite(.serialized, .enabled(if: BrowserTests.wanted, BrowserTests.why)) struct ListeningPageTests {
  private func isLocked(_ browser: Chromium) throws -> Bool {
    try browser.evaluate("document.querySelector('[data-next]').disabled") as? Bool == true
  }

  private func finish(_ browser: Chromium, _ site: ListeningSite) throws {
    try browser.wait(for: "document.querySelector('[data-again]')", "the thanks")
    let text = try browser.text("main")
    #expect(text.contains("Thank you") && !text.contains("%") && !text.lowercased().contains("correct"))
    #expect(browser.complaints.isEmpty, "\(browser.complaints)")
  }

  @Test func wholeABX() throws {
    let site = try ListeningSite(method: "abx", trials: 4)
    let browser = try Chromium()
    try browser.begin(site, pictures: "abx")
    for trial in 0...4 {  // 0 is the practice
      if trial > 0 { try browser.waitForTrial(trial, of: 4) }
      #expect(try isLocked(browser))
      #expect(try browser.evaluate("document.querySelector('.choice input').disabled") as? Bool == true)
      if trial % 2 == 0 {
        for number in 1...3 {
          try browser.click(".sound:nth-child(\(number))")
          try browser.wait(
            for:
              "document.querySelector('.sound:nth-child(\(number))').getAttribute('aria-pressed') === 'true'")
          #expect(
            try browser.text("[data-hint]")
              == ["Not heard yet: B, X.", "Not heard yet: X.", "Choose your answer."][number - 1])
        }
        if trial == 2 { try browser.picture("abx-3-trial") }
        try browser.click(".choice:has([value=\"0\"])")
        try browser.click("[data-next]")
      } else {
        for key in ["1", "2", "3", "1"] { try browser.press(key) }
        try browser.press("b")
        try browser.wait(for: "!document.querySelector('[data-next]').disabled")
        try browser.press("Enter")
      }
      // The answer is on the disk when the page goes on.
      if trial == 1 {
        try browser.waitForTrial(2, of: 4)
        #expect(site.stored() == 1)
      }
    }
    try finish(browser, site)
    try browser.picture("abx-4-done")
    let session = try #require(try site.sessions().first)
    #expect(session.finished && session.answers.count == 4 && session.header.listener == "Zoë")
    let trials = site.test.trials(seed: session.header.seed)
    for (answer, trial) in zip(session.answers, trials) {
      let keys = trial.number % 2 == 0
      #expect(answer.answer == .identified(x: answer.order[trial.x!], chosen: answer.order[keys ? 1 : 0]))
      #expect(answer.plays == (keys ? ["A": 2, "B": 1, "X": 1] : ["A": 1, "B": 1, "X": 1]))
      #expect(answer.switches == (keys ? 3 : 2) && !answer.looped && answer.seconds > 0.01)
    }
  }

  /// By keyboard alone; with a reload in the middle, and a server that dies before the third and the fourth answer.
  @Test func wholeMOSOverReloadAndKill() throws {
    let site = try ListeningSite(method: "mos", trials: 4)
    let browser = try Chromium(width: 390, height: 844, mobile: true)
    try browser.begin(site, name: "", pictures: "mos")
    func rate(_ value: Int) throws {
      try browser.press(" ")
      try browser.wait(for: "!document.querySelector('.choice input').disabled")
      try browser.press("\(value)")
      try browser.wait(for: "document.querySelector('.choice input[value=\"\(value)\"]').checked")
    }
    try rate(1)
    try browser.press("Enter")
    try browser.waitForTrial(1, of: 4)
    try rate(2)
    try browser.picture("mos-3-trial")
    try browser.press("Enter")
    try browser.waitForTrial(2, of: 4)
    #expect(site.stored() == 1)

    // Reload before the answer: the same trial, nothing lost, nothing twice.
    try rate(5)
    try browser.reload()
    try browser.waitForTrial(2, of: 4)
    #expect(try isLocked(browser) && site.stored() == 1)
    try rate(3)
    try browser.press("Enter")
    try browser.waitForTrial(3, of: 4)
    #expect(site.stored() == 2)

    // The server dies; the page keeps the answer and brings it when there is a server again.
    site.kill()
    try rate(4)
    try browser.press("Enter")
    try browser.wait(for: "document.getElementById('status').innerText.includes('Trying again')")
    try browser.picture("mos-4-unsent")
    #expect(site.stored() == 2)
    try site.restart()
    try browser.waitForTrial(4, of: 4)
    #expect(site.stored() == 3)

    // It dies again, and this time the page is reloaded while the answer waits.
    try rate(5)
    site.kill()
    try browser.press("Enter")
    try browser.wait(for: "document.getElementById('status').innerText.includes('Trying again')")
    try site.restart()
    try browser.reload()
    try browser.wait(for: "document.querySelector('[data-again]')", "the thanks")

    let session = try #require(try site.sessions().first)
    #expect(try site.sessions().count == 1 && session.finished && session.header.listener == "p01")
    let ratings = session.answers.map { answer -> Int in
      if case .opinion(let system, let rating) = answer.answer, system == answer.order[0] {
        rating
      } else {
        -1
      }
    }
    #expect(ratings == [2, 3, 4, 5])
  }

  /// Sliders move only for the sound that plays; a part is repeated; ratings go to the right systems.
  @Test func mushra() throws {
    let site = try ListeningSite(method: "mushra", trials: 1, systems: ["alpha", "beta", "truth"])
    let browser = try Chromium()
    try browser.begin(site)
    for trial in 0...1 {
      if trial > 0 { try browser.waitForTrial(1, of: 1) }
      #expect(try browser.evaluate("document.querySelectorAll('.row:not(.head)').length") as? Int == 6)
      try browser.press("0")
      for number in 1...5 {
        try browser.press("\(number)")
        let enabled =
          try browser.evaluate(
            "[...document.querySelectorAll('.row input')].map((e, i) => e.disabled ? 0 : i + 1).filter(Boolean)"
          ) as? [Int]
        #expect(enabled == [number])
        // From 50, one step per key.
        for _ in 0..<number { try browser.press(number % 2 == 0 ? "ArrowRight" : "ArrowLeft") }
      }
      try browser.wait(for: "!document.querySelector('[data-next]').disabled")
      if trial == 1 {
        try browser.evaluate(
          "(() => { const e = document.querySelector('[data-to]'); e.value = 700; e.dispatchEvent(new Event('input')); e.dispatchEvent(new Event('change')); })()"
        )
        try browser.picture("mushra-3-trial")
      }
      try browser.click("[data-next]")
    }
    try finish(browser, site)
    let session = try #require(try site.sessions().first)
    let trial = try #require(site.test.trials(seed: session.header.seed).first)
    var wanted: [String: Double] = [:]
    for (place, system) in trial.order.enumerated() {
      let number = place + 1
      wanted[site.test.key.systems[system].name] = Double(number % 2 == 0 ? 50 + number : 50 - number)
    }
    #expect(session.answers.first?.answer == .ratings(wanted) && session.answers.first?.looped == true)
    #expect(session.answers.first?.plays["Reference"] == 1)
  }

  /// Degradation category rating: the open reference is heard, the other sound is rated.
  @Test func degradation() throws {
    let site = try ListeningSite(method: "dcr", trials: 2, systems: ["alpha", "beta", "truth"])
    let browser = try Chromium()
    try browser.begin(site)
    #expect(try browser.text("[data-question]").contains("worse than the reference"))
    for trial in 0...2 {
      if trial > 0 { try browser.waitForTrial(trial, of: 2) }
      try browser.press("1")
      #expect(try browser.text("[data-hint]") == "Not heard yet: Reference.")
      try browser.press("0")
      // From the middle of the scale to its end.
      for _ in 0..<3 { try browser.press(trial == 1 ? "ArrowLeft" : "ArrowRight") }
      if trial == 1 { try browser.picture("dcr-3-trial") }
      try browser.press("Enter")
    }
    try finish(browser, site)
    let session = try #require(try site.sessions().first)
    let orders = session.answers.map { $0.order[0] }
    #expect(
      session.answers.map(\.answer) == [
        .opinion(system: orders[0], rating: 1), .opinion(system: orders[1], rating: 5),
      ])
    #expect(
      session.answers.allSatisfy { $0.plays == ["Reference": 1, "1": 1] && $0.order.count == 1 })
  }

  /// On a narrow screen nothing sticks out, and what is to be touched is large enough for a finger.
  @Test func phone() throws {
    let site = try ListeningSite(method: "mushra", trials: 1, systems: ["alpha", "beta", "truth"])
    let browser = try Chromium(width: 360, height: 740, mobile: true)
    try browser.begin(site)
    #expect(
      try browser.evaluate("document.documentElement.scrollWidth <= window.innerWidth") as? Bool == true)
    let small =
      try browser.evaluate(
        "[...document.querySelectorAll('button, select, .choice, .row input')].filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
      ) as? [String]
    #expect(small == [])
    try browser.picture("phone-mushra")
    // Every control has a name for a screen reader, and changes are announced.
    let unnamed =
      try browser.evaluate(
        "[...document.querySelectorAll('button, input, select, textarea')].filter(e => !(e.getAttribute('aria-label') || e.innerText || e.labels?.length)).map(e => e.outerHTML)"
      ) as? [String]
    #expect(unnamed == [])
    #expect(
      try browser.evaluate("document.querySelector('[role=status][aria-live=polite]') !== null") as? Bool
        == true)
  }
}
