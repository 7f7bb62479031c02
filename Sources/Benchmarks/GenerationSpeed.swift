// What a model can do on this machine, tried for a moment: how fast one clip is, and at which precision it can be heard while it
// is made. `synth bench` measures properly.
package import Generation
package import WaveNet

package enum GenerationSpeed {
  /// Samples per second of one clip, tried for about `seconds`.
  package static func samplesPerSecond(
    _ model: Model, precision: Precision = .f32, threads: Int = 1, seconds: Double = 0.3
  ) throws(GenerationError) -> Double {
    let generator = Generator(model, precision: precision, threads: threads)
    let piece = 64
    var codes = [UInt16](repeating: 0, count: piece)
    try generator.next(into: &codes, count: piece)  // caches warm
    let clock = ContinuousClock()
    let began = clock.now
    var done = 0
    while (clock.now - began) / .seconds(1) < seconds {
      try generator.next(into: &codes, count: piece)
      done += piece
    }
    return Double(done) / ((clock.now - began) / .seconds(1))
  }

  /// A precision that was tried.
  package struct Trial: Sendable, Equatable {
    package let precision: Precision
    /// Of one clip; sound that is made faster than 1 can be heard meanwhile.
    package let timesRealTime: Double

    package init(_ precision: Precision, timesRealTime: Double) {
      (self.precision, self.timesRealTime) = (precision, timesRealTime)
    }
  }

  /// Faster than real time by this much, a clip keeps up while other programs run.
  package static let margin = 1.25

  /// Tries the precisions, the most exact one first, until one keeps up.
  package static func trials(
    _ model: Model, threads: Int, seconds: Double = 0.2
  ) throws(GenerationError) -> [Trial] {
    var tried: [Trial] = []
    for precision in Precision.allCases where tried.last.map({ $0.timesRealTime < margin }) ?? true {
      let rate = try samplesPerSecond(model, precision: precision, threads: threads, seconds: seconds)
      tried.append(Trial(precision, timesRealTime: rate / Double(model.configuration.sampleRate)))
    }
    return tried
  }

  /// The one to be heard: the first that keeps up, or else the fastest.
  package static func chosen(_ trials: [Trial]) -> Trial {
    precondition(!trials.isEmpty, "no precision was tried")
    return trials.first { $0.timesRealTime >= margin } ?? trials.max { $0.timesRealTime < $1.timesRealTime }!
  }
}
