// `synth generate --count` where clips are there already: those that the same command has made are left alone, the others are
// made, and what looks alike but is not is replaced aloud.
import AudioIO
import Foundation
import Testing
import WaveNet

@Suite struct ResumedTakesTests {
  private let scratch = Scratch()

  private func make(_ flags: [String], seed: String? = "7") throws -> Outcome {
    try Binary.run(
      ["generate", "takes/", "--model", "m", "--samples", "400", "--json"]
        + (seed.map { ["--seed", $0] } ?? [])
        + flags, in: scratch)
  }

  private func made(_ flags: [String], seed: String? = "7") throws -> Int? {
    let outcome = try make(flags, seed: seed)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return outcome.json["made"] as? Int
  }

  private func name(_ clip: Int) -> String { "takes/clip-00\(clip).wav" }

  /// A file that was written again is another one.
  private func inodes(_ clips: ClosedRange<Int>) throws -> [UInt64] {
    try clips.map {
      let attributes = try FileManager.default.attributesOfItem(atPath: scratch(name($0)))
      return try #require(attributes[.systemFileNumber] as? NSNumber).uint64Value
    }
  }

  @Test func onlyWhatIsMissing() throws {
    _ = try saveSmallModel(scratch("m"))
    #expect(try made(["--count", "6"]) == 6)
    let (sounds, files) = ((1...6).map { scratch.bytes(name($0)) }, try inodes(1...6))
    // Missing; stopped before its end; of another seed. The comment of the second says so, of the third as well.
    try FileManager.default.removeItem(atPath: scratch(name(2)))
    func put(_ flags: [String], clip: Int) throws {
      let outcome = try Binary.run(
        ["generate", "one.wav", "--model", "m", "--clip", "\(clip)"] + flags, in: scratch)
      #expect(outcome.code == 0, "\(outcome.errors)")
      scratch.put(scratch.bytes("one.wav"), name(clip))
    }
    try put(["--samples", "300", "--seed", "7"], clip: 4)
    try put(["--samples", "400", "--seed", "8"], clip: 5)
    let outcome = try make(["--count", "6"])
    #expect(outcome.code == 0 && outcome.json["made"] as? Int == 3, "\(outcome.errors)")
    #expect((outcome.json["files"] as? [String])?.count == 6)
    #expect(
      outcome.errors.contains("replacing 2") && outcome.errors.contains("3 were there"), "\(outcome.errors)")
    #expect((1...6).map { scratch.bytes(name($0)) } == sounds)
    let now = try inodes(1...6)
    for clip in [1, 3, 6] { #expect(now[clip - 1] == files[clip - 1], "clip \(clip) was made again") }
    // Nothing, more of them, and all if that is wanted.
    #expect(try made(["--count", "6"]) == 0)
    #expect(try made(["--count", "8"]) == 2)
    #expect(try made(["--count", "8", "--overwrite"]) == 8)
  }

  /// The same name, and other weights.
  @Test func anotherModelIsNoticed() throws {
    let model = try saveSmallModel(scratch("m"))
    #expect(try made(["--count", "4"]) == 4)
    let old = scratch.bytes(name(2))
    let other = try smallModel(seed: 2)
    #expect(other.checksum != model.checksum)
    try ModelFolder.save(other, to: scratch("m"))
    // Among takes of the old weights.
    let mixed = try make(["--count", "2"])
    #expect(mixed.code == 73 && mixed.errors.contains("clip-003.wav"), "\(mixed.errors)")
    let replaced = try make(["--count", "4"])
    #expect(replaced.code == 0 && replaced.errors.contains("replacing 4"), "\(replaced.errors)")
    #expect(replaced.json["made"] as? Int == 4 && scratch.bytes(name(2)) != old)
  }

  /// Whatever decides about the bytes of a file.
  @Test(arguments: [
    ["--format", "24"], ["--no-fade"], ["--prime", "p.wav", "--include-prime"], ["--temperature", "1"],
  ])
  func otherSettings(flags: [String]) throws {
    _ = try saveSmallModel(scratch("m"))
    try SoundFile.write(tone(300, seconds: 0.1, rate: 4000), to: scratch("p.wav"))
    #expect(try made(["--count", "2"]) == 2)
    #expect(try made(["--count", "2"] + flags) == 2)
    #expect(try made(["--count", "2"] + flags) == 0)
    // Another recording of the same name.
    if flags.first == "--prime" {
      try SoundFile.write(tone(500, seconds: 0.1, rate: 4000), to: scratch("p.wav"))
      #expect(try made(["--count", "2"] + flags) == 2)
    }
  }

  /// Without a seed: what was begun goes on, what is whole is followed by something new.
  @Test func begunWithoutASeed() throws {
    _ = try saveSmallModel(scratch("m"))
    let seed = try #require(try make(["--count", "3"], seed: nil).json["seed"] as? Int)
    try FileManager.default.removeItem(atPath: scratch(name(3)))
    let going = try make(["--count", "3"], seed: nil)
    #expect(going.json["seed"] as? Int == seed && going.json["made"] as? Int == 1, "\(going.errors)")
    #expect(going.errors.contains("goes on with seed \(seed)"), "\(going.errors)")
    let new = try make(["--count", "3"], seed: nil)
    #expect(new.json["seed"] as? Int != seed && new.json["made"] as? Int == 3, "\(new.errors)")
  }

  /// Bare samples do not say what made them.
  @Test func bareSamplesAreReplacedOnlyIfAskedFor() throws {
    _ = try saveSmallModel(scratch("m"))
    #expect(try made(["--count", "2", "--raw"]) == 2)
    let refused = try make(["--count", "2", "--raw"])
    #expect(refused.code == 73 && refused.errors.contains("--overwrite"), "\(refused.errors)")
    #expect(try made(["--count", "2", "--raw", "--overwrite"]) == 2)
  }

  /// Stopped in the middle, and gone on with: as if it had never stopped.
  @Test func stoppedAndGoneOnWith() throws {
    _ = try saveSmallModel(scratch("m"))
    let flags = ["--model", "m", "--count", "900", "--samples", "6000", "--seed", "3", "--threads", "1"]
    let run = try Run(["generate", "takes/"] + flags, in: scratch)
    #expect(run.wait { !scratch.names("takes").isEmpty })
    run.send(SIGKILL)
    _ = run.end()
    let there = scratch.names("takes").filter { $0.hasSuffix(".wav") }.count
    #expect(there < 900)
    let outcome = try Binary.run(["generate", "takes/", "--json"] + flags, in: scratch)
    #expect(outcome.json["made"] as? Int == 900 - there, "\(outcome.errors)")
    #expect(scratch.names("takes").count == 900)
    let last = try Binary.run(
      ["generate", "last.wav", "--model", "m", "--clip", "900", "--samples", "6000", "--seed", "3"],
      in: scratch)
    #expect(last.code == 0 && scratch.bytes("last.wav") == scratch.bytes("takes/clip-900.wav"))
  }
}
