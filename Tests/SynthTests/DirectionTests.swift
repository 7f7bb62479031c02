// synth generate with a model that is told what to play: gestures, recordings, tables, labels, and every refusal.

import AudioIO
import Foundation
import SafeTensors
import Signal
import Testing
import WaveNet

@Suite struct DirectionTests {
  /// Samples of tune.wav: 1.3 s.
  private let length = 5200

  @discardableResult
  private func generate(
    _ output: String, _ flags: [String], in scratch: Scratch, model: String = "r"
  ) throws -> Outcome {
    let outcome = try Binary.run(["generate", output, "--model", model, "--seed", "3"] + flags, in: scratch)
    #expect(outcome.code == 0, "\(flags): \(outcome.errors)")
    return outcome
  }

  private func follows(_ outcome: Outcome) -> [String?] {
    (outcome.json["follows"] as? [Any] ?? []).map { $0 as? String }
  }

  @Test func aGestureByItself() throws {
    let scratch = try Instrument.trained()
    let one = try generate("a.wav", ["--samples", "3000", "--json"], in: scratch)
    let source = try #require(follows(one).first ?? nil)
    #expect(follows(one).count == 1 && source.contains(/^\d\.wav at \d+\.\d s/), "\(source)")
    #expect(one.errors.contains("follows \(source)"), "\(one.errors)")
    try generate("b.wav", ["--samples", "3000", "--threads", "1"], in: scratch)
    try generate("c.wav", ["--samples", "3000", "--threads", "2"], in: scratch)
    #expect(
      scratch.bytes("a.wav") == scratch.bytes("b.wav") && scratch.bytes("a.wav") == scratch.bytes("c.wav"))
    let stream = try generate("-", ["--samples", "3000"], in: scratch)
    #expect(try pcm16(stream.output) == pcm16(scratch.bytes("a.wav")))

    let four = try generate("takes/", ["--count", "4", "--samples", "3000", "--json"], in: scratch)
    #expect(follows(four).count == 4 && Set(follows(four)).count > 1 && follows(four)[0] == source)
    #expect(four.errors.contains("follows clip 1: \(source); clip 2: ") && four.errors.contains("; ..."))
    #expect(scratch.bytes("takes/clip-001.wav") == scratch.bytes("a.wav"))
    try generate("third.wav", ["--clip", "3", "--samples", "3000"], in: scratch)
    #expect(scratch.bytes("takes/clip-003.wav") == scratch.bytes("third.wav"))

    // The beginning does not depend on the length.
    try generate("x.wav", ["--samples", "3000", "--no-fade"], in: scratch)
    try generate("y.wav", ["--samples", "1000", "--no-fade"], in: scratch)
    #expect(try pcm16(scratch.bytes("x.wav")).starts(with: pcm16(scratch.bytes("y.wav"))))
    // More than one gesture is long: others follow.
    let long = try generate("long.wav", ["--seconds", "9", "--json"], in: scratch)
    #expect((follows(long)[0] ?? "").hasPrefix(source + ", "), "\(follows(long))")
    let free = try generate("free.wav", ["--free", "--samples", "3000", "--json"], in: scratch)
    #expect(follows(free) == [nil] && !free.errors.contains("follows"))
    #expect(try pcm16(scratch.bytes("free.wav")) != pcm16(scratch.bytes("a.wav")))
    // A gesture in another key.
    try generate("high.wav", ["--transpose", "5", "--samples", "3000"], in: scratch)
    #expect(try pcm16(scratch.bytes("high.wav")) != pcm16(scratch.bytes("a.wav")))
  }

  @Test func aRecordingOrATable() throws {
    let scratch = try Instrument.trained()
    var seen: Set<[UInt8]> = []
    for flags in [
      [], ["--transpose", "5"], ["--transpose=-5"], ["--level", "6"], ["--label", "voice"],
      ["--label", "flute:0.7,voice:0.3"], ["--prime", "in/voice/1.wav"],
    ] {
      let outcome = try generate("o.wav", ["--like", "tune.wav", "--json"] + flags, in: scratch)
      #expect(follows(outcome) == ["tune.wav"])
      #expect(
        outcome.errors.contains("--label says which, of flute and voice") != flags.contains("--label"),
        "\(outcome.errors)")
      let sound = try pcm16(scratch.bytes("o.wav"))
      #expect(sound.count == 2 * length)
      #expect(seen.insert(sound).inserted, "\(flags) change nothing")
      let comment = try SoundFile.info(scratch("o.wav")).comment ?? ""
      #expect(comment.contains(" like=tune.wav"), "\(comment)")
      // The comment makes it again; its checksums are no flags.
      var again: [String] = []
      for word in comment.split(separator: " ").dropFirst(2)
      where !["weights=", "told=", "checksum="].contains(where: { word.hasPrefix($0) }) {
        let parts = word.split(separator: "=", maxSplits: 1)
        again.append(parts.count == 1 ? "--\(word)" : "--\(parts[0])=\(parts[1])")
      }
      let second = try Binary.run(["generate", "again.wav"] + again, in: scratch)
      #expect(second.code == 0, "\(again): \(second.errors)")
      #expect(scratch.bytes("again.wav") == scratch.bytes("o.wav"), "\(comment)")
    }
    let shares = try generate("p.wav", ["--like", "tune.wav", "--label", "voice:3,flute:7"], in: scratch)
    try generate("q.wav", ["--like", "tune.wav", "--label", "flute:0.7,voice:0.3"], in: scratch)
    #expect(try pcm16(scratch.bytes("p.wav")) == pcm16(scratch.bytes("q.wav")), "\(shares.errors)")

    let heard = try Binary.run(["inspect", "tune.wav", "--controls", "c.csv", "--frame", "16"], in: scratch)
    #expect(heard.code == 0, "\(heard.errors)")
    let table = try generate("t.wav", ["--curve", "c.csv", "--json"], in: scratch)
    #expect(follows(table) == ["c.csv"] && table.json["samples"] as? Int == length)
    // The table is rounded to 0.01 dB: until a draw falls between the two, the samples are the same.
    try generate("o.wav", ["--like", "tune.wav"], in: scratch)
    let (a, b) = (try SoundFile.read(scratch("o.wav")).samples, try SoundFile.read(scratch("t.wav")).samples)
    #expect(zip(a, b).prefix { $0 == $1 }.count > 100)
    #expect(
      abs(
        Loudness.level(Clip(samples: a, sampleRate: 4000))
          - Loudness.level(Clip(samples: b, sampleRate: 4000)))
        < 1)

    // Shorter and longer than what is followed.
    try generate("s.wav", ["--like", "tune.wav", "--samples", "1000", "--no-fade"], in: scratch)
    try generate("o.wav", ["--like", "tune.wav", "--no-fade"], in: scratch)
    #expect(try pcm16(scratch.bytes("o.wav")).starts(with: pcm16(scratch.bytes("s.wav"))))
    let longer = try generate("l.wav", ["--like", "tune.wav", "--samples", "6000", "--no-fade"], in: scratch)
    #expect(longer.errors.contains("behind 1.300 s"), "\(longer.errors)")
    #expect(try pcm16(scratch.bytes("l.wav")).starts(with: pcm16(scratch.bytes("o.wav"))))
    try Instrument.write(Clip(samples: [0.1, 0.2, 0.1], sampleRate: 4000), scratch("three.wav"))
    #expect(
      try generate("3.wav", ["--like", "three.wav", "--json"], in: scratch).json["samples"] as? Int == 3)
    try Instrument.write(Clip(samples: [Float](repeating: 0, count: 900), sampleRate: 4000), scratch("n.wav"))
    #expect(try generate("0.wav", ["--like", "n.wav"], in: scratch).errors.contains("n.wav: is silent"))
  }

  /// Of a recording only what is needed is heard; standard input is read once.
  @Test func beginningsAndStandardInput() throws {
    let scratch = try Instrument.trained()
    let notes = (0..<60).map { 200 + 30 * Double($0 * 7 % 9) }
    try Instrument.write(Instrument.melody(notes, partials: 3), scratch("long.wav"))
    let whole = try generate("o.wav", ["--like", "long.wav", "--no-fade", "--json"], in: scratch)
    #expect((whole.json["samples"] as? Int ?? 0) > 100_000)
    try generate("s.wav", ["--like", "long.wav", "--samples", "5000", "--no-fade"], in: scratch)
    #expect(try pcm16(scratch.bytes("o.wav")).starts(with: pcm16(scratch.bytes("s.wav"))))

    scratch.put("time,pitch_hz,loudness_db\n0,440,-20\n0.25,220,-30\n", "c.csv")
    try generate("file.wav", ["--curve", "c.csv"], in: scratch)
    let flags = ["--model", "r", "--seed", "3"]
    let read = try Binary.run(
      ["generate", "read.wav", "--curve", "-", "--json"] + flags, in: scratch, input: scratch.bytes("c.csv"))
    #expect(read.code == 0 && read.json["samples"] as? Int == 1008, "\(read.errors)")
    #expect(try pcm16(scratch.bytes("read.wav")) == pcm16(scratch.bytes("file.wav")))
    let piped = try Run(
      ["-c", "cat c.csv | '\(Binary.path())' generate piped.wav --curve - \(flags.joined(separator: " "))"],
      in: scratch, program: "/bin/sh"
    ).end()
    #expect(piped.code == 0 && scratch.bytes("piped.wav") == scratch.bytes("read.wav"), "\(piped.errors)")
    let wrong = try Binary.run(
      ["generate", "w.wav", "--curve", "-"] + flags, in: scratch, input: [0x61, 10])
    #expect(
      wrong.code == 65 && wrong.errors.contains("standard input: has no column")
        && wrong.errors.contains("add it"),
      "\(wrong.errors)")
    #expect(!wrong.errors.contains("restore"), "\(wrong.errors)")
    for (flag, input) in [("--curve", scratch.bytes("c.csv")), ("--like", scratch.bytes("tune.wav"))] {
      let both = try Binary.run(
        ["generate", "b.wav", "--prime", "-", flag, "-"] + flags, in: scratch, input: input)
      #expect(both.code == 64 && both.errors.contains("--prime - and \(flag) -"), "\(both.errors)")
    }
    #expect(!scratch.exists("w.wav") && !scratch.exists("b.wav"))
  }

  /// The shipped recorder holds a D sharp with one seed, and stays on a neighbour with another.
  @Test func outOfTuneIsSaid() throws {
    let scratch = Scratch()
    scratch.put(
      "time,pitch_hz,voicing,loudness_db\n" + (0...3).map { "\($0),622.25,1,-22\n" }.joined(), "held.csv")
    for (seed, isHeld) in [("1", true), ("5", false)] {
      let outcome = try Binary.run(
        ["generate", "o.wav", "--model", "recorder", "--curve", "held.csv", "--seed", seed], in: scratch)
      #expect(outcome.code == 0)
      #expect(outcome.errors.contains("more than 50 cents off") != isHeld, "\(outcome.errors)")
    }
  }

  @Test func primed() throws {
    let scratch = try Instrument.trained()
    let flags = ["--prime", "in/flute/0.wav", "--samples", "2000"]
    let outcome = try generate("a.wav", flags + ["--json"], in: scratch)
    #expect(outcome.errors.contains("goes on from its last") && (follows(outcome)[0] ?? "").contains(" at "))
    try generate("b.wav", ["--samples", "2000"], in: scratch)
    #expect(try pcm16(scratch.bytes("a.wav")) != pcm16(scratch.bytes("b.wav")))
    #expect(follows(try generate("c.wav", flags + ["--free", "--json"], in: scratch)) == [nil])
    try generate("d.wav", flags + ["--include-prime"], in: scratch)
    let prime = try SoundFile.read(scratch("in/flute/0.wav")).samples.count
    let (whole, part) = (try pcm16(scratch.bytes("d.wav")), try pcm16(scratch.bytes("a.wav")))
    #expect(whole.count == 2 * (prime + 2000) && Array(whole.suffix(part.count)) == part)
  }

  @Test func whatIsRefused() throws {
    let scratch = try Instrument.trained()
    scratch.put("time,pitch_hz,loudness_db\n0,440,-20\n0,440,-20\n", "still.csv")
    scratch.put("time,pitch_hz,loudness_db\n0,440,-20\n0.1,loud,-20\n", "word.csv")
    scratch.put("time,pitch_hz,voicing,loudness_db\n0,440,1,-20\n0.1,-3,1,-20\n", "low.csv")
    scratch.put("time,pitch_hz\n0,440\n", "half.csv")
    scratch.put("time,pitch_hz,loudness_db\n", "no.csv")
    scratch.put("RIFF", "text.wav")
    try Instrument.write(Clip(samples: [], sampleRate: 4000), scratch("nothing.wav"))
    let names = scratch.names()
    for (flags, code, words) in [
      (["--curve", "still.csv"], 65, ["still.csv", "line 3", "grow"]),
      (["--curve", "word.csv"], 65, ["word.csv", "line 3", "loud"]),
      (["--curve", "low.csv"], 65, ["low.csv", "line 3", "-3.0 Hz"]),
      (["--curve", "half.csv"], 65, ["half.csv", "loudness_db", "time, pitch_hz"]),
      (["--curve", "no.csv"], 65, ["no.csv", "no rows"]), (["--curve", "gone.csv"], 66, ["gone.csv"]),
      (["--like", "gone.wav"], 66, ["gone.wav"]), (["--like", "text.wav"], 65, ["text.wav"]),
      (["--like", "nothing.wav"], 65, ["nothing.wav"]),
      (["--label", "horn"], 64, ["'horn'", "'flute', 'voice'"]),
      (["--label", "flute:0.5,horn:0.5"], 64, ["'horn'", "'flute', 'voice'"]),
      (["--label", "flute,voice"], 64, ["its share", "a:0.7,b:0.3"]),
      (["--label", "flute:0.5, horn:0.5"], 64, ["--label 'horn':"]),
      (["--label", "flute:0.5, flute :0.5"], 64, ["'flute' is given twice"]),
      (["--label", "flute:much"], 64, ["'much'", "share"]), (["--label", "flute:-1"], 64, ["'-1'"]),
      (["--label", "flute:0,voice:0"], 64, ["all shares are 0"]),
      (["--label", "flute:0.7,flute:0.3"], 64, ["'flute' is given twice"]),
      (["--label", ""], 64, ["'flute', 'voice'"]),
      (["--label", "flute:1,"], 64, ["its share"]),
      (["--like", "tune.wav", "--free"], 64, ["--like and --free"]),
      (["--like", "tune.wav", "--curve", "no.csv"], 64, ["--like and --curve"]),
      (["--free", "--transpose", "3"], 64, ["--free follows nothing"]),
      (["--transpose", "61"], 64, ["semitones"]), (["--level", "nan"], 64, ["dB"]),
    ] as [([String], Int32, [String])] {
      let outcome = try Binary.run(["generate", "o.wav", "--model", "r"] + flags, in: scratch)
      #expect(outcome.code == code, "\(flags): \(outcome.errors)")
      for word in words { #expect(outcome.errors.contains(word), "\(flags): \(outcome.errors)") }
    }
    for flags in [
      ["--like", "tune.wav"], ["--curve", "no.csv"], ["--free"], ["--transpose", "3"], ["--level", "3"],
      ["--label", "flute"],
    ] {
      let outcome = try Binary.run(["generate", "o.wav"] + flags, in: scratch)
      #expect(outcome.code == 64 && outcome.errors.contains("cannot be told anything"), "\(outcome.errors)")
    }
    #expect(scratch.names() == names, "nothing is made")
  }

  @Test func gesturesOnDisk() throws {
    let without = try Instrument.trained(["--no-gestures"])
    #expect(!without.exists("r/gestures.safetensors"))
    #expect(follows(try generate("o.wav", ["--samples", "500", "--json"], in: without)) == [nil])
    let changed = try Binary.run(["generate", "o.wav", "--model", "r", "--level", "3"], in: without)
    #expect(changed.code == 64 && changed.errors.contains("no gestures to change"), "\(changed.errors)")

    let scratch = try Instrument.trained()
    let whole = scratch.bytes("r/gestures.safetensors")
    let loaded = try ModelFolder.load(scratch("r"))
    #expect(loaded.gestures.count > 1 && Set(loaded.gestures.map(\.label)) == [0, 1])
    let told = try #require(loaded.model.configuration.conditioning)
    func refused(_ words: [String]) throws {
      let outcome = try Binary.run(["generate", "o.wav", "--model", "r", "--samples", "500"], in: scratch)
      #expect(outcome.code == 65, "\(outcome.errors)")
      for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
    }
    scratch.put(Array(whole.dropLast(100)), "r/gestures.safetensors")
    try refused(["r/gestures.safetensors"])
    // One that ends where it begins would be followed for ever.
    let empty = Gesture(
      source: "x", label: nil, codes: [UInt16](repeating: 9, count: 32),
      controls: [Float](repeating: 0, count: 9),
      samples: 32)
    try GestureFile.encode([empty], told).write(to: scratch("r/gestures.safetensors"))
    try refused(["r/gestures.safetensors", "values that no gesture has", "or remove it"])
    let others = try Conditioning(controls: [.loudness], frameSamples: 16, channels: 8)
    try GestureFile.encode([], others).write(to: scratch("r/gestures.safetensors"))
    try refused(["r/gestures.safetensors", "something else", "or remove it"])
    try FileManager.default.removeItem(atPath: scratch("r/gestures.safetensors"))
    try generate("o.wav", ["--samples", "500"], in: scratch)
  }

  /// A small model that is told this, with fresh weights.
  private func oddModel(_ conditioning: Conditioning) throws -> Model {
    let plain = try Configuration(
      sampleRate: 4000, residualChannels: 4, dilationChannels: 4, skipChannels: 8, headChannels: 8,
      kernelSize: 2, dilations: [1, 2, 4])
    let configuration = plain.conditioned(on: conditioning)
    var random = PhiloxGenerator(seed: 1, stream: 0)
    return Model(
      configuration: configuration, parameters: Initialization.parameters(configuration, using: &random))
  }

  /// A model that knows labels alone goes on from the recording, and not from a gesture's sound.
  @Test func labelsBehindAPrime() throws {
    let scratch = Scratch()
    let model = try oddModel(Conditioning(labels: ["a", "b"], frameSamples: 16, channels: 8))
    // Weights that hear what was before.
    for i in model.parameters.elements.indices { model.parameters[i] *= 8 }
    let gesture = Gesture(
      source: "g", label: 0, codes: [UInt16](repeating: 200, count: 32), controls: [], samples: 64)
    try ModelFolder.save(model, to: scratch("l"), gestures: [gesture])
    try Instrument.write(Instrument.melody([300], partials: 2), scratch("one.wav"))
    try Instrument.write(Instrument.melody([500], partials: 2), scratch("two.wav"))
    var sounds: Set<[UInt8]> = []
    for flags in [[], ["--prime", "one.wav"], ["--prime", "two.wav"]] {
      try generate(
        "o.wav", ["--label", "a", "--samples", "500", "--overwrite"] + flags, in: scratch, model: "l")
      sounds.insert(try pcm16(scratch.bytes("o.wav")))
    }
    #expect(sounds.count == 3)
  }

  /// Names that hold what separates names; and a model that is told no pitch.
  @Test func oddModels() throws {
    let scratch = Scratch()
    func save(_ name: String, _ conditioning: Conditioning) throws {
      try ModelFolder.save(oddModel(conditioning), to: scratch(name))
    }
    try save("odd", Conditioning(labels: ["a:b", "x,y", "x", "a:0.5"], frameSamples: 16, channels: 8))
    var sounds: [[UInt8]] = []
    for label in [
      "a:b", "a:b:2", "x,y:1", "x:1", "a:0.5", "x,y:1,a:b:1", "a:b:4,x,y:4", " x ", " x,y : 1 , a:b: 1 ",
    ] {
      try generate("o.wav", ["--label", label, "--samples", "4000"], in: scratch, model: "odd")
      sounds.append(try pcm16(scratch.bytes("o.wav")))
    }
    #expect(sounds[0] == sounds[1] && sounds[5] == sounds[6])
    #expect(sounds[7] == sounds[3] && sounds[8] == sounds[5])
    #expect(Set(sounds).count == 5)
    try save("loud", Conditioning(controls: [.loudness], frameSamples: 16, channels: 8))
    try Instrument.write(Instrument.melody([300], partials: 2), scratch("tune.wav"))
    for (model, flags, words) in [
      ("loud", ["--like", "tune.wav", "--transpose", "3"], ["--transpose", "no pitch"]),
      ("loud", ["--label", "x"], ["has no labels"]),
      ("odd", ["--like", "tune.wav"], ["labels alone"]), ("odd", ["--level", "3"], ["no loudness"]),
    ] {
      let outcome = try Binary.run(["generate", "p.wav", "--model", model] + flags, in: scratch)
      #expect(outcome.code == 64, "\(outcome.errors)")
      for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
    }
    try generate("o.wav", ["--like", "tune.wav", "--level=-6"], in: scratch, model: "loud")
  }
}
