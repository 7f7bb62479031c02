// A loss that jumps or is not finite: back to the last save, with half the learning rate and other data.

extension TrainingRun {
  /// Roll-backs after one save before the run is given up.
  private static let mostInARow = 8

  /// Not finite, or the last ten steps are far above the last hundred (by more than a bit and a half per sample).
  func diverged(_ result: Trainer.Report) -> Bool {
    guard result.bits.isFinite && result.gradientNorm.isFinite else { return true }
    guard progress.step > options.warmUpSteps, let recent = progress.recentBits,
      let smooth = progress.smoothBits
    else { return false }
    return average(recent, result.bits, Self.recently) > smooth + 1.5
  }
  /// Weight of the last step in an average over about ten.
  static let recently = 0.1

  func rollBack(_ result: Trainer.Report) throws -> TrainingEvent.RollBack {
    rollbacks += 1
    rollbacksInARow += 1
    let (from, usual) = (progress.step, progress.smoothBits)
    let recent = average(progress.recentBits, result.bits, Self.recently)
    if rollbacksInARow > Self.mostInARow {
      throw TrainingError.diverged(step: from, rollbacks: rollbacksInARow)
    }
    trainer.optimizer.restore(lastGood)
    progress.step = lastGood.step
    progress.rateScale /= 2
    progress.recentBits = progress.smoothBits.flatMap { $0.isFinite ? $0 : nil }
    progress.smoothBits = progress.recentBits
    return .init(
      fromStep: from, toStep: progress.step, bits: result.bits, recentBits: recent, usualBits: usual,
      gradientNorm: result.gradientNorm, learningRateScale: progress.rateScale, inARow: rollbacksInARow)
  }
}
