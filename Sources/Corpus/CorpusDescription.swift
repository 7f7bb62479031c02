// Which corpus, with its options: what flags choose and run.json keeps.

/// Where the training clips come from.
package enum CorpusDescription: Codable, Hashable, Sendable {
  /// Sustained equal-tempered chords.
  case chords(ChordOptions)
  /// Sine mixtures of free frequencies.
  case sines(SineMixtureOptions)
  /// The user's recordings: files and folders.
  case folder(FolderOptions)

  enum CodingKeys: String, CodingKey { case chords, sines, folder }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    if values.contains(.chords) {
      self = .chords(try values.decode(ChordOptions.self, forKey: .chords))
    } else if values.contains(.sines) {
      self = .sines(try values.decode(SineMixtureOptions.self, forKey: .sines))
    } else {
      self = .folder(try values.decode(FolderOptions.self, forKey: .folder))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .chords(let options): try values.encode(options, forKey: .chords)
    case .sines(let options): try values.encode(options, forKey: .sines)
    case .folder(let options): try values.encode(options, forKey: .folder)
    }
  }
}

extension CorpusDescription {
  package var sampleRate: Int {
    switch self {
    case .chords(let options): options.sampleRate
    case .sines(let options): options.sampleRate
    case .folder(let options): options.sampleRate
    }
  }

  package var quantizationLevels: Int {
    switch self {
    case .chords(let options): options.quantizationLevels
    case .sines(let options): options.quantizationLevels
    case .folder(let options): options.quantizationLevels
    }
  }

  /// "chords", "sines" or the folders' names.
  package var name: String {
    switch self {
    case .chords: "chords"
    case .sines: "sines"
    case .folder(let options): options.paths.joined(separator: ", ")
    }
  }

  /// "chords", "sines" or "folder".
  package var kind: String {
    switch self {
    case .chords: CodingKeys.chords.rawValue
    case .sines: CodingKeys.sines.rawValue
    case .folder: CodingKeys.folder.rawValue
    }
  }

  /// A copy with `name=value` assignments applied, as flags do.
  package func setting(_ assignments: [String]) throws(CorpusError) -> CorpusDescription {
    switch self {
    case .chords(let options): .chords(try options.setting(assignments))
    case .sines(let options): .sines(try options.setting(assignments))
    case .folder(let options): .folder(try options.setting(assignments))
    }
  }

  /// Opens it; recordings are read.
  /// - cache: of codes of recordings; nil keeps them in memory.
  /// - past, output: see `FolderCorpus`.
  /// - progress: called from any thread while recordings are read.
  package func open(
    seed: UInt64, receptiveField: Int, cache: TokenCache? = TokenCache.standard(), past: CorpusPast? = nil,
    output: String? = nil, threads: Int = 2,
    progress: @escaping @Sendable (ScanProgress) -> Void = { _ in }
  ) throws(CorpusError) -> any Corpus {
    switch self {
    case .chords(let options): try Chords(options: options, seed: seed)
    case .sines(let options): try SineMixtures(options: options, seed: seed)
    case .folder(let options):
      try FolderCorpus(
        options: options, seed: seed, receptiveField: receptiveField, cache: cache, past: past,
        output: output, threads: threads, progress: progress)
    }
  }
}
