// What simple predictors need for the crops that a run is judged by at each evaluation: the same samples. The linear predictor
// has heard a second when a crop ends, as it has of whole clips (Baselines.swift) almost everywhere.
package import Corpus
internal import Glibc
internal import Signal

extension Baselines {
  /// The crops that a run is judged by, with as much in front of each as the linear predictor wants.
  package init(
    crops: Int, of crop: Int, _ corpus: any Corpus
  ) {
    // Where a crop lies does not depend on its history.
    let history = max(LinearPredictor.taps, corpus.sampleRate - crop)
    self.init(
      corpus.validation(clips: crops, crop: crop, receptiveField: history + 1),
      levels: corpus.quantizationLevels, sampleRate: corpus.sampleRate)
  }

  /// - batch: without noise on its inputs, as `Corpus.validation` makes it.
  init(_ batch: TokenBatch, levels: Int, sampleRate: Int) {
    precondition(batch.realTargets > 0, "no samples to predict")
    let predictor = LinearPredictor(levels: levels, sampleRate: sampleRate)
    let law = MuLaw(levels: levels)
    var counts = CodeCounts(levels: levels)
    var (single, pair, linear, predicted) = (0.0, 0.0, 0.0, 0)
    let row = batch.history + batch.crop
    for clip in 0..<batch.clips {
      let targets = batch.targets[clip * batch.crop..<clip * batch.crop + batch.counts[clip]]
      // The inputs up to the one that predicts the first target; not the silence before a clip's first sample.
      let inputs = batch.inputs[clip * row...clip * row + batch.history]
      let bits = counts.bits(Array(targets), after: inputs.last)
      single += bits.unigram
      pair += bits.bigram
      if targets.count < Baselines.shortestForLinearPrediction { continue }
      let codes = Array(inputs.drop { $0 == law.silence } + targets)
      linear += predictor.bits(codes, last: targets.count, law)
      predicted += targets.count
    }
    let count = Double(batch.realTargets)
    self.init(
      samples: batch.realTargets, uniform: log2(Double(levels)), unigram: single / count,
      bigram: pair / count,
      linearPredictor: predicted > 0 ? linear / Double(predicted) : nil, linearPredictorSamples: predicted,
      linearPredictorUncoded: nil)
  }

  private init(
    samples: Int, uniform: Double, unigram: Double, bigram: Double, linearPredictor: Double?,
    linearPredictorSamples: Int, linearPredictorUncoded: Double?
  ) {
    (self.samples, self.uniform, self.unigram, self.bigram) = (samples, uniform, unigram, bigram)
    (self.linearPredictor, self.linearPredictorSamples) = (linearPredictor, linearPredictorSamples)
    self.linearPredictorUncoded = linearPredictorUncoded
  }
}
