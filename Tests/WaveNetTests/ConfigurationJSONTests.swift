// config.json and generation_config.json: exact text, round trip, and one bad text per complaint.
import Testing
import WaveNet

private func configuration(_ text: String) throws(CheckpointError) -> Configuration {
  try Configuration(json: Array(text.utf8), path: "m/config.json")
}

private func defaults(_ text: String) throws(CheckpointError) -> GenerationDefaults {
  try GenerationDefaults(json: Array(text.utf8), path: "m/generation_config.json")
}

/// A valid text with one key replaced, removed (nil) or added.
private func valid(_ changes: [String: String?] = [:]) -> String {
  var values: [(String, String)] = [
    ("model_type", "\"wavenet\""), ("format_version", "1"), ("sample_rate", "16000"),
    ("quantization_levels", "256"), ("residual_channels", "32"), ("dilation_channels", "16"),
    ("skip_channels", "64"), ("head_channels", "48"), ("kernel_size", "2"), ("dilations", "[1,2,4]"),
    ("conditioning", "null"),
  ]
  for (key, value) in changes {
    values.removeAll { $0.0 == key }
    if let value { values.append((key, value)) }
  }
  return "{" + values.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
}

struct ConfigurationJSONTests {
  @Test func readsEachKeyIntoItsPlace() throws {
    let expected = try Configuration(
      sampleRate: 16000, quantizationLevels: 256, residualChannels: 32, dilationChannels: 16,
      skipChannels: 64,
      headChannels: 48, kernelSize: 2, dilations: [1, 2, 4])
    #expect(try configuration(valid()) == expected)
    #expect(try configuration(" \n" + valid() + "\n") == expected)
    // Replaced keys come last: the order in the text does not matter.
    #expect(
      try configuration(valid(["model_type": "\"wavenet\"", "sample_rate": "48000"])).sampleRate == 48000)
  }

  @Test func writesStableBytesInTheOrderOfTheContract() throws {
    let text = """
      {
        "model_type": "wavenet",
        "format_version": 1,
        "sample_rate": 44100,
        "quantization_levels": 1024,
        "residual_channels": 1,
        "dilation_channels": 2,
        "skip_channels": 3,
        "head_channels": 4,
        "kernel_size": 5,
        "dilations": [1,2,4,8],
        "conditioning": null
      }

      """
    let configuration = try Configuration(
      sampleRate: 44100, quantizationLevels: 1024, residualChannels: 1, dilationChannels: 2, skipChannels: 3,
      headChannels: 4, kernelSize: 5, dilations: [1, 2, 4, 8])
    #expect(String(decoding: configuration.json(), as: UTF8.self) == text)
    #expect(try Configuration(json: configuration.json(), path: "x") == configuration)
  }

  @Test(arguments: [
    ("dilation", "dilations"), ("residual_chanels", "residual_channels"), ("skipchannels", "skip_channels"),
    ("kernel_sizes", "kernel_size"), ("sampling_rate", "sample_rate"), ("Conditioning", "conditioning"),
    ("quantisation_levels", "quantization_levels"), ("head_chanenls", "head_channels"),
  ])
  func anUnknownKeyIsAnErrorThatNamesTheNearest(key: String, nearest: String) {
    let error = CheckpointError.unknownKey(path: "m/config.json", key: key, nearest: nearest)
    #expect(throws: error) { try configuration(valid([key: "1"])) }
    #expect(error.description.contains("\"\(key)\"") && error.description.contains("\"\(nearest)\""))
  }

  @Test(arguments: Configuration.keys)
  func everyKeyIsNeeded(key: String) {
    let error = #expect(throws: CheckpointError.self) { try configuration(valid([key: nil])) }
    guard case .missingKey("m/config.json", key, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  /// A value that is refused, and what the message must say besides file and key.
  @Test(arguments: [
    ("sample_rate", "999", "1000 to 384000 Hz"), ("sample_rate", "384001", "1000 to 384000 Hz"),
    ("sample_rate", "16000.0", "an integer"), ("sample_rate", "\"16000\"", "an integer"),
    ("sample_rate", "null", "an integer"), ("sample_rate", "9223372036854775808", "an integer"),
    ("quantization_levels", "255", "256, 512 or 1024"), ("quantization_levels", "true", "256, 512 or 1024"),
    ("quantization_levels", "-9223372036854775808", "256, 512 or 1024"),
    ("residual_channels", "0", "1 to 4096"), ("residual_channels", "4097", "1 to 4096"),
    ("dilation_channels", "-1", "1 to 4096"), ("skip_channels", "9223372036854775807", "1 to 4096"),
    ("head_channels", "[64]", "an integer"), ("kernel_size", "1", "2 to 64"),
    ("kernel_size", "65", "2 to 64"),
    ("dilations", "[]", "1 to 1000"), ("dilations", "[1,0]", "1 to 65536"),
    ("dilations", "[65537]", "1 to 65536"),
    ("dilations", "7", "an array of integers"), ("dilations", "[1,\"2\"]", "an array of integers"),
    ("dilations", "[1,[2]]", "an array of integers"), ("dilations", "[1,2.5]", "an array of integers"),
    ("dilations", "[" + [String](repeating: "1", count: 1001).joined(separator: ",") + "]", "1 to 1000"),
  ])
  func aBadValueIsNamedWithWhatIsAllowed(key: String, value: String, allowed: String) {
    let error = #expect(throws: CheckpointError.self) { try configuration(valid([key: value])) }
    let text = error?.description ?? ""
    #expect(text.hasPrefix("m/config.json: \"\(key)\" is ") && text.contains("allowed: "), "\(text)")
    #expect(text.contains(allowed), "\(text)")
  }

  @Test func otherFormatsAreRefused() {
    func refusal(_ changes: [String: String?]) -> CheckpointError? {
      #expect(throws: CheckpointError.self) { try configuration(valid(changes)) }
    }
    #expect(
      refusal(["model_type": "\"gpt2\""])
        == .otherModelType(path: "m/config.json", found: "the string \"gpt2\""))
    #expect(refusal(["model_type": "1"]) == .otherModelType(path: "m/config.json", found: "1"))
    #expect(refusal(["format_version": "2"]) == .otherVersion(path: "m/config.json", found: "2"))
    #expect(refusal(["format_version": "1.0"]) == .otherVersion(path: "m/config.json", found: "1.0"))
    #expect(
      refusal(["conditioning": "{}"])
        == .missingKey(
          path: "m/config.json", key: "conditioning.frame_samples", allowed: "an integer, in samples"))
    #expect(
      refusal(["conditioning": "0"])
        == .badValue(
          path: "m/config.json", key: "conditioning", found: "0",
          allowed: "null, or an object of labels and controls"))
    #expect(
      refusal(["kernel_size": "64", "dilations": "[65536]"])
        == .receptiveField(path: "m/config.json", samples: 1 + 63 * 65536, limit: 4_000_000))
  }

  @Test(arguments: [
    "", "{", "null", "[]", "\"wavenet\"", "{}{}", "{\"sample_rate\":NaN}", "{\"a\":1,\"a\":1}",
  ])
  func whatIsNotAnObjectOfJSON(text: String) {
    let error = #expect(throws: CheckpointError.self) { try configuration(text) }
    #expect(error?.description.hasPrefix("m/config.json: ") == true)
  }

  @Test func everyTruncationIsRefused() {
    let bytes = Array(valid().utf8)
    for length in 0..<bytes.count {
      #expect(throws: CheckpointError.self) { try Configuration(json: Array(bytes[..<length]), path: "x") }
    }
  }
}

struct GenerationDefaultsTests {
  @Test func roundTrip() throws {
    let all = GenerationDefaults(temperature: 0.85, topK: 40, topP: 0.95, seconds: 4, warmUpSeconds: 0.1)
    #expect(
      String(decoding: all.json(), as: UTF8.self) == """
        {
          "temperature": 0.85,
          "top_k": 40,
          "top_p": 0.95,
          "seconds": 4.0,
          "warm_up_seconds": 0.1
        }

        """)
    for some in [all, GenerationDefaults(), GenerationDefaults(topK: 1), GenerationDefaults(temperature: 0)] {
      #expect(try GenerationDefaults(json: some.json(), path: "x") == some)
    }
  }

  @Test func integersAreNumbersAndKeysOptional() throws {
    #expect(try defaults(#"{"seconds":4,"temperature":1}"#) == GenerationDefaults(temperature: 1, seconds: 4))
    #expect(try defaults("{}") == GenerationDefaults())
  }

  @Test(arguments: [
    ("temperature", "-0.1"), ("temperature", "1000.5"), ("temperature", "\"hot\""), ("temperature", "null"),
    ("top_k", "0"), ("top_k", "1025"), ("top_k", "2.5"), ("top_k", "true"), ("top_p", "0"), ("top_p", "1.01"),
    ("top_p", "[]"), ("seconds", "0"), ("seconds", "-1"), ("seconds", "86401"), ("warm_up_seconds", "-1"),
    ("warm_up_seconds", "86401"),
  ])
  func aBadValueIsNamed(key: String, value: String) {
    let error = #expect(throws: CheckpointError.self) { try defaults("{\"\(key)\":\(value)}") }
    #expect(error?.description.hasPrefix("m/generation_config.json: \"\(key)\" is ") == true)
  }

  @Test func anUnknownKeyIsAnErrorThatNamesTheNearest() {
    #expect(
      throws: CheckpointError.unknownKey(
        path: "m/generation_config.json", key: "temprature", nearest: "temperature")
    ) { try defaults(#"{"temprature":1}"#) }
    #expect(
      throws: CheckpointError.unknownKey(path: "m/generation_config.json", key: "topk", nearest: "top_k")
    ) { try defaults(#"{"topk":1}"#) }
  }
}
