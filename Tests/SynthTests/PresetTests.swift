// Sizes of model at every rate: as far back in time, to the sample what they were at 16 kHz; the one that is measured, with made-up
// machines and with this one; and that a run goes on with the shape that it has.
import ArgumentParser
import Foundation
import Signal
import Testing
import WaveNet

@testable import synth

@Suite struct PresetTests {
  private static let sizes = Preset.allCases.flatMap(\.sizes)

  @Test func at16KilohertzNothingHasChanged() throws {
    for size in Self.sizes {
      let c = try size.configuration(sampleRate: 16_000, levels: 256)
      #expect(c == (try size.earlierConfiguration(sampleRate: 16_000, levels: 256)))
      #expect(c.dilations == Configuration.stackedDilations(stacks: size.stacks, layers: size.layers))
    }
  }

  @Test func theFieldIsATime() throws {
    for size in Self.sizes {
      let field = 2 * Double((1 << size.layers) - 1) / 16_000
      for rate in [4000, 8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000] {
        let c = try size.configuration(sampleRate: rate, levels: 256)
        let seconds = Double(c.receptiveField - 1) / Double(rate)
        #expect(
          seconds <= field && seconds > field - 2 / Double(rate), "\(rate) Hz: \(seconds) s of \(field)")
        #expect(c.sampleRate == rate && c.kernelSize == 2 && c.residualChannels == size.residual)
      }
      // As few layers as the rates allow.
      let layers = try [8000, 16_000, 32_000].map {
        try size.configuration(sampleRate: $0, levels: 256).blockCount
      }
      #expect(layers == [2 * (size.layers - 1), 2 * size.layers, 2 * (size.layers + 1)])
    }
  }

  /// Machines that make so many multiply-adds per second.
  @Test func theLargestThatKeepsUp() throws {
    let shapes = try RealtimePreset.ladder.map { try $0.configuration(sampleRate: 16_000, levels: 256) }
    for place in shapes.indices {
      // Just enough for the one at `place`.
      let speed = 1.2501 * 16_000 * Double(shapes[place].multiplyAddsPerSample)
      var tried: [Configuration] = []
      let found = try RealtimePreset(sampleRate: 16_000, levels: 256) { c in
        tried.append(c)
        return speed / Double(c.multiplyAddsPerSample) / Double(c.sampleRate)
      }
      #expect(found.configuration == shapes[place] && found.size == RealtimePreset.ladder[place])
      #expect(abs(found.timesRealTime - 1.2501) < 1e-9 && tried.count <= 4, "\(tried.count) tries")
      #expect(found.sentence.hasPrefix("preset realtime: \(shapes[place].residualChannels) channels, 1.25 x"))
      if place + 1 < shapes.count {
        let next = try #require(found.next)
        #expect(next.size == RealtimePreset.ladder[place + 1] && next.timesRealTime < 1.25)
        #expect(found.sentence.contains("with \(next.size.residual) it would be"))
      } else {
        #expect(found.next == nil && found.sentence.hasSuffix("the largest there is"))
      }
    }
    let error = #expect(throws: ValidationError.self) {
      try RealtimePreset(sampleRate: 44_100, levels: 256) { _ in 1.2 }
    }
    for words in ["not even 16 channels", "44100 Hz", "1.20 x", "--rate"] {
      #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }
  }

  /// Larger is slower, or halving the ladder would find something else.
  @Test func theLadderAscends() throws {
    let costs = try RealtimePreset.ladder.map {
      try $0.configuration(sampleRate: 16_000, levels: 256).multiplyAddsPerSample
    }
    #expect(zip(costs, costs.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func onThisMachine() throws {
    let scratch = Scratch()
    let cost = ["--clips", "1", "--crop", "16"]
    let found = try Binary.run(
      ["train", "--dry-run", "--preset", "realtime", "--rate", "8000", "--json"] + cost, in: scratch)
    #expect(found.code == 0, "\(found.errors)")
    let line = try #require(
      found.errors.firstMatch(of: /preset realtime: (\d+) channels, ([0-9.]+) x real time at 8000 Hz/))
    #expect(try #require(Double(line.2)) >= 1.25)
    let size = try #require(RealtimePreset.ladder.first { "\($0.residual)" == line.1 })
    let c = try size.configuration(sampleRate: 8000, levels: 256)
    #expect(found.json["parameters"] as? Int == ParameterLayout(c).count)
    #expect(abs(try #require(found.json["receptive_field_ms"] as? Double) - 127.9) < 0.1)
    // Without vectors 384 kHz are too many for any size.
    let slow = try Binary.run(
      ["train", "--dry-run", "--preset", "realtime", "--rate", "384000"] + cost, in: scratch,
      environment: ["SYNTH_ISA": "portable"])
    #expect(slow.code == 64 && slow.errors.contains("not even 16 channels"), "\(slow.errors)")
  }

  @Test func aRunGoesOnWithItsShape() throws {
    let scratch = Scratch()
    for k in 0..<4 {
      try Instrument.write(
        tone(220 * Double(k + 1), seconds: 0.2, rate: 8000), scratch("in/\(k).wav"))
    }
    func flags(_ output: String, _ steps: Int) -> [String] {
      [
        "train", "in", "--output", output, "--controls", "none", "--rate", "8000", "--steps", "\(steps)",
        "--clips", "1", "--crop", "64",
      ]
    }
    let first = try Binary.run(flags("r", 1) + ["--preset", "realtime"], in: scratch)
    #expect(first.code == 0 && first.errors.contains("preset realtime: "), "\(first.errors)")
    let shape = scratch.text("r/config.json")
    let resumed = try Binary.run(flags("r", 2) + ["--preset", "realtime", "--resume"], in: scratch)
    #expect(resumed.code == 0 && !resumed.errors.contains("preset realtime: "), "\(resumed.errors)")
    #expect(scratch.text("r/config.json") == shape)
    let other = try Binary.run(flags("r", 3) + ["--preset", "tiny", "--resume"], in: scratch)
    #expect(other.code == 64 && other.errors.contains("--preset tiny is"), "\(other.errors)")

    // A run from before presets had the rate in mind.
    let old = try Preset.tiny.sizes[0].earlierConfiguration(sampleRate: 8000, levels: 256)
    scratch.put(old.json(), "old.json")
    let begun = try Binary.run(flags("o", 1) + ["--config", "old.json"], in: scratch)
    #expect(begun.code == 0, "\(begun.errors)")
    let gone = try Binary.run(flags("o", 2) + ["--preset", "tiny", "--resume"], in: scratch)
    #expect(gone.code == 0, "\(gone.errors)")
    let wrong = try Binary.run(flags("o", 3) + ["--preset", "realtime", "--resume"], in: scratch)
    #expect(wrong.code == 64 && wrong.errors.contains("--preset realtime"), "\(wrong.errors)")
  }
}
