// What a note is told is what is heard of a tone of that shape; what a model has learnt is found in its curves.
import Glibc
import Instruments
import Signal
import Testing

@Suite struct NoteShapeTests {
  /// Of the curves of a note and of those heard in a tone: dB apart in the mean of what sounds, frames of other voicing.
  private func apart(_ told: ControlCurves, _ clip: Clip) throws -> (decibels: Double, voicing: Int) {
    let heard = ControlCurves(clip, channels: ControlCurves.melody, frame: told.frame)
    #expect(heard.frames == told.frames && told.channels == heard.channels)
    let (a, b) = try (#require(told.decibels), #require(heard.decibels))
    let sounding = a.indices.filter { max(a[$0], b[$0]) > -70 }
    let sum = sounding.reduce(0.0) { $0 + abs(a[$1] - b[$1]) }
    let (v, w) = try (#require(told.curve(of: .voicing)), #require(heard.curve(of: .voicing)))
    return (sum / Double(sounding.count), v.indices.count { v[$0] != w[$0] })
  }

  @Test(arguments: [(48, -30.0, 0.3), (69, -20.0, 0.5), (84, -12.0, 0.1)])
  func asIsHeard(key: Int, level: Double, release: Double) throws {
    var note = PlayedNote(key: key, level: level, shape: NoteShape(hold: 0.8, release: release), noise: 80)
    let told = note.shape.curves(pitch: Double(key), level: level, frame: 64, sampleRate: 16_000)
    let right = try apart(told, note.clip())
    #expect(right.decibels < 0.3 && right.voicing <= 6, "\(right)")
    let pitches = try Set(#require(told.curve(of: .pitch)))
    #expect(pitches == [Float((Double(key) - 69) / 12)])
    // Other notes are noticed: of another level, another beginning, another end.
    note.level += 3
    #expect(try apart(told, note.clip()).decibels > 1)
    note.level -= 3
    note.attack = 0.3
    #expect(try apart(told, note.clip()).decibels > 0.6)
    note.attack = NoteShape.attack
    note.shape = NoteShape(hold: 0.8, release: release)
    let later = NoteShape(hold: 0.5, release: release + 0.3)
    #expect(later.samples(16_000) == note.shape.samples(16_000))
    #expect(
      try apart(later.curves(pitch: Double(key), level: level, frame: 64, sampleRate: 16_000), note.clip())
        .decibels > 1)
  }

  @Test func placesOfTheHeldPart() {
    let shape = NoteShape(hold: 2, release: 0.5)
    #expect(shape.samples(1000) == 2810 && shape.held(cut: 0, 1000) == 260..<2160)
    #expect(shape.held(cut: 100, 1000) == 160..<2060)
    // A tenth of a second of a short one would be most of it.
    #expect(NoteShape(hold: 0.2, release: 1).held(cut: 0, 1000) == 210..<360)
  }

  /// Tries differ, and the first is told what is wanted.
  @Test func tries() {
    #expect(NoteShape.detuning(try: 0) == 0)
    #expect(Set((0..<4).map { NoteShape.detuning(try: $0) }).count == 4)
    #expect((0..<99).allSatisfy { abs(NoteShape.detuning(try: $0)) <= 30 })
  }

  private func curves(_ keys: [Double], _ levels: [Double], voiced: Bool = true) -> ControlCurves {
    let voicing: Float = voiced ? 1 : 0
    let rows = zip(keys, levels).flatMap { key, level -> [Float] in
      [Float((key - 69) / 12), voicing, Float((level + 40) / 20)]
    }
    return ControlCurves(frame: 64, sampleRate: 16_000, channels: ControlCurves.melody, values: rows)
  }

  @Test func whatHasBeenLearnt() throws {
    let keys = (0..<1001).map { 60.3 + Double($0) / 1000 * 20 }
    let levels = (0..<1001).map { -40 + Double($0) / 1000 * 20 }
    let silence = curves([10, 120], [-80, 0], voiced: false)
    let range = try #require(LearntRange([curves(keys, levels), silence]))
    #expect(abs(range.usual.lowerBound - 61.3) < 0.01 && abs(range.usual.upperBound - 79.3) < 0.01)
    #expect(range.keys == 62...79)
    #expect(range.levels == [-35, -30, -25])
    #expect(range.isStrange(59) && range.isStrange(81) && !range.isStrange(60) && !range.isStrange(80))
    // A few frames that were misheard are nothing learnt.
    let stray = [Double](repeating: 40, count: 2) + (0..<1000).map { 60 + Double($0 % 12) }
    let heard = try #require(LearntRange([curves(stray, [Double](repeating: -20, count: stray.count))]))
    #expect(heard.isStrange(50) && !heard.isStrange(60) && !heard.isStrange(71))
    // One note, a little flat; three equal quartiles.
    let one = try #require(LearntRange([curves([68.9, 68.9], [-20.2, -20.2])]))
    #expect(one.keys == 68...68 && one.levels == [-20])
    #expect(LearntRange([silence]) == nil && LearntRange([]) == nil)
  }

  @Test func whatLiesBeyond() throws {
    let range = try #require(LearntRange([curves([60, 72], [-20, -20])]))
    #expect(range.beyond(curves([59.6, 66, 72.4], [-20, -20, -20])) == nil)
    let low = try #require(range.beyond(curves([40, 41, 46, 66], [-20, -20, -20, -20])))
    #expect(low.share == 0.75 && low.nearer == 24 && abs(low.range.lowerBound - 40) < 1e-4)
    #expect(abs(low.range.upperBound - 46) < 1e-4)
    // As much lies beyond an octave lower.
    #expect(try #require(range.beyond(curves([60, 77], [-20, -20]))).nearer == 0)
    #expect(range.beyond(curves([20, 100], [-20, -20], voiced: false)) == nil)
  }

  @Test func whatIsLouderOrSofter() throws {
    let range = try #require(LearntRange([curves([60, 72], [-40, -20])]))
    #expect(abs(range.loudness.lowerBound + 39.9) < 1e-9 && abs(range.loudness.upperBound + 20.1) < 1e-9)
    #expect(range.beyondInLevel(curves([60, 60, 60], [-42.5, -30, -17.5])) == nil)
    let loud = try #require(range.beyondInLevel(curves([60, 60, 60, 60], [-30, -15, -10, -12])))
    #expect(loud.share == 0.75 && loud.range == -15 ... -10 && loud.nearer == -8)
    let soft = try #require(range.beyondInLevel(curves([60, 60], [-60, -50])))
    #expect(soft.share == 1 && soft.nearer == 18)
    // What has no pitch is as loud as it likes; pitches have their own sentence.
    #expect(range.beyondInLevel(curves([60], [0], voiced: false)) == nil)
    #expect(range.beyond(curves([60], [0])) == nil)
  }
}
