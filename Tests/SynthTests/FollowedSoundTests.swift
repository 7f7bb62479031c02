// The beginning of a recording, heard for a short clip, against the whole.
import Signal
import Testing

@testable import synth

@Suite struct FollowedSoundTests {
  private static let channels = [Control.pitch, .voicing, .loudness].flatMap(\.channels)

  private func same(_ clip: Clip, _ most: Int, _ channels: [ControlChannel] = Self.channels) -> ControlCurves
  {
    let curves = FollowedSound(clip, most: most).curves(channels, frame: 16)
    let whole = FollowedSound(clip, most: nil).curves(channels, frame: 16)
    #expect(curves.frames * 16 >= most && curves.frames <= whole.frames)
    #expect(curves.values == Array(whole.values.prefix(curves.values.count)), "\(most) samples")
    return curves
  }

  @Test func theSameOfLess() {
    let notes = (0..<90).map { 200 + 30 * Double($0 * 7 % 11) }
    let clip = Instrument.melody(notes, partials: 3)
    for most in [1, 400, 3000, 4799, 20_000] { #expect(same(clip, most).frames * 16 <= most + 1000) }
    // All of it, and more than there is.
    let all = FollowedSound(clip, most: clip.samples.count).curves(Self.channels, frame: 16)
    #expect(all.frames == (clip.samples.count + 15) / 16)
    #expect(FollowedSound(clip, most: 1 << 30).curves(Self.channels, frame: 16) == all)
    _ = same(clip, 3000, [.pitch])
    _ = same(clip, 3000, [.loudness])
  }

  /// In a pause a model is told the next pitch, however far that is.
  @Test func theNextPitchIsFar() {
    let (before, behind) = (Instrument.melody([220], partials: 2), Instrument.melody([440], partials: 2))
    let pause = [Float](repeating: 0, count: 4000 * 25)
    let clip = Clip(samples: before.samples + pause + behind.samples + pause, sampleRate: 4000)
    let curves = same(clip, before.samples.count + 400)
    #expect(abs((curves.curve(of: .pitch)?.last ?? 9)) < 0.1)
    _ = same(clip, before.samples.count + pause.count + behind.samples.count + 100)
  }
}
