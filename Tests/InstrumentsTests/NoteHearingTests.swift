// What is heard of notes of known pitch, level and defects, and which of two is the better one.
import Glibc
import Instruments
import Signal
import Testing

@Suite struct NoteHearingTests {
  private func hearing(_ note: PlayedNote, key: Int, level: Double? = -20) -> NoteHearing {
    NoteHearing(note.clip(), key: key, level: level, held: note.held)
  }

  @Test(arguments: [
    (40, 0.0), (60, 12.0), (60, -37.0), (72, 49.0), (72, -49.8), (84, -3.0), (91, 20.0), (64, 90.0),
    (64, -140.0),
  ]) func tuning(key: Int, cents: Double) throws {
    let heard = hearing(PlayedNote(key: key, cents: cents), key: key)
    #expect(abs(try #require(heard.cents) - cents) < 1.5, "\(heard)")
    #expect(heard.voiced > 0.98 && abs(heard.level + 20) < 0.3 && heard.clicks == 0, "\(heard)")
    #expect(try #require(heard.spread) < 5)
    let tuning = heard.tuning(key: key)
    #expect(
      abs(Double(100 * (tuning.key - key) + tuning.cents) - cents) < 2 && (-49...50).contains(tuning.cents))
    #expect(heard.flaws.isEmpty == (abs(cents) <= 50), "\(heard.flaws)")
  }

  /// Another note is one, an octave off too.
  @Test func octaves() throws {
    for wrong in [48, 72] {
      let heard = hearing(PlayedNote(key: wrong), key: 60)
      #expect(abs(try #require(heard.cents) - Double(100 * (wrong - 60))) < 2, "\(heard)")
      #expect(heard.tuning(key: 60).key == wrong && heard.flaws.first?.hasPrefix("1200 cents") == true)
    }
    // There is none beyond the ends.
    #expect(NoteHearing(oneShot: PlayedNote().clip()).tuning(key: 127) == (127, 0))
  }

  /// What is worse costs more, and what is no use is named.
  @Test func worseCostsMore() {
    let good = hearing(PlayedNote(), key: 60)
    func expectWorse(_ note: PlayedNote, level: Double = -20, _ flaw: String?, line: Int = #line) {
      let heard = hearing(note, key: 60, level: level)
      #expect(heard.cost > good.cost + 0.5, "line \(line): \(heard)")
      if let flaw {
        #expect(heard.flaws.contains { $0.contains(flaw) }, "line \(line): \(heard.flaws)")
      } else {
        #expect(heard.flaws.isEmpty, "line \(line): \(heard.flaws)")
      }
    }
    expectWorse(PlayedNote(cents: 30), nil)
    expectWorse(PlayedNote(cents: 70), "70 cents sharp")
    expectWorse(PlayedNote(cents: -70), "70 cents flat")
    expectWorse(PlayedNote(vibrato: 10), nil)
    expectWorse(PlayedNote(vibrato: 60), "wavers")
    expectWorse(PlayedNote(slide: (500, 0.06)), nil)
    expectWorse(PlayedNote(slide: (-500, 0.14)), "is found after 14")
    expectWorse(PlayedNote(level: -23), nil)
    expectWorse(PlayedNote(level: -30), "10 dB too soft")
    expectWorse(PlayedNote(level: -5), "15 dB too loud")
    expectWorse(PlayedNote(noise: -20), level: 0, "pitch")
    expectWorse(PlayedNote(level: -70), "silent")
    // Half a semitone on the right pitch is better than none of it.
    #expect(hearing(PlayedNote(cents: 45), key: 60).cost < hearing(PlayedNote(cents: 55), key: 60).cost - 2)
  }

  /// Another pitch before the one that is held: as long as it takes. A shift of a few cents is none.
  @Test(arguments: [
    (0.0, 0.0, 0.0), (300, 0.06, 0.06), (-700, 0.06, 0.06), (1100, 0.1, 0.1), (30, 0.1, 0), (-80, 0.14, 0.14),
  ]) func settling(cents: Double, seconds: Double, expected: Double) throws {
    let heard = hearing(PlayedNote(cents: 17, slide: (cents, seconds)), key: 60)
    #expect(abs(try #require(heard.settling) - expected) < 0.02, "\(heard)")
    #expect(abs(try #require(heard.cents) - 17) < 1.5)
  }

  @Test func clicks() {
    let note = PlayedNote()
    var clip = note.clip()
    clip.samples[12_000] += 0.3
    let heard = NoteHearing(clip, key: 60, level: -20, held: note.held)
    #expect(heard.clicks == 1 && heard.flaws == ["a click"])
    #expect(heard.cost > hearing(note, key: 60).cost + 9)
  }

  /// What is not there any more is not heard, and is no reason to fall over.
  @Test func aClipThatIsTooShort() {
    let note = PlayedNote()
    let short = Clip(samples: Array(note.clip().samples.prefix(1000)), sampleRate: 16_000)
    let heard = NoteHearing(short, key: 60, level: -20, held: note.held)
    #expect(heard.flaws == ["silent"] && heard.cents == nil && !heard.isSteady)
  }
}
