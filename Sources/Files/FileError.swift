// What the file system can refuse, for everything here that reads or writes a file.
import Glibc

/// A failed operation on a file: the path, the cause, and what to do about it.
public enum FileError: Error, Hashable, Sendable, CustomStringConvertible {
  case notFound(path: String)
  case notReadable(path: String, errno: Int32)
  case notRegular(path: String)
  case tooLarge(path: String, bytes: Int, limit: Int)
  case readFailed(path: String, errno: Int32)
  /// The file became shorter while it was being read.
  case shrank(path: String)
  case cannotCreate(path: String, errno: Int32)
  case wouldReplaceNonFile(path: String)
  case writeFailed(path: String, errno: Int32)
  /// Another process is at work there; nil if it did not say which.
  case busy(path: String, process: Int32?)
  /// JSON that is broken, or not of the kind that was expected.
  case notValid(path: String, reason: String)
  /// A table that somebody wrote: `reason` says what is wrong there, and what to write instead.
  case badTable(path: String, reason: String)
  /// A table that is something else: UTF-16, an archive.
  case notText(path: String, format: String)

  /// One line: path, cause, remedy.
  public var description: String {
    switch self {
    case .notFound(let path): "\(path): no such file; check the path"
    case .notReadable(let path, let errno):
      "\(path): cannot be opened: \(reason(errno)); check its permissions"
    case .notRegular(let path): "\(path): not a regular file; give the path of a file"
    case .tooLarge(let path, let bytes, let limit):
      "\(path): \(bytes) bytes, which is more than the \(limit) allowed here; is it the right file?"
    case .readFailed(let path, let errno):
      "\(path): reading failed: \(reason(errno)); check the disk and try again"
    case .shrank(let path):
      "\(path): became shorter while it was being read; wait until its writer has finished and try again"
    case .cannotCreate(let path, EEXIST):
      "\(path): exists already; choose another path"
    case .cannotCreate(let path, let errno):
      "\(path): cannot be created: \(reason(errno)); check that its folder exists and is writable"
    case .wouldReplaceNonFile(let path):
      "\(path): exists and is not a regular file, so it is not replaced; choose another path"
    case .writeFailed(let path, let errno):
      "\(path): writing failed: \(reason(errno)); the previous file, if any, is untouched; check free space and try again"
    case .busy(let path, let process):
      "\(path): in use by \(process.map { "process \($0)" } ?? "another process"): wait for it, stop it, or choose another folder"
    case .notValid(let path, let reason): "\(path): \(reason); restore it from a copy, or make it again"
    case .badTable(let path, let reason): "\(path): \(reason)"
    case .notText(let path, let format):
      "\(path): is \(format), and no table of plain text: save it as CSV in UTF-8"
    }
  }
}

private func reason(_ errno: Int32) -> String { Disk.words(errno) }
