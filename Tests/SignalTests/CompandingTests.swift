// Noise of mu-law and of even steps, against what theory says of a sine.
import Glibc
import Signal
import TestSupport
import Testing

struct CompandingTests {
  /// Even rounding of a loud sine: error uniform within half a step, so SNR = 10 log10(1.5 (L - 1)^2).
  @Test(arguments: MuLaw.possibleLevels) func evenStepsAreAsTheory(_ levels: Int) {
    let expected = 10 * log10(1.5 * pow(Double(levels - 1), 2))
    let even = Companding.even(levels: levels)
    #expect(abs(even.signalToNoise(amplitude: 1) - expected) < 0.5)
    // 20 dB less of the sine are 20 dB less of the ratio.
    #expect(abs(even.signalToNoise(amplitude: 0.1) - expected + 20) < 1.5)
  }

  /// Mu-law hardly cares how loud a sound is, and is the better one for a quiet one.
  @Test func muLawIsLevel() {
    let (law, even) = (Companding.muLaw(MuLaw(levels: 256)), Companding.even(levels: 256))
    let ratios = [1, 0.3, 0.1, 0.03].map { law.signalToNoise(amplitude: $0) }
    #expect(ratios.allSatisfy { (30...39).contains($0) }, "\(ratios)")
    #expect(law.signalToNoise(amplitude: 0.01) > even.signalToNoise(amplitude: 0.01) + 10)
    #expect(law.signalToNoise(amplitude: 1) < even.signalToNoise(amplitude: 1))
  }

  @Test func rounding() {
    let even = Companding.even(levels: 256)
    #expect(even.rounded(-1) == (0, -1) && even.rounded(1) == (255, 1) && even.rounded(7) == (255, 1))
    let law = MuLaw(levels: 512)
    for x: Float in [-1, -0.2, 0, 0.001, 0.7] {
      #expect(Companding.muLaw(law).rounded(x) == (Int(law.encode(x)), law.decode(law.encode(x))))
    }
  }
}
