// Baselines on sources whose entropy is known.
import Corpus
import Foundation
import Signal
import Testing

@testable import Evaluation

@Suite struct BaselineTests {
  static func uniform(_ n: Int, seed: UInt64 = 1) -> Double {
    Philox(seed: seed, stream: 9).uniform(at: UInt64(n))
  }

  @Test func independentCodesCostTheirEntropy() throws {
    // Even codes only, each as likely: 7 bits, and what learning costs (about Q/2 log2 N / N bits for the unigram).
    let codes = (0..<300_000).map { UInt16(Self.uniform($0) * 128) * 2 }
    let baselines = Baselines(clips: [codes], levels: 256, sampleRate: 16000)
    #expect(baselines.uniform == 8 && baselines.samples == 300_000)
    #expect(baselines.unigram > 6.999 && baselines.unigram < 7.01)
    #expect(baselines.bigram > 6.999 && baselines.bigram < 7.3)
    #expect(try #require(baselines.linearPredictor) > 6.9)
  }

  @Test func aMarkovChainCostsItsConditionalEntropy() {
    // From each code to one of its four successors: 2 bits; all codes are equally likely: 8 by unigram.
    var codes = [UInt16]()
    var code = 0
    for n in 0..<400_000 {
      code = (code * 5 + 1 + Int(Self.uniform(n) * 4) * 7) % 256
      codes.append(UInt16(code))
    }
    let cold = Baselines(clips: [codes], levels: 256, sampleRate: 16000)
    #expect(cold.unigram > 7.98 && cold.unigram < 8.01)
    #expect(cold.bigram > 2 && cold.bigram < 2.1)
    let primed = Baselines(
      clips: [Array(codes[300_000...])], levels: 256, sampleRate: 16000,
      primedWith: [Array(codes[..<300_000])])
    #expect(primed.bigram > 1.99 && primed.bigram < 2.03 && primed.bigram < cold.bigram)
  }

  @Test func clipsStartFromSilence() {
    // One sample: 0.5 counts of each of 256 codes, so 8 bits; the second clip knows the first one's counts.
    let one = Baselines(clips: [[200]], levels: 256, sampleRate: 16000)
    #expect(one.unigram == 8 && one.bigram == 8)
    let two = Baselines(clips: [[200], [200]], levels: 256, sampleRate: 16000)
    #expect(abs(two.unigram - (8 - log2(1.5 / 129)) / 2) < 1e-12)
    let p = (1 + 16 * 1.5 / 129) / 17
    #expect(abs(two.bigram - (8 - log2(p)) / 2) < 1e-12)
  }

  /// x[n] = 1.6 x[n-1] - 0.8 x[n-2] + logistic noise: the true predictor's bits are known, and a fit comes close to
  /// them from below.
  @Test(arguments: [256, 1024]) func anAutoregressionCostsWhatItsNoiseCosts(levels: Int) {
    let law = MuLaw(levels: levels)
    let (count, scale) = (48_000, 0.004)
    var x = [Float]()
    var truth = [Double]()
    for n in 0..<count {
      let a = n > 0 ? Double(x[n - 1]) : 0
      let b = n > 1 ? Double(x[n - 2]) : 0
      truth.append(1.6 * a - 0.8 * b)
      let u = min(max(Self.uniform(n), 1e-9), 1 - 1e-9)
      x.append(Float(truth[n] + scale * log(u / (1 - u))))
    }
    #expect(x.allSatisfy { abs($0) < 1 })
    let codes = law.encode(x)
    let predictor = LinearPredictor(levels: levels, sampleRate: 16000)
    let known = predictor.bits(codes, truth, scale: scale, every: 1) / Double(count)
    let fitted = predictor.bits(codes, from: x, before: 0) / Double(count)
    let coded = predictor.bits(codes, from: law.decode(codes), before: 0) / Double(count)
    #expect(fitted < known + 1e-3 && fitted > known - 0.01, "\(fitted), \(known)")
    #expect(coded > fitted && coded < fitted + 1, "\(coded), \(fitted)")
  }

  @Test func sinesCostNothingUncodedAndSomethingCoded() throws {
    let corpus = try Chords(options: ChordOptions().setting(["maximum_partials=2", "attack_ms=0"]), seed: 1)
    let clips = (0..<3).map { corpus.clip(index: $0, seconds: 2).samples }
    let codes = clips.map { MuLaw(levels: 256).encode($0) }
    let baselines = Baselines(clips: codes, uncoded: clips, levels: 256, sampleRate: 16000)
    #expect(try #require(baselines.linearPredictorUncoded) < 0.3)
    let coded = try #require(baselines.linearPredictor)
    #expect(coded > 0.5 && coded < 4)
    #expect(baselines.bigram < baselines.unigram && baselines.unigram < 8)
  }

  @Test(arguments: [1024, 16000, 16127, 16128, 40_000]) func anyLengthIsCounted(count: Int) throws {
    let codes = (0..<count).map { UInt16(128 + 60 * sin(0.05 * Double($0)) + 4 * Self.uniform($0)) }
    let baselines = Baselines(clips: [codes], levels: 256, sampleRate: 16000)
    let bits = try #require(baselines.linearPredictor)
    #expect(bits.isFinite && bits > 0 && bits < 8.5 && baselines.linearPredictorSamples == count)
    let silent = Baselines(
      clips: [[UInt16](repeating: 128, count: count)], levels: 256, sampleRate: 16000)
    #expect(try #require(silent.linearPredictor) < 0.01)
  }

  /// A few samples are fitted, not predicted: they say nothing, and are left out of the mean.
  @Test func shortClipsHaveNoLinearPrediction() throws {
    let predictor = LinearPredictor(levels: 256, sampleRate: 16000)
    func random(_ count: Int) -> [UInt16] { (0..<count).map { UInt16(Self.uniform($0, seed: 3) * 256) } }
    let law = MuLaw(levels: 256)
    func bits(_ count: Int) -> Double {
      predictor.bits(random(count), from: law.decode(random(count)), before: 0) / Double(count)
    }
    // Random codes cannot be predicted; the fewer there are, the more it looks as if they could.
    let truth = bits(32000)
    #expect(
      bits(20) < truth - 4 && bits(60) < truth - 0.1 && bits(1024) > truth - 0.1,
      "\(bits(20)), \(bits(60)), \(bits(1024)), \(truth)")

    for count in [1, 33, 1023] {
      let baselines = Baselines(clips: [random(count)], levels: 256, sampleRate: 16000)
      #expect(baselines.linearPredictor == nil && baselines.linearPredictorSamples == 0)
      #expect(baselines.samples == count && baselines.unigram > 0)
    }
    let long = Baselines(clips: [random(5000)], levels: 256, sampleRate: 16000)
    let mixed = Baselines(
      clips: [random(3), random(5000), random(1000)],
      uncoded: [3, 5000, 1000].map { law.decode(random($0)) },
      levels: 256, sampleRate: 16000)
    #expect(mixed.linearPredictor == long.linearPredictor && mixed.linearPredictorSamples == 5000)
    #expect(mixed.samples == 6003 && mixed.linearPredictorUncoded != nil)
  }

  @Test func bordersAreWhereCodesChange() {
    for levels in [256, 512, 1024] {
      let borders = LinearPredictor(levels: levels, sampleRate: 16000).borders
      let law = MuLaw(levels: levels)
      #expect(borders.count == levels + 1)
      for code in 1..<levels {
        let border = borders[code]
        #expect(law.encode(Float(border + 1e-6 * abs(border) + 1e-12)) == code)
        #expect(law.encode(Float(border - 1e-6 * abs(border) - 1e-12)) == code - 1)
      }
    }
  }

  @Test func covarianceRecursionEqualsItsDefinition() {
    let x = (0..<900).map { sin(0.3 * Double($0)) + 0.3 * Self.uniform($0) - 0.15 }
    for frame in [0..<300, 10..<700, 400..<900] {
      let weights = LinearPredictor.fit(x, frame, before: 0)
      // The error of a least-squares fit is orthogonal to everything it was fitted with.
      func at(_ n: Int) -> Double { n < 0 ? 0 : x[n] }
      for k in 1...32 {
        var product = 0.0
        for n in frame {
          var error = x[n]
          for j in 1...32 { error -= weights[j - 1] * at(n - j) }
          product += error * at(n - k)
        }
        #expect(abs(product) < 1e-7, "tap \(k) of \(frame)")
      }
    }
  }
}
