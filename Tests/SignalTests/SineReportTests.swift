// The judgement of a whole clip: good ones pass, each defect shows in its own figure.

import Foundation
import Testing

@testable import Signal

@Suite struct SineReportTests {
  let partials = [
    SinePartial(frequency: 261.6, amplitude: 0.2, phase: 0),
    SinePartial(frequency: 392, amplitude: 0.15, phase: 1),
  ]

  @Test func cleanAndCoded() {
    let report = SineReport(coded(render(partials, seconds: 10)))
    #expect(report.partials.map(\.count) == [2, 2, 2])
    #expect(report.snr > 37 && report.snr < 39 && abs(report.framedSNR - report.snr) < 0.2)
    #expect(report.clicks.isEmpty && !report.isSilent && report.drift < 0.2)
    #expect(abs(report.level - decibels(power: 0.5 * (0.04 + 0.0225))) < 0.1)
  }

  @Test func notesThatChange() {
    let clip = Clip(
      samples: render([partials[0]], seconds: 4).samples + render([partials[1]], seconds: 4).samples,
      sampleRate: 16000)
    let report = SineReport(coded(clip))
    #expect(report.partials.map(\.count) == [1, 1] && report.snr > 37)
    #expect(abs(report.drift - 2.5) < 0.1)
  }

  @Test func badOnes() {
    let silent = SineReport(coded(Clip(samples: [Float](repeating: 0, count: 64000), sampleRate: 16000)))
    #expect(silent.isSilent && silent.snr == -.infinity && silent.clicks.isEmpty && silent.drift == 0)
    let noise = SineReport(whiteNoise(64000, rms: 0.1, seed: 1))
    #expect(noise.snr == -.infinity && noise.framedSNR == -.infinity && !noise.isSilent)
    let nothing = SineReport(Clip(samples: [], sampleRate: 16000))
    #expect(nothing.isSilent && nothing.snr == -.infinity)
    var clicked = render(partials, seconds: 2)
    clicked.samples[9000] += 0.5
    #expect(SineReport(clicked).clicks.count == 1)
  }
}
