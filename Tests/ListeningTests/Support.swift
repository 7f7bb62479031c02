// What the tests of listening share: prepared tests made by hand, of short sines, without the cost of preparing.

import Foundation
import Signal
import TestSupport

@testable import Listening

/// A test's folder with constant sounds: system s of item i is a sine of its own frequency.
func makeTest(
  _ folder: String, method: Listening.Method = .abx, systems: Int = 2, items: Int = 3, trials: Int = 16,
  rate: Int = 48_000, frames: Int = 4800
) throws -> PreparedTest {
  let key = makeKey(method, systems: systems, items: items, frames: frames) { item, system in
    let samples = sound(item: item, system: system, frames: frames, rate: rate)
    return RawFloats.bytes(samples)
  } write: { bytes, file in
    let path = "\(folder)/\(file)"
    try? FileManager.default.createDirectory(atPath: "\(folder)/stimuli", withIntermediateDirectories: true)
    writePlainly(bytes, to: path)
  }
  return try TestWriter.write(
    key, to: folder, method: method, title: "A test", question: nil, seed: 1, sampleRate: rate,
    trials: trials, loudness: .match, levelLufs: -23, version: "0")
}

func sound(item: Int, system: Int, frames: Int, rate: Int) -> [Float] {
  let hz = 200.0 + 100 * Double(item) + 17 * Double(system)
  return (0..<frames).map { Float(0.2 * sin(2 * .pi * hz * Double($0) / Double(rate))) }
}

/// A key whose names would be noticed if they leaked.
func makeKey(
  _ method: Listening.Method, systems: Int, items: Int, frames: Int,
  bytes: (Int, Int) -> [UInt8] = { _, _ in [] }, write: ([UInt8], String) -> Void = { _, _ in }
) -> TestKey {
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
  let made = (0..<items).map { item in
    TestKey.Item(
      name: "piece_\(item)", frames: frames,
      stimuli: all.indices.map { system in
        let file = String(format: "stimuli/%03d.f32", number)
        number += 1
        let content = bytes(item, system)
        write(content, file)
        return TestKey.Stimulus(
          system: all[system].name, file: file, gainDb: 0, loudnessLufs: -23, truePeakDbtp: -14,
          sha256: SHA256.hex(content))
      })
  }
  return TestKey(systems: all, items: made, trainingItem: "piece_0")
}
