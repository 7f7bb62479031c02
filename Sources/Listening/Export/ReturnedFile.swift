// A file of answers as a page without a server makes it (CListeningPage/page/static.js): a line about the session, one for each
// thing that the page would have told a server, and a last one with the SHA-256 of everything before it. That tells damage and
// changes by accident; who wants to cheat can compute it, too. Merging it into a test: ReturnedFile+Merging.swift.
internal import Files

package struct ReturnedFile: Sendable {
  static let formatVersion = 1
  /// A thousand answers with twelve sounds each take less.
  static let sizeLimit = 4 << 20

  let header: Header
  let told: [Told]
  /// For what is said about it.
  let path: String

  struct Header: Decodable, Hashable, Sendable {
    let type: String
    let formatVersion: Int
    /// As the page knows it.
    let test: String
    let order: Int
    let session: String
    /// May be empty.
    let listener: String
    /// UTC, ISO 8601.
    let started: String
    /// The code of an earlier session by the same person.
    let returning: String?
  }

  /// What the page would have sent, and where to.
  struct Told: Sendable {
    /// Below the session: "answer".
    let to: String
    /// Of an answer: the names of the sounds it is about.
    let sounds: [String]
    /// JSON.
    let body: [UInt8]
  }

  private struct Line: Decodable {
    let type, to: String
    let sounds: [String]?
  }

  private struct End: Decodable {
    let type: String
    let lines: Int
    let sha256: String
  }

  /// - Throws: `returned` with what is wrong, or `file` if it cannot be read
  package static func read(_ path: String) throws(ListeningError) -> ReturnedFile {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try InputFile.contents(of: path, limit: sizeLimit) } catch {
      throw .file(error)
    }
    return try ReturnedFile(bytes, path: path)
  }

  /// Mail programs and editors write other ends of lines, a mark in front, white space behind lines, empty lines, and a greeting
  /// above or below; nothing else of it may differ.
  private static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = bytes.starts(with: mark) ? bytes[3...] : bytes[...]
    return text.split { $0 == 10 || $0 == 13 }.compactMap { line in
      guard let end = line.lastIndex(where: { $0 != 32 && $0 != 9 }) else { return nil }
      return Array(line[...end])
    }
  }

  init(_ bytes: [UInt8], path: String) throws(ListeningError) {
    self.path = path
    let all = ReturnedFile.lines(bytes)
    let headers = all.map { try? SnakeJSON.decode(Header.self, $0, path: path) }
    let ends = all.map { try? SnakeJSON.decode(End.self, $0, path: path) }
    guard let first = headers.firstIndex(where: { $0?.type == "returned" }), let header = headers[first],
      let last = ends.lastIndex(where: { $0?.type == "end" }), let end = ends[last], first < last
    else { throw .returned(path: path, reason: "not a whole file of answers as the page saves it") }
    if header.formatVersion != Self.formatVersion {
      throw .returned(
        path: path,
        reason: "format_version is \(header.formatVersion), this program reads \(Self.formatVersion)")
    }
    let lines = Array(all[first...last])
    let covered = Array(lines.dropLast().map { $0 + [10] }.joined())
    if SHA256.hex(covered) != end.sha256 || lines.count - 1 != end.lines {
      throw .returned(path: path, reason: "changed since the page saved it")
    }
    self.header = header
    var told: [Told] = []
    for (index, line) in lines.enumerated().dropFirst().dropLast() {
      guard let parts = try? SnakeJSON.decode(Line.self, line, path: path), parts.type == "told",
        !parts.to.isEmpty, parts.to.utf8.allSatisfy({ (97...122).contains($0) }),
        let value = try? JSON(parsing: line), case .object(let members) = value,
        let body = members.first(where: { $0.key == "body" })?.value
      else { throw .returned(path: path, reason: "line \(index + 1) is nothing that the page tells") }
      told.append(Told(to: parts.to, sounds: parts.sounds ?? [], body: Array(body.compact.utf8)))
    }
    self.told = told
  }
}
