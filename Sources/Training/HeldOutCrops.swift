// How much a run is judged by at each evaluation. Everything held out, sample by sample, is measured once, at the end
// (Evaluation.Evaluator).
package import WaveNet

package enum HeldOutCrops {
  /// Samples that are predicted, at the least.
  static let samples = 65_536
  /// Positions that are computed for them, at the most: of short crops nearly all is history.
  private static let positions = 1 << 22

  /// Number of crops, each as long as those of training.
  package static func count(_ options: TrainingOptions, _ c: Configuration) -> Int {
    let wanted = (samples + options.crop - 1) / options.crop
    let most = positions / (c.receptiveField - 1 + options.crop)
    return max(1, min(TrainingOptions.Allowed.clips.upperBound, wanted, most))
  }
}
