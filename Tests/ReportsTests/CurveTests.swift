// Control curves as a table and as strips of a picture.
import Files
import Foundation
import Signal
import Testing

@testable import Reports

@Suite struct CurveTests {
  /// Half a second of 440 Hz, then silence.
  static let clip = Clip(
    samples: (0..<16000).map { $0 < 8000 ? Float(0.2 * sin(2 * .pi * 440 * Double($0) / 16000)) : 0 },
    sampleRate: 16000)

  @Test func aTableHasALinePerFrameInPeoplesUnits() throws {
    let curves = ControlCurves(Self.clip, channels: [.pitch, .voicing, .loudness], frame: 160)
    let lines = curves.csv.split(separator: "\n")
    #expect(lines.count == 101 && lines[0] == "time,pitch_hz,voicing,loudness_db")
    let (tone, silence) = (lines[21].split(separator: ","), lines[91].split(separator: ","))
    #expect(tone[0] == "0.205000" && tone[2] == "1" && silence[2] == "0")
    let (pitch, held) = (try #require(Double(tone[1])), try #require(Double(silence[1])))
    #expect(abs(pitch - 440) < 0.5 && abs(held - 440) < 2)
    let level = try #require(Double(tone[3]))
    #expect(abs(level + 16.99) < 0.1 && silence[3] == "-80.00")
  }

  /// The picture grows by the strips; the pitch is drawn where there is one and nowhere else.
  @Test func stripsShowTheCurves() {
    let curves = ControlCurves(Self.clip, channels: [.pitch, .voicing, .loudness], frame: 160)
    let strips = CurveStrips(curves)
    #expect(strips.height == 2 * (CurveStrips.height + CurveStrips.gap) && CurveStrips(nil).height == 0)
    var picture = PNG(width: 150, height: 200, palette: [0, 1, 2, 3])
    strips.draw(&picture, top: 10, left: 40, width: 100, ink: 1, grid: 2, curve: 3)
    func drawn(_ rows: Range<Int>, _ column: Int) -> Bool {
      rows.contains { picture.pixels[$0 * 150 + column] == 3 }
    }
    let pitch = 20..<20 + CurveStrips.height
    let level = pitch.upperBound + CurveStrips.gap..<pitch.upperBound + CurveStrips.gap + CurveStrips.height
    #expect(drawn(pitch, 60) && !drawn(pitch, 130))
    #expect(drawn(level, 60) && drawn(level, 130))
    #expect(!drawn(0..<10, 60))
  }
}

/// Curves from tables.
@Suite struct CurveReadingTests {
  private func read(_ text: String, _ channels: [ControlChannel] = ControlCurves.melody) throws
    -> ControlCurves
  {
    try ControlCurves(
      try CSVTable(parsing: Array(text.utf8), path: "c.csv"), channels: channels, frame: 64, sampleRate: 16000
    )
  }

  /// A drawn curve ends with its last row; one of frames' middles half a step behind it.
  @Test func howLongATableIs() throws {
    func seconds(_ rows: [Double]) throws -> Double {
      let curves = try read(
        "time,pitch_hz,loudness_db\n" + rows.map { "\($0),440,-20\n" }.joined())
      return Double(curves.frames * 64) / 16000
    }
    #expect(try abs(seconds([0, 1, 2, 3]) - 3) < 0.0041)
    #expect(try abs(seconds([0, 2]) - 2) < 0.0041)
    #expect(try abs(seconds([0.05, 0.15, 0.25, 0.35]) - 0.4) < 0.0041)
    // Middles of long frames, rounded to milliseconds too.
    #expect(try abs(seconds([1, 3, 5]) - 6) < 1e-9)
    #expect(try abs(seconds([0.006, 0.017, 0.029, 0.041]) - 0.0467) < 0.0041)
    // None, wherever they begin: whole frames of 4 ms, the last row in or at the end of the last.
    for (rows, whole) in [
      ([0, 1], 1), ([0, 1, 2], 2), ([1, 2], 2), ([5, 6], 6), ([0.5, 0.6, 0.7], 0.7), ([2], 2), ([0], 0.004),
      ([0.05, 0.15, 0.6], 0.6), ([0, 0.0101], 0.012), ([0.5, 1.5, 3], 3),
    ] as [([Double], Double)] {
      #expect(try abs(seconds(rows) - whole) < 1e-9, "\(rows)")
    }
  }

  @Test func whatWasWrittenIsRead() throws {
    var values: [Float] = []
    for k in 0..<50 {
      let isVoiced = k >= 5 && !(20..<30 ~= k)
      let pitch: Float = 20..<30 ~= k ? Float(30) / 40 : max(5, Float(k)) / 40
      values += [pitch, isVoiced ? 1 : 0, -1 + Float(k) / 50]
    }
    let curves = ControlCurves(frame: 64, sampleRate: 16000, channels: ControlCurves.melody, values: values)
    let back = try read(curves.csv)
    #expect(back.frames == 50 && back.channels == curves.channels)
    for (a, b) in zip(back.values, curves.values) { #expect(abs(a - b) < 1e-3) }
  }

  /// At any rate and frame, since times are written to a millionth of a second.
  @Test(arguments: [(64, 16000), (64, 22050), (80, 44100), (16, 4000), (64, 384_000), (1000, 8000)])
  func asManyFramesAsWereWritten(frame: Int, sampleRate: Int) throws {
    for count in [1, 2, 3, 10, 1001] {
      let curves = ControlCurves(
        frame: frame, sampleRate: sampleRate, channels: [.loudness],
        values: (0..<count).map { Float($0 % 7) / 7 })
      let table = try CSVTable(parsing: Array(curves.csv.utf8), path: "c.csv")
      let back = try ControlCurves(table, channels: [.loudness], frame: frame, sampleRate: sampleRate)
      #expect(back.frames == count)
      for (a, b) in zip(back.values, curves.values) { #expect(abs(a - b) < 2e-3) }
    }
  }

  @Test func beforeTheFirstRowItsValuesHold() throws {
    let curves = try read("time,pitch_hz,loudness_db\n1,880,-40\n2,440,-20\n")
    #expect(curves.frames == 500)
    for frame in [0, 100, 249] {
      #expect(curves.part(frame..<frame + 1).values == [1, 1, 0], "frame \(frame)")
    }
    #expect(curves.curve(2)[375] > 0.4)
  }

  /// As other pitch trackers write it.
  @Test func aPitchMayBeMissingWhereThereIsNone() throws {
    let curves = try read("time,pitch_hz,voicing,loudness_db\n0,440,1,-20\n0.1,,0,-20\n0.2, ,0,-20\n")
    #expect(curves.curve(1).first == 1 && curves.curve(1).last == 0 && Set(curves.curve(0)) == [0])
  }

  /// Rows at other times than the frames': even change between them, but none between a pitch and none.
  @Test func otherTimes() throws {
    let curves = try read("loudness_db,time,pitch_hz\n-40,0,440\n-20,0.1,880\n-20,0.2,0\n-100,0.3,0\n")
    #expect(curves.frames == 75)
    #expect(abs(curves.curve(0)[12] - 0.5) < 1e-6 && curves.curve(1)[12] == 1)  // 50 ms
    #expect(abs(curves.curve(2)[12] - 0.5) < 1e-6)
    #expect(curves.curve(1)[36] == 1 && curves.curve(1)[38] == 0)  // the nearest row at 150 ms
    #expect(curves.curve(0)[36] == 1 && curves.curve(0)[60] == 1)  // held
    #expect(abs(curves.curve(2)[74] + 2) < 0.07)
  }

  @Test(arguments: [
    (
      "time,pitch_hz\n0,440\n",
      "has no column \"loudness_db\" (it has time, pitch_hz): add it, its name in small letters"
    ),
    (
      "t,pitch_hz,loudness_db\n",
      "has no column \"time\" (it has t, pitch_hz, loudness_db): add it, its name in small letters"
    ),
    ("time,pitch_hz,loudness_db\n", "holds no rows: write one for each time"),
    ("time,pitch_hz,loudness_db\n0,1,1\n0,1,1\n", "line 3: times must be 0 or more and grow from row to row"),
    ("time,pitch_hz,loudness_db\n-1,1,1\n", "line 2: times must be 0 or more and grow from row to row"),
    (
      "time,pitch_hz,voicing,loudness_db\n0,0,1,1\n",
      "line 2: a pitch of 0.0 Hz: give 1 to 100000, or where there is none voicing 0"
    ),
    ("time,pitch_hz,loudness_db\n1e30,440,1\n", "the last time is 1e+30 s: too long: give times in seconds"),
    (
      "time,pitch_hz,loudness_db\n0,440,-1e300\n1,440,1e300\n",
      "line 3: loudness_db is 1e+300: give dB of full scale, 200 at most"
    ),
    ("time,mel_0,mel_1\n0,0,-201\n", "line 2: mel_1 is -201.0: give -200 to 200"),
    (
      "time,pitch_hz,loudness_db\n0,x,1\n",
      "line 2, column pitch_hz: \"x\" is not a number: write one, and nothing else"
    ),
    (
      "time,pitch_hz,voicing,loudness_db\n0,,1,-20\n",
      "line 2, column pitch_hz: \"\" is not a number: write one, and nothing else"
    ),
    (
      "time,pitch_hz,loudness_db\n0,0.5,-20\n",
      "line 2: a pitch of 0.5 Hz: give 1 to 100000, or where there is none 0"
    ),
  ])
  func refused(text: String, reason: String) {
    let channels = text.contains("mel_") ? Control.mel(2).channels : ControlCurves.melody
    #expect(throws: FileError.badTable(path: "c.csv", reason: reason)) { try read(text, channels) }
  }

  @Test func onlyWhatIsAskedFor() throws {
    #expect(try read("time,loudness_db\n0,-40\n", [.loudness]).values == [0])
    let mel = try read("time,mel_0,mel_1\n0,0.5,1\n1,0.5,2\n", Control.mel(2).channels)
    #expect(abs(mel.curve(1)[mel.frames / 2] - 1.5) < 0.01)
  }
}

@Suite struct CurvePlotTests {
  /// Lines to compare with go from side to side, and no name lies on another or on a line that is not its own.
  @Test func references() throws {
    let plot = CurvePlot(
      title: "t", across: .amounts(upTo: 10, title: ""), up: .amounts(upTo: 8.7, title: ""),
      curves: [.init([(1, 5), (9, 2)], hue: .first)],
      references: [("linear", 1.2), ("none", 8), ("unigram", 7.9), ("nothing", .nan)])
    let svg = plot.svg
    #expect(svg.components(separatedBy: "class=\"reference\"").count == 4 && !svg.contains("nothing"))
    let names = svg.matches(of: /<text class="note" x="[0-9.]+" y="([0-9.]+)">([a-z]+)</).map {
      (name: String($0.2), y: Double($0.1)!)
    }
    #expect(names.map(\.name) == ["none", "unigram", "linear"])
    for (a, b) in zip(names, names.dropFirst()) { #expect(b.y - a.y >= 12, "\(names)") }
    #expect(names[0].y >= 12)
  }
}
