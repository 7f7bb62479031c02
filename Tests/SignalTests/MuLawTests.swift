// Mu-law: all int16 values and all codes, against the formula written out and against decision thresholds.

import Foundation
import Signal
import Testing

@Suite struct MuLawTests {
  static let sizes = [256, 512, 1024]

  /// The contract's formula, letter by letter, in Double.
  func slow(_ x: Double, levels: Int) -> Int {
    let mu = Double(levels - 1)
    let clamped = min(max(x, -1), 1)
    let y = (clamped < 0 ? -1 : 1) * Foundation.log(1 + mu * abs(clamped)) / Foundation.log(1 + mu)
    return Int(Foundation.floor((y + 1) / 2 * mu + 0.5))
  }

  @Test(arguments: sizes) func everyInt16(levels: Int) {
    let law = MuLaw(levels: levels)
    var previous = -1
    for value in Int16.min...Int16.max {
      let x = Float(value) / 32768
      let code = Int(law.encode(x))
      guard code == slow(Double(x), levels: levels), code >= previous, code < levels else {
        Issue.record(
          "value \(value): code \(code), formula \(slow(Double(x), levels: levels)), before \(previous)")
        return
      }
      previous = code
      // The level is the nearest on the logarithmic axis: at most half a step away there.
      let mu = Double(levels - 1)
      func companded(_ v: Float) -> Double {
        (v < 0 ? -1 : 1) * Foundation.log(1 + mu * Double(abs(v))) / Foundation.log(1 + mu)
      }
      let distance = abs(companded(x) - companded(law.decode(UInt16(code)))) * mu / 2
      guard distance <= 0.5 + 1e-5 else {
        Issue.record("value \(value) is \(distance) steps from the level of its code")
        return
      }
    }
    #expect(previous == levels - 1)
    #expect(law.encode(-1) == 0)
  }

  @Test(arguments: sizes) func everyCodeReturns(levels: Int) {
    let law = MuLaw(levels: levels)
    let codes = (0..<levels).map { UInt16($0) }
    let values = law.decode(codes)
    #expect(law.encode(values) == codes)
    #expect(values.first == -1 && values.last == 1)
    for (a, b) in zip(values, values.dropFirst()) { #expect(a < b) }
    for code in codes {  // odd symmetry: no half-step bias
      #expect(law.decode(code) == -law.decode(UInt16(levels - 1) - code))
    }
  }

  @Test(arguments: sizes) func silenceAndExtremes(levels: Int) {
    let law = MuLaw(levels: levels)
    #expect(Int(law.silence) == levels / 2)
    #expect(
      law.encode(0) == law.silence && law.encode(-0.0) == law.silence && law.encode(.nan) == law.silence)
    #expect(law.encode(.infinity) == UInt16(levels - 1) && law.encode(-.infinity) == 0)
    #expect(law.encode(1.5) == UInt16(levels - 1) && law.encode(-7) == 0)
    #expect(law.decode(law.silence) > 0 && law.decode(law.silence) < 2e-4)
  }

  @Test func equality() {
    #expect(MuLaw(levels: 256) == MuLaw(levels: 256))
    #expect(MuLaw(levels: 256) != MuLaw(levels: 512))
    #expect(Set([MuLaw(levels: 256), MuLaw(levels: 256)]).count == 1)
  }
}
