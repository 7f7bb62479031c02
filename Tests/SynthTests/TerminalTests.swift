// What reaches a terminal: nothing that it would obey but our own marks; names of any bytes; lines that fit.
import AudioIO
import Foundation
import Testing

@testable import synth

@Suite struct TerminalTests {
  @Test func controlCharactersAreShown() {
    #expect(Terminal.shown("a\u{1B}[31mb\u{7}\u{9B}c\n\td") == "a\\x1b[31mb\\x07\\x9bc\n\\x09d")
    #expect(ProgressLine.fitted(["a\nb"], columns: 20) == "a\\x0ab")
  }

  @Test func progressLinesFit() {
    let parts = ["41 %, ETA 0:12", "step 5/12", String(repeating: "x", count: 70), "tail"]
    #expect(ProgressLine.fitted(parts, columns: 79) == "41 %, ETA 0:12  step 5/12")
    #expect(ProgressLine.fitted(parts, columns: 200).hasSuffix("tail"))
    #expect(ProgressLine.fitted(["\(String(repeating: "y", count: 100))"], columns: 20).count == 20)
  }

  /// Escape sequences in file names, comments, keys and flags.
  @Test func nothingRaw() throws {
    let scratch = Scratch()
    let name = "\u{1B}]0;owned\u{7}.wav"
    try SoundFile.write(tone(300, seconds: 0.1, rate: 8000), to: scratch(name), comment: "a\u{1B}[2Jb")
    for arguments in [
      ["inspect", name], ["inspect", name, "--json"], ["inspect", "none" + name],
      ["generate", "o.wav", "--no\u{1B}[2Jsuch"], ["train", "x", "--output", "r", "--set", "\u{1B}[2J=1"],
      ["evaluate", "sines", name], ["evaluate", "sines", name, "--json"],
    ] {
      let outcome = try Binary.run(arguments, in: scratch)
      let all = outcome.output + Array(outcome.errors.utf8)
      #expect(!all.contains(0x1B) && !all.contains(0x07), "\(arguments): \(outcome.errors)")
      if arguments.last == "--json" { #expect(!outcome.json.isEmpty) }
    }
    // A name of two lines stays on one.
    let twoLines = "a\nError: b.wav"
    for i in 0..<3 { try SoundFile.write(tone(300, seconds: 1, rate: 4000), to: scratch("d\(i)" + twoLines)) }
    scratch.put(tinyConfig, "tiny.json")
    for arguments in [
      ["inspect", "no" + twoLines], ["train", "."] + tinyRun("r").dropFirst().filter { $0 != "--quiet" },
      ["generate", "none\n/o.wav"], ["evaluate", "r", "d0" + twoLines], ["inspect", "m\nn"],
      ["listen", "report", "t\nu"], ["lab", "forecast", "--csv", "c\nd"],
      ["train", "--output", "r\ns", "--resume"],
    ] {
      let outcome = try Binary.run(arguments, in: scratch)
      let lines = (outcome.errors + outcome.text).split(separator: "\n")
      #expect(!lines.contains { $0.hasPrefix("Error: b") }, "\(outcome.errors)")
      #expect(outcome.errors.contains("\\x0a"), "\(arguments): \(outcome.errors)")
    }
    _ = try saveSmallModel(scratch("m"))
    scratch.put("{\"\\u001b[2J\": 1}", "m/config.json")
    let key = try Binary.run(["inspect", "m"], in: scratch)
    #expect(key.code == 65 && !key.errors.contains("\u{1B}"), "\(key.errors)")
  }

  /// Names that are not UTF-8 go in and out as the same bytes, through a shell, since Foundation has no such arguments.
  @Test func namesOfAnyBytes() throws {
    let scratch = Scratch()
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.currentDirectoryURL = URL(fileURLWithPath: scratch.path)
    let binary = try Binary.path()
    shell.arguments = [
      "-ec",
      """
      n=$(printf 'a\\377b'); mkdir "$n"
      '\(binary)' generate "$n/o.wav" --samples 400 --seed 1 --lead-in 0 2>err
      '\(binary)' generate "$n/t/" --count 2 --samples 400 --lead-in 0 2>>err
      '\(binary)' inspect "$n/o.wav" >out
      '\(binary)' inspect "$n/o.wav" --json >json
      '\(binary)' inspect "$n/o.wav" --picture "$n/p.png" >/dev/null
      '\(binary)' generate "$n/q.wav" --prime "$n/o.wav" --samples 400 2>>err
      '\(binary)' lab series "$n/s.csv"
      ls "$n" >names; ls "$n/t" >>names
      """,
    ]
    shell.standardError = FileHandle.nullDevice
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0, "\(scratch.text("err"))")
    #expect(
      scratch.text("names") == "o.wav\np.png\nq.wav\ns.csv\nt\nclip-001.wav\nclip-002.wav\n",
      "\(scratch.text("names"))")
    #expect(scratch.text("err").contains("a\\xffb/o.wav") && !scratch.bytes("err").contains(0xFF))
    #expect(scratch.text("out").contains("a\\xffb/o.wav") && !scratch.bytes("out").contains(0xFF))
    #expect(try JSONSerialization.jsonObject(with: Data(scratch.bytes("json"))) is [String: Any])
  }

  @Test(arguments: ["abc", "0", "-3", "1.5", "99999"]) func wrongEnvironment(value: String) throws {
    let outcome = try Binary.run(["lab", "example"], environment: ["SYNTH_THREADS": value])
    #expect(outcome.code == 64 && outcome.errors.contains("SYNTH_THREADS"), "\(outcome.errors)")
    #expect(try Binary.run(["lab", "example"], environment: ["SYNTH_THREADS": ""]).code == 0)
  }
}
