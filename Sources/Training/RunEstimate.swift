// What a run will cost, for --dry-run and --minutes: memory by counting, time by trying a few steps.
package import Corpus
internal import Kernels
internal import Signal
package import WaveNet

package enum RunEstimate {
  /// Bytes that training holds at once, without the corpus: activations per thread, gradients per group of clips, the
  /// weights as matrices (twice with transposes, once more if they are rounded), and parameters, moments, average and
  /// their last good copy. The ranges of options and configurations keep all products far below 2^63.
  /// - ranks: that share a batch; what one of them holds.
  package static func memoryBytes(
    _ c: Configuration, options: TrainingOptions, threads: Int, ranks: Int = 1
  ) -> Int {
    let matrices = MatrixLayout(c)
    let groups = ShardTree(shards: options.shardCount, ranks: ranks).groups(clips: options.clips)
    let capacity = c.receptiveField - 1 + options.crop
    let passes =
      min(threads, groups) * SequencePass.byteCount(c, capacity: capacity, precision: options.precision)
    let clips = (options.clips + ranks - 1) / ranks
    let batch = (clips + HeldOutCrops.count(options, c)) * (capacity + options.crop) * 2
    let copies = options.precision == .f32 ? 1 : 2
    let weights = 4 * copies * (2 * matrices.forwardCount + matrices.backwardCount)
    return passes + batch + weights + 4
      * (groups * matrices.forwardCount + (ranks > 1 ? 12 : 10) * ParameterLayout(c).count)
  }

  /// Bytes of a run's folder without its page and its event file: the state (parameters, two moments, average), the model, the best
  /// one and those that are kept, and the sample and the line of every evaluation.
  /// - gestures: bytes of what each of those models has beside its weights
  package static func diskBytes(
    _ c: Configuration, options: TrainingOptions, keepEvery: Int? = nil, gestures: Int = 0
  ) -> Double {
    let parameters = 4 * Double(ParameterLayout(c).count)
    let models = Double(2 + (keepEvery.map { options.steps / $0 } ?? 0))
    return 4 * parameters + models * (parameters + Double(gestures))
      + Double(evaluations(options) * (sampleBytes(c) + 300))
  }

  package static func evaluations(_ options: TrainingOptions) -> Int {
    (options.steps + options.evaluateEvery - 1) / max(1, options.evaluateEvery)
  }

  /// Of one evaluation's sample, 16 bits each.
  package static func sampleBytes(_ c: Configuration) -> Int {
    2 * Int(TrainingRun.sampleSeconds * Double(c.sampleRate))
  }

  /// Seconds of an evaluation, without its sample: what held-out crops take, after one crop to warm up.
  package static func secondsPerEvaluation(
    _ c: Configuration, options: TrainingOptions, corpus: any Corpus, threads: Int
  ) -> Double {
    let trainer = Trainer(
      configuration: c, options: options, parameters: AlignedBuffer(count: ParameterLayout(c).count),
      threads: threads)
    func batch(_ clips: Int) -> TokenBatch {
      corpus.validation(clips: clips, crop: options.crop, receptiveField: c.receptiveField)
    }
    _ = trainer.evaluate(batch(min(threads, options.clips)))
    let crops = batch(HeldOutCrops.count(options, c))
    let began = ContinuousClock.now
    _ = trainer.evaluate(crops)
    return (ContinuousClock.now - began) / .seconds(1)
  }

  /// Seconds per optimizer step: one step to warm up, then up to `steps` or `seconds`, whichever ends first. The median,
  /// so that one interruption does not count. Trains weights of its own and throws them away.
  package static func secondsPerStep(
    _ c: Configuration, options: TrainingOptions, corpus: any Corpus, threads: Int, steps: Int = 10,
    seconds: Double = 20, shouldStop: () -> Bool = { false }
  ) -> Double {
    var random = PhiloxGenerator(seed: options.seed, stream: UInt64.max)
    let trainer = Trainer(
      configuration: c, options: options,
      parameters: Initialization.parameters(c, using: &random), threads: threads)
    let clock = ContinuousClock()
    let began = clock.now
    var times: [Double] = []
    for step in 0...steps {
      let start = clock.now
      let batch = corpus.batch(
        step: UInt64(step), clips: options.clips, crop: options.crop, receptiveField: c.receptiveField,
        jitter: options.jitter)
      _ = trainer.step(
        batch, rate: options.rate(at: 0), number: UInt64(step),
        scheduledSampling: options.scheduledSampling ?? 0)
      times.append((clock.now - start) / .seconds(1))
      if shouldStop() || (step > 0 && (clock.now - began) / .seconds(1) > seconds) { break }
    }
    let measured = times.count > 1 ? times.dropFirst().sorted() : times
    return measured[measured.count / 2]
  }
}
