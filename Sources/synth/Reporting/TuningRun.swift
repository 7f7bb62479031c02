// Finding a model's sampling settings: progress, and what is kept of it. The measure: Evaluation.Tuning.
import Corpus
import Evaluation
import Files
import Generation
import Reports
import Signal
import WaveNet

enum TuningRun {
  /// Clips of each setting, and their longest length.
  static let clips = 8
  static let seconds = 4.0

  /// Whether `tune` has anything to judge settings by.
  static func canJudge(_ heldOut: [CodedRecording], _ c: Configuration, seed: UInt64) -> Bool {
    material(heldOut, c, seed: seed, clips: clips, seconds: seconds) != nil
  }

  /// Excerpts, or, of a model that is told nothing, recordings that sound where there are none, 64 at most; nil if there is neither.
  private static func material(
    _ heldOut: [CodedRecording], _ c: Configuration, seed: UInt64, clips: Int, seconds: Double
  ) -> (excerpts: [Excerpt], sounds: [Clip])? {
    let excerpts = excerpts(heldOut, c, seed: seed, clips: clips, seconds: seconds)
    if !excerpts.isEmpty { return (excerpts, []) }
    if c.conditioning != nil { return nil }
    let law = MuLaw(levels: c.quantizationLevels)
    let sounds = heldOut.lazy.map { Clip(samples: law.decode($0.codes), sampleRate: c.sampleRate) }
      .filter { !Loudness.isSilent($0) }.prefix(64)
    return sounds.isEmpty ? nil : ([], Array(sounds))
  }

  /// - Parameters:
  ///   - heldOut: with their conditions, of a conditioned model
  ///   - farm: who tries the settings; nil for this process
  /// - Returns: nil if there is nothing to judge by.
  static func tune(
    _ loaded: LoadedModel, heldOut: [CodedRecording], seed: UInt64, clips: Int = clips,
    seconds: Double = seconds, settings: [Tuning.Setting] = Tuning.settings, threads: Int, farm: Farm? = nil
  ) throws -> Tuning? {
    let farm = farm ?? .alone(threads: threads)
    let c = loaded.model.configuration
    guard let (excerpts, sounds) = material(heldOut, c, seed: seed, clips: clips, seconds: seconds) else {
      return nil
    }
    let each = samples(of: excerpts, c, clips: clips, seconds: seconds)
    let speed = Speedometer(total: each * settings.count, sampleRate: c.sampleRate)
    defer { ProgressLine.clear() }
    let judge = TuningJudge(
      loaded, excerpts: excerpts, heldOut: sounds, clips: clips,
      seconds: seconds, seed: seed, threads: threads)
    let share = farm.share(settings.map { _ in each })
    var trials: [Tuning.Trial] = []
    do {
      for place in share.own {
        let before = trials.count * each
        trials.append(
          try judge.trial(settings[place]) { samples in
            ProgressLine.draw { speed.parts(share.all(before + samples), of: "trying settings: ") }
            return !Interrupt.isRequested
          })
      }
    } catch GenerationError.cancelled {
      throw Interrupt.stopped("the settings stay as they were")
    }
    let texts = try farm.gather(trials.map { Array(SnakeJSON.line($0).utf8) }, share)
    return Tuning(try texts.map { try SnakeJSON.decode(Tuning.Trial.self, $0, path: "a rank's trial") })
  }

  /// Excerpts of held-out recordings to be followed; none of a model that is told nothing.
  static func excerpts(
    _ heldOut: [CodedRecording], _ c: Configuration, seed: UInt64, clips: Int = clips, seconds: Double
  ) -> [Excerpt] {
    GestureSelection.excerpts(
      heldOut.map { DescribedRecording($0) }, c, seed: seed, count: clips, seconds: seconds)
  }

  /// Samples that are made for one setting.
  static func samples(
    of excerpts: [Excerpt], _ c: Configuration, clips: Int = clips, seconds: Double
  ) -> Int {
    max(
      1,
      excerpts.isEmpty
        ? clips * Int(seconds * Double(c.sampleRate)) : excerpts.reduce(0) { $0 + $1.gesture.length })
  }

  /// Writes what was found beside the weights: generation_config.json and the card's table.
  static func keep(_ tuning: Tuning, _ loaded: LoadedModel) throws {
    try AtomicFile.write(
      tuning.applied(to: loaded.defaults).json(), to: "\(loaded.path)/\(ModelFolder.File.defaults)")
    try AtomicFile.write(tuning.card(loaded.card ?? ""), to: "\(loaded.path)/\(ModelFolder.File.card)")
  }

  /// What was found, in a line.
  static func sentence(_ tuning: Tuning) -> String {
    let trial = tuning.trials[tuning.best]
    var text = "sampling: temperature \(trial.setting.temperature)"
    if let topP = trial.setting.topP { text += ", top-p \(topP)" }
    text += " is best of \(tuning.trials.count) settings tried on \(tuning.sound): spectrum within "
    text += "\(NumberText.fixed(trial.spectrumDb, 1)) dB"
    if let agreement = trial.agreement {
      if let cents = agreement.pitchCentsMedian {
        text += ", pitch within \(NumberText.fixed(cents, 1)) cents"
      }
      if let level = agreement.levelDbMedian { text += ", level within \(NumberText.fixed(level, 1)) dB" }
      if agreement.frames > 0 { text += " in the median" }
    }
    return text
  }
}
