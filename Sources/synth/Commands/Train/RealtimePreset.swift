// --preset realtime: the largest net of a ladder that this machine plays live, by trying. What is measured and with which margin:
// Benchmarks.GenerationSpeed. Of a run that goes on nothing is measured: its shape is in its folder (ResumeCheck.swift).
import ArgumentParser
import Benchmarks
import Kernels
import Reports
import Signal
import WaveNet

struct RealtimePreset {
  let size: Preset.Size
  let configuration: Configuration
  /// One clip on one thread, at float32.
  let timesRealTime: Double
  /// The next size, which does not keep up; nil if the largest does.
  let next: (size: Preset.Size, timesRealTime: Double)?

  /// All as far back in time as `small`.
  static let ladder = [16, 24, 32, 48, 64, 80, 96, 128, 160, 192, 256].map { channels in
    Preset.Size(channels: channels, learningRate: channels < 64 ? 4e-3 : channels < 128 ? 2e-3 : 1e-3)
  }

  /// Tries the ladder by halving it: each size is slower than the one before it.
  /// - Parameter measure: of a shape, how many times as fast as it is heard one clip is made
  /// - Throws: if the smallest does not keep up, or a shape is none
  init(
    sampleRate: Int, levels: Int, measure: (Configuration) throws -> Double = RealtimePreset.timesRealTime
  ) throws {
    let ladder = Self.ladder
    let shapes = try ladder.map { try $0.configuration(sampleRate: sampleRate, levels: levels) }
    var measured: [Int: Double] = [:]
    var (below, above) = (-1, ladder.count)  // keeps up, does not
    while above - below > 1 {
      let middle = (below + above) / 2
      let times = try measure(shapes[middle])
      measured[middle] = times
      if times >= GenerationSpeed.margin { below = middle } else { above = middle }
    }
    guard below >= 0, let times = measured[below] else {
      throw ValidationError(
        "--preset realtime: not even \(ladder[0].residual) channels play live on this machine at \(sampleRate) Hz: "
          + "\(NumberText.fixed(measured[0] ?? 0, 2)) x real time, and \(GenerationSpeed.margin) are wanted; give a lower "
          + "--rate, or another --preset to listen to when it is done")
    }
    (size, configuration, timesRealTime) = (ladder[below], shapes[below], times)
    next = measured[above].map { (ladder[above], $0) }
  }

  /// What was chosen, and by which figures.
  var sentence: String {
    let other = next.map {
      "; with \($0.size.residual) it would be \(NumberText.fixed($0.timesRealTime, 2)) x, and \(GenerationSpeed.margin) are wanted"
    }
    return
      "preset realtime: \(size.residual) channels, \(NumberText.fixed(timesRealTime, 2)) x real time at "
      + "\(configuration.sampleRate) Hz, one clip on one thread at f32" + (other ?? ", the largest there is")
  }

  /// Random weights: of zeros the head would skip all.
  static func timesRealTime(_ c: Configuration) throws -> Double {
    try Interrupt.check(hint: "nothing was written")
    var random = PhiloxGenerator(seed: 1, stream: 0)
    let model = Model(configuration: c, parameters: Initialization.parameters(c, using: &random))
    return try GenerationSpeed.samplesPerSecond(model, seconds: 0.2) / Double(c.sampleRate)
  }
}
