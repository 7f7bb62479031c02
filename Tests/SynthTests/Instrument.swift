// A conditioned model that takes milliseconds to train, with gestures, and recordings to lead it: what the tests of direction,
// tuning and evaluation share.

import AudioIO
import Foundation
import Signal
import Testing

enum Instrument {
  static let labels = ["flute", "voice"]

  /// Notes of 0.4 s, of one partial or of many, with a pause behind every third.
  static func melody(_ hertz: [Double], partials: Int, rate: Int = 4000) -> Clip {
    var samples: [Float] = []
    for (i, hz) in hertz.enumerated() {
      for n in 0..<rate * 2 / 5 {
        let t = Double(n) / Double(rate)
        let fade = min(1, 50 * t, 50 * (0.4 - t))
        var sum = 0.0
        for k in 1...partials { sum += sin(2 * Double.pi * hz * Double(k) * t) / Double(k) }
        samples.append(Float(0.3 * fade * sum))
      }
      if i % 3 == 2 { samples += [Float](repeating: 0, count: rate / 10) }
    }
    return Clip(samples: samples, sampleRate: rate)
  }

  static func write(_ clip: Clip, _ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try SoundFile.write(clip, to: path)
  }

  /// In a new folder: the run `r`, told pitch, voicing, loudness and two labels; what it was trained on, `in/flute` and
  /// `in/voice`; others like these in `held`; and `tune.wav`, 1.3 s or 325 frames long.
  static func trained(_ flags: [String] = []) throws -> Scratch {
    let scratch = Scratch()
    for (i, label) in labels.enumerated() {
      for k in 0..<2 {
        let notes = (0..<10).map { 200 + 30 * Double(($0 * (3 + 2 * i) + 4 * k) % 9) }
        try write(melody(notes, partials: 1 + 5 * i), scratch("in/\(label)/\(k).wav"))
      }
      let others = (0..<6).map { 215 + 30 * Double(($0 * 4 + i) % 7) }
      try write(melody(others, partials: 1 + 5 * i), scratch("held/\(label)/h.wav"))
    }
    try write(melody([330, 294, 262], partials: 3), scratch("tune.wav"))
    scratch.put(
      tinyConfig.replacingOccurrences(
        of: "\"conditioning\":null",
        with: #""conditioning":{"labels":["flute","voice"],"controls":["pitch","voicing","loudness"],"#
          + #""frame_samples":16,"channels":8}"#), "c.json")
    let outcome = try Binary.run(
      [
        "train", "in", "--labels", "folders", "--config", "c.json", "--output", "r", "--steps", "20",
        "--clips",
        "4", "--crop", "200", "--learning-rate", "0.02",
      ] + flags, in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains("kept with the model, to be followed: ") != flags.contains("--no-gestures"))
    return scratch
  }
}
