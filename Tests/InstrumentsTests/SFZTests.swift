// The text of an instrument, read back by a reader of its own after the words of the format: sfzformat.com.
import Instruments
import TestSupport
import Testing

/// Headers and opcodes; the value of `sample` goes on to the end of its line.
private struct Reading {
  var control: [String: String] = [:]
  var global: [String: String] = [:]
  var regions: [[String: String]] = []

  init(_ text: String) throws {
    var header = ""
    for line in text.split(separator: "\n") where !line.hasPrefix("//") {
      var rest = line[...]
      while let word = rest.split(separator: " ", maxSplits: 1).first {
        rest = rest.dropFirst(word.count).drop { $0 == " " }
        if word.hasPrefix("<") {
          header = String(word)
          if header == "<region>" { regions.append([:]) }
          continue
        }
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        try #require(parts.count == 2, "\(word)")
        var value = parts[1]
        if parts[0] == "sample" || parts[0] == "default_path" {
          value += rest.isEmpty ? "" : " " + rest
          rest = ""
        }
        switch header {
        case "<control>": control[parts[0]] = value
        case "<global>": global[parts[0]] = value
        default: regions[regions.count - 1][parts[0]] = value
        }
      }
    }
  }
}

@Suite struct SFZTests {
  @Test func everyOpcode() throws {
    let text = SFZ(
      remarks: ["made by hand", "twice"], folder: "Samples/", release: 0.625,
      regions: [
        .init(
          sample: "my flute C#4.wav", keys: 0...61, velocities: 1...90, root: 60, tune: -7, volume: 5.5,
          playing: .loop(1000..<9000), turn: 2, turns: 3),
        .init(
          sample: "b.wav", keys: 62...127, velocities: 91...127, root: 64, tune: 50, volume: -0.125,
          playing: .through),
        .init(sample: "c.wav", keys: 36...36, velocities: 1...127, root: 36, tune: 0, playing: .oneShot),
      ]
    ).text
    #expect(text.hasPrefix("// made by hand\n// twice\n") && text.hasSuffix("\n"))
    let read = try Reading(text)
    #expect(read.control == ["default_path": "Samples/"])
    #expect(read.global == ["ampeg_release": "0.63", "amp_veltrack": "100"])
    #expect(
      read.regions == [
        [
          "sample": "my flute C#4.wav", "lokey": "0", "hikey": "61", "lovel": "1", "hivel": "90",
          "pitch_keycenter": "60", "tune": "-7", "volume": "5.50", "loop_mode": "loop_sustain",
          "loop_start": "1000", "loop_end": "8999", "seq_length": "3", "seq_position": "2",
        ],
        [
          "sample": "b.wav", "lokey": "62", "hikey": "127", "lovel": "91", "hivel": "127",
          "pitch_keycenter": "64", "tune": "50", "volume": "-0.13", "loop_mode": "no_loop",
        ],
        [
          "sample": "c.wav", "lokey": "36", "hikey": "36", "lovel": "1", "hivel": "127",
          "pitch_keycenter": "36",
          "tune": "0", "loop_mode": "one_shot",
        ],
      ])
    #expect(try Reading(SFZ(remarks: [], folder: "S/", release: nil, regions: []).text).global.count == 1)
  }

  /// Of an instrument with any keys, levels and takes: for every key and velocity one recording in each turn.
  @Test(arguments: 1...12) func everyNoteOnce(seed: UInt64) throws {
    var random = SeededValues(seed: seed)
    let keys = (0...127).filter { _ in Int.random(in: 0..<6, using: &random) == 0 }
    try #require(!keys.isEmpty)
    let levels = (0..<Int.random(in: 1...6, using: &random)).map { Double($0 * $0) * 1.5 - 50 }
    let layers = try #require(VelocityLayer.layers(levels))
    let turns = Int.random(in: 1...3, using: &random)
    var regions: [SFZ.Region] = []
    for (key, zone) in zip(keys, Zones.keys(keys)) {
      for layer in layers {
        for turn in 1...turns {
          regions.append(
            .init(
              sample: "\(key) \(layer.centre) \(turn).wav", keys: zone, velocities: layer.velocities,
              root: key,
              tune: 0, volume: layer.volume, playing: .through, turn: turn, turns: turns))
        }
      }
    }
    let read = try Reading(SFZ(remarks: [], folder: "S/", release: 1, regions: regions).text)
    var counts = [Int](repeating: 0, count: 128 * 128 * turns)
    for region in read.regions {
      func number(_ name: String) throws -> Int { try #require(Int(region[name] ?? "")) }
      let turn = turns == 1 ? 1 : try number("seq_position")
      for key in try number("lokey")...number("hikey") {
        for velocity in try number("lovel")...number("hivel") {
          counts[((turn - 1) * 128 + key) * 128 + velocity] += 1
        }
      }
    }
    for turn in 0..<turns {
      for key in 0..<128 {
        for velocity in 1..<128 {
          #expect(counts[(turn * 128 + key) * 128 + velocity] == 1, "key \(key), velocity \(velocity)")
        }
      }
    }
    #expect(Set(read.regions.map { $0["sample"] }).count == keys.count * layers.count * turns)
  }
}
