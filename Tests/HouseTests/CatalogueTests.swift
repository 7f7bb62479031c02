// The articles in plain Markdown and in DocC's dialect: .ci/catalogue makes the second from the first, and refuses what leads
// nowhere in either.

import Foundation
import Testing

@Suite struct CatalogueTests {
  private static func catalogues() throws -> [String] {
    let targets = try FileManager.default.contentsOfDirectory(atPath: Package.folder + "/Sources")
    return targets.map { "Sources/\($0)/\($0).docc" }
      .filter { FileManager.default.fileExists(atPath: Package.folder + "/" + $0) }
  }

  /// Converts a catalogue, or the articles given; returns the exit code, what was said, and the articles.
  private func convert(_ from: String) throws -> (code: Int32, said: String, articles: [String: String]) {
    let to = NSTemporaryDirectory() + "catalogue-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: to) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Package.folder + "/.ci/catalogue")
    process.arguments = [from, to]
    process.currentDirectoryURL = URL(fileURLWithPath: Package.folder)
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    var articles: [String: String] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: to)) ?? [] where name.hasSuffix(".md") {
      articles[name] = try String(contentsOfFile: to + "/" + name, encoding: .utf8)
    }
    return (process.terminationStatus, said, articles)
  }

  /// What plain Markdown shows is there, and nothing of it is left for DocC, which would show it as it stands.
  @Test func everyCatalogueConverts() throws {
    let catalogues = try Self.catalogues()
    #expect(catalogues.count >= 3)
    for catalogue in catalogues {
      let result = try convert(catalogue)
      #expect(result.code == 0, "\(catalogue): \(result.said)")
      #expect(!result.articles.isEmpty)
      for (name, text) in result.articles {
        #expect(!text.contains("```math") && !text.contains("<!-- plain"), "\(name) has a formula left")
        #expect(text.firstMatch(of: /\]\([^)]*\.md\)/) == nil, "\(name) has a link left")
        #expect(text.firstMatch(of: /!\[[^\]]*\]\([^)]*\//) == nil, "\(name) has a picture elsewhere")
      }
      let links = result.articles.values.reduce(0) { $0 + $1.matches(of: /<doc:[A-Za-z0-9-]+>/).count }
      #expect(
        links == result.articles.count - 1, "\(catalogue): \(links) of its articles are in a list of topics")
    }
  }

  @Test(arguments: [
    ("See [this](Nowhere.md).", "Nowhere.md"), ("![A picture](nowhere.svg)", "nowhere.svg"),
    ("```math\nx\n```", "without the plain line"), ("<!-- plain: x -->\nWords.", "without the formula"),
    ("<!-- plain: x -->\n```math\nx", "without an end"), ("<!-- plain:\nx", "without an end"),
  ])
  func whatLeadsNowhereIsRefused(_ text: String, _ expected: String) throws {
    let folder = NSTemporaryDirectory() + "articles-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try "# Title\n\n\(text)\n".write(toFile: folder + "/Article.md", atomically: true, encoding: .utf8)
    let result = try convert(folder)
    #expect(result.code != 0 && result.said.contains(expected) && result.said.contains("Article.md"))
  }

  @Test func formulasBecomeTheirPlainLines() throws {
    let folder = NSTemporaryDirectory() + "articles-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let text = """
      Words [here](Article.md).

      <!-- plain: a * b -->
      ```math
      a \\cdot b
      ```

      <!-- plain:
      c = d
      e = f
      -->
      ```math
      c = d \\\\ e = f
      ```
      - [Article](Article.md)

      """
    try text.write(toFile: folder + "/Article.md", atomically: true, encoding: .utf8)
    let result = try convert(folder)
    #expect(
      result.articles["Article.md"] == """
        Words [here](doc:Article).

            a * b

            c = d
            e = f
        - <doc:Article>

        """)
  }
}
