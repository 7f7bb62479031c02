// The package's files as a test sees them: paths, lines, import lines, and what Package.swift declares.

import Foundation

struct SourceFile: CustomStringConvertible {
  /// Below the package's folder.
  let path: String
  let lines: [Substring]
  var description: String { path }

  /// The folder under Sources or Tests that it belongs to.
  var target: String { String(path.split(separator: "/")[1]) }

  /// Its import lines: the module, and what stands before the word `import` ("" where nothing does).
  var imports: [(module: String, access: String)] {
    let before = ["public", "package", "internal", "private", "@testable", "@_exported"]
    return lines.compactMap { line in
      let words = line.split(separator: " ")
      guard let at = words.firstIndex(of: "import"), at + 1 < words.count,
        words[..<at].allSatisfy({ before.contains(String($0)) })
      else { return nil }
      // `import enum A.B` imports of A.
      let isPart = ["enum", "struct", "class", "func"].contains(words[at + 1]) && at + 2 < words.count
      let module = words[isPart ? at + 2 : at + 1].split(separator: ".")[0]
      return (String(module), words[..<at].joined(separator: " "))
    }
  }
}

/// A target of Package.swift.
struct Declared {
  let kind: String
  let name: String
  let dependencies: [String]
  /// All that stands between its brackets.
  let text: String

  var isTest: Bool { kind == "testTarget" || text.contains("path: \"Tests/") }
}

enum Package {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  static func text(_ path: String) throws -> String {
    try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
  }

  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// Files below a folder with one of these endings, sorted.
  static func files(_ root: String, _ endings: String...) throws -> [SourceFile] {
    let walk = FileManager.default.enumerator(atPath: folder + "/" + root)
    let paths = (walk?.allObjects as? [String] ?? []).filter { path in
      endings.contains { path.hasSuffix("." + $0) }
    }
    return try paths.sorted().map { path in
      let lines = try text(root + "/" + path).split(separator: "\n", omittingEmptySubsequences: false)
      return SourceFile(path: root + "/" + path, lines: lines)
    }
  }

  /// The targets in the order of the manifest.
  static func targets() throws -> [Declared] { targets(of: try text("Package.swift")) }

  static func targets(of manifest: String) -> [Declared] {
    let manifest = manifest.split(separator: "\n").filter {
      !$0.drop { $0 == " " }.hasPrefix("//")
    }.joined(separator: "\n")
    let kinds = [".target(", ".executableTarget(", ".systemLibrary(", ".testTarget("]
    var found: [(String.Index, Declared)] = []
    for kind in kinds {
      var rest = manifest[...]
      while let start = rest.range(of: kind) {
        let body = balanced(rest[start.upperBound...], "(", ")")
        rest = rest[start.upperBound...]
        let name = strings(body).first ?? ""
        let list = body.range(of: "dependencies: [").map { balanced(body[$0.upperBound...], "[", "]") } ?? ""
        // `.product(name: "A", package: "B")` is A.
        let names = list.replacing(/, package: "[^"]*"/, with: "")
        found.append(
          (
            start.lowerBound,
            Declared(
              kind: String(kind.dropFirst().dropLast()), name: name, dependencies: strings(names[...]),
              text: String(body))
          ))
      }
    }
    return found.sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// Up to the bracket that closes the one before `text`.
  private static func balanced(_ text: Substring, _ open: Character, _ close: Character) -> Substring {
    var depth = 1
    for index in text.indices {
      if text[index] == open { depth += 1 }
      if text[index] == close { depth -= 1 }
      if depth == 0 { return text[..<index] }
    }
    return text
  }

  /// What stands between quotation marks.
  private static func strings(_ text: Substring) -> [String] {
    text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      .compactMap { $0.offset % 2 == 1 ? String($0.element) : nil }
  }
}
