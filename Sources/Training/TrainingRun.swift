// The loop: steps, evaluations, and when to stop. It prints nothing and asks nobody; TrainingEvent tells what happened
// and `shouldStop` is asked between two steps. Files: TrainingRun+Saving.swift. A loss that jumps: TrainingRun+Divergence.swift.
// Several ranks: TrainingRun+Ranks.swift.
package import Corpus
internal import Files
internal import Kernels
package import Ranks
internal import Signal
package import WaveNet

/// One training run in its folder. Of several ranks each has one, and only that of rank 0 touches the folder.
package final class TrainingRun {
  package let files: RunFiles
  package let configuration: Configuration
  package let options: TrainingOptions
  package let goal: RunGoal
  /// Steps between models that are kept; nil for none.
  let keepEvery: Int?
  package internal(set) var progress = RunProgress()
  private let corpus: any Corpus
  let trainer: Trainer
  let ranks: any Collective
  private lazy var validation = corpus.validation(
    clips: HeldOutCrops.count(options, configuration), crop: options.crop,
    receptiveField: configuration.receptiveField)
  /// Its bits then say how well silence is predicted: no reason to keep a model, or to stop.
  private lazy var isHeldOutSilent =
    Silence(levels: configuration.quantizationLevels, sampleRate: configuration.sampleRate)
    .share(of: validation) >= Silence.all
  let lastGood: Adam
  /// Of the log, at the state that a roll-back goes back to.
  var lastGoodLine: RunProgress.SinceLine?
  var rollbacksInARow = 0
  /// The plan that all ranks have.
  var sharedPlan: SchedulePlan?

  /// Seconds between two saves of the state, at the least; evaluations save too, and plans of a run with minutes.
  package var saveInterval = 60.0
  /// Whether the distance of evaluations is that of the options even where the number of steps changes.
  package var keepsEvaluateEvery = false
  /// Of a run with minutes: what they have to be enough for besides steps.
  package var reserve = TimeReserve()
  /// Seconds from any moment on.
  package var now: () -> Double = TrainingRun.clock()
  /// The lock of the run's folder, held as long as the run lives.
  package var folder: RunFolder?
  /// Where the model's recommended sampling comes from; written beside the weights.
  package var defaults: GenerationDefaults?
  /// What a conditioned model can follow; kept beside the weights. Empty: nothing.
  package var gestures: [Gesture] = []
  /// The text of the model's card, given the one that is there; nil leaves it alone.
  package var card: ((RunProgress, String?) -> String)?
  /// Whether the last `run` ended because one was told to stop, on any rank.
  package private(set) var wasStopped = false
  /// What was wrong with the folder of a run that goes on, in words.
  package internal(set) var warnings: [String] = []

  /// A new run with fresh weights (or `initial` ones), or the continuation of the one in `files`. Who trains in
  /// the folder alone has its lock: `RunFolder`.
  package init(
    files: RunFiles, configuration: Configuration, options: TrainingOptions, goal: RunGoal = RunGoal(),
    keepEvery: Int? = nil, corpus: any Corpus, threads: Int, resume: Bool, initial: Model? = nil,
    ranks: any Collective = OneRank()
  ) throws {
    self.files = files
    self.configuration = configuration
    self.options = options
    self.goal = goal
    self.keepEvery = keepEvery
    self.corpus = corpus
    var random = PhiloxGenerator(seed: options.seed, stream: UInt64.max)
    let parameters = Initialization.parameters(configuration, using: &random)
    if let initial { parameters.copy(from: initial.parameters) }
    trainer = Trainer(
      configuration: configuration, options: options, parameters: parameters, threads: threads, ranks: ranks)
    self.ranks = ranks
    let resume = resume && ranks.isFirst
    if resume {
      progress = try RunState.load(files.state, into: trainer.optimizer)
      try MetricsLog(path: files.metrics).truncate(after: progress.step)
    }
    lastGood = trainer.optimizer.snapshot()
    compareHeldOut()
    if resume {
      goOn()
      try bringModelsUpToDate()
    }
  }

  private static func clock() -> () -> Double {
    let began = ContinuousClock.now
    return { (ContinuousClock.now - began) / .seconds(1) }
  }

  /// What was best on other sound than is held out now is not compared with.
  private func compareHeldOut() {
    let targets = validation.targets
    let checksum = targets.withUnsafeBytes { Checksum.of($0) }
    if let old = progress.heldOutChecksum, old != checksum, progress.best != nil {
      progress.best = nil
      warnings.append(
        "what is held out is other sound than before: earlier held-out bits say nothing beside new ones, and the best model is "
          + "looked for anew")
    }
    progress.heldOutChecksum = checksum
  }

  /// What was planned and what ended the run holds only for the goal that it was recorded with.
  private func goOn() {
    let old = progress.stop
    progress.keepWhatHolds(for: options, goal)
    guard let stop = old, progress.stop == nil else { return }
    // Who gives more steps, but no other patience, wants as much of it again.
    if stop.goal.patience == goal.patience { progress.best?.startAnew() }
  }

  /// Number of the last step, as planned now.
  package var plannedSteps: Int { progress.plan?.steps ?? options.steps }

  /// Whether the last step is done, or something else has ended the run.
  package var isFinished: Bool { progress.hasEnded(options, goal) }

  /// Learning rate and jitter of the step with this index, before roll-backs.
  package func rate(at step: Int) -> Double {
    options.rate(at: step, phase: progress.plan?.phase(at: step))
  }
  package func jitter(at step: Int) -> Double {
    options.jitter(at: step, phase: progress.plan?.phase(at: step))
  }

  /// Trains until something ends the run or until `shouldStop` answers yes, on any rank; the state is saved either way. What is
  /// reported, and when: rank 0 alone.
  package func run(shouldStop: () -> Bool, report: (TrainingEvent) throws -> Void) throws {
    try shareState()
    let began = now()
    let secondsBefore = progress.seconds
    let firstStep = progress.step
    var lastSave = began
    var lastEvaluation =
      progress.plan?.lastEvaluation(upTo: firstStep) ?? firstStep - firstStep % options.evaluateEvery
    var mark = began  // where the time of the next step begins
    var predicted = 0  // samples, in this session
    var (audioSpeed, lastRate) = (0.0, 0.0)
    var keeper = goal.minutes.map {
      TimeKeeper(
        minutes: $0, evaluateEvery: keepsEvaluateEvery ? options.evaluateEvery : nil, reserve: reserve,
        spent: secondsBefore)
    }
    let loader = BatchLoader(corpus)
    var made: (request: BatchLoader.Request, batch: TokenBatch)?
    let places = trainer.places
    func elapsed() -> Double { now() - began }
    /// This rank's clips of the batch that comes `ahead` steps from now, as far as can be foreseen.
    func request(_ ahead: Int) -> BatchLoader.Request {
      .init(
        step: progress.cursor + UInt64(ahead), places: places, crop: options.crop,
        receptiveField: configuration.receptiveField, jitter: jitter(at: progress.step + ahead))
    }
    /// The next one, made once where the ranks do something else first.
    func nextBatch() throws -> TokenBatch {
      let wanted = request(0)
      if let made, made.request == wanted { return made.batch }
      let batch = try loader.batch(wanted, next: request(1))
      made = (wanted, batch)
      return batch
    }
    /// - Returns: the seconds that it took.
    func saveNow() throws -> Double {
      let start = now()
      try save()
      lastSave = now()
      keeper?.pace.save(lastSave - start)
      return lastSave - start
    }
    func planAnew() {
      progress.plan =
        keeper?.plan(
          step: progress.step, spent: progress.seconds, options: options, after: progress.plan,
          lastEvaluation: lastEvaluation) ?? progress.plan
    }
    var due: Order?  // before the next step

    while true {
      let own = due ?? (ranks.isFirst && isFinished ? .end : shouldStop() ? .stop : .step)
      let (order, targets) = try agree(on: own, targets: own == .step ? nextBatch().realTargets : 0)
      due = nil
      switch order {
      case .end: return
      case .stop:
        wasStopped = true
        return try save()
      case .save:
        _ = try saveNow()
        mark = lastSave
        continue
      case .evaluate:
        guard ranks.isFirst else {
          keepAsGood()
          continue
        }
        let start = now()
        let heldOut = trainer.evaluate(validation)
        judge(heldOut)
        let sinceLine = progress.sinceLine ?? .init()
        let steps = Double(sinceLine.steps)
        let line = MetricsLine(
          step: progress.step, trainBits: sinceLine.bits / steps, heldOutBits: heldOut,
          gradientNorm: sinceLine.gradientNorm / steps, learningRate: lastRate,
          jitter: jitter(at: progress.step - 1), audioSecondsPerSecond: audioSpeed,
          seconds: progress.seconds, rollbacks: progress.rollbacks ?? 0,
          waitingShare: loader.secondsWaited / max(elapsed(), 1e-9),
          exchangeShare: ranks.count > 1 ? trainer.secondsExchanged / max(elapsed(), 1e-9) : nil,
          bestStep: progress.best?.step)
        progress.sinceLine = nil
        lastEvaluation = progress.step
        try MetricsLog(path: files.metrics).append(line)
        let sample = try renderSample()  // before the state: what is cut off here comes again
        progress.seconds = secondsBefore + elapsed()
        let saving = try saveNow()
        try report(.evaluated(line, sample, best: progress.best))
        if let stop = progress.stop { try report(.stopped(stop)) }
        // Who is told draws pictures and writes them.
        keeper?.pace.evaluation(now() - start - saving)
        mark = now()
        continue
      case .step: break
      }
      let rate = self.rate(at: progress.step) * progress.rateScale
      let result = try trainer.step(
        part: nextBatch(), targets: targets, rate: rate, number: progress.cursor,
        scheduledSampling: options.scheduledSampling(
          at: progress.step, phase: progress.plan?.phase(at: progress.step)))
      progress.cursor += 1
      if diverged(result) {
        let rollBack = try rollBack(result)
        if ranks.isFirst { try report(.rolledBack(rollBack)) }
        continue
      }
      progress.step += 1
      average(result.bits)
      if !ranks.isFirst { continue }
      progress.seconds = secondsBefore + elapsed()
      var sinceLine = progress.sinceLine ?? .init()
      sinceLine.steps += 1
      sinceLine.bits += result.bits
      sinceLine.gradientNorm += result.gradientNorm
      progress.sinceLine = sinceLine
      keeper?.pace.step(now() - mark)
      mark = now()

      predicted += targets
      audioSpeed = Double(predicted) / Double(configuration.sampleRate) / max(elapsed(), 1e-9)
      lastRate = rate
      var isDue = (now() - lastSave) >= saveInterval || keepEvery.map { progress.step % $0 == 0 } ?? false
      if let keeper {
        if keeper.isUp(spent: progress.seconds) && !isFinished {
          progress.stop = RunStop(.time, goal: goal, steps: options.steps)
        } else if isFinished
          ? keeper.isEarly(spent: progress.seconds) : keeper.isDue(spent: progress.seconds)
        {
          planAnew()
          isDue = true
        }
      }
      let speed = Double(progress.step - firstStep) / max(elapsed(), 1e-9)  // steps per second
      try report(
        .step(
          .init(
            step: progress.step, steps: plannedSteps, trainBits: progress.smoothBits ?? result.bits,
            heldOutBits: progress.heldOutBits, gradientNorm: result.gradientNorm, learningRate: rate,
            audioSecondsPerSecond: audioSpeed,
            secondsLeft: goal.minutes.map { max(0, 60 * $0 - progress.seconds) }
              ?? Double(plannedSteps - progress.step) / max(speed, 1e-9))))
      due = isFinished || evaluates(after: progress.step) ? .evaluate : isDue ? .save : nil
    }
  }

  private func evaluates(after step: Int) -> Bool {
    progress.plan?.evaluates(after: step) ?? (step % options.evaluateEvery == 0)
  }

  /// Takes note of an evaluation, and ends the run if it is what the run was to come to.
  private func judge(_ heldOut: Double) {
    progress.heldOutBits = heldOut.isFinite ? heldOut : nil
    guard heldOut.isFinite else { return }
    if isHeldOutSilent {
      progress.best = BestSoFar(step: progress.step, bits: heldOut)
      return
    }
    if progress.best == nil {
      progress.best = BestSoFar(step: progress.step, bits: heldOut)
    } else {
      progress.best?.add(step: progress.step, bits: heldOut)
    }
    if progress.step >= plannedSteps || progress.stop != nil { return }
    if let until = goal.until, heldOut <= until {
      progress.stop = RunStop(.until, goal: goal, steps: options.steps)
    } else if let patience = goal.patience, let best = progress.best, best.stale >= patience {
      progress.stop = RunStop(.patience, goal: goal, steps: options.steps)
    }
  }

  func average(_ old: Double?, _ new: Double, _ weight: Double) -> Double {
    guard let old else { return new }
    return old + weight * (new - old)
  }
}
