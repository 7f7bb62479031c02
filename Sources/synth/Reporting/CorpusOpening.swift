// Opening a corpus for a command: progress while recordings are read, then what was found, in as many lines as anybody
// reads.
import Corpus
import Reports
import Synchronization
import WaveNet

enum CorpusOpening {
  static func open(
    _ description: CorpusDescription, seed: UInt64, receptiveField: Int, past: CorpusPast?,
    output: String? = nil
  ) throws -> any Corpus {
    let corpus = try Interrupt.whileNothingIsMade {
      try description.open(seed: seed, receptiveField: receptiveField, past: past, output: output) {
        done, all in
        ProgressLine.draw { ["\(NumberText.share(done, all)), reading file \(done) of \(all)"] }
      }
    }
    ProgressLine.clear()
    return corpus
  }

  /// How much of a corpus is silence, has a pitch, or sounds without one.
  static func shares(_ corpus: inout FolderCorpus, frame: Int, threads: Int) throws -> SoundShares {
    let progress = hearing(corpus)
    defer { ProgressLine.clear() }
    return try Interrupt.whileNothingIsMade {
      try corpus.soundShares(
        frame: frame, threads: threads, progress: progress)
    }
  }

  /// A corpus whose clips come with what a model is told.
  static func telling(
    _ corpus: any Corpus, _ conditioning: Conditioning?, threads: Int
  ) throws -> any Corpus {
    guard let conditioning, let folder = corpus as? FolderCorpus else { return corpus }
    let wanted = WantedConditions(
      labels: conditioning.labels, controls: conditioning.controls,
      frameSamples: conditioning.frameSamples)
    let progress = hearing(folder)
    defer { ProgressLine.clear() }
    let told = try Interrupt.whileNothingIsMade {
      try folder.telling(
        wanted, threads: threads, progress: progress)
    }
    if let trouble = told.hearingTrouble { Terminal.warn(trouble) }
    return told
  }

  /// Draws how far it is, from any thread.
  private static func hearing(_ corpus: FolderCorpus) -> @Sendable (HearingProgress) -> Void {
    let speed = Mutex<Speedometer?>(nil)
    let rate = corpus.sampleRate
    return { now in
      let speed = speed.withLock { speed in
        let known = speed ?? Speedometer(total: now.allSamples, sampleRate: rate)
        speed = known
        return known
      }
      ProgressLine.draw { speed.parts(now.samples, of: "hearing controls: ") }
    }
  }

  private static let hint = "--list-files names all"

  /// What a folder of recordings held.
  static func note(_ report: FolderReport, quiet: Bool, listsFiles: Bool) {
    Terminal.list(
      report.skipped.map { "skipped \($0.path): \($0.reason)" }, of: "files skipped", all: listsFiles,
      hint: hint, Terminal.warn)
    Terminal.list(report.warnings, of: "warnings", all: listsFiles, hint: hint, Terminal.warn)
    if quiet { return }
    Terminal.note(
      "\(NumberText.count(report.files.count, "file")), \(NumberText.clock(report.seconds)): training on "
        + "\(NumberText.fixed(report.trainingSeconds, 1)) s, \(NumberText.fixed(report.validationSeconds, 1)) s held out"
    )
    Terminal.list(
      report.files.map { file in
        let seconds = NumberText.fixed(Double(file.samples) / Double(report.sampleRate), 2)
        return "  \(NumberText.right(seconds, 9)) s  \(file.use.words)  \(file.path)"
      }, of: "files", all: listsFiles, hint: hint
    ) { Terminal.note($0) }
  }
}

extension FolderReport.Use {
  /// In a column.
  fileprivate var words: String {
    switch self {
    case .training: "training"
    case .validation: "held out"
    case .both: "its end held out"
    }
  }
}
