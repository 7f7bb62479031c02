// Channels that follow from the pitch: their values by definition, ends of clips, and curves that are joined.
import Glibc
import Testing

@testable import Signal

@Suite struct ComputedChannelTests {
  private static let channels =
    Control.pitchAhead.channels + [.loudness, .pitch] + Control.pitchPhase.channels

  private static func curves(_ pitches: [Float]) throws -> ControlCurves {
    let plain = ControlCurves(
      frame: 64, sampleRate: 16000, channels: [.pitch, .loudness],
      values: pitches.flatMap { [$0, -1] })
    return ControlCurves(
      frame: 64, sampleRate: 16000, channels: channels, values: try #require(plain.rows(channels)))
  }

  @Test func valuesByDefinition() throws {
    let pitches = (0..<50).map { Float($0) / 40 - 0.3 }
    let curves = try Self.curves(pitches)
    for k in 0..<50 {
      let row = Array(curves.values[k * 19..<(k + 1) * 19])
      let then = Double(pitches[min(49, k + 12)])  // 48 ms
      #expect(row[0] == Float(then) && row[9] == -1 && row[10] == pitches[k])
      for part in 0..<8 {
        let angle = [1.0, 2, 4, 8][part / 2] * 2 * .pi
        // A sine is a cosine a quarter of a turn later.
        let turn = part % 2 == 0 ? 0 : Double.pi / 2
        #expect(abs(Double(row[1 + part]) - cos(angle * then - turn)) < 1e-6)
        #expect(abs(Double(row[11 + part]) - cos(angle * Double(pitches[k]) - turn)) < 1e-6)
      }
    }
  }

  @Test(arguments: [(16000, 64, 12), (48000, 64, 36), (16000, 80, 10), (8000, 4000, 1), (16000, 1, 768)])
  func leads(rate: Int, frame: Int, frames: Int) {
    #expect(ControlChannel.lead(frame: frame, sampleRate: rate) == frames)
  }

  @Test func ofJoinedCurvesTheNextIsAhead() throws {
    let pitches = (0..<50).map { Float($0 * $0 % 37) / 20 }
    let whole = try Self.curves(pitches)
    let (a, b) = (try Self.curves(Array(pitches[..<23])), try Self.curves(Array(pitches[23...])))
    #expect(a.followed(by: b) == whole)
    #expect(a.values + b.values != whole.values)
    #expect(whole.part(0..<23).computed() == a)
  }

  /// In a pause the next note is told, behind the last one that one.
  @Test func pausesTellWhatComes() {
    #expect(ControlCurves.held([0, 880, 0, 0, 440, 220, 0]) == [1, 1, 0, 0, 0, -1, -1])
    #expect(ControlCurves.held([0, 0]) == [0, 0])
    #expect(ControlCurves.held([]) == [])
  }
}
