// A loss that jumps or is not finite: back to the last save, with half the learning rate and other data.
import Glibc

extension TrainingRun {
  /// Roll-backs after one save before the run is given up.
  private static let mostInARow = 8

  /// Not finite, or the last ten steps are far above the last hundred: by more than a bit and a half per sample, and by more than six
  /// times what an average over ten strays from the mean by chance. Small batches of unlike recordings stray by bits, but none is by so
  /// much worse than if all codes were equally likely.
  func diverged(_ result: Trainer.Report) -> Bool {
    guard result.bits.isFinite && result.gradientNorm.isFinite else { return true }
    guard progress.step > options.warmUpSteps, let recent = progress.recentBits,
      let smooth = progress.smoothBits
    else { return false }
    let stray = ((progress.spread ?? 0) * Self.recently / (2 - Self.recently)).squareRoot()
    let now = average(recent, result.bits, Self.recently)
    let ignorance = log2(Double(configuration.quantizationLevels))
    return now > smooth + 1.5 && (now > smooth + 6 * stray || now > ignorance + 1.5)
  }

  /// Takes the loss of a step that counts into the averages.
  func average(_ bits: Double) {
    // Of neighbours: what a loss falls or rises by over many steps is no stray.
    if let last = progress.lastBits {
      progress.spread = average(progress.spread, (bits - last) * (bits - last) / 2, Self.long)
    }
    progress.lastBits = bits
    progress.recentBits = average(progress.recentBits, bits, Self.recently)
    progress.smoothBits = average(progress.smoothBits, bits, Self.long)
  }

  /// Weight of the last step in an average over about a hundred.
  private static let long = 0.01
  /// Weight of the last step in an average over about ten.
  static let recently = 0.1

  func rollBack(_ result: Trainer.Report) throws -> TrainingEvent.RollBack {
    progress.rollbacks = (progress.rollbacks ?? 0) + 1
    rollbacksInARow += 1
    let (from, usual) = (progress.step, progress.smoothBits)
    let recent = average(progress.recentBits, result.bits, Self.recently)
    if rollbacksInARow > Self.mostInARow {
      throw TrainingError.diverged(step: from, rollbacks: rollbacksInARow)
    }
    trainer.optimizer.restore(lastGood)
    progress.step = lastGood.step
    progress.sinceLine = lastGoodLine
    progress.rateScale /= 2
    progress.recentBits = progress.smoothBits.flatMap { $0.isFinite ? $0 : nil }
    progress.smoothBits = progress.recentBits
    return .init(
      fromStep: from, toStep: progress.step, bits: result.bits, recentBits: recent, usualBits: usual,
      gradientNorm: result.gradientNorm, learningRateScale: progress.rateScale, inARow: rollbacksInARow)
  }
}
