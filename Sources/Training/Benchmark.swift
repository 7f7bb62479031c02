// Speed as a number: generation and training of a given shape, on random weights (the work does not depend on them).
// Peers that do the same work, and the script that alternates with them: Tests/Peers.
internal import Corpus
package import Generation
internal import Kernels
internal import Signal
package import WaveNet

/// One measured rate.
package struct BenchmarkResult: Encodable, Sendable {
  /// "generate" or "train".
  package var name: String
  package var shape: String
  package var precision: String
  package var clips: Int
  package var threads: Int
  package var instructionSet: String
  /// Median over the rounds, of all clips together; training counts predicted samples.
  package var samplesPerSecond: Double
  /// The slowest of twenty rounds would be here: 95th percentile of the time of a round, as a rate.
  package var slowSamplesPerSecond: Double
  package var nanosecondsPerSample: Double
  package var timesRealTime: Double
  /// Multiply-adds count as two; a training step is three forward passes.
  package var gigaflopsPerSecond: Double

  enum CodingKeys: String, CodingKey {
    case name, shape, precision, clips, threads
    case instructionSet = "instruction_set"
    case samplesPerSecond = "samples_per_second"
    case slowSamplesPerSecond = "p95_samples_per_second"
    case nanosecondsPerSample = "ns_per_sample"
    case timesRealTime = "x_real_time"
    case gigaflopsPerSecond = "gflops"
  }
}

package enum Benchmark {
  /// The shapes that numbers are given for: mu-law 256, all biases.
  package static let shapeNames = ["C1", "C2", "C3", "C4"]

  /// C1: small. C2: nv-wavenet's reference class. C3: the best-known open WaveNet's default. C4: kernel 3, wide.
  package static func shape(_ name: String) -> Configuration? {
    func make(_ stacks: Int, _ kernel: Int, _ r: Int, _ s: Int) -> Configuration? {
      try? Configuration(
        residualChannels: r, dilationChannels: r, skipChannels: s, headChannels: s, kernelSize: kernel,
        dilations: Configuration.stackedDilations(stacks: stacks, layers: 10))
    }
    switch name {
    case "C1": return make(2, 2, 32, 64)
    case "C2": return make(2, 2, 64, 256)
    case "C3": return make(5, 2, 32, 512)
    case "C4": return make(3, 3, 128, 128)
    default: return nil
    }
  }

  /// Generation of `clips` clips at temperature 1 on `threads` threads; each round lasts about `roundSeconds`.
  package static func generate(
    _ configuration: Configuration, shape: String, precision: Precision = .f32, clips: Int, threads: Int,
    rounds: Int, roundSeconds: Double = 0.4
  ) throws -> BenchmarkResult {
    let weights = PackedWeights(randomModel(configuration), precision: precision)
    func seconds(_ samples: Int) throws -> Double {
      try time {
        _ = try BatchGenerator.generate(
          weights, lengths: Array(repeating: samples, count: clips), threads: threads)
      }
    }
    let trial = try seconds(256)
    let samples = max(512, Int(256 * roundSeconds / trial))
    // One clip is timed through Generator, as streaming uses it; its weights are packed already.
    let generator = Generator(weights, seed: 1)
    var codes = [UInt16](repeating: 0, count: samples)
    let times = try (0..<rounds).map { _ in
      clips == 1 ? try time { try generator.next(into: &codes, count: samples) } : try seconds(samples)
    }
    return result(
      "generate", configuration, shape, precision: precision, clips: clips, threads: threads,
      samples: samples * clips,
      times: times, passes: 1)
  }

  /// Training steps of `clips` x `crop` samples: forward, backward, Adam and moving average.
  package static func train(
    _ configuration: Configuration, shape: String, precision: ProductPrecision = .f32, clips: Int = 8,
    crop: Int = 8192, threads: Int, rounds: Int
  ) throws -> BenchmarkResult {
    var options = TrainingOptions()
    options.precision = precision
    options.clips = clips
    options.crop = crop
    let corpus = try Chords(seed: 1)
    var random = PhiloxGenerator(seed: 1, stream: 0)
    let trainer = Trainer(
      configuration: configuration, options: options,
      parameters: Initialization.parameters(configuration, using: &random), threads: threads)
    var step: UInt64 = 0
    let times = (0..<rounds + 1).map { _ in
      time {
        let batch = corpus.batch(
          step: step, clips: clips, crop: crop, receptiveField: configuration.receptiveField, jitter: 1)
        _ = trainer.step(batch, rate: 1e-3)
        step += 1
      }
    }
    return result(
      "train", configuration, shape, precision: Precision(rawValue: precision.rawValue)!, clips: clips,
      threads: threads, samples: clips * crop,
      times: Array(times.dropFirst()), passes: 3)  // the first round touches the memory
  }

  private static func result(
    _ name: String, _ c: Configuration, _ shape: String, precision: Precision = .f32, clips: Int,
    threads: Int, samples: Int,
    times: [Double],
    passes: Int
  ) -> BenchmarkResult {
    let sorted = times.sorted()
    let median = sorted[sorted.count / 2]
    let rate = Double(samples) / median
    return BenchmarkResult(
      name: name, shape: shape, precision: precision.rawValue, clips: clips, threads: threads,
      instructionSet: "\(InstructionSet.active)",
      samplesPerSecond: rate, slowSamplesPerSecond: Double(samples) / sorted[(sorted.count * 19 - 1) / 20],
      nanosecondsPerSample: 1e9 / rate, timesRealTime: rate / Double(c.sampleRate),
      gigaflopsPerSecond: rate * Double(2 * passes * c.multiplyAddsPerSample) / 1e9)
  }

  private static func randomModel(_ c: Configuration) -> Model {
    var random = PhiloxGenerator(seed: 1, stream: 0)
    return Model(
      configuration: c, parameters: Initialization.parameters(c, using: &random))
  }

  private static func time(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    return try clock.measure(body) / .seconds(1)
  }
}
