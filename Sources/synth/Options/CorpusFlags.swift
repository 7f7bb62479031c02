// What to train or measure on, when it is not the user's own recordings.
import ArgumentParser
import Corpus
import Training

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
  func description(folders: [String], sampleRate: Int, levels: Int) throws -> CorpusDescription {
    let all = ["sample_rate=\(sampleRate)", "quantization_levels=\(levels)"] + settings
    let description: CorpusDescription
    if !folders.isEmpty {
      if let corpus {
        throw ValidationError("--corpus \(corpus.rawValue) and folders of recordings exclude one another")
      }
      description = .folder(try FolderOptions(paths: folders).setting(all))
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

extension CorpusDescription {
  var sampleRate: Int {
    switch self {
    case .chords(let options): options.sampleRate
    case .sines(let options): options.sampleRate
    case .folder(let options): options.sampleRate
    }
  }

  var quantizationLevels: Int {
    switch self {
    case .chords(let options): options.quantizationLevels
    case .sines(let options): options.quantizationLevels
    case .folder(let options): options.quantizationLevels
    }
  }

  /// "chords", "sines" or the folders' names.
  var name: String {
    switch self {
    case .chords: "chords"
    case .sines: "sines"
    case .folder(let options): options.paths.joined(separator: ", ")
    }
  }

  /// Opens it; recordings are read, and what was found is reported.
  func open(seed: UInt64, receptiveField: Int, report: (FolderReport) -> Void) throws -> any Corpus {
    switch self {
    case .chords(let options): return try Chords(options: options, seed: seed)
    case .sines(let options): return try SineMixtures(options: options, seed: seed)
    case .folder(let options):
      let corpus = try FolderCorpus(
        options: options, seed: seed, receptiveField: receptiveField, cache: TokenCache.standard()
      ) { done, all in ProgressLine.draw { "reading file \(done) of \(all)" } }
      ProgressLine.clear()
      report(corpus.report)
      return corpus
    }
  }
}
