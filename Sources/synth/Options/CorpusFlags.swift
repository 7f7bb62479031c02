// What to train or measure on, when it is not the user's own recordings.
import ArgumentParser
import Corpus

enum CorpusKind: String, CaseIterable, ExpressibleByArgument {
  case chords, sines
  static let list = allCases.map(\.rawValue).joined(separator: ", ")
}

struct CorpusFlags: ParsableArguments {
  @Option(
    help: """
      Synthetic sound: chords (sustained equal-tempered notes) or sines (free frequencies, onsets, decays).
      """)
  var corpus: CorpusKind?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Sets an option of the corpus, e.g. --set lowest_note=48. May be repeated.", valueName: "key=value"))
  var settings: [String] = []

  var isGiven: Bool { corpus != nil || !settings.isEmpty }

  /// The corpus of a model that speaks at `sampleRate` with `levels` codes.
  /// - labels: `FolderOptions.labels`; with folders only.
  /// - recordings: settings that only recordings have.
  func description(
    folders: [String], labels: String? = nil, recordings: [String] = [], sampleRate: Int, levels: Int
  ) throws -> CorpusDescription {
    let all = ["sample_rate=\(sampleRate)", "quantization_levels=\(levels)"] + settings + recordings
    if folders.isEmpty && !recordings.isEmpty {
      throw ValidationError("--channel, --trim and --silence-share go with recordings: name a folder")
    }
    let description: CorpusDescription
    if !folders.isEmpty {
      if let corpus {
        throw ValidationError("--corpus \(corpus.rawValue) and folders of recordings exclude one another")
      }
      var options = FolderOptions(paths: folders)
      options.labels = labels
      options.silenceShare = FolderOptions.silenceShareOfNewRuns
      description = .folder(try options.setting(all))
    } else {
      switch corpus ?? .chords {
      case .chords: description = .chords(try ChordOptions().setting(all))
      case .sines:
        // The default's highest frequency, or what a low sample rate leaves room for.
        var options = SineMixtureOptions()
        options.highestHz = min(options.highestHz, 0.45 * Double(sampleRate))
        description = .sines(try options.setting(all))
      }
    }
    if description.sampleRate != sampleRate || description.quantizationLevels != levels {
      throw ValidationError(
        "--set sample_rate and quantization_levels follow the model: use --rate and --levels")
    }
    return description
  }
}
