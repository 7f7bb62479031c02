// The examples in every command's help are command lines that the parser takes. What they do is not waited for: those of
// documents, which are run to their ends, are DocumentedCommandsTests'.

import Foundation
import Testing

@Suite struct HelpLinesTests {
  private static let commands = [
    "generate", "pack", "train", "evaluate", "tune", "inspect", "play", "bench", "lab layer",
    "lab receptive-field",
    "lab example",
  ]

  /// Lines that begin with the program's name, without the explanation behind two spaces and without a pipe.
  private static func examples(_ help: String) -> [[String]] {
    help.split(separator: "\n").filter { $0.hasPrefix("synth ") }.map { line in
      let command = line.split(separator: "|")[0].components(separatedBy: "  ")[0]
      return command.split(separator: " ").dropFirst().map(String.init)
    }
  }

  /// A wrong flag ends a run at once with 64; what is not there (66), or work that begins, shows that the line was understood.
  @Test(arguments: commands) func examplesAreUnderstood(command: String) throws {
    let examples = Self.examples(
      try Binary.run(command.split(separator: " ").map(String.init) + ["--help"]).text)
    #expect(examples.count > 1, "lines are not found any more")
    for arguments in examples {
      let scratch = Scratch()
      let run = try Run(arguments, in: scratch)
      let deadline = Date().addingTimeInterval(0.7)
      while run.isRunning && Date() < deadline { usleep(5000) }
      if run.isRunning { run.send(SIGKILL) }
      let outcome = run.end()
      #expect(outcome.code != 64, "synth \(arguments.joined(separator: " "))\n\(outcome.errors)")
    }
  }

  @Test func wrongOnesAreNoticed() throws {
    let examples = Self.examples(
      "synth generate o.wav --liek a.wav   plays\n  synth none\nsynth inspect - | less\n")
    #expect(examples == [["generate", "o.wav", "--liek", "a.wav"], ["inspect", "-"]])
    #expect(try Binary.run(examples[0]).code == 64)
  }
}
