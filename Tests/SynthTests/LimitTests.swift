// Products of allowed numbers: more memory than there is, is said with a figure before it is asked for.
import AudioIO
import Foundation
import Signal
import TestSupport
import Testing
import WaveNet

@Suite struct LimitTests {
  /// Under a limit of 4 GB, which a shell sets.
  private func limited(_ command: String, in scratch: Scratch) throws -> (code: Int32, errors: String) {
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.currentDirectoryURL = URL(fileURLWithPath: scratch.path)
    shell.arguments = ["-c", "ulimit -v 4000000; exec '\(try Binary.path())' \(command) >/dev/null 2>err"]
    try shell.run()
    shell.waitUntilExit()
    return (
      shell.terminationReason == .exit ? shell.terminationStatus : -shell.terminationStatus,
      scratch.text("err")
    )
  }

  @Test(
    .disabled(if: isSanitized, "a sanitizer reserves more addresses than the limit"),
    arguments: [
      "generate o.flac --samples 1000000000", "generate o.wav --seconds 40000",
      "train --output r --clips 4096 --crop 4000000", "train --dry-run --crop 4000000 --clips 64",
      "train --dry-run --config wide.json", "evaluate deep t.wav", "evaluate deep --corpus chords",
      "evaluate sines --generate 1000 --generate-seconds 3600", "evaluate sines --count 10000 --seconds 3600",
      "lab forecast --series 1000000 --window 100000",
      "lab forecast --batch 65536 --window 100000 --series 10",
      "lab series s.csv --kind sines --count 10000000 --columns 10000",
    ]) func productsOfAllowedNumbers(command: String) throws
  {
    let scratch = Scratch()
    try SoundFile.write(tone(300, seconds: 0.1, rate: 16000), to: scratch("t.wav"))
    scratch.put(
      tinyConfig.replacingOccurrences(of: "_channels\":4", with: "_channels\":4096"), "wide.json")
    // A small folder that sees far back.
    let configuration = try Configuration(
      residualChannels: 1, dilationChannels: 1, skipChannels: 1, headChannels: 1,
      dilations: Array(repeating: 65536, count: 60))
    var random = PhiloxGenerator(seed: 1, stream: 0)
    try ModelFolder.save(
      Model(
        configuration: configuration, parameters: Initialization.parameters(configuration, using: &random)),
      to: scratch("deep"))
    let outcome = try limited(command, in: scratch)
    #expect(outcome.code == 64, "\(command): \(outcome.code) \(outcome.errors)")
    #expect(outcome.errors.contains("of memory"), "\(outcome.errors)")
    #expect(!scratch.exists("r") && !scratch.exists("s.csv"))
  }

  /// 128 TB of takes: said before any is made.
  @Test func moreThanTheDiskHolds() throws {
    let scratch = Scratch()
    let outcome = try Binary.run(
      ["generate", "takes/", "--count", "100000", "--seconds", "40000", "--seed", "1"], in: scratch)
    #expect(outcome.code == 74 && outcome.errors.contains("are free"), "\(outcome.errors)")
    #expect(scratch.names("takes").isEmpty)
  }
}
