// synth train: a model from recordings or synthetic sound. What is trained is resolved in TrainingPlan.swift; this file
// has the flags, the loop's reports and the way it ends.
import ArgumentParser
import Corpus
import Evaluation
import Training
import WaveNet

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model on folders of recordings, or on synthetic sound.",
    discussion: """
      synth train recordings/ --output runs/mine --minutes 30
      synth train --output runs/chords --preset tiny --steps 5000      no folder: synthetic chords
      synth train --output runs/mine --resume                          goes on as if it had never stopped
      synth train recordings/ --dry-run                                what it would cost

      The output folder is a model folder at every moment after the first save: synth generate out.wav --model
      runs/mine. Ctrl-C and SIGTERM save and stop with code 130 or 143.
      """)

  @Argument(help: "Folders (the whole tree of each) and sound files.", completion: .directory)
  var folders: [String] = []

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Folder of the run.", valueName: "dir"), completion: .directory)
  var output: String?

  @Flag(help: "Go on with the run in the output folder.")
  var resume = false

  @Flag(help: "Say what the run would cost, and stop: size, receptive field, memory, time per step, disk.")
  var dryRun = false

  @OptionGroup(title: "Model") var shape: ShapeFlags
  @OptionGroup(title: "Corpus") var corpus: CorpusFlags
  @OptionGroup(title: "Training") var hyper: TrainingFlags
  @OptionGroup var threads: ThreadsOption

  @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
  var quiet = false

  @Flag(help: "Print a report as one JSON object on standard output at the end.")
  var json = false

  func validate() throws {
    if output == nil && !dryRun { throw ValidationError("name the run's folder: --output DIR") }
    if resume {
      if dryRun { throw ValidationError("--resume and --dry-run exclude one another") }
      var given = shape.given + hyper.fixedGiven
      if !folders.isEmpty { given.append("folders") }
      if corpus.isGiven { given.append("--corpus and --set") }
      if !given.isEmpty {
        throw ValidationError(
          "--resume takes \(given.joined(separator: ", ")) from the run: only --steps, --minutes, --learning-rate, "
            + "--evaluate-every, --save-every and --threads may change")
      }
    }
  }

  func run() throws {
    Interrupt.catchSignals()
    if quiet { ProgressLine.isEnabled = false }
    let plan = try resume ? TrainingPlan(resuming: self) : TrainingPlan(new: self)
    if dryRun { return try DryRun(plan, self).print(json: json) }
    let run = try plan.start(self)
    if !quiet { Terminal.note(plan.headline) }
    let hint = "go on with: synth train --output \(plan.files.folder) --resume"
    if run.isFinished {
      if !quiet {
        Terminal.note(
          "\(run.progress.step) steps are done already; to train longer, add --steps N with --resume")
      }
    } else {
      do {
        try run.run(shouldStop: { Interrupt.isRequested }, report: report)
      } catch TrainingError.diverged(let step, let rollbacks) {
        throw TrainingError.diverged(step: step, rollbacks: rollbacks)
      }
    }
    if !run.isFinished, let signal = Interrupt.signal {
      throw SynthError.interrupted(signal: signal, hint: "saved at step \(run.progress.step); \(hint)")
    }
    try finish(plan, run)
  }

  private func report(_ event: TrainingEvent) {
    switch event {
    case .step(let now):
      ProgressLine.draw {
        var line = "step \(now.step)/\(now.steps)  \(Format.fixed(now.trainBits, 3)) bits"
        if let heldOut = now.heldOutBits { line += "  held-out \(Format.fixed(heldOut, 3))" }
        return line
          + "  gradient \(Format.short(now.gradientNorm))  rate \(Format.scientific(now.learningRate))  "
          + "\(Format.short(now.audioSecondsPerSecond)) audio s/s  ETA \(Format.clock(now.secondsLeft))"
      }
    case .evaluated(let line, let sample):
      if quiet { return }
      Terminal.note(
        "step \(line.step)  train \(Format.fixed(line.trainBits, 3)) bits  held-out "
          + "\(Format.fixed(line.heldOutBits, 3)) bits  gradient \(Format.short(line.gradientNorm))  rate "
          + "\(Format.scientific(line.learningRate))  \(Format.short(line.audioSecondsPerSecond)) audio s/s"
          + (sample.map { "  \($0)" } ?? ""))
    case .rolledBack(let from, let to, let bits, let scale):
      Terminal.warn(
        "the loss jumped to \(Format.fixed(bits, 2)) bits at step \(from): back to step \(to) with the learning rate "
          + "times \(Format.short(scale))")
    }
  }

  /// The model on held-out clips beside what simple predictors need for them.
  private func finish(_ plan: TrainingPlan, _ run: TrainingRun) throws {
    let measured = try Measurement.bits(
      try ModelFolder.load(plan.files.folder).model,
      plan.corpus.heldOutRecordings(plan.description.corpus.name), threads: threads.count)
    let report = TrainingReport(
      output: plan.files.folder, steps: run.progress.step, seconds: run.progress.seconds,
      parameters: plan.parameters, bitsPerSample: measured.bitsPerSample, baselines: measured.baselines,
      verdict: measured.verdict)
    if json { try JSONReport.print(report) }
    if quiet { return }
    Terminal.note("held-out: \(Measurement.sentence(measured))")
    Terminal.note(measured.verdict)
    Terminal.note("listen: synth generate out.wav --model \(plan.files.folder)")
  }
}

/// What `train --json` prints at the end.
struct TrainingReport: Encodable {
  let output: String
  let steps: Int
  let seconds: Double
  let parameters: Int
  let bitsPerSample: Double
  let baselines: Baselines
  let verdict: String
}
