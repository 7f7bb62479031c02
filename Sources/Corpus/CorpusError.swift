// Why a corpus cannot be made. Programmer errors (a crop of no samples) are preconditions and not here.
import AudioIO
import Files

/// One case per cause; `description` says what to do about it.
package enum CorpusError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A key of a corpus configuration that does not exist.
  case unknownOption(String, nearest: String)
  /// A value outside what the option allows.
  case optionOutOfRange(String, value: String, allowed: String)
  /// Values that are valid by themselves but not together.
  case optionsDisagree(String)
  /// JSON that is broken, or a value of the wrong type.
  case optionsUnreadable(String)
  /// `name=value` text without an equals sign.
  case notAnAssignment(String)
  /// The folders and files given hold no file at all.
  case noFiles(paths: [String])
  /// Not one of the files could be used.
  case nothingReadable(skipped: [SkippedFile])
  /// A single recording too short to hold anything back from it.
  case tooShortToSplit(path: String, samples: Int)
  /// Most of what a run was trained on, or all of one side of its split (`isHopeless`), is no longer there.
  case corpusGone(missing: [String], of: Int, folders: [String], isHopeless: Bool)
  /// Under the folders given there is nothing but what runs, models and listening tests have written.
  case onlyMadeHere(folders: [String])
  /// Recordings without a label among others; `table` is where the labels come from, nil for sub-folders.
  case unlabelled([String], of: Int, table: String?)
  /// One recording under several names and labels.
  case labelsOfCopies([String])
  /// What cannot be a label.
  case badLabel(String, reason: String)
  /// Labels that a model does not know, among those it does.
  case unknownLabels([String], known: [String])
  /// A table of labels that cannot be read.
  case labelTable(FileError)
  /// A recording that is not any more what it was a moment ago.
  case changedWhileRead(path: String, reason: String)
  /// Codes that fit into no memory, and a cache that cannot be written.
  case cacheUnwritable(folder: String, reason: String)
  /// What was read of the cache was not what had been written.
  case cacheDamaged(reason: String)
  /// The folder walk failed.
  case unreadableFolder(reason: String)

  package var description: String {
    switch self {
    case .unknownOption(let name, let nearest):
      "corpus option '\(name)' does not exist; the nearest is '\(nearest)'"
    case .optionOutOfRange(let name, let value, let allowed):
      "corpus option \(name) is \(value); allowed: \(allowed)"
    case .optionsDisagree(let reason): "corpus options disagree: \(reason)"
    case .optionsUnreadable(let reason): "corpus options cannot be read: \(reason)"
    case .notAnAssignment(let text): "'\(text)' is not of the form name=value"
    case .noFiles(let paths):
      "no sound files in \(paths.joined(separator: ", ")): give a folder with recordings, or recordings"
    case .nothingReadable(let skipped):
      "none of \(skipped.count) files can be used: "
        + skipped.prefix(5).map { "\($0.path): \($0.reason)" }.joined(separator: "; ")
        + (skipped.count > 5 ? "; and \(skipped.count - 5) more" : "")
    case .tooShortToSplit(let path, let samples):
      "\(path) has \(samples) samples: too short to train on and to hold some back; add recordings"
    case .corpusGone(let missing, let count, let folders, _) where missing.isEmpty:
      "of the \(count) recordings of this run under \(someNames(folders)) all that was trained on, or all that was held out, has "
        + "now the content of the other side: put back what was replaced, or start a new run"
    case .corpusGone(let missing, let count, let folders, let isHopeless):
      "\(missing.count) of the \(count) recordings of this run are not under \(someNames(folders)) as they were: "
        + "\(someNames(missing)); "
        + (isHopeless
          ? "nothing is left to train on or to measure by: put them back, name the folder where they are now, or start a "
            + "new run"
          : "put them back, or name the folder where they are now (synth train FOLDER --output RUN --resume, synth evaluate RUN "
            + "FOLDER, synth tune RUN FOLDER); with --resume --changed-files a training goes on without them")
    case .onlyMadeHere(let folders):
      "there is nothing to train on but what a run, a model or a listening test has written, or will write: "
        + "\(someNames(folders)); give a folder of recordings, and the run another --output"
    case .unlabelled(let paths, let count, let table):
      "\(paths.count) of \(count) recordings \(paths.count == 1 ? "has" : "have") no label: \(someNames(paths)): "
        + (table.map {
          "add \(paths.count == 1 ? "a row for it" : "rows for them") to \(FileName.shown($0)), whose paths start at its own folder"
        }
          ?? "move \(paths.count == 1 ? "it" : "them") into a sub-folder of a folder that is given, whose name is the label")
        + ", or take \(paths.count == 1 ? "it" : "them") out"
    case .labelsOfCopies(let paths):
      "copies of one recording have different labels: \(someNames(paths)): keep the one that is right"
    case .badLabel(let label, let reason):
      "the label '\(FileName.shown(label))' \(reason): rename it"
    case .unknownLabels(let labels, let known):
      "the model does not know \(labels.count == 1 ? "the label" : "the labels") \(someNames(labels)), only "
        + "\(someNames(known, most: 20)): take these recordings out, or train a new model"
    case .labelTable(let error): error.description
    case .changedWhileRead(let path, let reason):
      "\(FileName.shown(path)): changed while it was being read (\(reason)): wait until its writer has finished and try again"
    case .cacheUnwritable(let folder, let reason):
      "the codes of the recordings are too many for memory, and the cache \(FileName.shown(folder)) cannot be written (\(reason)): make room "
        + "there, or name another folder in SYNTH_CACHE"
    case .cacheDamaged(let reason):
      "the cache of codes is damaged, or was taken away while it was in use (\(reason)): start again (a run with --resume): what "
        + "is missing is made anew"
    case .unreadableFolder(let reason): reason
    }
  }
}

/// A file that a folder corpus could not use, and why.
package struct SkippedFile: Hashable, Sendable, Codable {
  package let path: String
  package let reason: String

  init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }

  /// - path: nil takes the one that the error names.
  init(_ error: AudioIOError, path: String? = nil) {
    self.path = path ?? error.path ?? ""
    reason = error.reason
  }
}
