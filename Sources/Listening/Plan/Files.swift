// Small files in and out, with errors that name them: JSON values, bytes, folders. Foundation's own errors do not say
// which file or what to do.
internal import AudioIO
internal import FoundationEssentials
internal import Glibc

enum Files {
  /// Most bytes of a file that is read whole: a stimulus of an hour at 48 kHz.
  static let limit = 768 << 20

  static func read(_ path: String) throws(ListeningError) -> [UInt8] {
    var status = stat()
    if stat(path, &status) != 0 { throw .unreadable(path: path, reason: reason()) }
    if status.st_mode & S_IFMT != S_IFREG { throw .unreadable(path: path, reason: "not a regular file") }
    if Int(status.st_size) > limit {
      throw .damaged(path: path, reason: "\(status.st_size) bytes are too many")
    }
    if access(path, R_OK) != 0 { throw .unreadable(path: path, reason: reason()) }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path: path, reason: "reading broke off")
    }
    return [UInt8](data)
  }

  /// Whole or not at all.
  static func write(_ bytes: [UInt8], to path: String) throws(ListeningError) {
    do throws(AudioIOError) {
      try WholeFile.write(bytes, to: path)
    } catch {
      switch error {
      case .cannotCreate(let path, let reason): throw .cannotCreate(path: path, reason: reason)
      default: throw .writeFailed(path: path, reason: "\(error)")
      }
    }
  }

  static func makeFolder(_ path: String) throws(ListeningError) {
    if mkdir(path, 0o777) != 0 { throw .cannotCreate(path: path, reason: reason()) }
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  static func reason(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }

  /// Names in a folder, in byte order, without hidden ones; none where there is no folder.
  static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  // MARK: JSON

  static func decode<Value: Decodable>(
    _ type: Value.Type, _ bytes: [UInt8], path: String
  ) throws(ListeningError) -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(type, from: Data(bytes))
    } catch {
      throw .damaged(path: path, reason: words(error))
    }
  }

  /// One line, members sorted.
  static func line(_ value: some Encodable) -> String {
    encode(value, [.sortedKeys, .withoutEscapingSlashes])
  }

  /// For people: indented, members sorted, a newline at the end.
  static func text(_ value: some Encodable) -> String {
    encode(value, [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]) + "\n"
  }

  private static func encode(_ value: some Encodable, _ format: JSONEncoder.OutputFormatting) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = format
    encoder.keyEncodingStrategy = .convertToSnakeCase
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      preconditionFailure("a value of a test cannot be encoded: \(error)")
    }
  }

  private static func words(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "the member \"\(key.stringValue)\" is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "\(context.codingPath.map(\.stringValue).joined(separator: ".")) is of the wrong kind"
    case DecodingError.dataCorrupted(let context):
      context.codingPath.isEmpty
        ? "not JSON" : "\(context.codingPath.map(\.stringValue).joined(separator: ".")) has an unknown value"
    default: "not readable"
    }
  }
}
