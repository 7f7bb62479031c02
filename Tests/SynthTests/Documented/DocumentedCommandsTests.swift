// Every command line of the README, the model cards and the articles does what it says there, as written but smaller (see
// Handling): none can rot.

import Foundation
import TestSupport
import Testing

@Suite struct DocumentedCommandsTests {
  /// All lines of a document, one after the other in one folder, as a reader goes through it.
  @Test(arguments: Document.all) func runs(document: String) throws {
    let world = try World()
    let all = ProcessInfo.processInfo.environment[Handling.slowVariable] != nil
    for line in try Document.lines(of: document) where Handling.notRun[line.text] == nil {
      if !all && Handling.slow.contains(where: line.text.contains) { continue }
      if let made = Handling.alternatives[line.text] {
        try? FileManager.default.removeItem(atPath: world.scratch(made))
      }
      if Handling.servers.contains(line.text) {
        try serve(line, in: world)
      } else {
        let outcome = try shell(Self.small(line.text), in: world, input: Handling.answers[line.text]).end()
        #expect(outcome.code == 0, "\(line)\n\(outcome.errors)")
      }
    }
  }

  /// On any free port: another program may have the usual one.
  private func serve(_ line: DocumentedLine, in world: World) throws {
    let run = try shell("exec \(line.text) --port 0", in: world)
    #expect(run.wait { run.text.contains("\n") }, "\(line)\n\(run.errors)")
    // Of several the first; all have one port and one path.
    let address = run.text.split(separator: "\n").first.map { URLComponents(string: String($0)) } ?? nil
    let port = try #require(UInt16(address?.port ?? 0), "\(line) printed \(run.text)")
    #expect(try RawHTTP(port: port).get(address?.path ?? "").status == 200)
    run.send(SIGINT)
    #expect(run.end().code == 130, "\(line)")
  }

  private func shell(_ command: String, in world: World, input: String? = nil) throws -> Run {
    try Run(
      ["-c", command], in: world.scratch, environment: world.environment, input: Array((input ?? "").utf8),
      program: "/bin/sh")
  }

  private static func small(_ line: String) -> String {
    guard let shrink = Handling.shrinks.first(where: { line.contains($0.words) }) else { return line }
    return line.replacingOccurrences(of: shrink.words, with: shrink.smaller)
  }

  /// Nothing in the lists that no document needs.
  @Test func everyEntryApplies() throws {
    let texts = try Document.all.flatMap { try Document.lines(of: $0).map(\.text) }
    #expect(texts.count > 50, "lines are not found any more")
    let run = texts.filter { Handling.notRun[$0] == nil }
    let used = Set(run.compactMap { text in Handling.shrinks.firstIndex { text.contains($0.words) } })
    for (index, shrink) in Handling.shrinks.enumerated() {
      #expect(used.contains(index), "no line is made smaller by \(shrink.words)")
    }
    let exact = Array(Handling.notRun.keys) + Array(Handling.answers.keys) + Handling.servers
    for text in exact + Array(Handling.alternatives.keys) {
      #expect(texts.contains(text), "no document has the line \(text)")
    }
    for words in Array(Handling.standIns.keys) + Handling.slow {
      #expect(run.contains { $0.contains(words) }, "no line has \(words)")
    }
  }

  @Test func linesAreFound() {
    let text = """
      Prose with `synth play a.wav` and `synth`, and one over two
      lines: `synth inspect
      a.wav`.
      ```
      synth generate a.wav --seed 1    what it does
      synth train x \\
        --output y \\
        --steps 2
      ```
      ```swift
      let synth = 1
      ```
      Last: `swift test`.
      """
    let lines = Document.lines(text, "d").map(\.text)
    #expect(
      lines == [
        "synth play a.wav", "synth inspect a.wav", "synth generate a.wav --seed 1",
        "synth train x --output y --steps 2", "swift test",
      ])
    #expect(Document.lines(text, "d").map(\.number) == [1, 2, 5, 6, 13])
  }
}
