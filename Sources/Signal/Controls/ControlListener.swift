// Hears control channels in a sound that comes piece by piece, in memory that does not grow with it but for the curves themselves: an hour takes
// as little as a minute. Twin: ControlCurves over the whole clip, which finds the same but for the path of the pitch, which is the cheapest of
// a piece with two seconds on either side, not of the whole; up to a minute and a bit there is one piece, and no difference. Pieces do not
// depend on one another, nor on how many are heard at once.
import Dispatch
import Synchronization

/// Listens to one sound.
package struct ControlListener {
  private let channels: [ControlChannel]
  private let frame: Int
  private let sampleRate: Int
  private let tracker: PitchTracker
  /// Pieces that are heard at once.
  private let threads: Int
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
    threads: Int = 1, pieceSeconds: Double = 60
  ) {
    precondition(frame > 0 && sampleRate > 0, "frames of \(frame) samples at \(sampleRate) Hz")
    precondition(!channels.contains(where: \.isComputed), "\(channels): what is computed is not heard")
    (self.channels, self.frame, self.sampleRate, self.tracker) = (channels, frame, sampleRate, tracker)
    func frames(_ seconds: Double) -> Int {
      max(1, Int((seconds * Double(sampleRate) / Double(frame)).rounded()))
    }
    (piece, margin) = (frames(pieceSeconds), frames(2))
    self.threads = max(1, threads)
    heard = HeardSound(channels)
  }

  package mutating func add(_ more: some Collection<Float>) {
    samples += more
    total += more.count
    while total >= (frames + threads * piece + margin) * frame {
      hear((1...threads).map { frames + $0 * piece })
    }
  }

  /// The channels of all frames, the last of which may pass the end. `[frames, channels]`, row-major
  package mutating func finish() -> [Float] {
    let all = (total + frame - 1) / frame
    var ends: [Int] = []
    while total >= ((ends.last ?? frames) + piece + margin) * frame {
      ends.append((ends.last ?? frames) + piece)
    }
    if ends.last ?? frames < all { ends.append(all) }
    hear(ends)
    return heard.values(channels, frames: all)
  }

  /// Hears the pieces that end there.
  private mutating func hear(_ ends: [Int]) {
    if ends.isEmpty { return }
    let pieces = zip([frames] + ends, ends).map { $0..<$1 }
    let parts = Mutex([HeardSound?](repeating: nil, count: pieces.count))
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(threads, pieces.count)) { [self] _ in
      while true {
        let job = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if job >= pieces.count { return }
        let part = part(pieces[job])
        parts.withLock { $0[job] = part }
      }
    }
    for part in parts.withLock({ $0 }) { heard.append(part!) }
    frames = ends.last!
    let kept = max(0, frames - margin) * frame
    samples.removeFirst(kept - first)
    first = kept
  }

  /// Some frames, heard with what lies around them.
  private func part(_ frames: Range<Int>) -> HeardSound {
    let window =
      max(0, frames.lowerBound - margin) * frame..<min(total, (frames.upperBound + margin) * frame)
    let clip = Clip(
      samples: Array(samples[window.lowerBound - first..<window.upperBound - first]), sampleRate: sampleRate)
    let heard = HeardSound(clip, channels: channels, frame: frame, tracker: tracker)
    let from = window.lowerBound / frame
    return heard.frames(frames.lowerBound - from..<frames.upperBound - from)
  }
}
