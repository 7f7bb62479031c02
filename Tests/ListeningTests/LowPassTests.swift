// The anchors' filters by their spectrum, against the mask of BS.1534-3, at every rate that tests use; and their place in
// time.

import Foundation
import Signal
import Testing

@testable import Listening

@Suite struct LowPassTests {
  /// Magnitudes in dB at multiples of rate / size.
  private func response(_ filter: LowPass, size: Int) -> [Double] {
    FFT(size: size).power(filter.taps).map { 10 * log10(max($0, 1e-30)) }
  }

  @Test(arguments: [
    (3500.0, 16_000), (3500, 22_050), (3500, 44_100), (3500, 48_000), (3500, 96_000), (7000, 16_000),
    (7000, 22_050), (7000, 32_000), (7000, 44_100), (7000, 48_000), (7000, 96_000),
  ])
  func meetsTheMask(passband: Double, rate: Int) {
    let filter = LowPass(passband: passband, sampleRate: rate)
    let size = 1 << 15
    let scale = passband / 3500
    var worst = (ripple: 0.0, at4: -200.0, at45: -200.0)
    for (bin, level) in response(filter, size: size).enumerated() {
      let hz = Double(bin * rate) / Double(size) / scale
      if hz <= 3500 { worst.ripple = max(worst.ripple, abs(level)) }
      if hz >= 4000 { worst.at4 = max(worst.at4, level) }
      if hz >= 4500 { worst.at45 = max(worst.at45, level) }
    }
    #expect(worst.ripple <= 0.1 && worst.at4 <= -25 && worst.at45 <= -50, "\(worst)")
    #expect(filter.taps == filter.taps.reversed() && filter.taps.count % 2 == 1)
  }

  /// The mask test must see a filter that is too wide, too soft, or too short.
  @Test func maskCanFail() {
    let wide = response(LowPass(passband: 3700, sampleRate: 48_000), size: 1 << 15)
    let at4 = Int((4000.0 * 32_768 / 48_000).rounded())
    #expect(wide[at4] > -25)
  }

  @Test func staysInStep() {
    let rate = 48_000
    let filter = LowPass(passband: 3500, sampleRate: rate)
    let tone = (0..<9600).map { Float(0.5 * sin(2 * .pi * 1000 * Double($0) / Double(rate))) }
    let low = filter.apply(tone)
    let edge = filter.taps.count
    for i in edge..<(tone.count - edge) { #expect(abs(low[i] - tone[i]) < 1e-3) }
    var impulse = [Float](repeating: 0, count: 1001)
    impulse[500] = 1
    let answer = filter.apply(impulse)
    #expect(answer.indices.max { answer[$0] < answer[$1] } == 500 && answer.count == 1001)
    let high = (0..<9600).map { Float(0.5 * sin(2 * .pi * 5000 * Double($0) / Double(rate))) }
    #expect(filter.apply(high)[edge..<(9600 - edge)].allSatisfy { abs($0) < 1e-3 })
  }
}
