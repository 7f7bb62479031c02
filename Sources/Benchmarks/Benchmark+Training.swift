// The speed of training: a step, its forward pass alone, and priming, which is a forward pass too.
internal import Corpus
internal import Generation
package import Kernels
internal import Signal
internal import Training
internal import WaveNet

extension Benchmark {
  /// Clips of a training batch, and samples of each that are predicted.
  package static let (trainingClips, trainingCrop) = (8, 8192)

  /// Threads that a training batch can use of `threads`.
  package static func trainingThreads(_ threads: Int) -> Int { min(threads, trainingClips) }

  /// Training steps of `clips` x `crop` samples, at each of `precisions` in turns: forward, backward, Adam and moving average.
  package static func train(
    _ subject: Subject, precisions: [Precision] = [.f32], clips: Int = trainingClips,
    crop: Int = trainingCrop, threads: Int, effort: Effort = .init()
  ) throws -> [BenchmarkResult] {
    try alternate(
      precisions.map { precision in
        let work = Cost.training(subject.configuration, crop: crop, arithmetic: precision)
        return try overBatches("train", subject, precision, work, clips, crop, threads) {
          _ = $0.step($1, rate: 1e-3)
        }
      }, rounds: effort.rounds)
  }

  /// The forward pass and the loss of such a batch alone.
  package static func forward(
    _ subject: Subject, clips: Int = trainingClips, crop: Int = trainingCrop, threads: Int,
    effort: Effort = .init()
  ) throws -> BenchmarkResult {
    let contestant = try overBatches(
      "forward", subject, .f32, .forward(subject.configuration, crop: crop), clips, crop, threads
    ) {
      _ = $0.evaluate($1)
    }
    return try alternate([contestant], rounds: effort.rounds)[0]
  }

  /// One receptive field of history into the queues of a generator, on one thread. `forward` is the row of that name on
  /// one thread, if there is one to compare with.
  package static func prime(
    _ subject: Subject, forward: BenchmarkResult? = nil, effort: Effort = .init()
  ) -> BenchmarkResult {
    precondition(forward.map { $0.threads == 1 } ?? true, "a forward pass on \(forward!.threads) threads")
    let c = subject.configuration
    let generator = Generator(PackedModel(subject.randomModel()))
    var random = PhiloxGenerator(seed: 1, stream: 1)
    let history = (0..<c.receptiveField).map { _ in
      UInt16.random(in: 0..<UInt16(c.quantizationLevels), using: &random)
    }
    generator.prime(history)
    var times: [Double] = []
    let allocations = allocations {
      for _ in 0..<4 * effort.rounds { times.append(time { generator.prime(history) }) }
    }
    var result = BenchmarkResult(
      "prime", subject, clips: 1, threads: 1, samples: c.receptiveField, times: times, work: .priming(c))
    result.milliseconds = result.nanosecondsPerSample * Double(c.receptiveField) / 1e6
    result.fractionOfForward = forward.map { result.samplesPerSecond / $0.samplesPerSecond }
    result.allocationsPerSample = allocations.map { Double($0) / Double(times.count * c.receptiveField) }
    return result
  }

  /// `body` on one batch after another.
  private static func overBatches(
    _ name: String, _ subject: Subject, _ precision: Precision, _ work: Cost, _ clips: Int, _ crop: Int,
    _ threads: Int, _ body: @escaping (Trainer, TokenBatch) -> Void
  ) throws -> Contestant {
    let c = subject.configuration
    var options = TrainingOptions()
    options.clips = clips
    options.crop = crop
    options.precision = precision
    let corpus = try Chords(seed: 1)
    let trainer = Trainer(
      configuration: c, options: options, parameters: subject.randomModel().parameters, threads: threads)
    var step: UInt64 = 0
    var counted: Int?
    func round() -> Double {
      var batch = corpus.batch(
        step: step, clips: clips, crop: crop, receptiveField: c.receptiveField, jitter: 1)
      if let told = subject.conditions(samples: batch.history + crop, seed: step) {
        batch.conditions = Array(repeating: told, count: clips)
      }
      step += 1
      var seconds = 0.0
      counted = allocations { seconds = time { body(trainer, batch) } }
      return seconds
    }
    _ = round()  // touches the memory
    return Contestant(samples: clips * crop, round: round) { times in
      var result = BenchmarkResult(
        name, subject, precision: precision, clips: clips, threads: min(threads, clips),
        samples: clips * crop, times: times, work: work)
      result.milliseconds = result.nanosecondsPerSample * Double(clips * crop) / 1e6
      result.allocationsPerSample = counted.map { Double($0) / Double(clips * crop) }
      return result
    }
  }
}
