// Corpus options as JSON and as flags: what is written is read, and what is wrong is named.
import Foundation
import Testing

@testable import Corpus

@Suite struct OptionsTests {
  @Test func writtenIsRead() throws {
    let chords = try ChordOptions().setting([
      "scale=minor", "noise_floor_db=-70", "levels_db=[-13,-19.5]", "a4=442",
    ])
    #expect(try ChordOptions(json: chords.json()) == chords)
    #expect(chords.scale == .minor && chords.noiseFloorDb == -70 && chords.levelsDb == [-13, -19.5])
    #expect(try chords.setting(["noise_floor_db=null"]).noiseFloorDb == nil)
    let sines = try SineMixtureOptions().setting(["harmonics=2", "peak_db=-3"])
    #expect(try SineMixtureOptions(json: sines.json()) == sines)
    #expect(try ChordOptions(json: Data("{}".utf8)) == ChordOptions())
    #expect(String(decoding: chords.json(), as: UTF8.self).contains("\"lowest_note\" : 48"))
  }

  @Test func unknownKeysNameTheNearest() {
    #expect(throws: CorpusError.unknownOption("lowest_notes", nearest: "lowest_note")) {
      try ChordOptions(json: Data(#"{"lowest_notes": 3}"#.utf8))
    }
    #expect(throws: CorpusError.unknownOption("harmonic", nearest: "harmonics")) {
      try SineMixtureOptions().setting(["harmonic=3"])
    }
    #expect(throws: CorpusError.notAnAssignment("scale")) { try ChordOptions().setting(["scale"]) }
  }

  @Test(arguments: [
    "{", "[]", "3", #"{"scale": "blue"}"#, #"{"lowest_note": "C4"}"#, #"{"lowest_note": 3.5}"#,
    #"{"levels_db": 3}"#,
    #"{"a4": null}"#, "",
  ]) func brokenJSONIsAnError(text: String) {
    let error = #expect(throws: CorpusError.self) { try ChordOptions(json: Data(text.utf8)) }
    if case .optionsUnreadable = error {} else { Issue.record("\(text): \(String(describing: error))") }
  }

  @Test(arguments: [
    "sample_rate=0", "quantization_levels=300", "lowest_note=90", "highest_note=128",
    "tonic=12",
    "maximum_partials=0", "minimum_partials=5", "minimum_interval=0", "relative_levels_db=[]",
    "levels_db=[3]",
    "attack_ms=-1", "decay_seconds=0.001", "phases=-1", "noise_floor_db=0", "start_probability=1.5",
    "clip_seconds=0",
    "a4=1e999", "chords=[[]]", "chords=[[60,128]]", "history_gain_db=-1",
  ]) func valuesOutOfRangeAreErrors(assignment: String) {
    #expect(throws: CorpusError.self) { try ChordOptions().setting([assignment]) }
  }

  @Test func optionsThatDisagreeAreErrors() {
    for assignments in [
      ["chords=[]", "minimum_interval=12"], ["level_rule=rms", "levels_db=[-6]"], ["sample_rate=1000"],
      ["levels_db=[-9]"],
    ] {
      let error = #expect(throws: CorpusError.self) { try ChordOptions().setting(assignments) }
      if case .optionsDisagree = error {
      } else {
        Issue.record("\(assignments): \(String(describing: error))")
      }
    }
    #expect(throws: CorpusError.self) { try SineMixtureOptions().setting(["highest_hz=8000"]) }
    #expect(throws: CorpusError.self) { try SineMixtureOptions().setting(["shortest_decay_seconds=5"]) }
    var options = ChordOptions()
    options.tonic = 99
    #expect(throws: CorpusError.self) { try Chords(options: options, seed: 1) }
  }
}
