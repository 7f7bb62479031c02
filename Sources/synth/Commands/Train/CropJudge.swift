// What simple predictors need for the crops that a run is judged by, found out once before the first step.
import Corpus
import Evaluation
import Training
import WaveNet

struct CropJudge {
  let baselines: Baselines
  private let silentShare: Double
  private let isSmallest: Bool

  init(_ plan: TrainingPlan) {
    let (c, options) = (plan.configuration, plan.options)
    let crops = plan.corpus.validation(
      clips: HeldOutCrops.count(options, c), crop: options.crop, receptiveField: c.receptiveField)
    baselines = Baselines(crops: crops.clips, of: crops.crop, plan.corpus)
    silentShare = Silence(levels: c.quantizationLevels, sampleRate: c.sampleRate).share(of: crops)
    isSmallest = c.residualChannels <= Preset.tiny.sizes[0].residual
  }

  /// - steps: of the run as planned now
  func standing(_ line: MetricsLine, of steps: Int, best: BestSoFar?) -> Standing {
    Standing(
      bits: line.heldOutBits, baselines: baselines, silentShare: silentShare,
      done: Double(line.step) / Double(max(1, steps)),
      best: best.flatMap { $0.step < line.step ? ($0.step, $0.bits) : nil }, isSmallest: isSmallest)
  }
}
