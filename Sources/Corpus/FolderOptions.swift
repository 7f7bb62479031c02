// Options of a corpus of recordings, written into a run's folder like those of the synthetic ones.
import FoundationEssentials

/// Which recordings to train on, and how.
package struct FolderOptions: CorpusOptions {
  /// Folders (the whole tree of each) and sound files.
  package var paths: [String] = []
  /// Hz: recordings are resampled to it.
  package var sampleRate = 16000
  /// Q: mu-law codes.
  package var quantizationLevels = 256
  /// Share of the files, or of a single file's end, that is held back.
  package var validationFraction = 0.1
  /// Share of the crops that start at a clip's first sample, with silence as history.
  package var startProbability = 0.25

  package init() {}

  package init(paths: [String]) { self.paths = paths }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case paths
    case sampleRate = "sample_rate"
    case quantizationLevels = "quantization_levels"
    case validationFraction = "validation_fraction"
    case startProbability = "start_probability"
  }

  package init(from decoder: any Decoder) throws {
    let read = try FlatDecoder(decoder, CodingKeys.self)
    try read(.paths, &paths)
    try read(.sampleRate, &sampleRate)
    try read(.quantizationLevels, &quantizationLevels)
    try read(.validationFraction, &validationFraction)
    try read(.startProbability, &startProbability)
    try validate()
  }

  package func validate() throws(CorpusError) {
    try check("sample_rate", sampleRate, 1000...384_000)
    if ![256, 512, 1024].contains(quantizationLevels) {
      throw .optionOutOfRange(
        "quantization_levels", value: "\(quantizationLevels)", allowed: "256, 512, 1024")
    }
    try check("validation_fraction", validationFraction, 0.001...0.9)
    try check("start_probability", startProbability, 0...1)
  }
}
