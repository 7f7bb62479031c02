// What this program wrote is not corpus: a model that is trained on its own sound learns its own mistakes. Folders of
// runs, models and listening tests are not entered, and files that say that they were generated are named.
import AudioIO
import Files

/// Finds what was made here among recordings.
enum MadeFolders {
  /// Whether a folder holds a run, a model or a listening test, or is the cache of codes.
  static func isOne(_ folder: String, cache: TokenCache?) -> Bool {
    func has(_ names: String...) -> Bool { names.allSatisfy { Disk.exists("\(folder)/\($0)") } }
    if has("run.json") || has("training_state.safetensors") || has("config.json", "model.safetensors")
      || has("test.json", "key.json")
    {
      return true
    }
    guard let cache else { return false }
    return isSame(folder, cache.folder)
  }

  /// Whether two paths lead to one folder that exists.
  static func isSame(_ a: String, _ b: String) -> Bool {
    guard let first = Disk.status(a), let second = Disk.status(b) else { return false }
    return first.device == second.device && first.inode == second.inode
  }

  /// Whether a sound file's comment is one that `synth generate` or `synth train` writes.
  static func isGenerated(comment: String?) -> Bool {
    guard let comment, comment.hasPrefix("synth ") else { return false }
    return comment.contains(" seed=") || comment.hasPrefix("synth training sample")
  }

  /// Whether a sound file was generated. Asks only the kinds of file that are written here.
  static func isGenerated(_ path: String) -> Bool {
    guard (try? SoundFormat(path: path)) != nil, let info = try? SoundFile.info(path) else { return false }
    return isGenerated(comment: info.comment)
  }

  /// What to say of them, a line each.
  static func warnings(excluded: [String], generated: [String]) -> [String] {
    var lines: [String] = []
    if !excluded.isEmpty {
      lines.append(
        "not entered, since what a run, a model or a listening test has written is no corpus: "
          + someNames(excluded))
    }
    if !generated.isEmpty {
      lines.append(
        "made by synth itself, and trained on all the same: \(someNames(generated)): take them out unless a model is "
          + "to learn from a model")
    }
    return lines
  }
}
