// Files and folders that a command writes beside its report: pictures, tables, exports, runs. Found out before the work
// whether they can be made. One of the same kind is replaced, which is said; any other, a recording say, is not. Sounds, which
// cannot be had again: Commands/Generate/OutputTarget.swift.
import ArgumentParser
import Files
import Glibc

enum Replacing {
  /// What a file is, by the bytes that it begins with.
  enum Kind {
    case png, svg, html, json, safetensors
    /// Lines below the first of this text.
    case table(String)

    func begins(_ head: [UInt8]) -> Bool {
      let text = String(decoding: head, as: UTF8.self)
      return switch self {
      case .png: head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
      case .svg: text.hasPrefix("<svg") || text.hasPrefix("<?xml")
      case .html: text.lowercased().hasPrefix("<!doctype html")
      case .json: text.hasPrefix("{")
      case .safetensors: head.dropFirst(8).first == UInt8(ascii: "{")
      case .table(let text): head.starts(with: Self.heading(text))
      }
    }

    /// How its name ends, the usual one first.
    var endings: [String] {
      switch self {
      case .png: ["png"]
      case .svg: ["svg"]
      case .html: ["html", "htm"]
      case .json: ["json"]
      case .safetensors: ["safetensors"]
      case .table: ["csv", "tsv", "txt"]
      }
    }

    /// Endings that say what a file is, to people and to the programs that open it.
    static let known: Set = [
      "png", "jpg", "jpeg", "gif", "webp", "pdf", "svg", "html", "htm", "json", "safetensors",
      "csv", "tsv", "txt", "wav", "flac", "ogg", "mp3", "aiff",
    ]

    var words: String {
      switch self {
      case .png: "PNG picture"
      case .svg: "SVG picture"
      case .html: "HTML page"
      case .json: "JSON file"
      case .safetensors: "safetensors file"
      case .table(let text):
        "table that begins with '\(String(decoding: Self.heading(text).prefix(40), as: UTF8.self))'"
      }
    }

    /// Up to the first end of a line, which may have a carriage return too.
    private static func heading(_ text: String) -> [UInt8] {
      Array(text.utf8.prefix { $0 != 10 && $0 != 13 })
    }
  }

  /// - Throws: `FileError` if no file can be made there, `SynthError` if its name says that it is something else.
  static func check(_ path: String, _ kind: Kind) throws {
    let ending = path.lowercased().split(separator: ".").last.map(String.init) ?? ""
    if Kind.known.contains(ending) && !kind.endings.contains(ending) {
      throw SynthError.otherEnding(path: path, wanted: kind.words, ending: kind.endings[0])
    }
    try AtomicFile.check(path)
  }

  /// - Throws: also if one of another kind is there.
  static func prepare(_ path: String, _ kind: Kind) throws {
    try check(path, kind)
    guard let there = Disk.status(path), there.size > 0 else { return }
    let head = try InputFile(path: path).bytes(at: 0, count: min(there.size, 65_536))
    if !kind.begins(head) { throw SynthError.otherKind(path: path, wanted: kind.words) }
    Terminal.note("\(path): replacing the file that was there")
  }

  /// - Throws: if two options name one file.
  static func requireApart(_ one: String?, _ flag: String, _ other: String?, _ otherFlag: String) throws {
    guard let one, let other, Disk.absolutePath(one) == Disk.absolutePath(other) else { return }
    throw ValidationError("\(flag) and \(otherFlag) name one file: \(one)")
  }

  /// Nothing is made yet, so that nothing is left by a stop.
  /// - Throws: `FileError` if there is no such folder and none can be made, with its parents.
  static func prepareFolder(_ path: String) throws(FileError) {
    if Disk.exists(path) { return }
    var place = Disk.split(path.hasSuffix("/") ? String(path.dropLast()) : path)
    while true {
      if FileName.bytes(place.name).count > Int(NAME_MAX) {
        throw .cannotCreate(path: path, errno: ENAMETOOLONG)
      }
      if Disk.exists(place.folder) { break }
      place = Disk.split(place.folder)
    }
    do throws(FileError) { try AtomicFile.check(place.folder + "/" + place.name) } catch {
      if case .cannotCreate(_, let cause) = error { throw .cannotCreate(path: path, errno: cause) }
      throw error
    }
  }
}
