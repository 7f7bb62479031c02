// synth evaluate of a model that is told what to play: figures, floors, labels, and the page's curves.

import Foundation
import Signal
import Testing

@Suite struct EvaluateToldTests {
  @Test func whatItDoesOfWhatItIsTold() throws {
    let scratch = try Instrument.trained()
    let flags = ["held", "--generate", "4", "--generate-seconds", "1", "--generate-seed", "5"]
    let outcome = try Binary.run(
      ["evaluate", "r"] + flags + ["--page", "p.html", "--json", "--temperature", "0.9"], in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let told = try #require(outcome.json["bits_per_sample"] as? Double)
    let untold = try #require(outcome.json["untold_bits_per_sample"] as? Double)
    #expect(told != untold && untold > 0 && untold < 9)
    let controls = try #require(outcome.json["controls"] as? [String: Any])
    #expect(controls["clips"] as? Int == 4)
    let figures = try ["agreement", "recordings", "others"].map {
      try #require(controls[$0] as? [String: Any], "\($0)")
    }
    // Coded and decoded, real recordings do what their curves say; others do not.
    let cents = figures.map { $0["pitch_within50_cents"] as? Double }
    #expect(try #require(cents[1]) > 0.9 && #require(cents[2]) < 0.8, "\(cents)")
    #expect(try #require(figures[1]["level_db_median"] as? Double) < 0.5)
    let labels = try #require(controls["labels"] as? [[String: Any]])
    #expect(labels.map { $0["label"] as? String } == ["flute", "voice"])
    #expect(labels.allSatisfy { $0["clips"] as? Int == 2 && $0["nearest_to_own"] is Int })
    #expect(controls["shown"] == nil)
    #expect((outcome.json["memory_verdict"] as? String)?.contains("follow held-out curves") == true)

    let byLabel = try #require(outcome.json["labels"] as? [[String: Any]])
    #expect(byLabel.map { $0["label"] as? String } == ["flute", "voice"])
    let samples = byLabel.compactMap { $0["samples"] as? Double }
    let bits = byLabel.compactMap { $0["bits_per_sample"] as? Double }
    #expect(samples.count == 2 && bits.count == 2 && bits[0] != bits[1])
    #expect(abs(zip(samples, bits).reduce(0) { $0 + $1.0 * $1.1 } / samples.reduce(0, +) - told) < 1e-9)
    for label in byLabel {
      let linear = try #require(label["versus_linear_predictor"] as? [String: Any])
      #expect(try #require(linear["linear_predictor"] as? Double) > 0)
    }
    #expect((outcome.json["label_verdict"] as? String)?.contains("labels better than linear") == true)

    // The command that is recorded measures the same.
    let generated = try #require(outcome.json["generated"] as? [String: Any])
    let command = try #require(generated["command"] as? String).split(separator: " ").map(String.init)
    #expect(command.starts(with: ["synth", "evaluate"]))
    let again = try Binary.run(Array(command.dropFirst()) + ["--json"], in: scratch)
    #expect(again.code == 0, "\(again.errors)")
    #expect(again.json["controls"] as? NSDictionary == controls as NSDictionary)

    let page = scratch.text("p.html")
    #expect(page.contains("What it does of what it is told") && page.contains("label voice"))
    #expect(page.contains("By label") && page.contains("labels better than linear prediction"))
    #expect(page.contains("chance: another recording") && page.contains("h.wav at "))
    #expect(page.components(separatedBy: "Pitch in Hz over seconds").count == 4)
    #expect(page.components(separatedBy: "Level in dB of full scale over seconds").count == 4)

    #expect(page.contains("beside the excerpt that it follows"))
    #expect(page.components(separatedBy: "data:audio/wav;base64,UklGR").count == 9)

    let text = try Binary.run(["evaluate", "r"] + flags, in: scratch)
    #expect(text.code == 0, "\(text.errors)")
    for words in [
      "told nothing, the model needs", " clips follow held-out curves:", "floor: the recordings themselves",
      "chance: another recording",
      "label flute; ", "clicks: ", "bits per sample by label:", "  flute, 1 clip, ",
    ] { #expect(text.text.contains(words), "\(words)\n\(text.text)") }
    let none = try Binary.run(["evaluate", "r", "held", "--generate", "0", "--json"], in: scratch)
    #expect(none.json["controls"] == nil && none.json["untold_bits_per_sample"] is Double)
    // Labels alone.
    scratch.put(
      scratch.text("c.json").replacingOccurrences(of: #""pitch","voicing","loudness""#, with: ""), "l.json")
    let trained = try Binary.run(
      [
        "train", "in", "--labels", "folders", "--config", "l.json", "--output", "l", "--steps", "2",
        "--clips",
        "2", "--crop", "100",
      ], in: scratch)
    #expect(trained.code == 0, "\(trained.errors)")
    let labelled = try Binary.run(["evaluate", "l"] + flags + ["--page", "l.html"], in: scratch)
    #expect(
      labelled.code == 0 && labelled.text.contains(/label voice: \d of 2 sound most like it/)
        && !labelled.text.contains("floor: the recordings themselves"), "\(labelled.text)")
    #expect(
      scratch.text("l.html").contains("What it does") && !scratch.text("l.html").contains("themselves"))
    // Too short to be followed: as generate makes them.
    try Instrument.write(Clip(samples: [0.1, 0.2, 0.3], sampleRate: 4000), scratch("three.wav"))
    let short = try Binary.run(
      ["evaluate", "r", "three.wav", "--generate", "1", "--generate-seconds", "0.5", "--json"], in: scratch)
    #expect(short.code == 0 && short.errors.contains("long enough to be followed"), "\(short.errors)")
    #expect(short.json["controls"] == nil && short.json["distances"] is [String: Any])
  }
}
