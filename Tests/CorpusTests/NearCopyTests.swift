// Copies in other formats, levels and places are found, by encodings that were really made; what only resembles one another is not:
// all notes of a piano, another take, silence.
import AudioIO
import Files
import Foundation
import Signal
import TestSupport
import Testing

@testable import Corpus

@Suite struct NearCopyTests {
  private static let rate = 16_000

  private static func recording(
    _ samples: [Float], decoded: @escaping (Range<Int>) -> Void = { _ in }
  ) -> NearCopies.Recording {
    let stretch = rate / NearCopies.envelopeRate
    let envelope = stride(from: 0, to: samples.count, by: stretch).map { start -> Float in
      let part = samples[start..<min(samples.count, start + stretch)]
      return (part.reduce(0) { $0 + $1 * $1 } / Float(part.count)).squareRoot()
    }
    return NearCopies.Recording(samples: samples.count, envelope: envelope) { range in
      #expect(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= samples.count)
      decoded(range)
      return Array(samples[range])
    }
  }

  private static func pairs(_ sounds: [[Float]]) -> [NearCopies.Pair] {
    NearCopies.pairs(sounds.map { recording($0) }, sampleRate: rate)
  }

  /// A struck string: partials a little sharp, falling the faster the higher they are.
  private static func note(_ midi: Int, seconds: Double = 2, phase: Double = 0) -> [Float] {
    let hertz = 440 * exp2(Double(midi - 69) / 12)
    let count = Int(seconds * Double(rate))
    var samples = [Float](repeating: 0, count: count)
    for k in 1...24 {
      let partial = Double(k) * hertz * (1 + 2e-4 * Double(k * k)).squareRoot()
      if partial > 7000 { break }
      let start = phase * Double(k * k)
      for n in samples.indices {
        let t = Double(n) / Double(rate)
        samples[n] += Float(
          0.2 / Double(k) * exp(-t * (1.2 + 0.15 * Double(k))) * sin(2 * .pi * partial * t + start))
      }
    }
    for n in 0..<160 { samples[n] *= Float(n) / 160 }
    return samples
  }

  @Test func encodingsAreFound() throws {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let paths =
      ["\(package)/Audio/recorder-hum.flac", "\(package)/Audio/recordings.flac"]
      + ["mp3.mp3", "ogg.ogg", "late.mp3"].map { fixture("near_copies/\($0)") }
    let sounds = try paths.map { try SoundFile.readMixed($0, sampleRate: Self.rate).clip.samples }
    let found = Self.pairs(sounds)
    // The other sound belongs to none of them.
    #expect(found.map { [$0.first, $0.second] } == [[0, 2], [0, 3], [0, 4], [2, 3], [2, 4], [3, 4]])
    #expect(found.allSatisfy { $0.correlation > 0.95 && $0.correlation <= 1 }, "\(found)")
    let late = try #require(found.first { $0.first == 0 && $0.second == 4 })
    #expect(abs(late.shift - 1600) < 1200, "0.1 s, and what the encoder adds: \(late.shift)")
  }

  /// A run that goes on says it again: its figures flatter as before.
  @Test func whatWasSaidStays() throws {
    let scratch = try Scratch()
    for (i, key) in [60, 64, 67, 71].enumerated() {
      let sound = Self.note(key)
      try scratch.wav("\(i).wav", frames: sound.count) { n, _ in 0.9 * Double(sound[n]) }
    }
    let copied = Self.note(60)
    try scratch.wav("again.wav", frames: copied.count) { n, _ in 0.2 * Double(copied[n]) }
    func open(_ past: CorpusPast?) throws -> FolderCorpus {
      try FolderCorpus(
        options: FolderOptions(paths: [scratch.path]), seed: 1, receptiveField: 20, cache: nil, past: past)
    }
    let first = try open(nil)
    let said = first.report.warnings.filter { $0.contains("again.wav") }
    #expect(said.count == 1, "\(first.report.warnings)")
    let record = try #require(first.record)
    let kept = try SnakeJSON.decode(
      CorpusRecord.self, Array(SnakeJSON.text(record).utf8), path: "corpus.json")
    let again = try open(CorpusPast(kept))
    #expect(again.report.warnings.filter { $0.contains("again.wav") } == said)
    #expect(try open(CorpusPast(again.record)).report.warnings.contains(said[0]))
  }

  @Test func otherLevelsSignsAndPlaces() throws {
    let sound = Self.note(60)
    let same = [
      sound, sound.map { 0.03 * $0 }, sound.map { -$0 }, [Float](repeating: 0, count: 2400) + sound,
      Array(sound.dropLast(2000)), sound.map { $0 + 0.1 },
    ]
    let found = Self.pairs(same)
    #expect(Set(found.map { [$0.first, $0.second] }).isSuperset(of: (1...4).map { [0, $0] }), "\(found)")
    #expect(abs(try #require(found.first { $0.first == 0 && $0.second == 3 }).shift - 2400) <= 4)
    // Too far away, too much longer.
    let far = [sound, [Float](repeating: 0, count: 8000) + sound]
    #expect(Self.pairs(far).isEmpty)
  }

  @Test func allNotesOfAPianoDiffer() throws {
    let found = Self.pairs((21...108).map { Self.note($0) })
    #expect(found.isEmpty, "\(found.map { ($0.first + 21, $0.second + 21, $0.correlation) })")
  }

  @Test func whatOnlyResembles() throws {
    // The same note once more: partials begin elsewhere. Noise of the same level. Silence, and next to nothing.
    var random = SeededValues(seed: 5)
    let noise = (0..<2).map { _ in (0..<32_000).map { _ in Float(random.value(0.2)) } }
    let silence = [Float](repeating: 0, count: 32_000)
    let sounds =
      [Self.note(64), Self.note(64, phase: 1)] + noise + [silence, silence, [0.1], [0.1], [0.2, 0.1]]
    let found = Self.pairs(sounds)
    #expect(found.isEmpty, "\(found)")
    #expect(Self.pairs([]).isEmpty && Self.pairs([noise[0]]).isEmpty)
  }

  /// Tunes of one rhythm that have a note in common, at the same place.
  @Test func tunesThatShareANoteDiffer() {
    func tune(_ notes: [Int]) -> [Float] {
      notes.flatMap { midi in
        let hertz = 440 * exp2(Double(midi - 69) / 12)
        return (0..<8000).map { n in
          let t = Double(n) / Double(Self.rate)
          return Float(0.5 * exp(-2 * t) * sin(2 * .pi * hertz * t))
        }
      }
    }
    let tunes = [[62, 71, 68, 69, 70, 61], [62, 60, 60, 66, 68, 62], [62, 64, 60, 72, 59, 66]].map(tune)
    #expect(Self.pairs(tunes).isEmpty)
    // But one of them once more, softer and a little later, is found.
    let copy = [Float](repeating: 0, count: 700) + tunes[1].map { 0.3 * $0 }
    #expect(Self.pairs(tunes + [copy]).map { [$0.first, $0.second] } == [[1, 3]])
  }

  /// What lengths and levels tell apart is not read at all.
  @Test func littleIsRead() throws {
    var reads = 0
    var random = SeededValues(seed: 9)
    let steps = (0..<40).map { _ -> [Float] in
      let isLoud = (0..<16).map { _ in random.value() > 0 }
      return Self.note(60).enumerated().map { i, x in isLoud[i / 2000] ? x : 0.01 * x }
    }
    let sounds = steps + [steps[3].map { 0.5 * $0 }]
    let found = NearCopies.pairs(
      sounds.map { Self.recording($0) { _ in reads += 1 } }, sampleRate: Self.rate)
    #expect(found.contains { $0.first == 3 && $0.second == 40 })
    #expect(reads < 82, "\(reads) reads for 820 pairs")
  }

  /// As a folder that is opened says it.
  @Test func aFolderSaysSo() throws {
    let scratch = try Scratch()
    for i in 0..<4 {
      let sound = Self.note(50 + 7 * i)
      try scratch.wav("\(i).wav", frames: sound.count) { n, _ in Double(sound[n]) }
    }
    #expect(try scratch.corpus().report.warnings.isEmpty)
    let sound = Self.note(57)
    try scratch.wav("softer.wav", frames: sound.count + 700) { n, _ in
      n < 700 ? 0 : 0.5 * Double(sound[n - 700])
    }
    let lines = try scratch.corpus().report.warnings
    #expect(
      lines.count == 1 && lines[0].contains("1.wav and ") && lines[0].contains("softer.wav"), "\(lines)")
    // Of all pairs that are alike, as many as there is time for; the others are counted.
    let recordings = try scratch.corpus().training.all.map { Recording(path: $0.path, tokens: $0.tokens) }
    let found = FolderCorpus.nearCopies(recordings, levels: 256, sampleRate: Self.rate, most: 0)
    #expect(found.pairs.isEmpty && found.left >= 1)
    #expect(FolderReport.nearCopies(found, among: recordings) { _ in false }.count == 1)
  }

  /// As many as every look at every pair finds.
  @Test func pairsAreCounted() {
    for count in [0, 1, 2, 50] {
      let recordings = (0..<count).map { i in
        NearCopies.Recording(samples: 1000 + (i * 7919) % 13_000, envelope: []) { _ in [] }
      }
      var pairs = 0
      NearCopies.eachOfOneLength(recordings, sampleRate: Self.rate) { _, _ in pairs += 1 }
      #expect(NearCopies.countOfOneLength(recordings, sampleRate: Self.rate) == pairs)
      #expect(count < 50 || pairs > 100 && pairs < 1225)
    }
  }

  /// Of many pairs the most alike are kept, whenever they come.
  @Test func theBestOfMany() {
    let sounds = (0..<150).map { i -> [Float] in
      let swell = Float(i + 1) * 2e-4
      let note = Self.note(40 + i % 40, seconds: 0.6, phase: Double(i))
      return note.enumerated().map { n, x -> Float in x * (1 + 0.3 * sin(Float(n) * swell)) }
    }
    func recording(_ samples: [Float]) -> Recording {
      Recording(
        path: "x", tokens: Tokens(MuLaw(levels: 256).encode(samples), levels: 256, sampleRate: Self.rate))
    }
    let recordings = (sounds + [sounds[70].map { 0.8 * $0 }]).map(recording)
    for most in [60, 2000, 50_000] {
      let found = FolderCorpus.nearCopies(recordings, levels: 256, sampleRate: Self.rate, most: most)
      #expect(found.pairs.contains { $0.first == 70 && $0.second == 150 }, "\(most)")
      #expect(found.left < 11_325 && (most > 2000 || found.left > 0), "\(found.left) of \(most)")
    }
    // Where even a look at each pair is too much, those that are next to one another in loudness, as copies are.
    let few = FolderCorpus.nearCopies(recordings, levels: 256, sampleRate: Self.rate, looks: 2000)
    #expect(few.pairs.contains { $0.first == 70 && $0.second == 150 } && few.left > 9000)
  }
}
