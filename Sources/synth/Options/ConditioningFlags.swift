// What a model of recordings is told while it learns, and can be told while it plays.
import ArgumentParser
import Corpus
import Files
import Signal

struct ConditioningFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      What the model is told, frame by frame, to play by it later: auto, none, or some of \
      \(Control.names.joined(separator: ", ")), with commas between them; mel is mel.80 (default: auto: \
      \(ControlChoice.melodic.map(\.name).joined(separator: ",")) where most of what sounds has a pitch, \
      \(ControlChoice.other.map(\.name).joined(separator: ",")) otherwise; nothing of synthetic sound, nor with a --config \
      that says null).
      """, valueName: "list"))
  var controls: String?

  @Option(
    help: ArgumentHelp(
      """
      Which recording is what, to ask for one of them later: 'folders' takes the names of the first-level sub-folders, \
      a CSV file has the columns path and label; paths start at its own folder.
      """, valueName: "folders|file"), completion: .file(extensions: ["csv"]))
  var labels: String?

  func validate() throws {
    _ = try request
    if labels?.isEmpty == true { throw ValidationError("--labels: the name is empty") }
  }

  /// What `--controls` asks for.
  enum Request: Equatable {
    case auto
    /// Empty for none.
    case these([Control])
  }

  /// nil if nothing is asked for.
  var request: Request? {
    get throws {
      guard let controls else { return nil }
      if controls == "auto" { return .auto }
      if controls == "none" { return .these([]) }
      var list: [Control] = []
      for part in controls.split(separator: ",", omittingEmptySubsequences: false) {
        let name = part == "mel" ? "mel.80" : String(part)
        guard let control = Control(name) else {
          let nearest = nearestWord(to: name, in: Control.names + ["mel", "auto", "none"])
          throw ValidationError(
            "--controls: '\(name)' is no control; the nearest is '\(nearest)': give auto, none, or some of "
              + "\(Control.names.joined(separator: ",")), N from 1 to \(Control.mostBands)")
        }
        if list.contains(control) { throw ValidationError("--controls: \(name) is there twice") }
        list.append(control)
      }
      if list.count(where: { if case .mel = $0 { true } else { false } }) > 1 {
        throw ValidationError("--controls: give one number of mel bands")
      }
      if let computed = list.first(where: { $0 == .pitchPhase || $0 == .pitchAhead }), !list.contains(.pitch)
      {
        throw ValidationError("--controls: \(computed.name) follows from pitch: add pitch to the list")
      }
      return .these(list)
    }
  }

  /// As a corpus' options have it; nil for none.
  var labelSource: String? { labels.map(FolderOptions.labelSource) }
}

extension [Control] {
  /// As `--controls` takes it.
  var list: String { isEmpty ? "none" : map(\.name).joined(separator: ",") }
}
