// What the audio tests share: scratch folders, signals with a seed, bytes of files.

import Files
import Foundation
import Signal
import Testing

@testable import AudioIO

/// A folder that goes when the test ends.
final class Scratch {
  let path: String
  init() {
    path = NSTemporaryDirectory() + "synth-test-" + UUID().uuidString
    try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  func callAsFunction(_ name: String) -> String { path + "/" + name }
  var names: [String] { (try! FileManager.default.contentsOfDirectory(atPath: path)).sorted() }
}

func bytes(_ path: String) -> [UInt8] { [UInt8](FileManager.default.contents(atPath: path) ?? Data()) }
func put(_ bytes: [UInt8], _ path: String) {
  #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
}

/// A sine of `hz` with amplitude `level`.
func sine(_ hz: Double, level: Double = 0.5, seconds: Double = 1, rate: Int = 16000) -> Clip {
  let count = Int(seconds * Double(rate))
  return Clip(
    samples: (0..<count).map { Float(level * sin(2 * .pi * hz * Double($0) / Double(rate))) },
    sampleRate: rate)
}

func noise(_ count: Int, level: Double = 0.5, seed: UInt64 = 1) -> [Float] {
  var generator = PhiloxGenerator(seed: seed, stream: 0)
  return (0..<count).map { _ in Float(level * (2 * generator.uniform() - 1)) }
}

/// Level of a tone in a clip, by correlation with sine and cosine.
func level(of hz: Double, in clip: Clip, skipping edge: Int = 0) -> Double {
  var (c, s, n) = (0.0, 0.0, 0.0)
  for i in edge..<(clip.samples.count - edge) {
    let phase = 2 * .pi * hz * Double(i) / Double(clip.sampleRate)
    c += Double(clip.samples[i]) * cos(phase)
    s += Double(clip.samples[i]) * sin(phase)
    n += 1
  }
  return 2 * (c * c + s * s).squareRoot() / n
}

/// Writes interleaved frames in any of libsndfile's formats.
func writeAny(_ samples: [Float], channels: Int, rate: Int, code: Int32, to path: String) throws {
  try AtomicFile.replace(path, failure: AudioIOError.file) { descriptor throws(AudioIOError) in
    try SoundFile.encode(
      samples, channels: channels, sampleRate: rate, code: code, comment: nil, descriptor: descriptor,
      path: path)
  }
}

/// The error that `body` ends with.
func error(_ body: () throws -> Void) -> AudioIOError? {
  do {
    try body()
    return nil
  } catch {
    return error as? AudioIOError
  }
}
