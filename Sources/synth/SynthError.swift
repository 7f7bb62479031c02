// What only the command line can find wrong. Everything else comes from the targets below with its own words.
import Reports

/// One case per cause, with what to do.
enum SynthError: Error, Hashable, CustomStringConvertible {
  /// Neither a shipped model nor a folder.
  case noSuchModel(name: String, shipped: [String])
  case noSuchInput(path: String)
  case unreadable(path: String, reason: String)
  /// Binary data on a terminal.
  case outputIsTerminal
  case cannotCreate(path: String, reason: String)
  /// A file that synth did not make, or that was changed since, stands where a sound is to go.
  case wouldReplace(path: String)
  /// A file of another kind stands where a picture, a page or a table is to go.
  case otherKind(path: String, wanted: String)
  /// A name that stands for something else than what is written.
  case otherEnding(path: String, wanted: String, ending: String)
  /// A curve stands there that differs: drawn or changed by hand, perhaps.
  case wouldReplaceCurve(path: String)
  /// Takes with other settings, or sounds that synth did not make, would stand among the new ones.
  case wouldMix(path: String, count: Int)
  case outputFailed(reason: String)
  /// Standard output is closed at the other end: nobody is left to be told.
  case readerGone
  /// None of the files that were found can be read.
  case nothingReadable(count: Int, first: String)
  /// No training run, no file, no corpus.
  case nothingHeldOut(model: String)
  /// No held-out sound, or none of it long enough.
  case nothingToTuneOn(model: String)
  /// A signal; `hint` says how to go on.
  case interrupted(signal: Int32, hint: String)
  /// An environment variable that cannot be granted.
  case environment(String)
  /// More memory than there is.
  case memory(purpose: String, needed: Int, available: Int, remedy: String)
  /// Less room on the disk than what is to be made takes.
  case noRoom(folder: String, needed: Int, free: Int)
  /// `selftest` found something.
  case checksFailed(Int, of: Int)

  var description: String {
    switch self {
    case .noSuchModel(let name, let shipped):
      "no model '\(name)': give a model's folder, or one of the shipped models: \(shipped.joined(separator: ", "))"
    case .noSuchInput(let path): "\(path): no such file or model: check the name"
    case .unreadable(let path, let reason): "\(path): cannot be read (\(reason)): check its permissions"
    case .outputIsTerminal:
      "standard output is a terminal: give a file name, or pipe it, e.g. synth generate - | aplay"
    case .cannotCreate(let path, let reason):
      "\(path): cannot be created (\(reason)): choose a folder that you may write to"
    case .wouldReplace(let path):
      "\(path): exists, and nothing says that synth made it as it is: name another file, or give --overwrite"
    case .otherKind(let path, let wanted):
      "\(path): exists, and is no \(wanted), which is what would replace it: name another file"
    case .otherEnding(let path, let wanted, let ending):
      "\(path): a \(wanted) is what is written: let its name end in .\(ending)"
    case .wouldReplaceCurve(let path):
      "\(path): another curve is there, perhaps drawn by hand: name another file, or give --overwrite"
    case .wouldMix(let path, let count):
      "\(path)\(count > 1 ? " and \(count - 1) more" : ""): of other settings or not made by synth, and would stand among the new "
        + "takes: name another folder, or give --overwrite"
    case .outputFailed(let reason):
      "standard output: writing failed (\(reason)): check where it goes, and the space there"
    case .readerGone: ""
    case .nothingReadable(let count, let first):
      count == 1 ? first : "none of \(count) files can be read; the first: \(first)"
    case .nothingHeldOut(let model):
      "\(model): is no training run, and says nothing about held-out sound: name recordings, or the run's folder"
    case .nothingToTuneOn(let model):
      "\(model): nothing to judge by: no held-out recording that sounds and is longer than a second and the model's "
        + "receptive field; name some"
    case .interrupted(_, let hint): "stopped\(hint.isEmpty ? "" : ": " + hint)"
    case .environment(let problem): problem
    case .memory(let purpose, let needed, let available, let remedy):
      "\(purpose) needs about \(NumberText.bytes(needed)) of memory, \(NumberText.bytes(available)) are available: \(remedy)"
    case .noRoom(let folder, let needed, let free):
      "\(folder): at least \(NumberText.bytes(needed)) are to be written there, and \(NumberText.bytes(free)) are free: make room, or "
        + "name another folder"
    case .checksFailed(let failed, let all):
      "\(failed) of \(all) checks failed: please report the lines above with your processor's name"
    }
  }
}
