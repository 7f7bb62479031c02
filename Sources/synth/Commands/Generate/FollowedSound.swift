// A recording that clips follow, heard as far as they do: of a long one for a short clip, its beginning and what settles that. Twin:
// ControlCurves of the whole clip. Tests: FollowedSoundTests.
import Signal

struct FollowedSound {
  let clip: Clip
  /// Samples that follow it; nil for all of it.
  let most: Int?

  init(_ clip: Clip, most: Int?) { (self.clip, self.most) = (clip, most) }

  /// Seconds behind a frame that settle which pitch is heard there: the path of the pitch is the cheapest of all that is heard, and
  /// hardly hangs on what comes so much later (ControlListener hears two).
  private static let margin = 10.0

  /// - Returns: those of the whole recording, as many frames of them as are read
  func curves(_ channels: [ControlChannel], frame: Int) -> ControlCurves {
    // Where there is a pitch has to be known to find the next one.
    let heard = channels + (channels.contains(.pitch) && !channels.contains(.voicing) ? [.voicing] : [])
    var margin = Int(Self.margin * Double(clip.sampleRate))
    guard let most else { return ControlCurves(clip, channels: heard, frame: frame) }
    let frames =
      (most + frame - 1) / frame + Conditions.lookAhead
      + ControlChannel.lead(frame: frame, sampleRate: clip.sampleRate)
    while true {
      let end = min(clip.samples.count, frames * frame + margin)
      let part = Clip(samples: Array(clip.samples[..<end]), sampleRate: clip.sampleRate)
      let curves = ControlCurves(part, channels: heard, frame: frame)
      if end == clip.samples.count || isSettled(curves, frames) {
        return curves.part(0..<min(frames, curves.frames))
      }
      margin *= 4
    }
  }

  /// Whether the last of `frames` frames is told the pitch that it would be told of the whole: its own or else the next one, which may
  /// be far.
  private func isSettled(_ curves: ControlCurves, _ frames: Int) -> Bool {
    guard let voicing = curves.curve(of: .voicing) else { return true }
    let known = curves.frames - Int(Self.margin / 2 * Double(clip.sampleRate)) / curves.frame
    return known >= frames && voicing[(frames - 1)..<known].contains { $0 > 0 }
  }
}
