// What preparing does to channels, to the loudness of items and to time: nothing without a word.
import AudioIO
import Foundation
import Signal
import TestSupport
import Testing

@testable import Listening

@Suite struct PreparationChannelTests {
  private let rate = 16_000

  private func noise(_ seed: UInt64, seconds: Double = 0.6, gain: Float = 1) -> [Float] {
    var random = SeededValues(seed: seed)
    return (0..<Int(seconds * Double(rate))).map { _ in gain * Float(random.value(0.2)) }
  }

  private func put(_ path: String, _ channels: [Float]...) throws {
    let parent = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    try SoundFile.write(ChannelClip(channels: channels, sampleRate: rate), to: path, format: .wav24)
  }

  private func preparation(_ root: String, _ method: Listening.Method = .ab, reference: String? = nil)
    -> Preparation
  {
    var preparation = Preparation(
      method: method,
      systems: ["A", "B"].map { .init(name: $0, source: .folder("\(root)/\($0)")) }, seed: 1)
    preparation.sampleRate = rate
    preparation.reference = reference
    return preparation
  }

  /// Both files of the issue: swapped channels are two sounds, opposite phase is not silence.
  @Test func twoChannelsAreKept() throws {
    try withTemporaryFolder { root in
      let (left, right) = (noise(1), noise(2, gain: 0.5))
      try put("\(root)/A/x.wav", left, right)
      try put("\(root)/B/x.wav", right, left)
      try put("\(root)/A/y.wav", left, left.map { -$0 })
      try put("\(root)/B/y.wav", left, left)
      let (test, items) = try preparation(root).run(to: "\(root)/t")
      #expect(items.map(\.channels) == [2, 2] && items.allSatisfy(\.twins.isEmpty))
      for item in test.key.items {
        #expect(item.channels == 2)
        let sounds = try item.stimuli.map { try test.sound($0) }
        for (sound, other) in [(sounds[0], sounds[1]), (sounds[1], sounds[0])] {
          #expect(sound.channels.count == 2 && sound.frames == item.frames)
          let (l, r) = (sound.channels[0], sound.channels[1])
          if item.name == "x" {
            #expect(l == other.channels[1] && r == other.channels[0] && l != r)
          } else {
            #expect(zip(l, r).allSatisfy { abs(abs($0) - abs($1)) < 1e-6 } && l.contains { abs($0) > 0.01 })
          }
        }
        let levels = try sounds.map { try #require(LoudnessMeter.loudness($0)) }
        #expect(abs(levels[0] - levels[1]) < 0.1)
      }
    }
  }

  @Test func foldedOnRequestAndSaid() throws {
    try withTemporaryFolder { root in
      let left = noise(1)
      try put("\(root)/A/x.wav", left, noise(2))
      try put("\(root)/B/x.wav", noise(4))
      var folding = preparation(root)
      folding.mono = true
      let (test, items) = try folding.run(to: "\(root)/t")
      #expect(items[0].channels == 1 && items[0].folded == ["A"] && test.key.items[0].channels == 1)
      #expect(Preparation.notes(items).contains { $0.hasPrefix("A: the mean of its channels in 'x'") })
      // What cancels in the mean is named, and what is silent in it is refused.
      try put("\(root)/A/x.wav", left, left.map { -0.8 * $0 })
      let thin = try folding.run(to: "\(root)/t2").items
      #expect(Preparation.notes(thin).contains { $0.contains("out of phase") && $0.contains("A/x.wav") })
      try put("\(root)/A/x.wav", left, left.map { -$0 })
      #expect(throws: ListeningError.silent(path: "\(root)/A/x.wav")) { try folding.run(to: "\(root)/t3") }
      // More than two are refused with the way out, which works.
      try put("\(root)/A/x.wav", left, noise(2), noise(3))
      let error = #expect(throws: ListeningError.manyChannels(path: "\(root)/A/x.wav", channels: 3)) {
        try preparation(root).run(to: "\(root)/t4")
      }
      #expect("\(error!)".contains("--mono"))
      #expect(try folding.run(to: "\(root)/t4").items[0].folded == ["A"])
    }
  }

  @Test func oneChannelBesideTwo() throws {
    try withTemporaryFolder { root in
      try put("\(root)/A/x.wav", noise(1), noise(2))
      try put("\(root)/B/x.wav", noise(3))
      let (test, items) = try preparation(root).run(to: "\(root)/t")
      #expect(items[0].widened == ["B"] && items[0].channels == 2)
      let notes = Preparation.notes(items)
      #expect(notes.contains { $0.hasPrefix("B has one channel") && $0.contains("two equal channels") })
      let sounds = try test.key.items[0].stimuli.map { try test.sound($0) }
      #expect(sounds[1].channels[0] == sounds[1].channels[1])
      let levels = try sounds.map { try #require(LoudnessMeter.loudness($0)) }
      #expect(abs(levels[0] - levels[1]) < 0.1)
    }
  }

  /// By default no item is louder than another; on request as they were recorded, and then that is said.
  @Test func itemsOfOneLoudness() throws {
    try withTemporaryFolder { root in
      for (name, gain) in [("loud", 1), ("middle", 0.6), ("soft", 0.2)] as [(String, Float)] {
        try put("\(root)/A/\(name).wav", noise(1, gain: gain))
        try put("\(root)/B/\(name).wav", noise(2, gain: gain * 0.9))
      }
      var setting = preparation(root)
      func levels(_ test: PreparedTest) -> [Double] {
        test.key.items.map { $0.stimuli[0].loudnessLufs! }
      }
      let (test, items) = try setting.run(to: "\(root)/t")
      #expect(levels(test).allSatisfy { abs($0 - test.plan.levelLufs) < 0.1 } && test.plan.loudness == .match)
      #expect(items.map(\.name) == ["loud", "middle", "soft"] && items[2].itemGainDb == 0)
      #expect(abs(items[0].itemGainDb + 13.98) < 0.1 && abs(items[1].itemGainDb + 9.54) < 0.1)
      #expect(items.map { $0.lowestGainDb <= $0.itemGainDb } == [true, true, true])
      let note = Preparation.notes(items).first { $0.contains("quietest, 'soft'") }
      #expect(note?.contains("up to 14.0 dB less") == true && note?.contains("make it louder") == true)
      setting.loudness = .items
      let (kept, found) = try setting.run(to: "\(root)/t2")
      #expect(abs(levels(kept)[0] - levels(kept)[2] - 13.98) < 0.1 && found.allSatisfy { $0.itemGainDb == 0 })
      #expect(
        Preparation.notes(found).contains {
          $0.contains("differ by 14.0 dB") && $0.contains("'soft' to 'loud'")
        })
      for item in kept.key.items {
        #expect(abs(item.stimuli[0].loudnessLufs! - item.stimuli[1].loudnessLufs!) < 0.1)
      }
    }
  }

  /// 21 ms and 0.4 ms, in either direction and against a reference: afterwards all start together, to the sample.
  @Test func alignedToTheSample() throws {
    try withTemporaryFolder { root in
      let sound = noise(1)
      let silence = [Float](repeating: 0, count: 336)
      try put("\(root)/A/x.wav", silence + sound)
      try put(
        "\(root)/B/x.wav", (Array(silence[..<6]) + sound).map { 0.9 * $0 }, Array(silence[..<6]) + sound)
      try put("\(root)/R/x.wav", sound)
      var aligning = preparation(root, .mushra, reference: "\(root)/R")
      let (_, before) = try aligning.run(to: "\(root)/t")
      #expect(before[0].shifts.map(\.milliseconds) == [21] && before[0].aligned.isEmpty)
      #expect(
        Preparation.notes(before).contains {
          $0.contains("21.0 ms after reference") && $0.contains("--align")
        })
      aligning.align = true
      let (test, items) = try aligning.run(to: "\(root)/t2")
      #expect(items[0].aligned.map(\.system) == ["A", "B"] && items[0].shifts.isEmpty)
      #expect(items[0].aligned.map(\.milliseconds) == [21, 0.375] && items[0].seconds == 0.6)
      #expect(Preparation.notes(items).contains { $0.hasPrefix("A lost the first 21.0 ms in 'x'") })
      let sounds = try test.key.items[0].stimuli.prefix(3).map { try test.sound($0) }
      for frame in 200..<9400 {
        #expect(abs(sounds[0].channels[0][frame] - sounds[2].channels[0][frame]) < 1e-4)
      }
      // The first of two systems may be the late one.
      var turned = preparation(root)
      turned.align = true
      #expect(try turned.run(to: "\(root)/t3").items[0].aligned.map(\.system) == ["A"])
    }
  }

  /// A system that is the reference is named, and does not make a test impossible.
  @Test func theReferenceItself() throws {
    try withTemporaryFolder { root in
      for (folder, seed) in [("A", 1), ("B", 2), ("R", 1)] as [(String, UInt64)] {
        try put("\(root)/\(folder)/x.wav", noise(seed))
      }
      let (_, items) = try preparation(root, .mushra, reference: "\(root)/R").run(to: "\(root)/t")
      #expect(items[0].twins.map(\.systems) == [["A", "reference"]])
      #expect(
        Preparation.notes(items).contains { $0.hasPrefix("A and the reference are one and the same sound") })
    }
  }

  @Test func sizes() throws {
    try withTemporaryFolder { root in
      try put("\(root)/A/x.wav", noise(1))
      try put("\(root)/B/x.wav", [Float](repeating: 0.1, count: 9600))
      var setting = preparation(root, .abx)
      setting.loudness = .off
      let (test, items) = try setting.run(to: "\(root)/t")
      let sizes = try test.key.items[0].stimuli.map { try test.bytes($0).count }
      #expect(sizes[0] == sizes[1] && items[0].stimulusBytes == sizes[0] && test.soundsPerTrial == 3)
      // Noise of 24 bits hardly gets smaller, and never larger than that.
      #expect(sizes[0] < 3 * 9600 + 10_000)
    }
  }
}
