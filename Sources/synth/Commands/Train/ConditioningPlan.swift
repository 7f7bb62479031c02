// What a new model is told, and why: by flags, by the file or the model that its shape comes from, or chosen by what sounds in
// its recordings. A run that goes on has it in its config.json.
import ArgumentParser
import Corpus
import Reports
import Signal
import WaveNet

struct ConditioningPlan {
  /// nil: nothing.
  let conditioning: Conditioning?
  /// One sentence without an end.
  let reason: String
  /// What was found out for it; nil if nothing had to be.
  let shares: SoundShares?

  /// C of a new model.
  private static let channels = 64
  /// Seconds of a frame, about.
  private static let frameSeconds = 0.004

  /// The power of two that is nearest to 4 ms.
  static func frameSamples(_ sampleRate: Int) -> Int {
    var frame = 1
    // The border between a power and the next is their geometric mean.
    while frameSeconds * Double(sampleRate) > Double(frame) * 2.0.squareRoot() { frame *= 2 }
    return frame
  }

  /// What can be refused before anything is read.
  static func check(_ flags: ConditioningFlags, _ shape: ModelShape, isOfRecordings: Bool) throws {
    let own = shape.configuration.conditioning
    let request = try flags.request
    if !isOfRecordings {
      if flags.labels != nil || !(request == nil || request == .these([])) {
        throw ValidationError("--controls and --labels go with recordings: name a folder")
      }
      if own != nil {
        throw ValidationError(
          "\(shape.origin) is told something, which synthetic sound has not: name a folder of recordings")
      }
    }
    guard shape.decidesConditioning else { return }
    if case .these(let list) = request, list != own?.controls ?? [] {
      throw ValidationError(
        "--controls is \(list.list), \(shape.origin) has \((own?.controls ?? []).list): leave --controls out")
    }
    let hasLabels = own?.labels.isEmpty == false
    if hasLabels && flags.labels == nil {
      throw ValidationError(
        "\(shape.origin) has labels: say which recording is what, with --labels folders or --labels FILE.csv")
    }
    if !hasLabels && flags.labels != nil {
      throw ValidationError(
        "--labels \(flags.labels!), but \(shape.origin) has no labels: leave --labels out")
    }
  }

  /// Chooses where nothing has chosen; then, and for the sake of a report, recordings are heard.
  /// - corpus: keeps what is heard.
  init(
    _ flags: ConditioningFlags, _ shape: ModelShape, _ corpus: inout any Corpus, threads: Int, reports: Bool
  ) throws {
    guard var folder = corpus as? FolderCorpus else {
      (conditioning, reason, shares) = (nil, "synthetic sound has nothing to tell", nil)
      return
    }
    let own = shape.configuration.conditioning
    let frame = own?.frameSamples ?? Self.frameSamples(shape.configuration.sampleRate)
    let request = try flags.request
    let isChosen = !shape.decidesConditioning && (request ?? shape.request) == .auto
    let list: [Control] =
      if !shape.decidesConditioning, case .these(let list) = request ?? shape.request { list } else {
        own?.controls ?? []
      }
    shares =
      isChosen || (reports && !list.isEmpty)
      ? try CorpusOpening.shares(&folder, frame: frame, threads: threads) : nil
    corpus = folder
    if shape.decidesConditioning {
      (conditioning, reason) = (own, "\(shape.origin) says so")
      return
    }
    let choice = isChosen ? shares.map { ControlChoice($0) } : nil
    let controls = choice?.controls ?? list
    reason = choice?.reason ?? (request == nil ? "\(shape.origin) says so" : "--controls says so")
    conditioning =
      controls.isEmpty && folder.labels.isEmpty
      ? nil
      : try Conditioning(
        labels: folder.labels, controls: controls, frameSamples: frame, channels: Self.channels)
  }

  /// For `--dry-run`.
  var report: Report {
    Report(
      controls: conditioning?.controls.map(\.name) ?? [], labels: conditioning?.labels ?? [],
      frameSamples: conditioning?.frameSamples, channels: conditioning?.channels, reason: reason,
      silentShare: shares?.silent, voicedShare: shares?.voiced, unvoicedShare: shares?.unvoiced)
  }

  struct Report: Encodable {
    let controls: [String]
    let labels: [String]
    let frameSamples: Int?
    let channels: Int?
    let reason: String
    /// Of the frames that are trained on.
    let silentShare: Double?
    let voicedShare: Double?
    let unvoicedShare: Double?
  }

  /// In a line.
  var sentence: String {
    var told = (conditioning?.controls ?? []).map(\.name)
    if let labels = conditioning?.labels, !labels.isEmpty {
      let names = labels.prefix(5).joined(separator: ", ") + (labels.count > 5 ? ", ..." : "")
      told.append("\(NumberText.count(labels.count, "label")) (\(names))")
    }
    let what = told.isEmpty ? "nothing" : told.joined(separator: ", ")
    guard let shares else { return "told \(what): \(reason)" }
    return
      "told \(what): \(reason) (of its frames \(NumberText.percent(shares.silent)) are silent, "
      + "\(NumberText.percent(shares.voiced)) have a pitch, \(NumberText.percent(shares.unvoiced)) have none)"
  }
}
