// Control curves as a table and as strips of a picture.
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
