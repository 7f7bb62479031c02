// Everything that can be wrong with a listening test: one case per cause, each with the file and what to do.
package import Files
internal import Reports

/// Why a test could not be prepared, opened, run or analysed.
package enum ListeningError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Flags that do not go together, in words.
  case usage(String)
  /// Sounds that one folder has and another has not.
  case unpaired(missing: [String])
  /// A folder without sound files.
  case noSounds(path: String)
  /// Two files of one folder that differ in their ending alone.
  case ambiguous(paths: [String])
  /// The sounds of an item are so short that nothing is left between the fades.
  case tooShort(item: String, seconds: Double)
  /// A stimulus without any sound cannot be matched in level.
  case silent(path: String)
  /// Systems that are one and the same sound in every item.
  case identical(systems: [String], items: Int)
  /// A single file beside a folder of them.
  case fileBesideFolder(file: String, folder: String)
  /// Levels that still differ after matching; a defect of ours or of the measurement.
  case unmatched(item: String, residual: Double)
  /// The sample rate is too low for the anchors of MUSHRA.
  case rateTooLow(rate: Int, needed: Int)
  /// Something is in the way of the new folder.
  case exists(path: String)
  /// The folder holds no test.
  case notATest(path: String)
  /// A test that another version of this program made.
  case otherVersion(path: String, version: Int)
  /// A sound of more channels than a page plays.
  case manyChannels(path: String, channels: Int)
  /// No session can begin any more.
  case closed(path: String)
  /// Answers came back when the test was closed.
  case tooLate(path: String, folder: String, closed: String)
  /// No session has the code that a listener gave.
  case unknownCode(String, folder: String)
  /// A file of the test is not what it was.
  case changed(path: String)
  /// A file that does not hold what it should.
  case damaged(path: String, reason: String)
  /// A questionnaire or instructions that cannot be shown; the field is a place in the file, empty for all of it.
  case unusable(path: String, field: String, reason: String)
  case unreadable(path: String, reason: String)
  case cannotCreate(path: String, reason: String)
  case writeFailed(path: String, reason: String)
  /// Another process writes this file.
  case inUse(path: String)
  /// No answers to report on.
  case noSessions(path: String)
  /// A file of answers that came back from a static host, and cannot be merged.
  case returned(path: String, reason: String)
  /// Some of the files that came back.
  case refusedFiles(Int, of: Int)
  /// A file or folder that refuses.
  case file(FileError)
  /// A server that ran takes no further connection.
  case stoppedListening(address: String, reason: String)
  /// The address cannot be listened on.
  case cannotListen(address: String, reason: String)

  /// One line, but for lists of files: place, cause, remedy.
  package var description: String {
    switch self {
    case .usage(let problem): problem
    case .unpaired(let missing):
      "every system needs the same sounds; missing: " + missing.joined(separator: "; ")
        + "; add them, or take their partners away"
    case .noSounds(let path): "\(path): no sound files in this folder: check the name"
    case .ambiguous(let paths):
      "\(paths.joined(separator: ", ")): the same name but for the ending: keep one of them"
    case .tooShort(let item, let seconds):
      "'\(item)' lasts \(seconds) s in its shortest version, at least 0.02 s are needed: make it longer or leave it out"
    case .silent(let path):
      "\(path): silent in what is heard of it (as much as its shortest version lasts, with --mono the mean of its channels), so "
        + "its loudness cannot be matched: replace it, or give --loudness off"
    case .identical(let systems, let items):
      "\(NumberText.list(systems)): one and the same sound in \(items == 1 ? "the only item" : "all \(items) items"), so nobody can tell them apart: check which files or settings they are"
    case .fileBesideFolder(let file, let folder):
      "\(file) is a single file and \(folder) a folder: give files everywhere, which are taken for one item, or folders everywhere, whose files are paired by name"
    case .unmatched(let item, let residual):
      "'\(item)': loudness still differs by \(residual) LU after matching: report this with the files, or give --loudness off"
    case .rateTooLow(let rate, let needed):
      "\(rate) Hz is too low for the 7 kHz anchor of mushra: give --rate \(needed) or more, or use --method multi"
    case .exists(let path): "\(path): exists already; a prepared test is never changed: choose another folder"
    case .notATest(let path):
      "\(path): no listening test here (no test.json): make one with synth listen prepare"
    case .otherVersion(let path, let version):
      "\(path): format_version is \(version), this program reads \(TestPlan.formatVersion): "
        + (version < TestPlan.formatVersion
          ? "prepare the test again, or go on with the version of synth that made it (\"versions\" in that file)"
          : "take the version of synth that made it (\"versions\" in that file)")
    case .manyChannels(let path, let channels):
      "\(path): \(channels) channels, and listeners have two ears: mix it down to stereo, or give --mono for the mean of all channels"
    case .closed(let path):
      "\(path): this test was closed by synth listen report --close: nobody can begin any more; prepare another test"
    case .tooLate(let path, let folder, let closed):
      "\(path): \(folder) was closed by synth listen report --close on \(closed) and takes no further answers: merge files before that; for more listeners prepare another test"
    case .unknownCode(let code, let folder):
      "\(folder): no session here has the code \(code): check it, or leave it out, which makes a listener of its own"
    case .changed(let path):
      "\(path): differs from its checksum in SHA256SUMS: restore it, or prepare the test again"
    case .damaged(let path, let reason): "\(path): \(reason): restore it from a copy"
    case .unusable(let path, let field, let reason):
      "\(path): \(field.isEmpty ? "" : field + ": ")\(reason): correct this file"
    case .unreadable(let path, let reason): "\(path): cannot be read (\(reason)): check name and permissions"
    case .cannotCreate(let path, let reason):
      "\(path): cannot be created (\(reason)): choose a folder that you may write to"
    case .writeFailed(let path, let reason):
      "\(path): writing failed (\(reason)): check the space on the disk"
    case .inUse(let path):
      "\(path): is being written by another process: stop the other server, or wait for it"
    case .noSessions(let path): "\(path): nobody has listened yet: synth listen serve"
    case .returned(let path, let reason):
      "\(path): \(reason): ask the listener for the file that the page saves at its end"
    case .refusedFiles(let refused, let all):
      refused == all
        ? "\(NumberText.count(all, "file")) refused; nothing was merged"
        : "\(refused) of \(all) files were refused; the others are merged"
    case .file(let error): "\(error)"
    case .stoppedListening(let address, let reason):
      "\(address): no further connection is possible (\(reason)): raise the limit (ulimit -n), or end other programs, and start it again; every page goes on"
    case .cannotListen(let address, let reason):
      "\(address): cannot be listened on (\(reason)): choose another --port or --bind"
    }
  }
}
