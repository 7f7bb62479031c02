// Where a recording of a note begins and ends: silence in front makes an instrument late, silence behind makes a folder large. Tests:
// NoteTrimTests.
package import Signal

/// A namespace.
package enum NoteTrim {
  /// Seconds that are kept in front of what is heard first, and behind what is heard last.
  static let before = 0.005
  static let after = 0.02
  /// What is so many dB below the loudest 10 ms is not heard.
  static let depth = 50.0
  /// What is no further below is the sound itself. What is softer and silent for `pause` seconds before it is none of it: a network that
  /// starts from silence may hiss for a moment.
  static let body = 20.0
  static let pause = 0.02

  /// Samples that are kept: from just before the sound begins to just behind the last that is heard; all where nothing is.
  package static func sounding(_ clip: Clip) -> Range<Int> {
    let rate = Double(clip.sampleRate)
    let length = max(1, Int((0.002 * rate).rounded()))
    let blocks = stride(from: 0, to: clip.samples.count, by: length).map { start in
      Loudness.level(
        Clip(samples: Array(clip.samples[start..<min(start + length, clip.samples.count)]), sampleRate: 1))
    }
    let loudest = Loudness.levels(clip, window: 0.01).max() ?? -.infinity
    guard loudest > NoteHearing.silence else { return 0..<clip.samples.count }
    let limit = max(loudest - depth, LevelCurve.floor + 6)
    guard var first = blocks.firstIndex(where: { $0 > max(limit, loudest - body) }),
      let last = blocks.lastIndex(where: { $0 > limit })
    else { return 0..<clip.samples.count }
    let pause = Int((pause * rate).rounded()) / length
    while let earlier = blocks[max(0, first - pause)..<first].firstIndex(where: { $0 > limit }) {
      first = earlier
    }
    let start = first * length - Int((before * rate).rounded())
    let end = (last + 1) * length + Int((after * rate).rounded())
    return max(0, start)..<min(clip.samples.count, end)
  }
}
