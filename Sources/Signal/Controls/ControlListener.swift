// Hears control channels in a sound that comes piece by piece, in memory that does not grow with it but for the curves themselves: an hour takes
// as little as a minute. Twin: ControlCurves over the whole clip, which finds the same but for the path of the pitch, which is the cheapest of
// a piece with two seconds on either side, not of the whole; up to a minute and a bit there is one piece, and no difference.

/// Listens to one sound.
package struct ControlListener {
  private let channels: [ControlChannel]
  private let frame: Int
  private let sampleRate: Int
  private let tracker: PitchTracker
  /// Frames of a piece, and of what is heard with it on either side.
  private let piece, margin: Int
  /// From the sample `first` on, a whole number of frames.
  private var samples: [Float] = []
  private var first = 0
  private var total = 0
  private var heard: HeardSound
  private var frames = 0

  /// - channels: none of them computed
  /// - frame: samples a frame
  package init(
    _ channels: [ControlChannel], frame: Int, sampleRate: Int, tracker: PitchTracker = PitchTracker(),
    pieceSeconds: Double = 60
  ) {
    precondition(frame > 0 && sampleRate > 0, "frames of \(frame) samples at \(sampleRate) Hz")
    precondition(!channels.contains(where: \.isComputed), "\(channels): what is computed is not heard")
    (self.channels, self.frame, self.sampleRate, self.tracker) = (channels, frame, sampleRate, tracker)
    func frames(_ seconds: Double) -> Int {
      max(1, Int((seconds * Double(sampleRate) / Double(frame)).rounded()))
    }
    (piece, margin) = (frames(pieceSeconds), frames(2))
    heard = HeardSound(channels)
  }

  package mutating func add(_ more: some Collection<Float>) {
    samples += more
    total += more.count
    while total >= (frames + piece + margin) * frame { hear(until: frames + piece) }
  }

  /// The channels of all frames, the last of which may pass the end. `[frames, channels]`, row-major
  package mutating func finish() -> [Float] {
    let all = (total + frame - 1) / frame
    if frames < all { hear(until: all) }
    return heard.values(channels, frames: all)
  }

  private mutating func hear(until end: Int) {
    let window = max(0, frames - margin) * frame..<min(total, (end + margin) * frame)
    let clip = Clip(
      samples: Array(samples[window.lowerBound - first..<window.upperBound - first]), sampleRate: sampleRate)
    let part = HeardSound(clip, channels: channels, frame: frame, tracker: tracker)
    let from = window.lowerBound / frame
    heard.append(part, frames: frames - from..<end - from)
    frames = end
    let kept = max(0, frames - margin) * frame
    samples.removeFirst(kept - first)
    first = kept
  }
}
