// Rules of style that a program can hold: heads of files, their length, whom a package for Linux imports, and that the README
// names what there is. The rest is in .github/CONTRIBUTING.md.

import Foundation
import Testing

@Suite struct StyleTests {
  private static func all() throws -> [SourceFile] {
    try Package.files("Sources", "swift", "c", "h", "inc") + Package.files("Tests", "swift", "c", "h")
  }

  /// One idea per file: a file of more than 400 lines has two.
  @Test func filesAreShort() throws {
    for file in try Self.all() {
      #expect(file.lines.count <= 401, "\(file) has \(file.lines.count - 1) lines: split it by topic")
    }
  }

  /// A file opens by saying what it is.
  @Test func filesOpenWithWhatTheyAre() throws {
    for file in try Self.all() {
      let first = file.lines.first { $0 != "#pragma once" } ?? ""
      #expect(first.hasPrefix("// "), "\(file) begins with: \(first)")
    }
  }

  @Test func noOtherSystems() throws {
    for file in try Package.files("Sources", "swift") {
      #expect(!file.lines.contains { $0.contains("canImport") }, "\(file): the package is for Linux")
    }
  }

  /// The top level stays bare.
  @Test func topLevel() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Package.folder)
      .filter { !$0.hasPrefix(".") && !["Package.resolved", "runs"].contains($0) }
    #expect(
      Set(names).isSubset(of: ["Package.swift", "README.md", "Sources", "Tests", "Models", "Audio"]),
      "\(names)")
  }

  /// Paths between backticks, "A/B.swift" below Sources or from the top, and links of documents lead somewhere.
  @Test(arguments: ["README.md", ".github/CONTRIBUTING.md"]) func documentsNameWhatThereIs(document: String)
    throws
  {
    let text = try Package.text(document)
    let exists = { (path: String) in FileManager.default.fileExists(atPath: Package.folder + "/" + path) }
    for match in text.matches(of: /`([A-Za-z.]+\/[A-Za-z0-9_.+\/]+\.(swift|c|h|inc|py|cpp|md|docc|json|sh))`/)
    {
      let path = String(match.1)
      #expect(exists(path) || exists("Sources/" + path), "\(document) names \(path)")
    }
    let folder = document.contains("/") ? ".github/" : ""
    for match in text.matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/) {
      #expect(exists(folder + match.1), "\(document) links to \(match.1)")
    }
    if document == "README.md" {
      for name in try House().names { #expect(text.contains("`\(name)`"), "no word about \(name)") }
    }
  }

  /// The README's first command and .ci/run install what the manifest names.
  @Test(arguments: ["README.md", ".ci/run"]) func packagesAreInstalled(document: String) throws {
    let text = try Package.text(document)
    for target in try Package.targets() where target.kind == "systemLibrary" {
      let package = try #require(target.text.firstMatch(of: /\.apt\(\["([a-z0-9-]+)"\]\)/)?.1)
      #expect(text.contains(" \(package) "), "\(document) does not install \(package)")
    }
  }
}
