// How a run ends and what it leaves: --until, --patience, --keep-every, the best model, the card, short output, the page.

import AudioIO
import Foundation
import Testing
import WaveNet

@Suite struct RunEndTests {
  private func lines(_ run: String, _ scratch: Scratch) throws -> [[String: Any]] {
    try scratch.text("\(run)/metrics.jsonl").split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  private func loud(_ run: String, steps: Int = 20) -> [String] {
    tinyRun(run, steps: steps).filter { $0 != "--quiet" }
  }

  @Test func untilAndPatience() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    let every = ["--evaluate-every", "10"]
    #expect(try Binary.run(tinyRun("all", steps: 60) + every, in: scratch).code == 0)
    let bits = try lines("all", scratch).map { try #require($0["held_out_bits_per_sample"] as? Double) }
    #expect(bits[2] < bits[0])
    let goal = bits[0..<3].min()!
    let stopped = try Binary.run(
      loud("r", steps: 60) + every + ["--until", "\(goal)", "--json"], in: scratch)
    #expect(
      stopped.code == 0 && stopped.errors.contains("(--until): this was the last step"), "\(stopped.errors)")
    #expect(stopped.json["stopped"] as? String == "until")
    let step = try #require(stopped.json["steps"] as? Int)
    #expect(step <= 30 && scratch.text("r/run.json").contains("\"until\" : \(goal)"))
    // It is finished, and says why; with another goal it goes on as if it had never stopped.
    let again = try Binary.run(["train", "--output", "r", "--resume"], in: scratch)
    #expect(again.code == 0 && again.errors.contains("it ended at step \(step)"), "\(again.errors)")
    #expect(again.errors.contains("another --until"))
    let on = try Binary.run(["train", "--output", "r", "--resume", "--until", "0", "--json"], in: scratch)
    #expect(on.code == 0 && on.json["steps"] as? Int == 60, "\(on.errors)")
    #expect(scratch.bytes("r/model.safetensors") == scratch.bytes("all/model.safetensors"))
    // Nothing gets better: after two evaluations it ends, and the model is the first one's.
    let spoilt = try Binary.run(
      loud("p", steps: 200) + every + [
        "--learning-rate", "1", "--average-decay", "0", "--warm-up-steps", "0", "--patience", "2", "--json",
      ], in: scratch)
    #expect(spoilt.code == 0 || spoilt.code == 70, "\(spoilt.errors)")
    if spoilt.code == 0 && spoilt.json["stopped"] as? String == "patience" {
      let kept = try #require(spoilt.json["kept_step"] as? Int, "\(spoilt.errors)")
      #expect(spoilt.errors.contains("kept step \(kept)"))
      // Models have to be held while their numbers are looked at.
      let (own, best) = (
        try ModelFolder.load(scratch("p")).model, try ModelFolder.load(scratch("p/checkpoints/best")).model
      )
      withExtendedLifetime((own, best)) {
        #expect(own.parameters.elements.elementsEqual(best.parameters.elements))
      }
    }
    for flags in [["--until", "-1"], ["--patience", "-1"], ["--keep-every", "-1"], ["--until", "nan"]] {
      #expect(try Binary.run(tinyRun("x") + flags, in: scratch).code == 64, "\(flags)")
    }
  }

  @Test func modelsThatAreKept() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    let outcome = try Binary.run(
      tinyRun("r", steps: 20) + ["--keep-every", "8", "--evaluate-every", "5"], in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(scratch.names("r/checkpoints") == ["best", "step-0000008", "step-0000016"])
    for name in scratch.names("r/checkpoints") {
      let made = try Binary.run(
        ["generate", "o.wav", "--model", "r/checkpoints/\(name)", "--samples", "50"], in: scratch)
      #expect(made.code == 0, "\(made.errors)")
      #expect(scratch.text("r/checkpoints/\(name)/README.md").contains("after step"))
    }
    #expect(try lines("r", scratch).last?["best_step"] is Int)
    // The command can be typed again.
    let spaced = try Binary.run(tinyRun("it's mine", steps: 2), in: scratch)
    #expect(spaced.code == 0, "\(spaced.errors)")
    #expect(scratch.text("it's mine/README.md").contains("--output 'it'\\''s mine' --config tiny.json"))
    // No recordings: neither the run nor what it keeps is trained on.
    let own = try Binary.run(["train", "r"] + tinyRun("s").dropFirst(), in: scratch)
    #expect(own.code == 66, "\(own.errors)")
    let kept = try Binary.run(["train", "r/checkpoints"] + tinyRun("s").dropFirst(), in: scratch)
    #expect(kept.code == 66, "\(kept.errors)")
  }

  @Test func outputIsShort() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    for label in ["low", "high"] {
      try FileManager.default.createDirectory(
        atPath: scratch("in/\(label)"), withIntermediateDirectories: true)
      for i in 0..<100 {
        try SoundFile.write(
          tone((label == "low" ? 100 : 700) + Double(i), seconds: 0.3, rate: 4000),
          to: scratch("in/\(label)/\(i).wav"))
      }
    }
    scratch.put("no sound", "in/bad.wav")
    let flags = ["train", "in"] + loud("r").dropFirst() + ["--labels", "folders", "--controls", "none"]
    let outcome = try Binary.run(flags, in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let output = outcome.errors.split(separator: "\n")
    #expect(output.count < 25 && !outcome.errors.contains("low/5.wav"), "\(outcome.errors)")
    for words in ["200 files", "2 labels: high, low", "held out", "bad.wav", "--list"] {
      #expect(outcome.errors.contains(words), "\(words): \(outcome.errors)")
    }
    // One sentence on where it stands, and not the same one ten times.
    #expect(
      outcome.errors.matches(of: /it would be|Listen to|whole recordings/).count < 4, "\(outcome.errors)")

    let card = scratch.text("r/README.md")
    for words in [
      "# r\n", "| recordings | 200 files", "| label high | 100 files", "1 file not read",
      "| bits per sample |",
      "times real time", "    synth train in --output r --config tiny.json", "## Limits",
    ] { #expect(card.contains(words), "\(words): \(card)") }
    #expect(!card.contains(scratch.path))
    let page = scratch.text("r/report.html")
    for words in [
      "linear prediction", "no model", "unigram", "What it was trained on", "bad.wav: ", "What it cost",
      "of memory at most", ">high<", "synth train in", "levels of the loudest moments", "<svg", "<audio",
    ] { #expect(page.contains(words), "\(words)") }

    // What others write into the card stays, and the command of a resume is added.
    scratch.put("Mine.\n\n" + card + "\nAlso mine.\n", "r/README.md")
    let more = try Binary.run(
      ["train", "--output", "r", "--resume", "--steps", "22", "--quiet"], in: scratch)
    #expect(more.code == 0, "\(more.errors)")
    let later = scratch.text("r/README.md")
    #expect(later.hasPrefix("Mine.\n") && later.hasSuffix("\nAlso mine.\n"))
    #expect(
      later.contains("22 steps of")
        && later.contains("    synth train --output r --resume --steps 22 --quiet"))
    #expect(later.components(separatedBy: "## Limits").count == 2)
    let listed = try Binary.run(["train", "--output", "r", "--resume", "--list"], in: scratch)
    #expect(listed.errors.contains("low/5.wav"))
  }

  /// Words for what goes wrong: a loss that jumps, a sample in which nothing is to be heard.
  @Test func troubleIsExplained() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    let outcome = try Binary.run(loud("r", steps: 400) + ["--learning-rate", "9"], in: scratch)
    #expect(outcome.errors.contains("Back to step"), "\(outcome.errors)")
    #expect(
      outcome.errors.contains("the last save, and on with other excerpts and the learning rate times 0.5"))
    try FileManager.default.createDirectory(atPath: scratch("in"), withIntermediateDirectories: true)
    for i in 0..<4 {
      try SoundFile.write(
        tone(0, seconds: 2 + Double(i), rate: 4000), to: scratch("in/\(i).wav"))
    }
    let silent = try Binary.run(
      ["train", "in"] + loud("s", steps: 300).dropFirst() + ["--learning-rate", "0.02"], in: scratch)
    #expect(silent.code == 0 && silent.errors.contains("the held-out crops are silent"), "\(silent.errors)")
    #expect(
      silent.errors.contains(".wav is silent: the model has fallen back on silence"), "\(silent.errors)")
  }
}
