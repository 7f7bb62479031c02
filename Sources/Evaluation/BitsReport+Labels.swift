// A model's bits per sample label by label, where recordings have some: a mean over all of them hides the one that the model
// has not learnt. Tests: BitsReportTests.
internal import Corpus
internal import Files

extension BitsReport {
  /// The clips of one label.
  package struct Label: Sendable, Encodable {
    /// Nil: clips that no label is known of.
    package let label: String?
    package let clips: Int
    package let samples: Int
    package let seconds: Double
    package let bitsPerSample: Double
    /// On those that are long enough for linear prediction; nil if none is.
    package let versusLinearPredictor: Comparison?

    /// Of the clips that linear prediction is compared on, if there are any, so that differences are those of the numbers.
    package var compared: Double { versusLinearPredictor?.bitsPerSample ?? bitsPerSample }
    /// How many those are: "3", or "2 of 3".
    package var comparedClips: String {
      guard let some = versusLinearPredictor?.files, some < clips else { return "\(clips)" }
      return "\(some) of \(clips)"
    }
  }

  /// - vocabulary: labels in their order, which the report's keep
  static func labels(
    _ bits: [Double], _ files: [File], vocabulary: [String], sampleRate: Int, seed: UInt64
  ) -> [Label] {
    if vocabulary.isEmpty { return [] }
    return (vocabulary.map { $0 as String? } + [nil]).compactMap { label in
      let own = files.indices.filter { files[$0].label == label }
      if own.isEmpty { return nil }
      let samples = own.reduce(0) { $0 + files[$1].samples }
      return Label(
        label: label, clips: own.count, samples: samples, seconds: Double(samples) / Double(sampleRate),
        bitsPerSample: own.reduce(0) { $0 + bits[$1] } / Double(samples),
        versusLinearPredictor: compare(own.map { bits[$0] }, own.map { files[$0] }, seed: seed))
    }
  }

  /// Where the model stands against linear prediction label by label, in a sentence; nil without two labels that can be
  /// compared.
  package var labelVerdict: String? {
    let compared = labels.filter { $0.label != nil && $0.versusLinearPredictor != nil }
    if compared.count < 2 { return nil }
    let worse = compared.filter { $0.versusLinearPredictor!.difference > 0 }
    if worse.isEmpty {
      return "The model predicts all \(compared.count) labels better than linear prediction does."
    }
    let names = worse.map { FileName.shown($0.label!) }.joined(separator: ", ")
    if worse.count == compared.count {
      return
        "The model predicts none of the \(compared.count) labels better than linear prediction does: \(names)."
    }
    return
      "The model predicts \(compared.count - worse.count) of \(compared.count) labels better than linear prediction does, but "
      + "not \(names)."
  }
}

extension CodedRecording {
  /// The number of the one label that it is told; nil if it is told none.
  var label: Int? { conditions?.labels.firstIndex(of: 1) }
}
