// The card of a run's model as the run stands: facts and figures for Evaluation.RunCard, which writes it.
import Benchmarks
import Evaluation
import Files
import Generation
import Reports
import Training
import WaveNet

struct RunCards {
  private let facts: RunFacts
  private let files: RunFiles
  private let isTold: Bool
  private let gestures: Int
  private let plain: String

  init(_ plan: TrainingPlan, gestures: [Gesture]) {
    facts = RunFacts(plan)
    files = plan.files
    isTold = plan.configuration.conditioning?.controls.isEmpty == false
    self.gestures = gestures.count
    let fresh = Model(configuration: plan.configuration, parameters: .init(count: plan.parameters))
    plain = ModelFolder.plainCard(fresh, gestures)
  }

  /// The text in place of the one that is there.
  func text(
    _ progress: RunProgress, in old: String?, kept: Int? = nil, measured: BitsReport? = nil,
    speed: String? = nil
  ) -> String {
    var lines = facts.lines(steps: progress.step)
    lines.append(("time", "\(NumberText.clock(progress.seconds)) of training"))
    if let kept { lines.append(("kept", "the weights of step \(kept), which predict held-out sound best")) }
    if gestures > 0 {
      lines.append(
        (
          GestureFile.name,
          "\(gestures) excerpts of the training recordings, a few seconds each: their curves, and codes of sound in front of them"
        ))
    }
    let card = RunCard(
      name: name, facts: lines, measured: measured, speed: speed, commands: facts.commands, limits: limits)
    return card.text(in: old, replacing: plain)
  }

  /// Of the folder.
  private var name: String {
    let path = Disk.absolutePath(files.folder)
    return Disk.split(path.hasSuffix("/") ? String(path.dropLast()) : path).name
  }

  /// At the end.
  func finish(_ run: TrainingRun, _ measured: BitsReport) throws {
    let loaded = try ModelFolder.load(files.folder)
    let rate = try GenerationSpeed.samplesPerSecond(loaded.model)
    let speed =
      "One clip on one thread, f32: \(NumberText.short(rate)) samples/s, "
      + "\(NumberText.short(rate / Double(facts.configuration.sampleRate))) times real time"
      + (Machine.processor.map { ", on \($0), which may have had other work to do." } ?? ".")
    let text = text(run.progress, in: loaded.card, kept: run.keptStep, measured: measured, speed: speed)
    try AtomicFile.write(text, to: "\(files.folder)/\(ModelFolder.File.card)")
  }

  private var limits: [String] {
    let c = facts.configuration
    let memory = "It hears \(NumberText.short(facts.field)) ms back and knows nothing of what was before"
    // 6 dB a bit, for mu-law at any level.
    let ratio = [256: 38, 512: 44, 1024: 50][c.quantizationLevels]
    return [
      memory
        + (isTold
          ? ": melodies and words are what it is told, not what it makes up."
          : ": what takes longer, a melody or a word, it cannot know."),
      "It sounds like what it was trained on and like nothing else; whether it repeats that, synth evaluate tells.",
    ]
      + (ratio.map {
        ["Mu-law with \(c.quantizationLevels) levels keeps noise \($0) dB below the sound, not more."]
      } ?? [])
  }
}
