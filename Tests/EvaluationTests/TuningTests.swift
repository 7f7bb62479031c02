// The score of sampling settings, and the table that goes into a card.

import Signal
import Testing
import WaveNet

@testable import Evaluation

@Suite struct TuningTests {
  private func trial(
    _ temperature: Double = 1, topP: Double? = nil, score: Double = 0, spectrum: Double = 3,
    level: Double = 3,
    silent: Int = 0, clicks: Int = 0, agreement: CurveAgreement? = nil
  ) -> Tuning.Trial {
    Tuning.Trial(
      setting: .init(temperature: temperature, topP: topP), score: score, spectrumDb: spectrum,
      loudnessDb: level,
      clips: 8, silentClips: silent, clicks: clicks, agreement: agreement)
  }

  /// A held note, heard so many cents and dB away.
  private func agreement(cents: Float, decibels: Float) -> CurveAgreement {
    func curves(_ octaves: Float, _ level: Float) -> ControlCurves {
      ControlCurves(
        frame: 16, sampleRate: 4000, channels: [.pitch, .voicing, .loudness],
        values: (0..<100).flatMap { _ in [octaves, 1, level] })
    }
    return CurveAgreement([(curves(0, 1), curves(cents / 1200, 1 + decibels / 20))])
  }

  @Test func everyFaultCosts() {
    let plain = Tuning.score(trial())
    for worse in [
      trial(spectrum: 4), trial(level: 4), trial(silent: 1), trial(clicks: 1),
    ] { #expect(Tuning.score(worse) > plain) }
    #expect(Tuning.score(trial(silent: 1)) > Tuning.score(trial(clicks: 4)))
    let told = Tuning.score(trial(agreement: agreement(cents: 2, decibels: 1)))
    // What it was told counts in place of how loud it is as a whole.
    #expect(Tuning.score(trial(level: 40, agreement: agreement(cents: 2, decibels: 1))) == told)
    // Unless it was told no level.
    let silent = CurveAgreement([])
    #expect(
      Tuning.score(trial(level: 9, agreement: silent)) == Tuning.score(trial(level: 9)))
    for worse in [agreement(cents: 30, decibels: 1), agreement(cents: 2, decibels: 5)] {
      #expect(Tuning.score(trial(agreement: worse)) > told)
    }
    // Beyond 50 cents it is another note.
    let near = Tuning.score(trial(agreement: agreement(cents: 49, decibels: 1)))
    #expect(Tuning.score(trial(agreement: agreement(cents: 51, decibels: 1))) > near + 9)
  }

  private func tuning(_ best: Int, agreement: CurveAgreement? = nil) -> Tuning {
    Tuning(
      trials: [trial(1, score: 2.5, agreement: agreement), trial(0.9, topP: 0.95, score: 1.25)], best: best)
  }

  @Test func theTableGoesIntoTheCard() {
    let card = "---\ntags: [x]\n---\n\n# Mine\n\nText.\n"
    let once = tuning(1).card(card)
    #expect(once.hasPrefix(card + "\n## Sampling settings, measured\n\n") && once.hasSuffix("|\n"))
    #expect(once.contains("\n| **0.9** | 0.95 | 1.25 |") && once.contains("\n| 1.0 |  | 2.50 |"))
    #expect(!once.contains("pitch cents"))
    #expect(tuning(1).card(once) == once)
    // An earlier one is replaced where it is, and what stands around it stays.
    let more = once + "\nMy words.\n\n## Licence\n\nMIT\n"
    let again = tuning(0, agreement: agreement(cents: 3, decibels: 1)).card(more)
    #expect(again.hasPrefix(card) && again.hasSuffix("|\n\nMy words.\n\n## Licence\n\nMIT\n"))
    #expect(again.contains("| **1.0** |") && again.contains("| pitch cents |") && !again.contains("**0.9**"))
    #expect(again.split(separator: "\n").count { $0 == "## Sampling settings, measured" } == 1)
    // A heading whose table is gone.
    let bare = tuning(1).card(card + "\n## Sampling settings, measured\n\n## Licence\n| a |\n")
    #expect(bare.hasSuffix("|\n\n## Licence\n| a |\n"))
    #expect(bare.split(separator: "\n").count { $0 == "## Sampling settings, measured" } == 1)
    #expect(tuning(1).card("").hasPrefix("## Sampling settings, measured\n"))
  }

  @Test func recommendationsStay() {
    let defaults = GenerationDefaults(temperature: 0.5, topK: 9, seconds: 2)
    let tuned = tuning(1).applied(to: defaults)
    #expect(tuned.temperature == 0.9 && tuned.topP == 0.95 && tuned.topK == 9 && tuned.seconds == 2)
    #expect(tuning(0).applied(to: tuned).topP == nil)
  }
}
