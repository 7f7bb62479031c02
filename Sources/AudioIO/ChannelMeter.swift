// What each channel of a sound is like, gathered block by block before anything is mixed: level, and samples that were cut off at full scale.
// What is made of it: SoundTraits.swift.

/// Levels and clipping of channels.
struct ChannelMeter {
  /// A sample of this magnitude is at full scale; what is beyond was not cut off.
  private static let fullScale: ClosedRange<Float> = 0.999...1
  /// Samples in a row at full scale, of one sign, that a wave cut off has and a single peak has not.
  private static let leastRun = 3

  /// Sums of squares. `[channel]`
  private(set) var squares: [Double] = []
  private(set) var frames = 0
  /// Samples of all channels that lie in runs at full scale.
  private(set) var clipped = 0
  /// The run that each channel is in, and its sign.
  private var runs: [(length: Int, isPositive: Bool)] = []

  /// - block: `[frame, channel]`
  mutating func add(_ block: ArraySlice<Float>, channels: Int) {
    while squares.count < channels {
      squares.append(0)
      runs.append((0, true))
    }
    let count = block.count / channels
    for channel in 0..<channels {
      var sum = 0.0
      var run = runs[channel]
      var at = block.startIndex + channel
      for _ in 0..<count {
        let sample = block[at]
        sum += Double(sample) * Double(sample)
        if ChannelMeter.fullScale.contains(abs(sample)) {
          if run.length > 0 && run.isPositive != (sample > 0) { run.length = 0 }
          run = (run.length + 1, sample > 0)
          if run.length == ChannelMeter.leastRun {
            clipped += run.length
          } else if run.length > ChannelMeter.leastRun {
            clipped += 1
          }
        } else {
          run.length = 0
        }
        at += channels
      }
      squares[channel] += sum
      runs[channel] = run
    }
    frames += count
  }

  /// Mean squares. `[channel]`
  var powers: [Double] { squares.map { $0 / Double(max(1, frames)) } }
}
