// Distances with their floors, and the search for copies: a copied excerpt is found, independent ones are not.

import Corpus
import Foundation
import Signal
import Testing

@testable import Evaluation

/// A melody of decaying notes with noise of its own: aperiodic, so that only a copy is a copy.
private func melody(_ seed: UInt64, seconds: Double = 6, gain: Double = 1) -> Clip {
  var random = PhiloxGenerator(seed: seed, stream: 3)
  var samples: [Float] = []
  while Double(samples.count) < seconds * 16000 {
    let (hz, phase) = (200 * exp2(2 * random.uniform()), 6 * random.uniform())
    let noise = 0.03 + 0.05 * random.uniform()
    for n in 0..<(2000 + Int(4000 * random.uniform())) {
      let t = Double(n) / 16000
      let tone = sin(2 * .pi * hz * t + phase) + 0.5 * sin(4 * .pi * hz * t + 2 * phase)
      samples.append(Float(gain * (0.2 * tone * exp(-5 * t) + noise * random.normal() * exp(-20 * t))))
    }
  }
  return Clip(samples: Array(samples.prefix(Int(seconds * 16000))), sampleRate: 16000)
}

private func named(_ clips: [Clip]) -> Recordings {
  Recordings(clips.enumerated().map { (name: "\($0)", clip: $1) })
}

@Suite struct RecordingsTests {
  @Test func partsAreDecoded() {
    let clips = (0..<3).map { (name: "r\($0)", clip: melody(UInt64($0), seconds: 1 + Double($0))) }
    let law = MuLaw(levels: 512)
    let coded = clips.map { CodedRecording(name: $0.name, codes: law.encode($0.clip.samples)) }
    for recordings in [Recordings(clips), Recordings(coded, levels: 512, sampleRate: 16000)] {
      #expect(recordings.count == 3 && recordings.names == ["r0", "r1", "r2"])
      #expect(recordings.lengths == [16000, 32000, 48000] && recordings.samples == 96000)
      let whole = recordings.clip(1)
      #expect(whole.samples.count == 32000 && whole.sampleRate == 16000)
      #expect(recordings.clip(1, 31_000..<40_000).samples == Array(whole.samples[31_000...]))
      #expect(recordings.clip(2, 5..<9).samples == Array(recordings.clip(2).samples[5..<9]))
    }
    #expect(Recordings(coded, levels: 512, sampleRate: 16000).clip(0).samples == law.decode(coded[0].codes))
  }
}

@Suite struct SoundComparisonTests {
  @Test func aThingIsAtNoDistanceFromItself() throws {
    let clips = (0..<4).map { melody($0) }
    let found = SoundComparison(
      generated: clips, heldOut: clips, training: named(clips), seed: 1, threads: 2)
    let zero = SoundDistance(spectrumDb: 0, loudnessDb: 0, onsetsPerSecond: 0)
    #expect(
      found.generatedToHeldOut == zero && found.generatedToTraining == zero && found.trainingToHeldOut == zero
    )
    let floor = try #require(found.heldOutFloor)
    #expect(floor.draws == 20 && floor.mean.spectrumDb > 0 && floor.mean.loudnessDb > 0)
    #expect(abs(floor.seconds - 12) < 1e-9 && floor.note.contains("half of the 24 s"))
    #expect(
      found.generated.seconds == 24 && found.generated.clips == 4
        && found.bandsHz.count == found.generated.spectrumDb.count)
    #expect(found.generated.levelsDb.count == 3 && found.generated.onsetsPerSecond > 1)
  }

  /// More sound of the kind lies at the floor; noise, and the same sound 6 dB softer, lie above it.
  @Test func theFloorTellsKindFromKind() throws {
    let held = (10..<18).map { melody(UInt64($0)) }
    let training = (20..<40).map { melody(UInt64($0)) }
    func compare(_ generated: [Clip]) -> SoundComparison {
      SoundComparison(
        generated: generated, heldOut: held, training: named(training), seed: 1, threads: 2
      )
    }
    let alike = compare((50..<58).map { melody(UInt64($0)) })
    let floor = try #require(alike.heldOutFloor).mean
    #expect(alike.generatedToHeldOut.spectrumDb < 1.5 * floor.spectrumDb)
    #expect(alike.generatedToHeldOut.loudnessDb < 1.5 * floor.loudnessDb)
    var random = PhiloxGenerator(seed: 1, stream: 9)
    let noise = Clip(samples: (0..<96_000).map { _ in Float(0.05 * random.normal()) }, sampleRate: 16000)
    let other = compare([noise])
    #expect(other.generatedToHeldOut.spectrumDb > 3 * floor.spectrumDb)
    #expect(other.generatedToHeldOut.onsetsPerSecond > 1)
    let softer = compare((50..<58).map { melody(UInt64($0), gain: 0.5) })
    #expect(abs(softer.generated.levelsDb[1] - alike.generated.levelsDb[1] + 6.02) < 0.01)
    #expect(softer.generatedToHeldOut.loudnessDb > 2 * floor.loudnessDb)
    #expect(abs(softer.generatedToHeldOut.spectrumDb - alike.generatedToHeldOut.spectrumDb) < 0.01)
  }

  /// More of the sound that the floor is drawn from lies at the floor, however much or little of it.
  @Test(arguments: [1, 2, 8])
  func theFloorHasAsMuchSoundAsWasGenerated(clips: Int) throws {
    let held = (700..<760).map { melody(UInt64($0)) }
    var distances: [Double] = []
    var floors: [SoundComparison.Floor] = []
    for trial in 0..<8 as Range<UInt64> {
      let made = (0..<UInt64(clips)).map { melody(1000 + 20 * trial + $0) }
      let found = SoundComparison(generated: made, heldOut: held, training: nil, seed: trial, threads: 2)
      distances.append(found.generatedToHeldOut.spectrumDb)
      floors.append(try #require(found.heldOutFloor))
    }
    let floor = floors.reduce(0) { $0 + $1.mean.spectrumDb } / 8
    let mean = distances.reduce(0, +) / 8
    #expect(floors.allSatisfy { abs($0.seconds - 6 * Double(clips)) < 1e-9 })
    #expect(floors[0].note.contains("as was generated, \(6 * clips) s"), "\(floors[0].note)")
    #expect((0.75...1.33).contains(mean / floor), "\(mean) dB, \(floor) dB")
  }

  @Test func oneHeldOutClip() throws {
    let found = SoundComparison(
      generated: [melody(1)], heldOut: [melody(2)], training: nil, seed: 1, threads: 1)
    #expect(found.training == nil && found.trainingToHeldOut == nil && found.generatedToTraining == nil)
    #expect(try #require(found.heldOutFloor).note.contains("since there is one"))
    let short = melody(2).part(from: 0, seconds: 1)
    #expect(
      SoundComparison(generated: [melody(1)], heldOut: [short], training: nil, seed: 1, threads: 1)
        .heldOutFloor == nil)
  }
}

@Suite struct MemorizationTests {
  private static let training = (100..<106).map { (name: "t\($0)", clip: melody($0, seconds: 5)) }
  private static let held = (200..<203).map { (name: "h\($0)", clip: melody($0)) }

  private func report(
    _ generated: [MemorizationReport.Named], held: [MemorizationReport.Named] = held, threads: Int = 2
  )
    -> MemorizationReport?
  {
    MemorizationReport(
      generated: generated, heldOut: held, training: Recordings(Self.training),
      threads: threads)
  }

  @Test func aCopyIsFound() throws {
    var copied = melody(300)
    let law = MuLaw(levels: 256)
    // The third second is a second of t104, softer and coded.
    for n in 0..<16000 {
      copied.samples[32000 + n] = law.decode(law.encode(0.7 * Self.training[4].clip.samples[23_456 + n]))
    }
    let found = try #require(report([("g", melody(301)), ("copied", copied)]))
    #expect(found.generated.count == 12 && found.heldOut.count == 18 && found.excerptSeconds == 1)
    #expect(found.trainingSeconds == 30)
    let closest = found.generated.max { $0.waveform.correlation < $1.waveform.correlation }!
    #expect(closest.clip == "copied" && closest.at == 2 && closest.waveform.recording == "t104")
    #expect(closest.waveform.correlation > 0.99 && abs(closest.waveform.at - 23_456.0 / 16000) < 1e-9)
    #expect(closest.content.recording == "t104" && closest.content.correlation > 0.9)
    #expect(
      found.waveform.aboveFloor! >= 1 && found.waveform.generatedHighest == closest.waveform.correlation)
    #expect(found.verdict.contains("copy") && found.verdict.contains("t104"))
    let alone = try #require(report([("g", melody(301)), ("copied", copied)], threads: 1))
    #expect(alone.generated.map(\.waveform.correlation) == found.generated.map(\.waveform.correlation))
  }

  @Test func independentSoundIsNot() throws {
    let found = try #require(report((300..<303).map { ("g\($0)", melody($0)) }))
    #expect(found.waveform.generatedHighest < 0.8 && found.waveform.heldOutHighest! < 0.8)
    #expect(found.content.generatedHighest < 0.95)
    #expect(!found.verdict.contains("a copy"))
    // Held-out excerpts against generated ones with the parts exchanged: the same figures.
    let swapped = try #require(report(Self.held, held: (300..<303).map { ("g\($0)", melody($0)) }))
    #expect(swapped.waveform.generatedHighest == found.waveform.heldOutHighest)
    #expect(swapped.waveform.heldOutMedian == found.waveform.generatedMedian)
  }

  @Test func heldOutCopiesAreSaid() throws {
    let found = try #require(report([("g", melody(300))], held: [Self.training[0]]))
    #expect(found.waveform.heldOutHighest! > 0.999 && found.verdict.contains("cannot be told"))
    let none = try #require(report([("g", melody(300))], held: []))
    #expect(
      none.waveform.heldOutHighest == nil && none.waveform.aboveFloor == nil
        && none.verdict.contains("no held-out recording"))
  }

  /// Recordings of a fifth of a second, one of which a clip repeats where no excerpt begins.
  @Test func aShortRecordingIsFound() throws {
    let hits = (500..<540).map { (name: "hit\($0)", clip: melody($0).part(from: 0.3, seconds: 0.2)) }
    var clip = melody(600)
    clip.samples.replaceSubrange(20_123..<20_123 + 3200, with: hits[7].clip.samples)
    let searched = MemorizationReport(
      generated: [("g", clip)], heldOut: Self.held, training: Recordings(hits), most: 1000, threads: 2)
    let found = try #require(searched)
    #expect(found.excerptSeconds == 0.1 && found.generated.count == 10 * clip.samples.count / 16_000)
    let copy = try #require(found.generated.first { abs($0.at - 1.3) < 1e-9 })
    #expect(copy.waveform.recording == "hit507" && copy.waveform.correlation > 0.99, "\(copy)")
    #expect(abs(copy.waveform.at - (20_800 - 20_123) / 16_000) < 1e-6)
    #expect(copy.content.recording == "hit507" && copy.content.correlation > 0.9, "\(copy)")
    // Long ones have excerpts of a second, one that is hardly any has the shortest.
    let second = Recordings([
      (name: "a", clip: clip), (name: "b", clip: hits[0].clip), (name: "c", clip: clip),
    ])
    #expect(MemorizationReport.excerptSeconds(second, sampleRate: 16_000) == 1)
    let tiny = Recordings([(name: "a", clip: Clip(samples: [0], sampleRate: 16_000))])
    #expect(MemorizationReport.excerptSeconds(tiny, sampleRate: 16_000) == 0.1)
  }

  @Test func silenceAndShortClips() throws {
    let silence = Clip(samples: [Float](repeating: 8.6e-5, count: 48_000), sampleRate: 16000)
    #expect(report([("silent", silence), ("short", melody(1).part(from: 0, seconds: 0.9))]) == nil)
    let some = try #require(report([("silent", silence), ("g", melody(300))]))
    #expect(some.silentExcerpts == 3 && some.generated.allSatisfy { $0.clip == "g" })
    // Long recordings are searched in pieces; a copy across a cut is found too.
    let long = (name: "long", clip: melody(400, seconds: 130))
    let copy = (name: "g", clip: long.clip.part(from: 59.5, seconds: 1))
    let searched = MemorizationReport(
      generated: [copy], heldOut: [], training: Recordings([long]), threads: 2)
    let found = try #require(searched)
    #expect(found.generated[0].waveform.correlation > 1 - 1e-6)
    #expect(abs(found.generated[0].waveform.at - 59.5) < 1e-3)
    let cancelled = MemorizationReport(
      generated: [copy], heldOut: [], training: Recordings([long]), threads: 1, progress: { _, _ in false })
    #expect(cancelled == nil)
  }
}
