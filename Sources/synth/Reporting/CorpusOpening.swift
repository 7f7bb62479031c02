// Opening a corpus for a command: progress while recordings are read, then what was found, in as many lines as anybody
// reads.
import Corpus
import Reports
import Synchronization
import WaveNet

enum CorpusOpening {
  static func open(
    _ description: CorpusDescription, seed: UInt64, receptiveField: Int, past: CorpusPast?,
    output: String? = nil, threads: Int
  ) throws -> any Corpus {
    let started = ContinuousClock.now
    let corpus = try Interrupt.whileNothingIsMade {
      try description.open(
        seed: seed, receptiveField: receptiveField, past: past, output: output, threads: threads
      ) { now in
        if now.allBytes == 0 { return }
        ProgressLine.draw {
          let seconds = (ContinuousClock.now - started) / .seconds(1)
          let left = seconds * Double(now.allBytes - now.bytes) / Double(max(1, now.bytes))
          // Of the first hundredth nothing can be said.
          let eta = 100 * now.bytes >= now.allBytes ? ", ETA \(NumberText.clock(left))" : ""
          return [
            "reading: \(NumberText.share(now.bytes, now.allBytes))\(eta)",
            "\(now.files) of \(now.allFiles) files", "\(NumberText.bytes(now.allBytes)) in all",
          ]
        }
      }
    }
    ProgressLine.clear()
    return corpus
  }

  /// A corpus whose crops hold no more silence than was asked for, and what there is of it, in words.
  static func limitingSilence(_ corpus: any Corpus, crop: Int) -> (corpus: any Corpus, sentence: String?) {
    guard let folder = corpus as? FolderCorpus else { return (corpus, nil) }
    let (limited, shares) = folder.limitingSilence(crop: crop)
    return (limited, shares?.sentence)
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

  private static let hint = "--list names all"

  /// What a folder of recordings held: a summary and the trouble; file by file on request.
  static func note(_ report: FolderReport, labels: [String], quiet: Bool, listsFiles: Bool) {
    Terminal.list(
      report.skipped.map { "skipped \($0.path): \($0.reason)" }, of: "files skipped", all: listsFiles,
      hint: hint, Terminal.warn)
    Terminal.list(report.warnings, of: "warnings", all: listsFiles, hint: hint, Terminal.warn)
    if quiet { return }
    Terminal.note(
      "\(NumberText.count(report.files.count, "file")), \(NumberText.clock(report.seconds)): training on "
        + "\(NumberText.fixed(report.trainingSeconds, 1)) s, \(NumberText.fixed(report.validationSeconds, 1)) s held out, "
        + "\(NumberText.percent(report.silentShare)) silence" + (labels.isEmpty ? "" : "; " + words(labels))
        + (listsFiles ? "" : " (\(hint))")
    )
    let trimmed = report.files.reduce(0) { $0 + $1.trimmed }
    if trimmed > 0 {
      Terminal.note(
        "--trim leaves out \(NumberText.fixed(Double(trimmed) / Double(report.sampleRate), 1)) s of silent ends of "
          + "\(NumberText.count(report.files.count { $0.trimmed > 0 }, "file"))")
    }
    guard listsFiles else { return }
    for file in report.files {
      let seconds = NumberText.fixed(Double(file.samples) / Double(report.sampleRate), 2)
      let cut = Double(file.trimmed) / Double(report.sampleRate)
      Terminal.note(
        "  \(NumberText.right(seconds, 9)) s  \(file.use.words)  \(file.path)"
          + (file.trimmed > 0 ? "  (\(NumberText.fixed(cut, 2)) s of silent ends left out)" : ""))
    }
  }

  /// Labels in a few words.
  private static func words(_ labels: [String]) -> String {
    let shown = labels.prefix(5).joined(separator: ", ")
    return NumberText.count(labels.count, "label") + ": " + shown + (labels.count > 5 ? ", ..." : "")
  }
}

extension FolderReport.Use {
  /// In a column.
  var words: String {
    switch self {
    case .training: "training"
    case .validation: "held out"
    case .both: "its end held out"
    }
  }
}
