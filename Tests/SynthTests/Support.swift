// What the tests of the binary share: scratch folders, bytes of files, a small model and sounds.

import AudioIO
import Foundation
import Kernels
import Signal
import Testing
import WaveNet

/// A folder that goes when the test ends.
final class Scratch {
  let path: String
  init() {
    path = NSTemporaryDirectory() + "synth-test-" + UUID().uuidString
    try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  func callAsFunction(_ name: String) -> String { path + "/" + name }
  func names(_ folder: String = "") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path + "/" + folder)) ?? []).sorted()
  }
  func bytes(_ name: String) -> [UInt8] {
    [UInt8](FileManager.default.contents(atPath: self(name)) ?? Data())
  }
  func text(_ name: String) -> String { String(decoding: bytes(name), as: UTF8.self) }
  func put(_ text: String, _ name: String) { put(Array(text.utf8), name) }
  func put(_ bytes: [UInt8], _ name: String) {
    #expect(FileManager.default.createFile(atPath: self(name), contents: Data(bytes)))
  }
  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self(name)) }
}

/// A model that is small enough to be computed slowly and is no stranger: odd channels, three taps.
func smallModel(sampleRate: Int = 4000, seed: UInt64 = 1) throws -> Model {
  let configuration = try Configuration(
    sampleRate: sampleRate, residualChannels: 5, dilationChannels: 6, skipChannels: 7, headChannels: 9,
    kernelSize: 3,
    dilations: [1, 2, 4, 1, 3])
  var random = PhiloxGenerator(seed: seed, stream: 0)
  return Model(
    configuration: configuration,
    parameters: Initialization.parameters(configuration, using: &random))
}

/// The same as a folder, with recommended settings.
func saveSmallModel(_ path: String) throws -> Model {
  let model = try smallModel()
  try ModelFolder.save(model, to: path, defaults: GenerationDefaults(temperature: 0.8, seconds: 0.25))
  return model
}

/// A config.json for training runs that take milliseconds.
let tinyConfig = """
  {"model_type":"wavenet","format_version":1,"sample_rate":4000,"quantization_levels":256,"residual_channels":4,
   "dilation_channels":4,"skip_channels":8,"head_channels":8,"kernel_size":2,"dilations":[1,2,4],"conditioning":null}
  """

/// Flags of such a run.
func tinyRun(_ output: String, steps: Int = 20) -> [String] {
  [
    "train", "--output", output, "--config", "tiny.json", "--steps", "\(steps)", "--clips", "3", "--crop",
    "50",
    "--quiet",
  ]
}

func tone(_ hz: Double, seconds: Double, rate: Int, level: Double = 0.5) -> Clip {
  let count = Int(seconds * Double(rate))
  return Clip(
    samples: (0..<count).map { Float(level * sin(2 * .pi * hz * Double($0) / Double(rate))) },
    sampleRate: rate)
}

/// Signed 16-bit samples of a WAV file made here, whose data chunk is found by its name.
func pcm16(_ bytes: [UInt8]) throws -> [UInt8] {
  let data = try #require(bytes.indices.dropFirst(12).first { bytes[$0...].starts(with: Array("data".utf8)) })
  let count = (0..<4).reduce(0) { $0 | Int(bytes[data + 4 + $1]) << (8 * $1) }
  return Array(bytes[(data + 8)...].prefix(count))
}

/// Everything in a safetensors file after its header, and the header.
func payload(_ bytes: [UInt8]) throws -> (header: String, tensors: [UInt8]) {
  try #require(bytes.count > 8)
  let count = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
  try #require(bytes.count > 8 + count)
  return (String(decoding: bytes[8..<8 + count], as: UTF8.self), Array(bytes[(8 + count)...]))
}

/// What two runs that are the same have in common, byte for byte.
func expectSameRun(_ a: String, _ b: String, _ scratch: Scratch) throws {
  #expect(scratch.bytes("\(a)/model.safetensors") == scratch.bytes("\(b)/model.safetensors"))
  #expect(scratch.bytes("\(a)/config.json") == scratch.bytes("\(b)/config.json"))
  let (first, second) = try (
    payload(scratch.bytes("\(a)/training_state.safetensors")),
    payload(scratch.bytes("\(b)/training_state.safetensors"))
  )
  #expect(first.tensors == second.tensors)
  // The header holds the progress, and in it the seconds that the run has taken: the only thing that may differ.
  func timeless(_ header: String) -> String {
    header.replacing(/seconds\\":[0-9.e+-]+/, with: "").trimmingCharacters(in: .whitespaces)
  }
  #expect(timeless(first.header) == timeless(second.header))
}
