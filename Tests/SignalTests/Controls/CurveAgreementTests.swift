// Curves that differ by a known amount, cut, shifted and completed.
import Foundation
import Testing

@testable import Signal

@Suite struct CurveAgreementTests {
  /// 250 frames a second: a tone of a second, a pause of half a second, a softer tone.
  private func curves(pitch: Double = 0, level: Double = 0, pause: Double = -80) -> ControlCurves {
    var values: [Float] = []
    for k in 0..<625 {
      let isPause = 250..<375 ~= k
      let decibels = isPause ? pause : (k < 250 ? -12 : -30) + level
      values += [Float(pitch + (k < 250 ? 0 : 0.5)), isPause ? 0 : 1, Float((decibels + 40) / 20)]
    }
    return ControlCurves(frame: 64, sampleRate: 16000, channels: ControlCurves.melody, values: values)
  }

  @Test func equalCurvesAgree() throws {
    let agreement = CurveAgreement([(curves(), curves())])
    #expect(agreement.pitchCentsMedian == 0 && agreement.pitchCents95 == 0 && agreement.levelDbMedian == 0)
    #expect(agreement.pitchWithin50Cents == 1 && agreement.pitchMissing == 0 && agreement.pitchUnwanted == 0)
    #expect(agreement.frames == 625 && agreement.voicedFrames == 500)
    // 125 frames less 50 ms to both sides.
    #expect(agreement.pauseFrames == 125 - 2 * 13 + 1 - 1)
    #expect(try #require(agreement.pauseLevelDb) == -80)
  }

  @Test func knownDifferencesAreFound() throws {
    let agreement = CurveAgreement([(curves(), curves(pitch: 20 / 1200, level: -2.5, pause: -55))])
    #expect(try abs(#require(agreement.pitchCentsMedian) - 20) < 0.01)
    #expect(agreement.pitchWithin50Cents == 1)
    #expect(try abs(#require(agreement.levelDbMedian) - 2.5) < 0.01)
    #expect(try abs(#require(agreement.pauseLevelDb) + 55) < 0.01)
    let wrong = CurveAgreement([(curves(), curves(pitch: 1.0 / 6))])
    #expect(wrong.pitchWithin50Cents == 0)
    #expect(try abs(#require(wrong.pitchCentsMedian) - 200) < 0.1)
  }

  /// A frame heard without a pitch is not within 50 cents.
  @Test func missingPitchesCount() throws {
    var values = curves().values
    for k in 0..<125 { values[k * 3 + 1] = 0 }
    for k in 300..<325 { values[k * 3 + 1] = 1 }
    let heard = ControlCurves(frame: 64, sampleRate: 16000, channels: ControlCurves.melody, values: values)
    let agreement = CurveAgreement([(curves(), heard)])
    #expect(agreement.pitchMissing == 0.25 && agreement.pitchWithin50Cents == 0.75)
    #expect(agreement.pitchUnwanted == 0.2 && agreement.pitchCentsMedian == 0)
  }

  @Test func nothingToCompareIsNoFigure() {
    let silence = ControlCurves(
      frame: 64, sampleRate: 16000, channels: [.loudness], values: [Float](repeating: -2, count: 10))
    let agreement = CurveAgreement([(silence, silence)])
    #expect(agreement.pitchCentsMedian == nil && agreement.pitchWithin50Cents == nil)
    #expect(agreement.levelDbMedian == nil && agreement.pauseLevelDb == nil && agreement.frames == 10)
  }

  @Test func anotherKeyAndLevel() throws {
    let channels = Control.pitch.channels + Control.pitchPhase.channels + [.voicing, .loudness]
    let rows = try #require(curves().rows(channels))
    let all = ControlCurves(frame: 64, sampleRate: 16000, channels: channels, values: rows)
    let changed = all.transposed(semitones: 3).louder(decibels: 6)
    // Computed channels follow.
    #expect(try #require(changed.rows(channels)) == changed.values)
    #expect(changed.curve(of: .pitch)?[0] == 0.25)
    #expect(try abs(#require(changed.decibels)[0] + 6) < 1e-5)
    // A pause is 6 dB louder too, and no softer than the floor the other way.
    #expect(try #require(all.louder(decibels: -6).decibels)[300] == -80)
    #expect(abs(changed.values[1] - Float(cos(2 * Double.pi * 0.25))) < 1e-6)
    #expect(changed.part(10..<12).values == Array(changed.values[110..<132]))
    #expect(curves().rows([.mel(band: 0, count: 1)]) == nil)
  }

  @Test func namesOfControls() {
    for control in [
      Control.pitch, .pitchPhase, .pitchAhead, .voicing, .loudness, .mel(1), .mel(80), .mel(512),
    ] {
      #expect(Control(control.name) == control)
      #expect(control.channels.count == control.width)
    }
    for name in ["", "Pitch", "mel", "mel.", "mel.0", "mel.513", "mel.08", "mel.-1", "keys "] {
      #expect(Control(name) == nil)
    }
  }
}
