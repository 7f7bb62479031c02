// What the tests of listening share: prepared tests made by hand, of short sines, without the cost of preparing.

import AudioIO
import Foundation
import Signal
import TestSupport

@testable import Listening

/// A test's folder with constant sounds: system s of item i is a sine of its own frequency.
func makeTest(
  _ folder: String, method: Listening.Method = .abx, systems: Int = 2, items: Int = 3, trials: Int = 16,
  rate: Int = 48_000, frames: Int = 4800, channels: Int = 1, page: PageOptions = PageOptions()
) throws -> PreparedTest {
  let key = try makeKey(method, systems: systems, items: items, frames: frames, channels: channels) {
    item, count in
    try StimulusFormat.files(
      (0..<count).map { system in
        ChannelClip(
          channels: (0..<channels).map {
            sound(item: item, system: system, frames: frames, rate: rate, channel: $0)
          }, sampleRate: rate)
      }, in: folder)
  } write: { bytes, file in
    let path = "\(folder)/\(file)"
    try? FileManager.default.createDirectory(atPath: "\(folder)/stimuli", withIntermediateDirectories: true)
    writePlainly(bytes, to: path)
  }
  return try TestWriter.write(
    key, to: folder, method: method, title: "A test", question: nil, seed: 1, sampleRate: rate,
    trials: trials, loudness: .match, levelLufs: -23, page: page, version: "0")
}

/// As 24 bits hold it; the second channel is softer and turned over.
func sound(item: Int, system: Int, frames: Int, rate: Int, channel: Int = 0) -> [Float] {
  let hz = 200.0 + 100 * Double(item) + 17 * Double(system)
  let level = channel == 0 ? 0.2 : -0.1
  return PCM16.rounded24((0..<frames).map { Float(level * sin(2 * .pi * hz * Double($0) / Double(rate))) })
}

func makeKey(_ method: Listening.Method, systems: Int, items: Int, frames: Int) -> TestKey {
  makeKey(
    method, systems: systems, items: items, frames: frames, channels: 1,
    files: { _, count in .init(repeating: [], count: count) }, write: { _, _ in })
}

/// A key whose names would be noticed if they leaked.
func makeKey(
  _ method: Listening.Method, systems: Int, items: Int, frames: Int, channels: Int,
  files: (_ item: Int, _ count: Int) throws -> [[UInt8]], write: ([UInt8], String) -> Void
) rethrows -> TestKey {
  var all = (0..<systems).map {
    TestKey.System(name: "secret_\($0)", kind: .folder, source: "/somewhere/secret_\($0)")
  }
  if method.needsReference {
    all.append(.init(name: TestKey.reference, kind: .reference, source: "/somewhere/truth"))
  }
  if method == .mushra {
    for name in [TestKey.anchor35, TestKey.anchor70] {
      all.append(.init(name: name, kind: .anchor, source: TestKey.reference))
    }
  }
  var number = 0
  let made = try (0..<items).map { item in
    let contents = try files(item, all.count)
    return TestKey.Item(
      name: "piece_\(item)", frames: frames, channels: channels,
      stimuli: all.indices.map { system in
        let file = String(format: "stimuli/%03d.flac", number)
        number += 1
        let content = contents[system]
        write(content, file)
        return TestKey.Stimulus(
          system: all[system].name, file: file, gainDb: 0, loudnessLufs: -23, truePeakDbtp: -14,
          sha256: SHA256.hex(content))
      })
  }
  return TestKey(systems: all, items: made, trainingItem: "piece_0")
}
