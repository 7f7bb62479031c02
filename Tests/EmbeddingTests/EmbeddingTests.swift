// The program of the README and of the article "Embedding" is a real one, Tests/Embedding/main.swift, compiled with the tests:
// the texts show it as it is, and it sounds like the command line. So do the pieces that the article "A sample, step by
// step" quotes: they stand in the sources.
import AudioIO
import Foundation
import Generation
import TestSupport
import Testing
import WaveNet

/// The text of a file of the package.
private func text(_ path: String) throws -> String {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
  return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
}

/// A program that was built beside the test bundle, run to its end.
private func run(_ name: String, _ arguments: [String]) throws {
  let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  let process = Process()
  process.executableURL = URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent(
    name)
  process.arguments = arguments
  process.standardOutput = FileHandle.nullDevice
  process.standardError = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  #expect(process.terminationStatus == 0, "\(name) \(arguments)")
}

private let catalogue = "Sources/Generation/Generation.docc"

@Suite struct EmbeddingTests {
  @Test(arguments: ["README.md", "\(catalogue)/Embedding.md"])
  func theTextIsTheProgram(path: String) throws {
    let program = try text("Tests/Embedding/main.swift")
    #expect(try text(path).contains("```swift\n\(program)```"), "\(path) shows another program")
  }

  @Test func soundsLikeTheCommandLine() throws {
    try withTemporaryFolder { folder in
      try run("Embedding", ["\(folder)/embedded.wav"])
      try run("synth", ["generate", "\(folder)/commanded.wav", "--seed", "1", "--seconds", "1"])
      let embedded = try SoundFile.read("\(folder)/embedded.wav")
      let commanded = try SoundFile.read("\(folder)/commanded.wav")
      #expect(embedded == commanded)
      #expect(embedded.seconds == 1 && embedded.samples.contains { abs($0) > 0.1 })
    }
  }

  /// A model whose author recommends everything that there is, beside `synth generate` of its folder.
  @Test func aFolderOfOnesOwnToo() throws {
    try withTemporaryFolder { folder in
      let defaults = GenerationDefaults(
        temperature: 0.8, topK: 40, topP: 0.95, seconds: 2, warmUpSeconds: 0.01, leadInSeconds: 0.3)
      try ModelFolder.save(ShippedModel.load().model, to: "\(folder)/mine", defaults: defaults)
      try run("Embedding", ["\(folder)/embedded.wav", "\(folder)/mine"])
      try run(
        "synth",
        ["generate", "\(folder)/commanded.wav", "--model", "\(folder)/mine", "--seed", "1", "--seconds", "1"])
      #expect(
        try SoundFile.read("\(folder)/embedded.wav") == SoundFile.read("\(folder)/commanded.wav"))
    }
  }

  /// Each quotation names its file in the line before: "`Generation/Queues.swift`:".
  @Test func quotationsStandInTheSources() throws {
    let article = try text("\(catalogue)/A-Sample-Step-by-Step.md").components(separatedBy: "\n")
    var count = 0
    for (i, line) in article.enumerated() where line == "```swift" {
      let path = try #require(article[i - 1].split(separator: "`").first, "line \(i) names no file")
      let source = try text("Sources/\(path)").components(separatedBy: "\n").map { $0.trimmed }
      let quotation = article[(i + 1)...].prefix { $0 != "```" }.map { $0.trimmed }
      let places = source.indices.filter { source[$0...].starts(with: quotation) }
      #expect(places.count == 1, "\(path) does not have, once:\n\(quotation.joined(separator: "\n"))")
      count += 1
    }
    #expect(count >= 10)
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
