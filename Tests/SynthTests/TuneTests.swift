// synth tune: what it writes and what it leaves alone.

import AudioIO
import Foundation
import Signal
import Testing

@Suite struct TuneTests {
  private let brief = ["--clips", "2", "--seconds", "0.5"]

  private func trials(_ outcome: Outcome) throws -> [[String: Any]] {
    try #require(outcome.json["trials"] as? [[String: Any]], "\(outcome.errors)")
  }

  @Test func theBestIsKept() throws {
    let scratch = try Instrument.trained()
    let card = scratch.text("r/README.md")
    let names = scratch.names("r")
    let settings = scratch.bytes("r/generation_config.json")
    let dry = try Binary.run(["tune", "r", "held", "--dry-run", "--json"] + brief, in: scratch)
    #expect(dry.code == 0, "\(dry.errors)")
    #expect(scratch.text("r/README.md") == card && scratch.names("r") == names)
    #expect(scratch.bytes("r/generation_config.json") == settings)
    let found = try trials(dry)
    let best = try #require(dry.json["best"] as? Int)
    let scores = found.map { $0["score"] as? Double ?? -1 }
    #expect(found.count == 11 && scores.allSatisfy { $0 >= 0 } && scores[best] == scores.min())
    #expect(found.allSatisfy { $0["agreement"] is [String: Any] && $0["clips"] as? Int == 2 })

    // Twice, with another seed: one table.
    for seed in ["1", "2"] {
      let outcome = try Binary.run(["tune", "r", "held", "--json", "--seed", seed] + brief, in: scratch)
      #expect(outcome.code == 0, "\(outcome.errors)")
      if seed == "1" { #expect(outcome.output == dry.output) }
      let chosen = try trials(outcome)[try #require(outcome.json["best"] as? Int)]
      let setting = try #require(chosen["setting"] as? [String: Any])
      let kept = try #require(
        try JSONSerialization.jsonObject(with: Data(scratch.bytes("r/generation_config.json")))
          as? [String: Any])
      #expect(kept["temperature"] as? Double == setting["temperature"] as? Double)
      #expect(kept["top_p"] as? Double == setting["top_p"] as? Double)
      let text = scratch.text("r/README.md")
      #expect(
        text.hasPrefix(card) && text.components(separatedBy: "## Sampling settings, measured").count == 2)
      let table = text.dropFirst(card.count)
      #expect(table.split(separator: "\n").count { $0.hasPrefix("| ") } == 13)
    }
    let text = try Binary.run(["tune", "r", "held", "--dry-run"] + brief, in: scratch)
    #expect(
      text.code == 0 && text.text.split(separator: "\n").count == 12 && text.text.contains("  best\n")
        && text.text.contains("temperature"))
    #expect(text.errors.contains("is best of 11 settings"), "\(text.errors)")
    #expect(try Binary.run(["generate", "o.wav", "--model", "r", "--samples", "99"], in: scratch).code == 0)
  }

  @Test func modelsOfOtherKinds() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    try Instrument.write(Instrument.melody([300, 400, 350], partials: 2), scratch("a.wav"))
    let outcome = try Binary.run(["tune", "m", "a.wav", "--json"] + brief, in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try trials(outcome).allSatisfy { $0["agreement"] == nil })
    // What the author recommends otherwise stays.
    #expect(scratch.text("m/generation_config.json").contains(/"seconds": ?0.25/))
    let shipped = try Binary.run(["tune", "sines"] + brief, in: scratch)
    #expect(shipped.code == 64 && shipped.errors.contains("name recordings"), "\(shipped.errors)")
    let plain = try Binary.run(["tune", "m"], in: scratch)
    #expect(plain.code == 64 && plain.errors.contains("name recordings"), "\(plain.errors)")
    #expect(try Binary.run(["tune", "m", "none.wav"], in: scratch).code == 66)
    #expect(try Binary.run(["tune", "nosuch", "a.wav"], in: scratch).code == 66)
    for flags in [["--clips", "0"], ["--seconds", "0.1"], ["--seconds", "nan"]] {
      #expect(try Binary.run(["tune", "m", "a.wav"] + flags, in: scratch).code == 64)
    }
    let huge = try Binary.run(["tune", "m", "a.wav", "--clips", "1000", "--seconds", "600"], in: scratch)
    #expect(huge.code != 0 && huge.errors.contains("--clips"), "\(huge.errors)")
    #expect(scratch.names() == ["a.wav", "m"])
  }

  @Test func tooLittleToJudgeBy() throws {
    let scratch = try Instrument.trained()
    let names = scratch.names("r")
    try Instrument.write(
      Clip(samples: [Float](repeating: 0.1, count: 300), sampleRate: 4000), scratch("s.wav"))
    try Instrument.write(
      Clip(samples: [Float](repeating: 0, count: 9000), sampleRate: 4000), scratch("n.wav"))
    for file in ["s.wav", "n.wav"] {
      let outcome = try Binary.run(["tune", "r", file], in: scratch)
      #expect(outcome.code == 65 && outcome.errors.contains("nothing to judge by"), "\(outcome.errors)")
    }
    #expect(scratch.names("r") == names)
  }

  @Test func stopped() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    try Instrument.write(Instrument.melody([300, 400, 350], partials: 2), scratch("a.wav"))
    let (card, settings) = (scratch.bytes("m/README.md"), scratch.bytes("m/generation_config.json"))
    let run = try Run(["tune", "m", "a.wav", "--clips", "8", "--seconds", "200"], in: scratch)
    usleep(1_500_000)
    run.send(SIGINT)
    let outcome = run.end()
    #expect(outcome.code == 130 && outcome.errors.contains("settings stay as they were"), "\(outcome.errors)")
    #expect(outcome.text.isEmpty && scratch.bytes("m/README.md") == card)
    #expect(scratch.bytes("m/generation_config.json") == settings)
  }
}
