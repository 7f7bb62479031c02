// What a run keeps on disk, and in which order. The state comes first: it alone is what a resume reads, and everything else
// follows from it or was complete before it was written. So after a kill at any moment `bringModelsUpToDate` puts right what
// is of another step: the model of the folder, checkpoints/best, checkpoints/step-N. Tests: BestTests, RunFolderTests.
internal import Files
internal import WaveNet

extension TrainingRun {
  /// State first. Then the averaged weights as models. Rank 0 does; the others take note.
  package func save() throws {
    guard ranks.isFirst else { return keepAsGood() }
    try RunState.save(trainer.optimizer, progress, to: files.state)
    let average = trainer.averagedModel()
    if progress.best?.step == progress.step { try saveBest(average) }
    if let path = keptCheckpoint { try saveKept(average, path) }
    try saveOwn(average)
    keepAsGood()
  }

  /// This state is what a roll-back goes back to.
  func keepAsGood() {
    lastGood.restore(trainer.optimizer)
    lastGoodLine = progress.sinceLine
    rollbacksInARow = 0
  }

  /// The step whose weights are the run's model, if that is not the last one: of a run that has ended, and whose best evaluation is
  /// better than its last by more than what two good ones differ by.
  package var keptStep: Int? {
    guard isFinished, let best = progress.best, best.step < progress.step, let last = progress.heldOutBits,
      best.bits < last - BestSoFar.worthKeeping
    else { return nil }
    return best.step
  }

  private func saveOwn(_ average: Model) throws {
    let model = keptStep == nil ? average : try ModelFolder.load(files.best).model
    let cardPath = "\(files.folder)/\(ModelFolder.File.card)"
    let text = card.map { card in
      card(
        progress,
        (try? InputFile.contents(of: cardPath, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) })
    }
    try ModelFolder.save(model, to: files.folder, defaults: defaults, card: text, gestures: gestures)
  }

  private func saveBest(_ average: Model) throws {
    let bits = ((progress.best?.bits ?? 0) * 1000).rounded() / 1000
    try saveCheckpoint(average, files.best, "the best so far, \(bits) held-out bits per sample")
  }

  private func saveKept(_ average: Model, _ path: String) throws {
    try saveCheckpoint(average, path, "kept every \(keepEvery ?? 0) steps")
  }

  private func saveCheckpoint(_ model: Model, _ path: String, _ why: String) throws {
    try Folder.create(files.checkpoints)
    let card = ModelFolder.plainCard(
      model, gestures, remark: "The averaged weights after step \(progress.step) of a training run: \(why).")
    try ModelFolder.save(
      model, to: path, defaults: defaults, card: card, gestures: gestures, step: progress.step)
  }

  /// Where the model of this step is kept; nil if it is not.
  private var keptCheckpoint: String? {
    guard let keepEvery, progress.step > 0, progress.step % keepEvery == 0 else { return nil }
    return files.checkpoint(step: progress.step)
  }

  /// A run that was killed in a save has the state of one step and models of another.
  func bringModelsUpToDate() throws {
    let average = trainer.averagedModel()
    if let best = progress.best, best.step < progress.step, !isCheckpoint(files.best, of: best.step) {
      progress.best = nil
      warnings.append(
        "\(files.best) is not the model of step \(best.step), the best up to now: it is looked for anew")
    }
    let own = keptStep == nil ? average : try ModelFolder.load(files.best).model
    if !holds(files.folder, own) { try ModelFolder.save(own, to: files.folder) }
    let saved = try ModelFolder.load(files.folder)
    gestures = saved.gestures
    defaults = saved.defaults == GenerationDefaults() ? nil : saved.defaults
    if progress.best?.step == progress.step && !holds(files.best, average) { try saveBest(average) }
    if let path = keptCheckpoint, !holds(path, average) { try saveKept(average, path) }
  }

  private func holds(_ path: String, _ model: Model) -> Bool {
    guard let saved = try? ModelFolder.load(path).model else { return false }
    return saved.configuration == model.configuration
      && zip(saved.parameters.elements, model.parameters.elements).allSatisfy {
        $0.bitPattern == $1.bitPattern
      }
  }

  private func isCheckpoint(_ path: String, of step: Int) -> Bool {
    (try? ModelFolder.load(path)) != nil && ModelFolder.step(of: path) == step
  }
}
