// The level of a sound over time, as a model is told it: one value a frame, measured around the frame's middle.

/// A namespace.
package enum LevelCurve {
  /// Seconds of the Hann window.
  package static let window = 0.064
  /// dB of full scale; nothing is below.
  package static let floor = -80.0

  /// dB of full scale (a full-scale sine is -3) of the mean square under the window. `[frame]`
  /// - frame: samples per frame; frame k's middle is at (k + 1/2) `frame`. The last frame may pass the end.
  package static func decibels(_ clip: Clip, frame: Int) -> [Double] {
    precondition(frame > 0, "frames of \(frame) samples")
    let length = max(2, Int((window * Double(clip.sampleRate)).rounded()))
    let shape = Window.hann.values(length)
    let weight = shape.reduce(0, +)
    let x = clip.samples
    return (0..<(x.count + frame - 1) / frame).map { k in
      let first = k * frame + frame / 2 - length / 2
      var sum = 0.0
      for n in max(0, -first)..<max(max(0, -first), min(length, x.count - first)) {
        let value = Double(x[first + n])
        sum += shape[n] * value * value
      }
      return max(floor, Signal.decibels(power: sum / weight))
    }
  }
}
