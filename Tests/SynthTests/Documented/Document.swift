// The command lines of a document in Markdown: those of its fenced blocks, and those between backticks in its prose, in the
// order of reading. Running them: DocumentedCommandsTests.

import Foundation

/// One line as a reader would type it.
struct DocumentedLine: CustomStringConvertible {
  /// Path below the package's folder, and the line in it, from 1.
  let document: String
  let number: Int
  /// Without the explanation behind it; lines that go on behind a backslash are joined.
  let text: String

  var description: String { "\(document):\(number): \(text)" }
}

enum Document {
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// Paths of everything that a reader may take commands from, below the package's folder.
  static var all: [String] {
    let sources = names("Sources").flatMap { target in
      names("Sources/\(target)").filter { $0.hasSuffix(".docc") }.flatMap { catalogue in
        names("Sources/\(target)/\(catalogue)").map { "Sources/\(target)/\(catalogue)/\($0)" }
      }
    }
    let models = names("Models").map { "Models/\($0)/README.md" }
    return (["README.md", ".github/CONTRIBUTING.md", "Audio/README.md"] + models + sources)
      .filter { $0.hasSuffix(".md") }
  }

  /// First words of a command line; a fenced block without one holds something else.
  private static let programs = ["synth", "swift", "sudo", "python3", "Audio/", ".ci/"]

  static func lines(of document: String) throws -> [DocumentedLine] {
    lines(try String(contentsOfFile: package + "/" + document, encoding: .utf8), document)
  }

  static func lines(_ text: String, _ document: String) -> [DocumentedLine] {
    var found: [DocumentedLine] = []
    var prose: [Substring] = []
    var fence: [(Int, Substring)]?
    let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, row) in rows.enumerated() {
      if row.hasPrefix("```") {
        if let block = fence {
          found += commands(block, document)
        } else {
          found += spans(prose, document, end: index)
          prose = []
        }
        fence = fence == nil ? [] : nil
      } else if fence != nil {
        fence?.append((index + 1, row))
      } else {
        prose.append(row)
      }
    }
    return found + spans(prose, document, end: rows.count)
  }

  /// All lines of a block in which one is a command; what stands behind two spaces explains it.
  private static func commands(_ block: [(Int, Substring)], _ document: String) -> [DocumentedLine] {
    guard block.contains(where: { isCommand($0.1) }) else { return [] }
    var lines: [DocumentedLine] = []
    var begun: (number: Int, text: String)?
    for (number, row) in block where begun != nil || !row.allSatisfy(\.isWhitespace) {
      let words = row.trimmingCharacters(in: .whitespaces)
      let text = (begun.map { $0.text + " " } ?? "") + words
      if text.hasSuffix("\\") {
        begun = (begun?.number ?? number, text.dropLast().trimmingCharacters(in: .whitespaces))
      } else {
        let command = text.components(separatedBy: "  ")[0]
        lines.append(DocumentedLine(document: document, number: begun?.number ?? number, text: command))
        begun = nil
      }
    }
    return lines
  }

  /// Between backticks in prose, also over the end of a line. A program's bare name is no command.
  private static func spans(_ prose: [Substring], _ document: String, end: Int) -> [DocumentedLine] {
    var lines: [DocumentedLine] = []
    var number = end - prose.count + 1
    let parts = prose.joined(separator: "\n").split(separator: "`", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      let words = part.split { $0 == " " || $0 == "\n" }
      if index % 2 == 1, words.count > 1, isCommand(part) {
        lines.append(DocumentedLine(document: document, number: number, text: words.joined(separator: " ")))
      }
      number += part.count { $0 == "\n" }
    }
    return lines
  }

  private static func isCommand(_ row: Substring) -> Bool {
    programs.contains { row == $0 || row.hasPrefix($0 + " ") || ($0.hasSuffix("/") && row.hasPrefix($0)) }
  }

  private static func names(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: package + "/" + folder)) ?? []).sorted()
  }
}
