// `synth pack` as a musician runs it: what is in the folder, the same for any threads, resumed, replaced, refused. The instrument is
// read by the tests of its target; over ranks: .ci/farm.
import AudioIO
import Foundation
import Signal
import Testing
import WaveNet

@Suite struct PackTests {
  private let flags = [
    "--model", "r", "--keys", "60-64", "--step", "2", "--levels=-30,-20", "--takes", "2", "--tries", "2",
    "--seconds", "0.4", "--release", "0.1", "--label", "voice",
  ]

  private func pack(_ arguments: [String], in scratch: Scratch, code: Int32 = 0) throws -> Outcome {
    let outcome = try Binary.run(["pack"] + arguments, in: scratch)
    #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
    return outcome
  }

  /// All files of a pack, by their names.
  private func files(_ folder: String, _ scratch: Scratch) -> [String: [UInt8]] {
    let names =
      scratch.names(folder).filter { $0 != "Samples" }
      + scratch.names(folder + "/Samples").map { "Samples/" + $0 }
    return Dictionary(uniqueKeysWithValues: names.map { ($0, scratch.bytes("\(folder)/\($0)")) })
  }

  /// Whether two packs are the same, but for the folder that was given.
  private func isSame(_ a: String, _ b: String, _ scratch: Scratch) -> Bool {
    func files(_ given: String) -> [String: [UInt8]] {
      var files = self.files(given, scratch)
      let page = String(decoding: files["README.md"] ?? [], as: UTF8.self)
      #expect(page.contains("\nsynth pack \(given) --"), "\(page)")
      files["README.md"] = Array(page.replacingOccurrences(of: "synth pack \(given) ", with: "").utf8)
      return files
    }
    return files(a) == files(b)
  }

  @Test func whatIsInThePack() throws {
    let scratch = try Instrument.trained()
    let outcome = try pack(["my flute/"] + flags + ["--json"], in: scratch)
    let notes = try #require(outcome.json["notes"] as? [[String: Any]])
    #expect(notes.count == 12 && outcome.json["made"] as? Int == 12)
    #expect(outcome.json["keys"] as? Int == 3 && outcome.json["layers"] as? Int == 2)
    #expect(outcome.errors.contains("3 keys, C4 (60) to E4 (64); levels -30 and -20 dB"), "\(outcome.errors)")
    let all = files("my flute", scratch)
    #expect(Set(all.keys).isSuperset(of: ["my flute.sfz", "README.md", "preview.wav"]) && all.count == 15)
    let instrument = scratch.text("my flute/my flute.sfz")
    let page = scratch.text("my flute/README.md")
    for note in notes {
      let name = try #require(note["file"] as? String)
      let key = try #require(note["key"] as? Int)
      #expect(name.hasPrefix("Samples/my-flute_0\(key)_") && all[name] != nil, "\(name)")
      #expect(instrument.contains("sample=\(name.dropFirst(8))\n"))
      #expect(page.contains("| `\(name)` |"))
      let info = try SoundFile.info(scratch("my flute/" + name))
      let sampler = try #require(info.sampler)
      #expect(sampler.loop?.lowerBound == note["loop_start"] as? Int)
      #expect(sampler.loop.map { $0.upperBound - 1 } == note["loop_end"] as? Int)
      #expect(
        info.comment?.contains(" key=\(key) ") == true && info.comment?.contains(" label=voice ") == true)
      #expect(info.sampleRate == 4000 && info.encoding == "Signed 16 bit PCM")
      // A hardly trained model plays anything: what is no use is said.
      for flaw in note["flaws"] as? [String] ?? [] {
        #expect(page.contains("- `\(name)`: ") && page.contains(flaw))
      }
    }
    #expect(instrument.components(separatedBy: "<region>").count == 13 && instrument.contains("seq_length=2"))
    // SFZ ends at 6 dB, and the layers are 10 apart.
    let volumes = instrument.matches(of: /volume=(-?[0-9.]+)/).compactMap { Double($0.1) }
    #expect(Set(volumes) == [6, -4] && page.contains("is 4.0 dB softer than its files"))
    #expect(instrument.contains("lokey=0 hikey=60") && instrument.contains("lokey=63 hikey=127"))
    // The command of the page makes the same.
    let line = try #require(page.split(separator: "\n").first { $0.hasPrefix("synth pack ") })
    let words = line.replacingOccurrences(of: "'my flute/'", with: "again/").split(separator: " ").map(
      String.init)
    _ = try pack(Array(words.dropFirst(2)), in: scratch)
    for (name, bytes) in files("again", scratch) where name.hasSuffix(".wav") {
      #expect(all[name.replacingOccurrences(of: "again_", with: "my-flute_")] == bytes, "\(name)")
    }
    // What a file says to samplers is shown.
    let file = try #require(notes[0]["file"] as? String)
    let shown = try Binary.run(["inspect", "my flute/" + file, "--json"], in: scratch).json
    #expect(shown["key"] is Int && shown["cents"] is Int)
    let words2 = try Binary.run(["inspect", "my flute/" + file], in: scratch).text
    #expect(words2.contains("\nkey ") && words2.contains(" cents"))
  }

  @Test func theSameForAnyThreads() throws {
    let scratch = try Instrument.trained()
    _ = try pack(["a/pack"] + flags + ["--threads", "1"], in: scratch, code: 73)
    for folder in ["a", "b"] {
      try FileManager.default.createDirectory(atPath: scratch(folder), withIntermediateDirectories: true)
    }
    _ = try pack(["a/pack"] + flags + ["--threads", "1"], in: scratch)
    _ = try pack(["b/pack/"] + flags + ["--threads", "3", "-q"], in: scratch)
    #expect(isSame("a/pack", "b/pack/", scratch) && files("a/pack", scratch).count == 15)
    // Fewer keys, the same recordings; another seed, others.
    _ = try pack(["few"] + flags + ["--keys", "62"], in: scratch)
    let few = files("few/Samples", scratch)
    #expect(few.count == 4)
    for (name, bytes) in few {
      #expect(
        scratch.bytes("a/pack/Samples/" + name.replacingOccurrences(of: "few_", with: "pack_")) == bytes)
    }
    _ = try pack(["other"] + flags + ["--keys", "62", "--seed", "2"], in: scratch)
    #expect(files("other/Samples", scratch).values.allSatisfy { !few.values.contains($0) })
  }

  @Test func formats() throws {
    let scratch = try Instrument.trained()
    let short = ["--keys", "62", "--takes", "1", "--levels=-20"]
    _ = try pack(["p"] + flags + short + ["--rate", "16000", "--format", "24"], in: scratch)
    let name = "p/Samples/p_062_D4_v127.wav"
    let info = try SoundFile.info(scratch(name))
    #expect(info.sampleRate == 16_000 && info.encoding == "Signed 24 bit PCM")
    #expect(try SoundFile.info(scratch("p/preview.wav")).sampleRate == 16_000)
    #expect(scratch.text("p/README.md").contains("--rate 16000 --format 24"))
  }

  /// What is missing is made, what is there stays; the rest is as if it had never been away.
  @Test func onlyWhatIsMissing() throws {
    let scratch = try Instrument.trained()
    _ = try pack(["p"] + flags, in: scratch)
    let whole = files("p", scratch)
    let name = scratch.names("p/Samples")[3]
    func inode(_ name: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: scratch("p/Samples/" + name))[.systemFileNumber]
        as? Int
    }
    let other = try inode(scratch.names("p/Samples")[4])
    for gone in ["Samples/" + name, "p.sfz", "README.md"] {
      try FileManager.default.removeItem(atPath: scratch("p/" + gone))
    }
    let outcome = try pack(["p"] + flags + ["--json"], in: scratch)
    #expect(outcome.json["made"] as? Int == 1 && outcome.errors.contains("11 were there, 1 made"))
    #expect(files("p", scratch) == whole)
    #expect(try inode(scratch.names("p/Samples")[4]) == other)
    #expect(try pack(["p"] + flags + ["--json"], in: scratch).json["made"] as? Int == 0)
    #expect(try pack(["p"] + flags + ["--json", "--overwrite"], in: scratch).json["made"] as? Int == 12)
    #expect(files("p", scratch) == whole)
    // Fewer notes of the same kind: what stays beside them is named. More: only those.
    let fewer = try pack(["p"] + flags + ["--takes", "1", "--json"], in: scratch)
    #expect(fewer.errors.contains("does not play them") || fewer.errors.contains("do not play them"))
  }

  @Test func killedAndGoneOnWith() throws {
    let scratch = try Instrument.trained()
    let many = flags + ["--keys", "50-90", "--step", "1", "--threads", "1", "--takes", "1"]
    let run = try Run(["pack", "p"] + many, in: scratch)
    #expect(run.wait { scratch.names("p/Samples").contains { $0.hasSuffix(".wav") } })
    run.send(SIGKILL)
    _ = run.end()
    #expect(!scratch.exists("p/p.sfz") && !scratch.exists("p/README.md"))
    let stopped = try Run(["pack", "p"] + many, in: scratch)
    let there = scratch.names("p/Samples").count
    #expect(stopped.wait { scratch.names("p/Samples").count > there + 1 })
    stopped.send(SIGINT)
    let outcome = stopped.end()
    #expect(outcome.code == 130 && outcome.errors.contains("makes the others"), "\(outcome.errors)")
    _ = try pack(["p"] + many, in: scratch)
    try FileManager.default.createDirectory(atPath: scratch("at"), withIntermediateDirectories: true)
    _ = try pack(["at/p"] + many, in: scratch)
    #expect(isSame("p", "at/p", scratch))
    #expect(scratch.names("p/Samples").count == 82)
  }

  @Test func whatIsNotOurs() throws {
    let scratch = try Instrument.trained()
    let one = flags + ["--keys", "62", "--takes", "1", "--levels=-20"]
    let name = "p_062_D4_v127.wav"
    try FileManager.default.createDirectory(atPath: scratch("p"), withIntermediateDirectories: true)
    for file in ["p.sfz", "README.md"] {
      scratch.put("mine", "p/" + file)
      #expect(try pack(["p"] + one, in: scratch, code: 73).errors.contains(file))
      #expect(scratch.names("p") == [file])
      try FileManager.default.removeItem(atPath: scratch("p/" + file))
    }
    try FileManager.default.createDirectory(atPath: scratch("p/Samples"), withIntermediateDirectories: true)
    for file in ["preview.wav", "Samples/" + name] {
      try SoundFile.write(tone(300, seconds: 0.1, rate: 4000), to: scratch("p/" + file))
      #expect(try pack(["p"] + one, in: scratch, code: 73).errors.contains(file))
      try FileManager.default.removeItem(atPath: scratch("p/" + file))
    }
    // Among samples that are no part of it.
    try SoundFile.write(tone(300, seconds: 0.1, rate: 4000), to: scratch("p/Samples/kick.wav"))
    #expect(try pack(["p"] + one, in: scratch, code: 73).errors.contains("kick.wav"))
    #expect(scratch.names("p") == ["Samples"] && scratch.names("p/Samples") == ["kick.wav"])
    let outcome = try pack(["p"] + one + ["--overwrite"], in: scratch)
    #expect(outcome.errors.contains("kick.wav") && scratch.exists("p/p.sfz"))
    try FileManager.default.removeItem(atPath: scratch("p/Samples/kick.wav"))
    // What somebody has made of a recording, its loop, or the preview.
    for (file, changes) in [(name, [0, 1]), ("../preview.wav", [0])] {
      let path = scratch("p/Samples/" + file)
      let (whole, info) = (scratch.bytes("p/Samples/" + file), try SoundFile.info(path))
      for change in changes {
        let clip = try SoundFile.read(path)
        let samples = change == 0 ? clip.samples.reversed() : clip.samples
        try SoundFile.write(
          Clip(samples: samples, sampleRate: clip.sampleRate), to: path, comment: info.comment,
          sampler: change == 0 ? info.sampler : SamplerNote(key: 62, loop: 3..<4))
        let refused = try pack(["p"] + one + ["--tries", "1"], in: scratch, code: 73)
        #expect(refused.errors.contains("as it is"), "\(refused.errors)")
        scratch.put(whole, "p/Samples/" + file)
      }
    }
    // An earlier pack of other settings is replaced, which is said.
    let other = try pack(["p"] + one + ["--tries", "1"], in: scratch)
    #expect(other.errors.contains("replacing an earlier take"), "\(other.errors)")
    let file = try pack(["r/config.json"] + one, in: scratch, code: 73)
    #expect(file.errors.contains("r/config.json"))
  }

  /// What the model has learnt, where it says so; a warning beyond that.
  @Test func keysAndLevels() throws {
    let scratch = try Instrument.trained()
    let short = ["--tries", "1", "--seconds", "0.3", "--step", "6", "--model", "r"]
    let outcome = try pack(["p"] + short + ["--json"], in: scratch)
    #expect(outcome.errors.contains("plays as flute, its first label; others: voice"), "\(outcome.errors)")
    #expect(outcome.errors.contains("keys and levels by what the model has learnt"), "\(outcome.errors)")
    let notes = try #require(outcome.json["notes"] as? [[String: Any]])
    // Tones of 200 to 440 Hz.
    #expect(notes.allSatisfy { (54...70).contains($0["key"] as? Int ?? 0) } && notes.count >= 2)
    let high = try pack(["q"] + short + ["--keys", "C4-C6", "--levels=-20,0"], in: scratch)
    #expect(high.errors.contains("are beyond what the model's gestures have, "), "\(high.errors)")
    #expect(high.errors.contains("0 dB is beyond what the model's gestures have, "), "\(high.errors)")
    try FileManager.default.removeItem(atPath: scratch("r/gestures.safetensors"))
    #expect(try pack(["s"] + short, in: scratch, code: 64).errors.contains("give --keys and --levels"))
    #expect(!scratch.exists("s"))
    _ = try pack(["s"] + short + ["--keys", "60", "--levels=-20"], in: scratch)
  }

  @Test(arguments: [
    (["--keys", "H4"], "--keys"), (["--keys", "64-60"], "--keys"), (["--keys", "60-128"], "--keys"),
    (["--levels=-20,3"], "--levels"), (["--levels=-20,-20.5"], "--levels"), (["--levels="], "--levels"),
    (["--step", "0"], "--step"), (["--takes", "100"], "--takes"), (["--tries", "0"], "--tries"),
    (["--seconds", "0.1"], "--seconds"), (["--release", "0"], "--release"), (["--rate", "10"], "--rate"),
    (["--count", "4"], "--count"), (["--label", "x"], "no labels"), (["--precision", "f16"], "--precision"),
    (["--keys", "0-127", "--step", "1", "--takes", "99"], "10000"),
  ]) func refused(wrong: [String], word: String) throws {
    let scratch = Scratch()
    let outcome = try pack(["p"] + wrong, in: scratch, code: 64)
    #expect(outcome.errors.contains(word), "\(outcome.errors)")
    #expect(scratch.names().isEmpty)
  }
}
