// Which controls suit some recordings: by how much of what sounds in them has a pitch.
import Foundation
import Signal
import Testing

@testable import Corpus

@Suite struct ControlChoiceTests {
  /// Of a folder with one file: what `value` says, 2 s of it; the last tenth is held out.
  private static func shares(_ value: (Int) -> Double) throws -> SoundShares {
    let scratch = try Scratch()
    try scratch.wav("a.wav", frames: 32_000) { n, _ in value(n) }
    var corpus = try scratch.corpus(field: 20)
    let shares = try corpus.soundShares(frame: 64, threads: 1)
    #expect(abs(shares.silent + shares.voiced + shares.unvoiced - 1) < 1e-9)
    // What was heard is not heard again.
    _ = try corpus.telling(
      WantedConditions(labels: [], controls: [.pitch, .voicing, .loudness], frameSamples: 64), threads: 1
    ) { _ in Issue.record("heard twice") }
    return shares
  }

  private static func tone(_ n: Int) -> Double { 0.4 * sin(2 * .pi * 330 * Double(n) / 16000) }

  @Test func tones() throws {
    let shares = try Self.shares(Self.tone)
    #expect(shares.voiced > 0.97)
    let choice = ControlChoice(shares)
    #expect(choice.controls == ControlChoice.melodic && choice.reason.contains("% of what sounds"))
  }

  @Test func noises() throws {
    let shares = try Self.shares { 0.5 * noise($0, 1) }
    #expect(shares.unvoiced > 0.9)
    let choice = ControlChoice(shares)
    #expect(choice.controls == ControlChoice.other && choice.reason.contains(" % of what sounds"))
  }

  /// Silence does not count: what there is has a pitch, or has none.
  @Test func mostlySilence() throws {
    let few = try Self.shares { $0 % 8000 < 1600 ? Self.tone($0) : 0 }
    #expect(few.silent > 0.6 && few.voiced < 0.3)
    #expect(ControlChoice(few).controls == ControlChoice.melodic)
    let clicks = try Self.shares { $0 % 8000 < 1600 ? 0.5 * noise($0, 2) : 0 }
    #expect(clicks.silent > 0.6 && ControlChoice(clicks).controls == ControlChoice.other)
    let nothing = try Self.shares { _ in 0 }
    #expect(nothing == SoundShares(silent: 1, voiced: 0, unvoiced: 0))
    let choice = ControlChoice(nothing)
    #expect(choice.controls == [.loudness] && choice.reason.contains("nothing"))
  }

  /// The end that is held out has no say.
  @Test func whatIsTrainedOnCounts() throws {
    let shares = try Self.shares { $0 < 28_700 ? Self.tone($0) : 0.5 * noise($0, 3) }
    #expect(shares.unvoiced < 0.01, "\(shares)")
  }

  @Test func theBorder() {
    func controls(_ voiced: Double) -> [Control] {
      ControlChoice(SoundShares(silent: 0.2, voiced: voiced, unvoiced: 0.8 - voiced)).controls
    }
    #expect(controls(0.39) == ControlChoice.other && controls(0.41) == ControlChoice.melodic)
  }
}
