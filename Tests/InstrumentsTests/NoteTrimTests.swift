// Silence is cut away in front and behind, and nothing that is heard; beginnings of notes make a row.
import Instruments
import Signal
import Testing

@Suite struct NoteTrimTests {
  @Test(arguments: [-40.0, -20, -6]) func beginningAndEnd(level: Double) {
    let note = PlayedNote(level: level)
    let clip = note.clip()
    let range = NoteTrim.sounding(clip)
    let rate = Double(clip.sampleRate)
    let first = Double(range.lowerBound) / rate
    let last = Double(range.upperBound) / rate
    // The beginning of a line from nothing: within 3 ms of it, and 5 in front.
    #expect(first > 0.09 && first < 0.1, "\(first)")
    let end = NoteShape.lead + NoteShape.attack + note.shape.hold + note.shape.release
    #expect(last < end + 0.03 && last > end - 0.12, "\(last) of \(end)")
    let kept = clip.samples[range].reduce(0.0) { $0 + Double($1 * $1) }
    let all = clip.samples.reduce(0.0) { $0 + Double($1 * $1) }
    #expect(kept > 0.9999 * all)
  }

  /// A moment of hiss before the note, not what leads into it.
  @Test func whatIsNoPartOfTheNote() {
    let note = PlayedNote(level: -25)
    let plain = note.clip()
    var hissing = plain
    for n in 100..<400 { hissing.samples[n] = n % 2 == 0 ? 4e-4 : -4e-4 }
    #expect(NoteTrim.sounding(hissing) == NoteTrim.sounding(plain))
    for n in 1400..<1600 { hissing.samples[n] = n % 2 == 0 ? 4e-3 : -4e-3 }
    let kept = NoteTrim.sounding(hissing)
    #expect(kept.lowerBound > 1280 && kept.lowerBound <= 1400 - 60, "\(kept)")
  }

  @Test func nothingToTrim() {
    let silence = Clip(samples: [Float](repeating: 8.6e-5, count: 5000), sampleRate: 16_000)
    #expect(NoteTrim.sounding(silence) == 0..<5000)
    #expect(NoteTrim.sounding(Clip(samples: [], sampleRate: 16_000)) == 0..<0)
    let tone = Clip(samples: (0..<5000).map { $0 % 2 == 0 ? 0.2 : -0.2 }, sampleRate: 16_000)
    #expect(NoteTrim.sounding(tone) == 0..<5000)
  }

  @Test func aRow() {
    let long = Clip(samples: [Float](repeating: 0.5, count: 2000), sampleRate: 1000)
    let short = Clip(samples: [0.1, 0.2], sampleRate: 1000)
    let row = Showing.row([long, short])
    #expect(row.samples.count == 800 + 50 + 2 + 50 && row.sampleRate == 1000)
    #expect(row.samples[..<700].allSatisfy { $0 == 0.5 } && row.samples[799] == 0)
    #expect(zip(row.samples[700..<800], row.samples[701..<800]).allSatisfy(>=))
    #expect(Array(row.samples[850..<852]) == [0.1, 0.2])
    #expect(Showing.row([]).samples.isEmpty)
  }
}
