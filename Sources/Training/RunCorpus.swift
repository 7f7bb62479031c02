// Opening what a run was trained on: by the record that is kept with it, from wherever it is typed. Runs from before
// there were records still go on; what then has to be guessed is said.
package import Corpus
internal import Files

/// The corpus of a run that exists.
package struct RunCorpus: Sendable {
  /// With absolute paths, or the folders that were named now.
  package let description: CorpusDescription
  /// Nil for a corpus that is not read from a disk.
  package let past: CorpusPast?
  /// What was guessed, in words.
  package let warnings: [String]

  /// - folders: where the recordings are now; empty if they are where they were.
  /// - takesNewFiles, goesOnWithoutMost: see `CorpusPast`.
  /// - Throws: if the record cannot be read, or if nothing says where the recordings are.
  package init(
    _ files: RunFiles, _ description: CorpusDescription, folders: [String] = [], takesNewFiles: Bool = false,
    goesOnWithoutMost: Bool = false
  ) throws(TrainingError) {
    guard case .folder(var options) = description else {
      (self.description, past, warnings) = (description, nil, [])
      return
    }
    let record = try RunCorpus.record(files, description)
    var lines: [String] = []
    if !folders.isEmpty {
      options.paths = folders
    } else if record == nil {
      lines = try RunCorpus.guess(options.paths, files)
    }
    options.paths = options.paths.map(RecordedPath.absolute)
    self.description = .folder(options)
    past = CorpusPast(record, takesNewFiles: takesNewFiles, goesOnWithoutMost: goesOnWithoutMost)
    warnings = lines
  }

  private static func record(
    _ files: RunFiles, _ description: CorpusDescription
  ) throws(TrainingError) -> CorpusRecord? {
    let text: [UInt8]
    do throws(FileError) {
      text = try InputFile.contents(of: files.corpus, limit: RunFiles.textLimit)
    } catch {
      if case .notFound = error { return nil }
      throw .badRunFile(path: files.corpus, reason: "\(error)")
    }
    let record: CorpusRecord
    do throws(FileError) {
      record = try SnakeJSON.decode(CorpusRecord.self, text, path: files.corpus)
    } catch {
      if case .notValid(_, let reason) = error { throw .badRunFile(path: files.corpus, reason: reason) }
      throw .badRunFile(path: files.corpus, reason: "\(error)")
    }
    if let problem = record.problem(
      sampleRate: description.sampleRate, quantizationLevels: description.quantizationLevels)
    {
      throw .badRunFile(path: files.corpus, reason: problem)
    }
    return record
  }

  /// A run without a record may name its folders relative to one that nobody has kept. They are looked for in the
  /// working directory, as ever; but "." and ".." are there wherever one is, and mean nothing.
  private static func guess(_ paths: [String], _ files: RunFiles) throws(TrainingError) -> [String] {
    let relative = paths.filter { $0.utf8.first != UInt8(ascii: "/") }
    if relative.isEmpty { return [] }
    let names = relative.map(FileName.shown).joined(separator: ", ")
    let isDots = relative.contains { path in
      path.split(separator: "/").allSatisfy { $0 == "." || $0 == ".." }
    }
    if isDots { throw .corpusUnknown(path: files.folder, folders: names) }
    return [
      "\(FileName.shown(files.description)) says \(names) without saying from where: taken from the working directory, "
        + FileName.shown(Disk.absolutePath("."))
    ]
  }
}

extension RunFiles {
  /// Keeps what a run trains on: the record first, run.json last, since a folder without it holds no run.
  package func save(_ description: RunDescription, _ corpus: any Corpus) throws {
    if let record = corpus.record { try AtomicFile.write(SnakeJSON.text(record), to: self.corpus) }
    var kept = description
    if case .folder(var options) = description.corpus {
      options.paths = options.paths.map(RecordedPath.absolute)
      kept.corpus = .folder(options)
    }
    try kept.save(self)
  }
}
