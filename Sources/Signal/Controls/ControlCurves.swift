// What a model can be told while it plays: control channels by name, one value a frame, measured around the frame's middle.
// Here they are heard from recordings; what a model does with them: WaveNet (paper section 2.5).

import Glibc

/// A kind of control channel.
package enum ControlChannel: Hashable, Sendable {
  /// (MIDI note number - 69) / 12, fractional; of the next frame with a pitch where there is none, behind the last one of that.
  case pitch
  /// Of p octaves, 0 to 7: cos 2 pi p, sin 2 pi p, then of 2 p, 4 p and 8 p, which is within 12, 6, 3 and 1.5 semitones. A period of
  /// a whole number of semitones below 3 would tell no note of a scale from the next: measured with 12 p in place of the last
  /// three, a model in tune to a few cents held the neighbouring note in every second note.
  case pitchPhase(Int)
  /// Of the pitch 48 ms later, 0 to 8: `pitch`, then `pitch.phase`.
  case pitchAhead(Int)
  /// 1 where there is a pitch, else 0.
  case voicing
  /// (dB of full scale + 40) / 20, see `LevelCurve`.
  case loudness
  /// (natural logarithm of the power in mel band `band` of `count`, at least 1e-8, + 5) / 5.
  case mel(band: Int, count: Int)
}

/// Control channels over time.
package struct ControlCurves: Hashable, Sendable {
  /// Samples per frame.
  package let frame: Int
  /// Hz, of the samples.
  package let sampleRate: Int
  package let channels: [ControlChannel]
  /// `[frames, channels]`, row-major.
  package let values: [Float]

  package var frames: Int { channels.isEmpty ? 0 : values.count / channels.count }

  /// Seconds of a frame's middle.
  package func time(_ index: Int) -> Double { (Double(index) + 0.5) * Double(frame) / Double(sampleRate) }

  /// A channel by its place. `[frames]`
  package func curve(_ channel: Int) -> [Float] {
    stride(from: channel, to: values.count, by: channels.count).map { values[$0] }
  }

  /// - values: `[frames, channels]`
  package init(frame: Int, sampleRate: Int, channels: [ControlChannel], values: [Float]) {
    precondition(
      frame > 0 && values.count % max(1, channels.count) == 0,
      "\(values.count) values of \(channels.count) channels")
    (self.frame, self.sampleRate, self.channels, self.values) = (frame, sampleRate, channels, values)
  }

  /// Hears the channels in a clip.
  package init(_ clip: Clip, channels: [ControlChannel], frame: Int, tracker: PitchTracker = PitchTracker()) {
    self.frame = frame
    self.channels = channels
    sampleRate = clip.sampleRate
    let heard = HeardSound(clip, channels: channels, frame: frame, tracker: tracker)
    var values = heard.values(channels, frames: (clip.samples.count + frame - 1) / frame)
    ControlChannel.compute(channels, in: &values, frame: frame, sampleRate: sampleRate)
    self.values = values
  }

  /// Octaves above A4; where there is no pitch the next one, which is being prepared, and behind the last one that one. 0 where
  /// there is none at all.
  /// - hertz: 0 where there is no pitch
  package static func held(_ hertz: [Double]) -> [Double] {
    var next = hertz.last { $0 > 0 } ?? 440
    var pitches = hertz
    for k in hertz.indices.reversed() {
      if hertz[k] > 0 { next = hertz[k] }
      pitches[k] = log2(next / 440)
    }
    return pitches
  }
}
