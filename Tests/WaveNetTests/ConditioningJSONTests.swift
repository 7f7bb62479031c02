// "conditioning" in config.json: what it says, round trip, and one bad text per complaint.
import Signal
import Testing

@testable import WaveNet

@Suite struct ConditioningJSONTests {
  private static let plain = try! Configuration(dilations: [1, 2])

  /// Of a configuration whose `conditioning` is that text.
  private func read(_ conditioning: String) throws(CheckpointError) -> Conditioning? {
    let text = String(decoding: Self.plain.json(), as: UTF8.self)
    let json = text.replacing("\"conditioning\": null", with: "\"conditioning\": " + conditioning)
    precondition(conditioning == "null" || json != text)
    return try Configuration(json: Array(json.utf8), path: "m/config.json").conditioning
  }

  @Test func readsEachKeyIntoItsPlace() throws {
    let text =
      #"{"labels":["flute","voice"],"controls":["pitch","pitch.phase","pitch.ahead","voicing","loudness","mel.20"],"#
      + #""frame_samples":48,"channels":7}"#
    let expected = try Conditioning(
      labels: ["flute", "voice"],
      controls: [.pitch, .pitchPhase, .pitchAhead, .voicing, .loudness, .mel(20)],
      frameSamples: 48, channels: 7)
    #expect(try read(text) == expected)
    #expect(expected.controlChannels == 1 + 8 + 9 + 1 + 1 + 20)
    #expect(try read("null") == nil)
    // Either may be absent.
    #expect(
      try read(#"{"labels":["a"],"frame_samples":1,"channels":1}"#)
        == Conditioning(labels: ["a"], frameSamples: 1, channels: 1))
    #expect(
      try read(#"{"channels":1024,"frame_samples":65536,"labels":[],"controls":["mel.512"]}"#)
        == Conditioning(controls: [.mel(512)], frameSamples: 65536, channels: 1024))
  }

  @Test func roundTripInTheOrderOfTheContract() throws {
    let told = try Conditioning(
      labels: ["a\"b", "\u{e9}"], controls: [.loudness], frameSamples: 80, channels: 3)
    for conditioning in [told, try Conditioning(labels: ["x"]), try Conditioning(controls: [.pitch]), nil] {
      let configuration = Self.plain.conditioned(on: conditioning)
      let json = configuration.json()
      #expect(try Configuration(json: json, path: "x") == configuration)
      #expect(try Configuration(json: json, path: "x").json() == json)
    }
    let text = String(decoding: Self.plain.conditioned(on: told).json(), as: UTF8.self)
    let line =
      #""conditioning": {"labels":["a\"b","\#u{e9}"],"controls":["loudness"],"frame_samples":80,"channels":3}"#
    #expect(text.contains(line), "\(text)")
  }

  /// What is refused, the key that the message names, and what it must say.
  @Test(arguments: [
    (#"{}"#, "frame_samples", "missing"), (#"{"labels":["a"],"channels":1}"#, "frame_samples", "missing"),
    (#"{"labels":["a"],"frame_samples":1}"#, "channels", "missing"),
    (#"{"frame_samples":1,"channels":1}"#, "", "at least one of either"),
    (#"{"labels":[],"controls":[],"frame_samples":1,"channels":1}"#, "", "at least one of either"),
    ("0", "", "null, or an object"), ("[]", "", "null, or an object"),
    (#""pitch""#, "", "null, or an object"),
  ])
  func whatIsNotThere(text: String, key: String, words: String) {
    let error = #expect(throws: CheckpointError.self) { try read(text) }
    let said = error?.description ?? ""
    #expect(said.hasPrefix("m/config.json: "), "\(said)")
    #expect(said.contains(key.isEmpty ? "\"conditioning\"" : "\"conditioning.\(key)\""), "\(said)")
    #expect(said.contains(words), "\(said)")
  }

  /// One value in place of a good one, and what the message must say besides file and key.
  @Test(arguments: [
    ("labels", #""flute""#, "an array of names"), ("labels", "[1]", "an array of names"),
    ("labels", #"["a","b","a"]"#, "different names"), ("labels", #"[""]"#, "1 to 255 bytes"),
    ("labels", #"["e\u0301","\u00e9"]"#, "different names"),
    ("labels", "[\"" + String(repeating: "x", count: 256) + "\"]", "1 to 255 bytes"),
    ("labels", "[" + (0...4096).map { "\"\($0)\"" }.joined(separator: ",") + "]", "0 to 4096"),
    ("controls", #""pitch""#, "an array of pitch"),
    ("controls", #"["pich"]"#, "pitch.phase, pitch.ahead, voicing"),
    ("controls", #"["keys"]"#, "an array of pitch"), ("controls", #"["mel.0"]"#, "mel.N"),
    ("controls", #"["mel.513"]"#, "mel.N"), ("controls", #"["mel.08"]"#, "mel.N"),
    ("controls", #"["mel"]"#, "mel.N"), ("controls", #"[null]"#, "an array of"),
    ("controls", #"["pitch","pitch"]"#, "different controls"),
    ("controls", #"["pitch.phase"]"#, "pitch.phase without pitch"),
    ("controls", #"["loudness","pitch.ahead"]"#, "pitch.ahead without pitch"),
    ("frame_samples", "0", "1 to 65536"), ("frame_samples", "65537", "1 to 65536"),
    ("frame_samples", "64.0", "an integer"), ("frame_samples", "null", "an integer"),
    ("channels", "0", "1 to 1024"), ("channels", "1025", "1 to 1024"), ("channels", "\"32\"", "an integer"),
  ])
  func aBadValueIsNamedWithWhatIsAllowed(key: String, value: String, words: String) throws {
    let good = [
      ("labels", #"["a"]"#), ("controls", #"["loudness"]"#), ("frame_samples", "64"), ("channels", "4"),
    ]
    func text(_ changed: Bool) -> String {
      "{" + good.map { "\"\($0)\":\(changed && $0 == key ? value : $1)" }.joined(separator: ",") + "}"
    }
    #expect(try read(text(false)) != nil)
    let error = #expect(throws: CheckpointError.self) { try read(text(true)) }
    let said = error?.description ?? ""
    #expect(said.hasPrefix("m/config.json: \"conditioning.\(key)\" is "), "\(said)")
    #expect(said.contains("allowed: ") && said.contains(words), "\(said)")
  }

  @Test(arguments: [
    ("label", "labels"), ("Controls", "controls"), ("frame_sample", "frame_samples"), ("chanels", "channels"),
  ])
  func anUnknownKeyIsAnErrorThatNamesTheNearest(key: String, nearest: String) {
    let error = #expect(throws: CheckpointError.self) {
      try read("{\"labels\":[\"a\"],\"frame_samples\":1,\"channels\":1,\"\(key)\":1}")
    }
    let said = error?.description ?? ""
    #expect(said.contains("unknown key") && said.contains("conditioning.\(key)\""), "\(said)")
    #expect(said.contains("conditioning.\(nearest)\""), "\(said)")
  }
}
