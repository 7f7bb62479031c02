// Why a file is not a safetensors file, or not the one that was asked for.
public import Files

/// A refused safetensors file: one case per cause, with the file and, where there is one, the tensor.
public enum SafeTensorsError: Error, Hashable, Sendable, CustomStringConvertible {
  case file(FileError)
  case tooShort(path: String, bytes: Int)
  case headerTooLarge(path: String, bytes: UInt64, limit: Int)
  case headerPastEnd(path: String, bytes: Int, available: Int)
  case headerNotAnObject(path: String)
  case headerNotJSON(path: String, JSONError)
  case metadataNotStrings(path: String)
  case badEntry(path: String, name: String, reason: String)
  case unknownType(path: String, name: String, type: String)
  case sizeOverflow(path: String, name: String)
  case sizeMismatch(path: String, name: String, wanted: Int, found: Int)
  case offsets(path: String, name: String, begin: Int, expected: Int)
  case truncated(path: String, wanted: Int, found: Int)
  case trailingBytes(path: String, count: Int)
  case noTensor(path: String, name: String)
  case wrongType(path: String, name: String, wanted: ElementType, found: ElementType)
  case wrongCount(path: String, name: String, wanted: Int, found: Int)

  /// One line: path, cause, remedy.
  public var description: String {
    let again = "; the file is damaged or not safetensors: copy or download it again"
    switch self {
    case .file(let error): return error.description
    case .tooShort(let path, let bytes): return "\(path): only \(bytes) bytes, too short for a header\(again)"
    case .headerTooLarge(let path, let bytes, let limit):
      return "\(path): claims a header of \(bytes) bytes, allowed are \(limit)\(again)"
    case .headerPastEnd(let path, let bytes, let available):
      return "\(path): claims a header of \(bytes) bytes, but only \(available) follow\(again)"
    case .headerNotAnObject(let path): return "\(path): the header does not start with '{'\(again)"
    case .headerNotJSON(let path, let error): return "\(path): the header is not valid JSON: \(error)\(again)"
    case .metadataNotStrings(let path): return "\(path): __metadata__ must map strings to strings\(again)"
    case .badEntry(let path, let name, let reason): return "\(path): tensor \"\(name)\": \(reason)\(again)"
    case .unknownType(let path, let name, let type):
      return "\(path): tensor \"\(name)\" has the unknown element type \"\(type)\"; save it as F32"
    case .sizeOverflow(let path, let name):
      return "\(path): tensor \"\(name)\" has an impossible shape\(again)"
    case .sizeMismatch(let path, let name, let wanted, let found):
      return
        "\(path): tensor \"\(name)\" needs \(wanted) bytes for its shape and type, its offsets give \(found)\(again)"
    case .offsets(let path, let name, let begin, let expected):
      return "\(path): tensor \"\(name)\" begins at byte \(begin) of the data instead of \(expected):"
        + " a \(begin > expected ? "hole" : "overlap")\(again)"
    case .truncated(let path, let wanted, let found):
      return "\(path): truncated: \(found) bytes of tensor data instead of \(wanted)\(again)"
    case .trailingBytes(let path, let count): return "\(path): \(count) bytes follow the last tensor\(again)"
    case .noTensor(let path, let name): return "\(path): has no tensor \"\(name)\"; is it the right file?"
    case .wrongType(let path, let name, let wanted, let found):
      return
        "\(path): tensor \"\(name)\" is \(found.rawValue), not \(wanted.rawValue); save it as \(wanted.rawValue)"
    case .wrongCount(let path, let name, let wanted, let found):
      return "\(path): tensor \"\(name)\" has \(found) elements instead of \(wanted); is it the right file?"
    }
  }
}
