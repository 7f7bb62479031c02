// The loop: steps, evaluations, saves, roll-backs. It prints nothing and asks nobody; TrainingEvent tells what happened
// and `shouldStop` is asked between two steps.
package import Corpus
internal import Files
internal import Kernels
internal import Signal
package import WaveNet

/// What a run tells while it goes on.
package enum TrainingEvent: Sendable {
  /// A step is done.
  case step(Progress)
  /// The averaged weights were evaluated and saved.
  case evaluated(MetricsLine, samplePath: String?)
  /// The loss was not finite or jumped: back to the state of `toStep` with half the learning rate.
  case rolledBack(fromStep: Int, toStep: Int, bits: Double, learningRateScale: Double)

  /// A progress line's numbers.
  package struct Progress: Sendable {
    package var step: Int
    package var steps: Int
    /// Smoothed training loss and last held-out loss, bits per sample.
    package var trainBits: Double
    package var heldOutBits: Double?
    package var gradientNorm: Double
    package var learningRate: Double
    /// Seconds of audio predicted per second of training, in this session.
    package var audioSecondsPerSecond: Double
    /// Seconds until the last step, at this session's speed.
    package var secondsLeft: Double
  }
}

/// One training run in its folder.
package final class TrainingRun {
  package let files: RunFiles
  package let configuration: Configuration
  package let options: TrainingOptions
  package private(set) var progress = RunProgress()
  private let corpus: any Corpus
  let trainer: Trainer
  private let validation: TokenBatch
  private let lastGood: Adam
  private var rollbacks = 0
  private var rollbacksInARow = 0

  /// Seconds between two saves of the state, at the least; evaluations save too.
  package var saveInterval = 60.0
  /// The lock of the run's folder, held as long as the run lives.
  package var folder: RunFolder?
  /// Where the model's recommended sampling comes from; written beside the weights.
  package var defaults: GenerationDefaults?
  /// What a conditioned model can follow; kept beside the weights. Empty: nothing.
  package var gestures: [Gesture] = []

  /// A new run with fresh weights (or `initial` ones), or the continuation of the one in `files`. Who trains in
  /// the folder alone has its lock: `RunFolder`.
  package init(
    files: RunFiles, configuration: Configuration, options: TrainingOptions, corpus: any Corpus, threads: Int,
    resume: Bool, initial: Model? = nil
  ) throws {
    self.files = files
    self.configuration = configuration
    self.options = options
    self.corpus = corpus
    var random = PhiloxGenerator(seed: options.seed, stream: UInt64.max)
    let parameters = Initialization.parameters(configuration, using: &random)
    if let initial { parameters.copy(from: initial.parameters) }
    trainer = Trainer(
      configuration: configuration, options: options, parameters: parameters, threads: threads)
    validation = corpus.validation(
      clips: options.clips, crop: options.crop, receptiveField: configuration.receptiveField)
    if resume {
      progress = try RunState.load(files.state, into: trainer.optimizer)
      try MetricsLog(path: files.metrics).truncate(after: progress.step)
    }
    lastGood = trainer.optimizer.snapshot()
    if resume { try bringModelUpToDate() }
  }

  /// A run that was killed between the two files of a save has the state of one step and the model of another.
  private func bringModelUpToDate() throws {
    let average = trainer.optimizer.average
    let saved = try? ModelFolder.load(files.folder).model
    let isSame =
      saved.map { saved in
        saved.configuration == configuration
          && zip(saved.parameters.elements, average.elements).allSatisfy { $0.bitPattern == $1.bitPattern }
      } ?? false
    if !isSame { try ModelFolder.save(trainer.averagedModel(), to: files.folder) }
  }

  /// Whether the last step is done.
  package var isFinished: Bool { progress.step >= options.steps }

  /// Trains until the last step or until `shouldStop` answers yes; the state is saved either way.
  package func run(shouldStop: () -> Bool, report: (TrainingEvent) throws -> Void) throws {
    let clock = ContinuousClock()
    let began = clock.now
    let secondsBefore = progress.seconds
    let firstStep = progress.step
    var lastSave = began
    var predicted = 0  // samples, in this session
    var sinceLine = (bits: 0.0, steps: 0, norm: 0.0)
    func elapsed() -> Double { (clock.now - began) / .seconds(1) }
    let loader = BatchLoader(corpus)
    /// The batch that comes `ahead` steps from now, as far as can be foreseen.
    func request(_ ahead: Int) -> BatchLoader.Request {
      .init(
        step: progress.cursor + UInt64(ahead), clips: options.clips, crop: options.crop,
        receptiveField: configuration.receptiveField, jitter: options.jitter(at: progress.step + ahead))
    }

    while !isFinished {
      if shouldStop() {
        try save()
        return
      }
      let rate = options.rate(at: progress.step) * progress.rateScale
      let batch = try loader.batch(request(0), next: request(1))
      let result = trainer.step(batch, rate: rate)
      progress.cursor += 1
      if diverged(result) {
        try report(try rollBack(result))
        continue
      }
      progress.step += 1
      progress.recentBits = average(progress.recentBits, result.bits, 0.1)
      progress.smoothBits = average(progress.smoothBits, result.bits, 0.01)
      progress.seconds = secondsBefore + elapsed()
      sinceLine = (sinceLine.bits + result.bits, sinceLine.steps + 1, sinceLine.norm + result.gradientNorm)

      let stepsHere = progress.step - firstStep
      let speed = Double(max(1, stepsHere)) / max(elapsed(), 1e-9)  // steps per second
      predicted += batch.realTargets
      let audioSpeed = Double(predicted) / Double(configuration.sampleRate) / max(elapsed(), 1e-9)
      try report(
        .step(
          .init(
            step: progress.step, steps: options.steps, trainBits: progress.smoothBits ?? result.bits,
            heldOutBits: progress.heldOutBits, gradientNorm: result.gradientNorm, learningRate: rate,
            audioSecondsPerSecond: audioSpeed,
            secondsLeft: Double(options.steps - progress.step) / speed)))

      if progress.step % options.evaluateEvery == 0 || isFinished {
        let heldOut = trainer.evaluate(validation)
        progress.heldOutBits = heldOut.isFinite ? heldOut : nil
        let steps = Double(sinceLine.steps)
        let line = MetricsLine(
          step: progress.step, trainBits: sinceLine.bits / steps, heldOutBits: heldOut,
          gradientNorm: sinceLine.norm / steps, learningRate: rate,
          jitter: options.jitter(at: progress.step - 1),
          audioSecondsPerSecond: audioSpeed, seconds: progress.seconds, rollbacks: rollbacks,
          waitingShare: loader.secondsWaited / max(elapsed(), 1e-9))
        sinceLine = (0, 0, 0)
        try MetricsLog(path: files.metrics).append(line)
        let sample = try renderSample()  // before the state: what is cut off here comes again
        try save()
        lastSave = clock.now
        try report(.evaluated(line, samplePath: sample))
      } else if (clock.now - lastSave) / .seconds(1) >= saveInterval {
        try save()
        lastSave = clock.now
      }
    }
  }

  /// State first: it alone is what a resume reads. Then the averaged weights as a model folder.
  package func save() throws {
    try RunState.save(trainer.optimizer, progress, to: files.state)
    try ModelFolder.save(trainer.averagedModel(), to: files.folder, defaults: defaults, gestures: gestures)
    lastGood.restore(trainer.optimizer)
    rollbacksInARow = 0
  }

  // MARK: - divergence

  /// Not finite, or the last ten steps are far above the last hundred (by more than a bit and a half per sample).
  private func diverged(_ result: Trainer.Report) -> Bool {
    guard result.bits.isFinite && result.gradientNorm.isFinite else { return true }
    guard progress.step > options.warmUpSteps, let recent = progress.recentBits,
      let smooth = progress.smoothBits
    else { return false }
    return average(recent, result.bits, 0.1) > smooth + 1.5
  }

  private func rollBack(_ result: Trainer.Report) throws -> TrainingEvent {
    rollbacks += 1
    rollbacksInARow += 1
    let from = progress.step
    if rollbacksInARow > 8 { throw TrainingError.diverged(step: from, rollbacks: rollbacksInARow) }
    trainer.optimizer.restore(lastGood)
    progress.step = lastGood.step
    progress.rateScale /= 2
    progress.recentBits = progress.smoothBits.flatMap { $0.isFinite ? $0 : nil }
    progress.smoothBits = progress.recentBits
    return .rolledBack(
      fromStep: from, toStep: progress.step, bits: result.bits, learningRateScale: progress.rateScale)
  }

  private func average(_ old: Double?, _ new: Double, _ weight: Double) -> Double {
    guard let old else { return new }
    return old + weight * (new - old)
  }
}
