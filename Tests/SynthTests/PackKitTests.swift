// `synth pack` of models that are told no pitch: one-shots on keys of their own, and what makes no sense for them.
import AudioIO
import Foundation
import Signal
import Testing
import WaveNet

@testable import synth

@Suite struct PackKitTests {
  @Test func oneForEachKey() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    let outcome = try Binary.run(
      ["pack", "kit/", "--model", "m", "--count", "3", "--tries", "2", "--json"], in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("3 one-shots on keys C2 to D2"), "\(outcome.errors)")
    let names = ["kit_036_C2.wav", "kit_037_C#2.wav", "kit_038_D2.wav"]
    #expect(scratch.names("kit/Samples") == names)
    let instrument = scratch.text("kit/kit.sfz")
    for (key, name) in zip(36..., names) {
      #expect(
        instrument.contains(
          "<region> lokey=\(key) hikey=\(key) lovel=1 hivel=127 pitch_keycenter=\(key) tune=0 loop_mode=one_shot sample=\(name)\n"
        ), "\(instrument)")
      #expect(try SoundFile.info(scratch("kit/Samples/" + name)).sampler == SamplerNote(key: key))
    }
    #expect(!instrument.contains("ampeg_release"))
    #expect(outcome.json["release"] == nil || outcome.json["release"] is NSNull)
    // More of them: only those.
    let more = try Binary.run(
      ["pack", "kit", "--model", "m", "--count", "5", "--tries", "2", "--json"], in: scratch)
    #expect(more.code == 0 && more.json["made"] as? Int == 2, "\(more.errors)")
    for flags in [
      ["--keys", "60"], ["--step", "2"], ["--levels=-20"], ["--takes", "2"], ["--release", "1"],
      ["--label", "x"], ["--count", "93"],
    ] {
      let refused = try Binary.run(["pack", "no", "--model", "m"] + flags, in: scratch)
      #expect(
        refused.code == 64 && refused.errors.contains(flags[0].prefix(7)), "\(flags): \(refused.errors)")
    }
    #expect(!scratch.exists("no"))
  }

  /// Labels take turns unless one is given.
  @Test func labelsByTurns() throws {
    let scratch = Scratch()
    let configuration = try Configuration(
      sampleRate: 4000, residualChannels: 4, dilationChannels: 4, skipChannels: 8, headChannels: 8,
      kernelSize: 2,
      dilations: [1, 2, 4],
      conditioning: Conditioning(
        labels: Instrument.labels, controls: [.loudness], frameSamples: 16, channels: 4))
    var random = PhiloxGenerator(seed: 1, stream: 0)
    let model = Model(
      configuration: configuration, parameters: Initialization.parameters(configuration, using: &random))
    try ModelFolder.save(model, to: scratch("r"))
    let outcome = try Binary.run(
      ["pack", "kit", "--model", "r", "--count", "3", "--tries", "1", "--seconds", "0.3"], in: scratch)
    #expect(outcome.code == 0 && outcome.errors.contains("by turns flute and voice"), "\(outcome.errors)")
    #expect(
      scratch.names("kit/Samples") == [
        "kit_036_C2_flute.wav", "kit_037_C#2_voice.wav", "kit_038_D2_flute.wav",
      ])
    let one = try Binary.run(
      [
        "pack", "one", "--model", "r", "--count", "2", "--tries", "1", "--seconds", "0.3", "--label", "voice",
      ],
      in: scratch)
    #expect(one.code == 0, "\(one.errors)")
    #expect(scratch.names("one/Samples") == ["one_036_C2_voice.wav", "one_037_C#2_voice.wav"])
  }

  @Test func words() {
    #expect(KeySpan(argument: "C4-C6")?.keys == 60...84 && KeySpan(argument: "60-84")?.keys == 60...84)
    #expect(KeySpan(argument: "C-1-G9")?.keys == 0...127 && KeySpan(argument: "Bb3")?.keys == 58...58)
    #expect(KeySpan(argument: "C-1-C-1")?.keys == 0...0 && KeySpan(argument: "0-C4")?.keys == 0...60)
    for wrong in ["", "-", "C4-", "-C4", "C4-B3", "60-59", "128", "C4 - C5", "+60"] {
      #expect(KeySpan(argument: wrong) == nil, "\(wrong)")
    }
    #expect(LevelList(argument: "-16,-32,-24")?.levels == [-32, -24, -16])
    for wrong in ["", "-16,", "-60", "1", "-20,-20", "a", "nan"] {
      #expect(LevelList(argument: wrong) == nil)
    }
    #expect(
      PackFolder("a/b//").name == "b" && PackFolder("b").path == "b" && PackFolder("a/b//").path == "a/b")
  }
}
