// Tones of known pitch and level against chords: errors in cents and dB, what is missing and too much.

import Corpus
import Foundation
import Signal
import Testing

@testable import Evaluation

private func tones(_ partials: [(hz: Double, level: Double)], seconds: Double = 4) -> Clip {
  Clip(
    samples: (0..<Int(seconds * 16000)).map { n in
      Float(
        partials.enumerated().reduce(0.0) { sum, partial in
          let phase = 2 * .pi * partial.element.hz * Double(n) / 16000 + Double(partial.offset)
          return sum + pow(10, partial.element.level / 20) * sin(phase)
        })
    }, sampleRate: 16000)
}

private let c = 261.625565
private let e = 329.627557
private let g = 391.995436
private func cents(_ value: Double) -> Double { exp2(value / 1200) }

@Suite struct ToneTests {
  let target = TonalTarget.chords(
    [[c], [c, e, g], [g, 2 * c]].map { chord in chord.map { Tone(hertz: $0, levelsDb: [-14]) } })

  @Test func knownErrors() throws {
    let clip = ToneClip(
      tones([(c * cents(7), -14), (e * cents(-3), -16), (g, -12.5)]), clip: 3, target: target)
    #expect(clip.clip == 3 && clip.partials.map(\.note) == ["C4", "E4", "G4"])
    for (partial, expected) in zip(clip.partials, [(7, 0), (-3, -2), (0, 1.5)] as [(Double, Double)]) {
      #expect(abs(try #require(partial.cents) - expected.0) < 0.01, "\(partial)")
      #expect(abs(try #require(partial.levelErrorDb) - expected.1) < 0.01, "\(partial)")
    }
    #expect(clip.missing == [] && clip.extra.isEmpty && clip.clicks.isEmpty && !clip.isSilent)
    #expect(try #require(clip.snrDb) > 100 && abs(clip.dc) < 1e-3)
    let report = ToneReport([clip], target: target)
    #expect(
      report.cents.count == 3 && abs(report.cents.worst! - 7) < 0.01 && abs(report.cents.median! - 3) < 0.01)
    #expect(abs(report.levelErrorDb.worst! - 2) < 0.01 && report.missing == 0 && report.extra == 0)
  }

  @Test func missingAndTooMuch() throws {
    // E is missing: C and G are nearest to the triad.
    let two = ToneClip(tones([(c, -14), (g, -14)]), clip: 1, target: target)
    #expect(two.missing?.count == 1 && abs(two.missing![0] - e) < 0.01 && two.extra.isEmpty)
    // 60 cents off is another tone: missing and too much.
    let off = ToneClip(tones([(c, -14), (e * cents(60), -14), (g, -14)]), clip: 1, target: target)
    #expect(off.missing?.count == 1 && off.extra.count == 1 && abs(off.extra[0].hz - e * cents(60)) < 0.1)
    // A remainder 26 dB down is no tone of the chord, however well it is in tune.
    let faint = ToneClip(tones([(c, -14), (e, -40)]), clip: 1, target: target)
    #expect(faint.missing == [] && faint.extra.count == 1 && abs(faint.extra[0].db + 40) < 0.1)
    // Two partials near one tone: the nearer one is it.
    let twice = ToneClip(
      tones([(c * cents(-30), -14), (c * cents(10), -14)], seconds: 4), clip: 1, target: target)
    #expect(twice.extra.count == 1 && abs(twice.partials.first { !$0.isExtra }!.cents! - 10) < 0.5)
    let report = ToneReport([two, off, faint, twice], target: target)
    #expect(
      report.missing == 2 && report.clipsWithMissing == 2 && report.extra == 3 && report.clipsWithExtra == 3)
  }

  @Test func noiseDriftClicksSilenceAndDC() throws {
    var noisy = tones([(c, -14)])
    var random = PhiloxGenerator(seed: 1, stream: 1)
    let rms = pow(10, -14.0 / 20) / 2.0.squareRoot()
    for n in noisy.samples.indices { noisy.samples[n] += Float(0.05 * rms * random.normal() + 0.02) }
    let clip = ToneClip(noisy, clip: 1, target: target)
    // Noise 26.02 dB down; DC is part of what is not a partial.
    let rest = 0.05 * 0.05 + 0.02 * 0.02 / (rms * rms)
    #expect(abs(try #require(clip.snrDb) + 10 * log10(rest)) < 0.3)
    #expect(abs(clip.dc - 0.02) < 1e-4)
    var fading = tones([(c, -14)])
    for n in fading.samples.indices { fading.samples[n] *= Float(pow(10, -Double(n / 16000) * 2 / 20)) }
    #expect(abs(try #require(ToneClip(fading, clip: 1, target: target).driftDb) - 6) < 0.05)
    var clicked = tones([(c, -14)])
    clicked.samples[20_000] += 0.3
    #expect(ToneClip(clicked, clip: 1, target: target).clicks.map { abs($0 - 20_000) < 10 } == [true])
    let silent = ToneClip(
      Clip(samples: .init(repeating: 0, count: 64000), sampleRate: 16000), clip: 1, target: target)
    #expect(silent.isSilent && silent.partials.isEmpty && silent.snrDb == nil && silent.missing?.count == 1)
    let report = ToneReport([clip, silent], target: target)
    #expect(report.silentClips == 1 && report.clipsWithoutPartials == 1 && report.snrDb.count == 1)
    #expect(abs(report.dc.worst! - 0.02) < 1e-4)
  }

  @Test func longClipsAreJudgedInParts() {
    let first = tones([(c, -14)])
    let second = tones([(g * cents(5), -14), (2 * c, -14)])
    let clip = ToneClip(
      Clip(samples: first.samples + second.samples, sampleRate: 16000), clip: 1, target: target)
    #expect(clip.partials.map(\.part) == [0, 1, 1] && clip.missing == [] && clip.extra.isEmpty)
    #expect(abs(clip.partials[1].cents! - 5) < 0.01)
  }

  @Test func targetsOfCorpora() throws {
    let chords = try #require(TonalTarget(.chords(ChordOptions())))
    guard case .chords(let list) = chords else { Issue.record("\(chords)"); return }
    #expect(
      list.count == ChordOptions.standardChords.count && list[0] == [Tone(hertz: c, levelsDb: [-14])]
        || abs(list[0][0].hertz - c) < 1e-3)
    #expect(list.allSatisfy { $0.allSatisfy { $0.levelsDb == [-14] } })
    #expect(TonalTarget(.sines(SineMixtureOptions())) == .free)
    #expect(TonalTarget(.folder(FolderOptions(paths: ["x"]))) == nil)
    // Levels of a sum and of an RMS are divided among the notes.
    for (rule, expected) in [("peak_sum", -20 - 20 * log10(2.0)), ("rms", -20.0)] {
      let options = try ChordOptions().setting(["chords=[[60,67]]", "levels_db=[-20]", "level_rule=\(rule)"])
      let corpus = try Chords(options: options, seed: 1)
      guard case .chords(let list) = try #require(TonalTarget(.chords(options))) else {
        Issue.record(""); return
      }
      #expect(abs(list[0][0].levelsDb[0] - expected) < 1e-9)
      for partial in corpus.mixture(index: 0).partials {
        #expect(abs(20 * log10(partial.amplitude) - list[0][0].levelsDb[0]) < 1e-9, "\(rule)")
      }
    }
    let open = try #require(TonalTarget(.chords(try ChordOptions().setting(["chords=[]"]))))
    guard case .notes(let notes) = open else { Issue.record("\(open)"); return }
    #expect(notes.count == ChordOptions().notes.count)
    let match = PartialMatch([SinePartial(frequency: c * cents(4), amplitude: 0.2, phase: 0)], open)
    #expect(match.missing == nil && match.extra.isEmpty && abs(match.pairs[0].cents! - 4) < 1e-3)
    let free = PartialMatch([SinePartial(frequency: 1234, amplitude: 0.2, phase: 0)], .free)
    #expect(free.missing == nil && free.extra.isEmpty && free.pairs[0].cents == nil)
  }
}
