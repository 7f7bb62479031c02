// A loop is played ten times, and nobody hears where it begins: no click, no line in the spectrum that the note does not have. Loops
// at any place are noticed by both judges.
import Glibc
import Signal
import TestSupport
import Testing

@testable import Instruments

@Suite struct LoopTests {
  /// As a sampler plays it: up to the loop's end, the loop `times` in all, and what is behind.
  private func played(_ clip: Clip, _ loop: Range<Int>, times: Int = 10) -> Clip {
    let x = clip.samples
    let turns = (0..<times - 1).flatMap { _ in Array(x[loop]) }
    return Clip(samples: x[..<loop.upperBound] + turns + x[loop.upperBound...], sampleRate: clip.sampleRate)
  }

  /// The most that lies between the partials of a frame around a seam, in dB above what lies there elsewhere in the note.
  private func splatter(_ clip: Clip, _ loop: Range<Int>, hertz: Double) -> Double {
    // Long enough to have something between the partials.
    let window = max(1024, FFT.size(atLeast: Int(12 * Double(clip.sampleRate) / hertz)))
    let picture = Spectrogram(clip, window: window, hop: 64)
    let bin = Double(clip.sampleRate) / Double(window)
    let between = (8..<picture.bins).filter { k in
      let place = Double(k) * bin / hertz
      return abs(place - place.rounded()) * hertz > 4 * bin
    }
    func level(_ sample: Int) -> Double {
      let frame = sample / 64
      let powers = between.map { powerRatio(decibels: Double(picture.levels[frame * picture.bins + $0])) }
      return decibels(power: powers.reduce(0, +) / Double(powers.count))
    }
    let seams = (1..<10).map { level(loop.upperBound + ($0 - 1) * loop.count) }
    let elsewhere = (1..<20).map { level(loop.lowerBound + loop.count * $0 / 20) }
    return seams.max()! - elsewhere.max()!
  }

  private static let notes = [
    PlayedNote(key: 40), PlayedNote(key: 60), PlayedNote(key: 75, noise: 30), PlayedNote(key: 90),
    PlayedNote(key: 62, vibrato: 8), PlayedNote(key: 67, sampleRate: 48_000),
  ]

  @Test(arguments: notes.indices) func playedTenTimes(index: Int) throws {
    let note = Self.notes[index]
    let hertz = 440 * exp2(Double(note.key - 69) / 12)
    for seed in 1...3 as ClosedRange<UInt64> {
      let clip = note.clip(seed: seed)
      let loop = try #require(LoopSearch.best(in: clip, held: note.held), "note \(note.key)")
      let length = Double(loop.range.count) / Double(clip.sampleRate)
      #expect(length >= LoopSearch.shortest && loop.range.clamped(to: note.held) == loop.range)
      #expect(loop.mismatch <= LoopSearch.limit)
      // Whole periods.
      let periods = length * hertz
      if note.vibrato == 0 { #expect(abs(periods - periods.rounded()) < 0.08, "\(periods)") }
      // Not long before the end.
      #expect(note.held.upperBound - loop.range.upperBound < clip.sampleRate / 4)
      let baked = loop.baked(into: clip)
      let sound = played(baked, loop.range)
      #expect(ClickDetector.clicks(in: sound).isEmpty)
      #expect(splatter(sound, loop.range, hertz: hertz) < 1, "note \(note.key)")
      // Only what is around the end is another.
      let fade = Int(LoopSearch.fade * Double(clip.sampleRate))
      let changed = clip.samples.indices.filter { clip.samples[$0] != baked.samples[$0] }
      #expect(changed.allSatisfy { abs($0 - loop.range.upperBound) <= fade })
    }
  }

  /// Half a period too long: both judges hear it, with and without what is made alike.
  @Test(arguments: [40, 60, 75]) func anyOtherLoopIsHeard(key: Int) throws {
    let note = PlayedNote(key: key)
    let hertz = 440 * exp2(Double(key - 69) / 12)
    let clip = note.clip()
    let loop = try #require(LoopSearch.best(in: clip, held: note.held)).range
    let wrong = loop.lowerBound + Int(0.5 * 16_000 / hertz)..<loop.upperBound
    let hard = played(clip, wrong)
    #expect(!ClickDetector.clicks(in: hard).isEmpty)
    #expect(splatter(hard, wrong, hertz: hertz) > 3)
    let soft = played(SampleLoop(range: wrong, mismatch: 0).baked(into: clip), wrong)
    #expect(splatter(soft, wrong, hertz: hertz) > 3)
  }

  /// Where nothing comes again there is no loop.
  @Test func noiseAndGlidesHaveNone() {
    var random = SeededValues(seed: 4)
    let noise = Clip(
      samples: (0..<40_000).map { _ in Float.random(in: -0.3...0.3, using: &random) }, sampleRate: 16_000)
    #expect(LoopSearch.best(in: noise, held: 1000..<39_000) == nil)
    var turns = 0.0
    let glide = Clip(
      samples: (0..<40_000).map { n in
        turns += 300 * exp2(Double(n) / 40_000) / 16_000
        return Float(0.3 * sin(2 * .pi * turns))
      }, sampleRate: 16_000)
    #expect(LoopSearch.best(in: glide, held: 1000..<39_000) == nil)
    let fading = Clip(
      samples: (0..<40_000).map { n in
        Float(0.5 * exp(-Double(n) / 4000) * sin(2 * .pi * 440 * Double(n) / 16_000))
      }, sampleRate: 16_000)
    #expect(LoopSearch.best(in: fading, held: 1000..<39_000) == nil)
  }

  /// A short note has a shorter loop, a very short one none.
  @Test func shortNotes() throws {
    let note = PlayedNote(shape: NoteShape(hold: 0.5, release: 0.1))
    let loop = try #require(LoopSearch.best(in: note.clip(), held: note.held))
    #expect(loop.range.count >= note.held.count / 2 - 1 && loop.range.count < 8000)
    let clip = note.clip()
    #expect(LoopSearch.best(in: clip, held: 3000..<3900) == nil)
    #expect(LoopSearch.best(in: clip, held: 100..<100) == nil)
    #expect(LoopSearch.best(in: Clip(samples: [], sampleRate: 16_000), held: 0..<0) == nil)
  }
}
