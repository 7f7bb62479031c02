// What an analysis finds in a sound, before it is made into control channels: a value a frame, for whole clips and for pieces of long ones
// that are joined afterwards (ControlListener.swift). The channels themselves: ControlCurves.swift.
import Glibc

/// The curves that channels are made of. Those that nobody asked for are empty.
struct HeardSound {
  /// Hz; 0 where there is no pitch. `[frame]`
  var hertz: [Double] = []
  /// dB of full scale. `[frame]`
  var levels: [Double] = []
  /// As a model is told them. `[frame, band]`, row-major
  var mel: [Float] = []
  /// Of mel.
  let bands: Int

  /// Nothing yet.
  init(_ channels: [ControlChannel]) {
    bands = channels.compactMap { if case .mel(_, let count) = $0 { count } else { nil } }.first ?? 0
  }

  /// Of a whole clip.
  init(_ clip: Clip, channels: [ControlChannel], frame: Int, tracker: PitchTracker) {
    self.init(channels)
    if HeardSound.wantsPitch(channels) { hertz = tracker.track(clip, frame: frame).hertz }
    if channels.contains(.loudness) { levels = LevelCurve.decibels(clip, frame: frame) }
    if bands > 0 {
      mel = MelSpectrum.powers(clip, frame: frame, bands: bands).map { Float((log(max(1e-8, $0)) + 5) / 5) }
    }
  }

  /// Adds what comes next.
  mutating func append(_ other: HeardSound) {
    hertz += other.hertz
    levels += other.levels
    mel += other.mel
  }

  /// Some frames.
  func frames(_ frames: Range<Int>) -> HeardSound {
    var part = self
    if !hertz.isEmpty { part.hertz = Array(hertz[frames]) }
    if !levels.isEmpty { part.levels = Array(levels[frames]) }
    if bands > 0 { part.mel = Array(mel[frames.lowerBound * bands..<frames.upperBound * bands]) }
    return part
  }

  private static func wantsPitch(_ channels: [ControlChannel]) -> Bool {
    channels.contains { channel in
      switch channel {
      case .pitch, .pitchPhase, .pitchAhead, .voicing: true
      case .loudness, .mel: false
      }
    }
  }

  /// The channels; those that are computed are left at 0. `[frames, channels]`
  func values(_ channels: [ControlChannel], frames: Int) -> [Float] {
    let pitches = ControlCurves.held(hertz)
    var values: [Float] = []
    values.reserveCapacity(frames * channels.count)
    for k in 0..<frames {
      for channel in channels {
        let value: Float =
          switch channel {
          case .pitch: Float(pitches[k])
          case .pitchPhase, .pitchAhead: 0
          case .voicing: hertz[k] > 0 ? 1 : 0
          case .loudness: Float((levels[k] + 40) / 20)
          case .mel(let band, let count): mel[k * count + band]
          }
        values.append(value)
      }
    }
    return values
  }
}
