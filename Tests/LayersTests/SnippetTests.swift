// Every block of Swift in the lessons and the API page is a program: compiled with the library as it was built, run, and what it
// prints held against the comments beside its prints. The texts can be pasted into a package that depends on `Layers`.
import Foundation
import TestSupport
import Testing

/// A `main.swift` out of an article.
struct Snippet: Sendable, CustomTestStringConvertible {
  let article: String
  /// Line of the article on which it begins, from 1.
  let line: Int
  var text: String
  var testDescription: String { "\(article):\(line)" }

  /// What stands behind the lines that print: `print(x)  // this`.
  var expected: [String] {
    text.split(separator: "\n").compactMap { line in
      guard line.drop(while: { $0 == " " }).hasPrefix("print("), let comment = line.range(of: "  // ") else {
        return nil
      }
      return String(line[comment.upperBound...])
    }
  }

  static let catalogue = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/Layers/Layers.docc").path

  /// A block that imports nothing goes on from the one before it.
  static func all(in text: String, _ article: String) -> [Snippet] {
    var snippets: [Snippet] = []
    var block: (line: Int, text: String)?
    for (index, line) in text.components(separatedBy: "\n").enumerated() {
      if line.hasPrefix("```") {
        if let done = block {
          if done.text.hasPrefix("import ") || snippets.isEmpty {
            snippets.append(Snippet(article: article, line: done.line, text: done.text))
          } else {
            snippets[snippets.count - 1].text += done.text
          }
          block = nil
        } else if line == "```swift" {
          block = (index + 2, "")
        }
      } else if block != nil {
        block?.text += line + "\n"
      }
    }
    return snippets
  }

  static let all: [Snippet] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: catalogue)) ?? []
    return names.filter { $0.hasSuffix(".md") }.sorted().flatMap { name in
      all(in: (try? String(contentsOfFile: catalogue + "/" + name, encoding: .utf8)) ?? "", name)
    }
  }()
}

@Suite struct SnippetTests {
  /// Objects of the library and of everything of ours below it.
  private static let modules = ["Layers", "Reports", "Signal", "Files", "Kernels", "CKernels"]

  @Test(.enabled(if: !isSanitized, "the objects want the sanitizer"), arguments: Snippet.all)
  func runsAsPasted(_ snippet: Snippet) throws {
    let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let build = URL(fileURLWithPath: bundle).deletingLastPathComponent().path
    var objects: [String] = []
    for module in Self.modules {
      let files = FileManager.default.enumerator(atPath: "\(build)/\(module).build")
      for case let name as String in try #require(files) where name.hasSuffix(".o") {
        objects.append("\(build)/\(module).build/\(name)")
      }
    }
    try withTemporaryFolder { folder in
      try snippet.text.write(toFile: "\(folder)/main.swift", atomically: true, encoding: .utf8)
      let compiled = try run(
        "/usr/bin/env",
        [
          "swiftc", "-swift-version", "6", "-warnings-as-errors", "-I", "\(build)/Modules", "-Xcc",
          "-fmodule-map-file=\(build)/CKernels.build/module.modulemap", "\(folder)/main.swift", "-o",
          "\(folder)/program",
        ] + objects, folder)
      #expect(compiled.code == 0, "\(snippet.testDescription) does not compile:\n\(compiled.errors)")
      guard compiled.code == 0 else { return }
      let outcome = try run("\(folder)/program", [], folder)
      #expect(outcome.code == 0, "\(snippet.testDescription):\n\(outcome.errors)")
      let printed = outcome.output.split(separator: "\n").map(String.init)
      #expect(printed == snippet.expected, "\(snippet.testDescription)")
    }
  }

  private func run(_ program: String, _ arguments: [String], _ folder: String) throws -> (
    code: Int32, output: String, errors: String
  ) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    var streams: [FileHandle] = []
    for name in ["stdout", "stderr"] {
      #expect(FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: nil))
      streams.append(try #require(FileHandle(forWritingAtPath: "\(folder)/\(name)")))
    }
    (process.standardOutput, process.standardError) = (streams[0], streams[1])
    try process.run()
    process.waitUntilExit()
    return (
      process.terminationStatus, try String(contentsOfFile: "\(folder)/stdout", encoding: .utf8),
      try String(contentsOfFile: "\(folder)/stderr", encoding: .utf8)
    )
  }

  /// The API page and the lessons have programs, and each says what it prints.
  @Test func programsAreFound() {
    let page = Snippet.all.filter { $0.article == "UsingLayers.md" }
    #expect(page.count >= 7 && Snippet.all.count > page.count)
    for snippet in Snippet.all {
      #expect(
        !snippet.expected.isEmpty, "\(snippet.testDescription) prints nothing: print(...)  // what it prints")
    }
  }

  @Test func blocksAreJoined() {
    let text = """
      ```
      not Swift
      ```
      ```swift
      import Layers
      let a = 1
      ```
      ```swift
      print(a)  // 1
        print(a + 1)  // 2
      ```
      ```swift
      import Layers
      ```
      """
    let snippets = Snippet.all(in: text, "a.md")
    #expect(snippets.map(\.line) == [5, 13])
    #expect(snippets[0].text == "import Layers\nlet a = 1\nprint(a)  // 1\n  print(a + 1)  // 2\n")
    #expect(snippets[0].expected == ["1", "2"] && snippets[1].expected.isEmpty)
  }
}
