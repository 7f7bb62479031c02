// How well clips do what they are told: recordings do, clips under another's curves or another's label do not.

import Foundation
import Generation
import Signal
import Testing
import WaveNet

@testable import Evaluation

@Suite struct ControlReportTests {
  private static let rate = 8000
  private let configuration: Configuration
  private let excerpts: [Excerpt]

  /// Two labels that differ in their partials, two recordings of each, all of different notes.
  init() throws {
    configuration = try Configuration(
      sampleRate: Self.rate, residualChannels: 4, dilationChannels: 4, skipChannels: 4, headChannels: 4,
      kernelSize: 2, dilations: [1, 2, 4]
    ).conditioned(
      on: try Conditioning(
        labels: ["soft", "sharp"], controls: [.pitch, .voicing, .loudness], frameSamples: 32, channels: 4))
    let told = configuration.conditioning!
    let law = MuLaw(levels: configuration.quantizationLevels)
    let recordings = (0..<4).map { index in
      let clip = Self.melody(index, partials: index < 2 ? 1 : 8)
      return DescribedRecording(
        name: "\(index).wav", codes: law.encode(clip.samples),
        conditions: Conditions(
          labels: index < 2 ? [1, 0] : [0, 1],
          controls: ControlCurves(
            clip, channels: told.controls.flatMap(\.channels), frame: told.frameSamples
          ).values))
    }
    excerpts = GestureSelection.excerpts(recordings, configuration, seed: 1, count: 4, seconds: 1)
    try #require(excerpts.count == 4)
  }

  private static func melody(_ index: Int, partials: Int) -> Clip {
    var samples: [Float] = []
    for note in 0..<6 {
      let ratios: [Double] = [1, 1.5, 1.25, 2, 1.125, 1.75]
      let hz = 220 * ratios[(note + index) % 6]
      samples += (0..<Self.rate / 4).map { n -> Float in
        let t = Double(n) / Double(Self.rate)
        let fade = min(1, 60 * t, 60 * (0.25 - t))
        var sum = 0.0
        for k in 1...partials { sum += sin(2 * Double.pi * hz * Double(k) * t) / Double(k) }
        return Float(0.3 * fade * sum)
      }
      if note % 2 == 1 { samples += [Float](repeating: 0, count: Self.rate / 5) }
    }
    return Clip(samples: samples, sampleRate: Self.rate)
  }

  private func decoded(_ excerpt: Excerpt) -> Clip {
    Clip(
      samples: MuLaw(levels: configuration.quantizationLevels).decode(excerpt.original), sampleRate: Self.rate
    )
  }

  private func report(_ clips: [Clip]) -> ControlReport {
    ControlReport(zip(excerpts, clips).map { .init($0, $1) }, configuration, threads: 2)
  }

  @Test func recordingsAreTheFloor() throws {
    let report = report(excerpts.map(decoded))
    #expect(report.agreement == report.recordings && report.clips == 4)
    #expect(try #require(report.agreement.pitchWithin50Cents) > 0.9)
    #expect(try #require(report.agreement.levelDbMedian) < 0.5)
    let chance = try #require(report.others)
    #expect(try #require(chance.pitchWithin50Cents) < 0.7)
    #expect(report.silentClips == 0 && report.clicks == report.clicksInRecordings)
    #expect(report.labels.map(\.label) == ["soft", "sharp"])
    #expect(report.labels.map(\.clips) == [2, 2] && report.labels.map(\.nearestToOwn) == [2, 2])
    #expect(report.shown.count == 3 && report.shown.map(\.source) == excerpts.prefix(3).map(\.gesture.source))
    #expect(report.shown.allSatisfy { $0.heard.frames == $0.wanted.frames && $0.wanted.frames == 250 })
  }

  @Test func faultsAreNoticed() throws {
    let labels = excerpts.map(\.gesture.label)
    // Each clip in the sound of the other label.
    let swapped = report(
      labels.indices.map { index in
        decoded(excerpts[labels.firstIndex { $0 != labels[index] }!])
      })
    #expect(swapped.labels.map(\.nearestToOwn) == [0, 0])
    #expect(swapped.agreement != swapped.recordings)
    // Half as loud.
    let soft = report(
      excerpts.map { Clip(samples: decoded($0).samples.map { $0 / 2 }, sampleRate: Self.rate) })
    #expect(abs(try #require(soft.agreement.levelDbMedian) - 6) < 0.5)
    #expect(try #require(soft.agreement.pitchWithin50Cents) > 0.9)
    let none = [Float](repeating: 0, count: Self.rate)
    let silent = report(excerpts.map { _ in Clip(samples: none, sampleRate: Self.rate) })
    #expect(silent.silentClips == 4 && silent.agreement.pitchMissing == 1)
  }
}
