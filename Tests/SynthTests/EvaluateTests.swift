// synth evaluate against the reference in Double, and synth inspect and selftest.

import AudioIO
import Foundation
import Signal
import TestSupport
import Testing
import WaveNet

@Suite struct EvaluateTests {
  /// Bits of every code with silence before the clip, by the reference.
  private func referenceBits(_ model: Model, _ codes: [UInt16]) -> Double {
    var weights: [String: [Double]] = [:]
    for tensor in model.layout.tensors { weights[tensor.name] = model.tensor(tensor.name).map(Double.init) }
    let reference = ReferenceWaveNet(model.configuration, weights)
    let logits = reference.logits([reference.silence] + codes.dropLast())
    return zip(logits, codes).reduce(0) { sum, pair in
      let largest = pair.0.max()!
      let total = pair.0.reduce(0) { $0 + exp($1 - largest) }
      return sum - (pair.0[Int(pair.1)] - largest - log(total)) / log(2)
    }
  }

  /// Files shorter than the receptive field, of one sample, and longer than a chunk of the evaluator.
  @Test func everySampleCounts() throws {
    let scratch = Scratch()
    let model = try saveSmallModel(scratch("m"))
    let law = MuLaw(levels: 256)
    var random = SeededValues(seed: 4)
    var total = 0.0
    var samples = 0
    for (i, count) in [1, 7, 300, 16384, 17001].enumerated() {
      let clip = Clip(samples: (0..<count).map { _ in Float(random.value(0.9)) }, sampleRate: 4000)
      try SoundFile.write(clip, to: scratch("\(i).wav"))
      let codes = law.encode(try SoundFile.read(scratch("\(i).wav")).samples)
      let bits = referenceBits(model, codes)
      (total, samples) = (total + bits, samples + count)
      let outcome = try Binary.run(["evaluate", "m", "\(i).wav", "--json"], in: scratch)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let found = try #require(outcome.json["bits_per_sample"] as? Double)
      #expect(
        abs(found - bits / Double(count)) < 1e-4, "\(count) samples: \(found) and \(bits / Double(count))")
      #expect(outcome.json["samples"] as? Int == count)
    }
    var answers: Set<String> = []
    for threads in ["1", "2", "3"] {
      let all = try Binary.run(["evaluate", "m", ".", "--json", "--threads", threads], in: scratch)
      #expect(all.code == 0, "\(all.errors)")
      let found = try #require(all.json["bits_per_sample"] as? Double)
      #expect(abs(found - total / Double(samples)) < 1e-4)
      #expect((all.json["files"] as? [[String: Any]])?.count == 5)
      answers.insert("\(found)")
    }
    #expect(answers.count == 1)
  }

  @Test func baselinesAndWords() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    try SoundFile.write(tone(440, seconds: 2, rate: 4000), to: scratch("t.wav"))
    scratch.put("not sound", "u.wav")
    let json = try Binary.run(["evaluate", "m", ".", "--json"], in: scratch)
    let baselines = try #require(json.json["baselines"] as? [String: Double])
    #expect(baselines["uniform"] == 8 && baselines["linear_predictor"]! < baselines["unigram"]!)
    #expect((json.json["skipped"] as? [[String: Any]])?.count == 1)
    #expect(json.errors.contains("u.wav"))
    // A model that has never been trained, on a pure tone.
    #expect((json.json["verdict"] as? String)?.contains("noise") == true)
    let plain = try Binary.run(["evaluate", "m", "t.wav"], in: scratch)
    #expect(plain.code == 0 && plain.text.contains("linear") && plain.text.contains("noise"))
    #expect(plain.errors.isEmpty)
  }

  @Test func syntheticClips() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    for corpus in ["chords", "sines"] {
      let outcome = try Binary.run(
        ["evaluate", "m", "--corpus", corpus, "--count", "3", "--seconds", "0.5", "--json"], in: scratch)
      #expect(outcome.code == 0 && outcome.json["samples"] as? Int == 6000, "\(outcome.errors)")
    }
  }

  @Test func inspectModel() throws {
    let scratch = Scratch()
    let model = try saveSmallModel(scratch("m"))
    let outcome = try Binary.run(["inspect", "m", "--json", "--tensors"], in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.json["receptive_field_samples"] as? Int == 23)
    #expect(outcome.json["receptive_field_ms"] as? Double == 5.75)
    #expect(outcome.json["parameters"] as? Int == model.parameters.count)
    // 5 blocks: 2D*R*K + S*D, R*D in all but the last; S*H + H*Q.
    #expect(
      outcome.json["multiply_adds_per_sample"] as? Int == 5 * (12 * 5 * 3 + 7 * 6) + 4 * 5 * 6 + 7 * 9 + 9
        * 256)
    #expect((outcome.json["tensors"] as? [Any])?.count == model.layout.tensors.count)
    #expect((outcome.json["times_real_time"] as? Double ?? 0) > 0)
    let told = try Binary.run(["inspect", "recorder", "--json"], in: scratch)
    #expect((told.json["controls"] as? [String])?.first == "pitch", "\(told.errors)")
    #expect((told.json["gestures"] as? [String])?.isEmpty == false)
    let plain = try Binary.run(["inspect", "sines"], in: scratch)
    #expect(plain.code == 0 && plain.text.contains("receptive field") && plain.text.contains("x real time"))
  }

  @Test func inspectSound() throws {
    let scratch = Scratch()
    try SoundFile.write(tone(440, seconds: 1, rate: 16000), to: scratch("a.wav"), comment: "hello")
    let outcome = try Binary.run(["inspect", "a.wav", "--json", "--picture", "a.png"], in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.json["samples"] as? Int == 16000 && outcome.json["comment"] as? String == "hello")
    #expect(abs((outcome.json["peak_db"] as? Double ?? 0) + 6.02) < 0.01)
    #expect(abs((outcome.json["rms_db"] as? Double ?? 0) + 9.03) < 0.01)
    let partials = try #require(outcome.json["partials"] as? [[String: Any]])
    #expect(partials.count == 1 && partials[0]["note"] as? String == "A4")
    #expect(abs((partials[0]["hz"] as? Double ?? 0) - 440) < 0.01)
    #expect(scratch.bytes("a.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
    // The sound itself is not replaced by its picture.
    let before = scratch.bytes("a.wav")
    let lost = try Binary.run(["inspect", "a.wav", "--picture", "./a.wav"], in: scratch)
    #expect(lost.code == 64 && scratch.bytes("a.wav") == before, "\(lost.errors)")
    // Partials are looked for where it sounds, and it is said where that is.
    let late = [Float](repeating: 0, count: 176_000) + tone(440, seconds: 12, rate: 16000).samples
    try SoundFile.write(Clip(samples: late, sampleRate: 16000), to: scratch("late.wav"))
    let found = try Binary.run(["inspect", "late.wav"], in: scratch)
    #expect(found.text.contains("A4") && found.text.contains("from 11.0 to 21.0 s"), "\(found.text)")
    let piped = try Binary.run(["inspect", "-"], in: scratch, input: scratch.bytes("a.wav"))
    #expect(piped.code == 0 && piped.text.contains("A4"), "\(piped.errors)")
  }

  @Test func selfTest() throws {
    let outcome = try Binary.run(["selftest", "--json"])
    let checks = try #require(outcome.json["checks"] as? [[String: Any]])
    #expect(checks.count >= 9)
    for check in checks {
      let name = check["name"] as? String ?? ""
      #expect(check["is_passed"] as? Bool == true, "\(name): \(check["detail"] ?? "")")
    }
    #expect(outcome.code == 0)
  }
}
