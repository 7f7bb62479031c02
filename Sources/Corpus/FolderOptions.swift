// Options of a corpus of recordings, written into a run's folder like those of the synthetic ones.
import AudioIO
import Signal

/// Which recordings to train on, and how.
package struct FolderOptions: CorpusOptions {
  /// Folders (the whole tree of each) and sound files.
  package var paths: [String] = []
  /// Hz: recordings are resampled to it.
  package var sampleRate = 16000
  /// Q: mu-law codes.
  package var quantizationLevels = 256
  /// Share of the time that is held back; see FolderSplit.swift.
  package var validationFraction = 0.1
  /// Share of the crops that start at a clip's first sample, with silence as history; nil: a quarter, of a model that is told
  /// controls a twentieth, since what it learns from is the notes.
  package var startProbability: Double?
  /// Where labels come from: `Labelling.folders`, or the absolute path of a table; nil: there are none.
  package var labels: String?
  /// Of a model that is told something: shares of the crops that are told no controls, and no label, so that it also plays
  /// without.
  package var controlDropout = 0.1
  package var labelDropout = 0.1
  /// Of a model that is told controls: share of the crops that begin with a false start, see FalseStart.swift.
  package var falseStarts = 0.9
  /// Which of a file's channels is heard.
  package var channel = ChannelChoice.mean
  /// dB below a file's loudest 50 ms from which on its ends count as silence and are left out; nil leaves files as they are.
  package var trim: Double?
  /// Share of silence in what is trained on, at most, whatever the recordings have; nil draws crops as the recordings are.
  package var silenceShare: Double?

  /// `silenceShare` of a new run.
  package static let silenceShareOfNewRuns = 0.1

  package init() {}

  /// `labels` of what a user writes.
  package static func labelSource(_ text: String) -> String {
    text == Labelling.folders ? text : RecordedPath.absolute(text)
  }

  package init(paths: [String]) { self.paths = paths }

  package static var fields: [OptionField<FolderOptions>] {
    [
      OptionField("paths", \.paths), OptionField("sample_rate", \.sampleRate, Clip.sampleRates),
      OptionField(levels: \.quantizationLevels),
      OptionField("validation_fraction", \.validationFraction, 0.001...0.9),
      OptionField("start_probability", \.startProbability, 0...1),
      OptionField("labels", \.labels),
      OptionField("control_dropout", \.controlDropout, 0...1),
      OptionField("label_dropout", \.labelDropout, 0...1),
      OptionField("false_starts", \.falseStarts, 0...1),
      OptionField("channel", \.channel),
      OptionField("trim", \.trim, 1...100),
      OptionField("silence_share", \.silenceShare, 0...1),
    ]
  }

  package func validateTogether() throws(CorpusError) {}
}
