// Pitch names, numbers and frequencies; clips.

import Signal
import Testing

@Suite struct PitchTests {
  @Test func anchors() throws {
    let a = try #require(Pitch("A4"))
    #expect(a.midi == 69 && a.frequency() == 440 && a.frequency(a4: 442) == 442)
    #expect(Pitch("C4")?.midi == 60)
    #expect(Pitch("C-1")?.midi == 0)
    #expect(Pitch("G9")?.midi == 127)
    #expect(abs(Pitch("C4")!.frequency() - 261.6255653) < 1e-6)
  }

  @Test func spellings() {
    for name in ["c#3", "C♯3", "Db3", "d♭3", "B##2"] { #expect(Pitch(name)?.midi == 49, "\(name)") }
    #expect(Pitch("Cb4")?.midi == 59)
    #expect(Pitch("B#3")?.midi == 60)
    #expect(Pitch("Bb3")?.midi == 58)
    #expect(Pitch("bb3")?.midi == 58)
    #expect(Pitch("b3")?.midi == 59)
  }

  @Test func refused() {
    for name in [
      "", "A", "4", "H4", "A4x", "A#", "G#9", "Cb-1", "A+4", "A 4", "A###4", "A99999999999999999999", "ß4",
    ] {
      #expect(Pitch(name) == nil, "\(name)")
    }
    #expect(Pitch(midi: -1) == nil && Pitch(midi: 128) == nil)
  }

  @Test func everyNumberReturns() throws {
    for midi in 0...127 {
      let pitch = try #require(Pitch(midi: midi))
      #expect(Pitch(pitch.description) == pitch)
      let near = try #require(Pitch.nearest(to: pitch.frequency() * 1.01))
      #expect(near.pitch == pitch && abs(near.cents - 17.2264) < 1e-3)
    }
    for bad in [0, -1, .nan, .infinity, 1e-300, 1e300] { #expect(Pitch.nearest(to: bad) == nil) }
  }

  @Test func clipParts() {
    let clip = Clip(samples: [0, 1, 2, 3, 4, 5, 6, 7], sampleRate: 4)
    #expect(clip.seconds == 2)
    #expect(clip.part(from: 0.5, seconds: 1).samples == [2, 3, 4, 5])
    #expect(clip.part(from: 1.5, seconds: 9).samples == [6, 7])
    #expect(clip.part(from: 5, seconds: 1).samples == [])
    #expect(clip.part(from: -1, seconds: 0.25).samples == [0])
  }
}
