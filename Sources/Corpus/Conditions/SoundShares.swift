// How much of some recordings is silence, has a pitch, and sounds without one: what a corpus' controls are chosen by.
import Signal

/// Shares of the frames that are trained on; they add up to 1.
package struct SoundShares: Codable, Hashable, Sendable {
  /// Below `floor`, and without a pitch.
  package var silent: Double
  package var voiced: Double
  package var unvoiced: Double

  /// dB of full scale: what is softer does not sound. That of the pitch tracker.
  package static let floor = PitchTracker().floor

  package init(silent: Double, voiced: Double, unvoiced: Double) {
    (self.silent, self.voiced, self.unvoiced) = (silent, voiced, unvoiced)
  }

  /// Of what sounds, the share that has a pitch; nil if nothing sounds.
  package var voicedOfSounding: Double? {
    let sounding = voiced + unvoiced
    return sounding > 0 ? voiced / sounding : nil
  }
}

/// Which controls a model of recordings is told, and why.
package struct ControlChoice: Hashable, Sendable {
  package let controls: [Control]
  /// In words: one sentence without an end.
  package let reason: String

  /// Of recordings that mostly have a pitch.
  package static let melodic: [Control] = [.pitch, .pitchPhase, .pitchAhead, .voicing, .loudness]
  /// Of others.
  package static let other: [Control] = [.loudness]
  /// Share of what sounds that has a pitch, above which they mostly have one.
  package static let most = 0.5

  package init(_ shares: SoundShares) {
    guard let voiced = shares.voicedOfSounding else {
      (controls, reason) = (ControlChoice.other, "nothing in the training recordings sounds")
      return
    }
    controls = voiced > ControlChoice.most ? ControlChoice.melodic : ControlChoice.other
    let percent = Int((100 * voiced).rounded())
    reason = "\(percent) % of what sounds in the training recordings has a pitch"
  }
}

/// Counts frames.
struct SoundCount {
  private var (silent, voiced, unvoiced) = (0, 0, 0)

  /// Adds the frames whose middle is one of the clip's `samples`.
  mutating func add(pitch: HeardControls, loudness: HeardControls, frame: Int, samples: Range<Int>) {
    // (k + 1/2) frame >= lower bound, and below the upper one.
    let first = max(0, (2 * samples.lowerBound + frame - 1) / (2 * frame))
    let end = min(pitch.frames, (2 * samples.upperBound + frame - 1) / (2 * frame))
    if first >= end { return }
    // A few minutes at a time: a long recording is not in memory as a whole.
    for start in stride(from: first, to: end, by: SoundCount.block) {
      let frames = start..<min(start + SoundCount.block, end)
      let (voicing, levels) = (pitch.values(frames), loudness.values(frames))
      let column = Hearing.pitch.kept.firstIndex(of: .voicing)!
      for i in 0..<frames.count {
        if voicing[i * pitch.width + column] > 0 {
          voiced += 1
        } else if 20 * Double(levels[i * loudness.width]) - 40 < SoundShares.floor {
          silent += 1
        } else {
          unvoiced += 1
        }
      }
    }
  }
  private static let block = 1 << 16

  /// All silence if there are no frames.
  var shares: SoundShares {
    let all = silent + voiced + unvoiced
    func share(_ count: Int) -> Double { Double(count) / Double(max(1, all)) }
    return SoundShares(
      silent: all == 0 ? 1 : share(silent), voiced: share(voiced), unvoiced: share(unvoiced))
  }
}
