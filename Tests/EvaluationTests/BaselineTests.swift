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

  /// x[n] = 1.6 x[n-1] - 0.8 x[n-2] + logistic noise: the true predictor's bits are known, and one that has to learn it comes
  /// close to them from above.
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
    let known = predictor.bits(codes, truth, scale: scale) / Double(count)
    let learnt = predictor.bits(codes, from: { x[$0] }, before: 0) / Double(count)
    let coded = predictor.bits(codes, law) / Double(count)
    #expect(learnt > known && learnt < known + 0.05, "\(learnt), \(known)")
    #expect(coded > learnt && coded < learnt + 1, "\(coded), \(learnt)")
  }

  /// A resonance that moves to another place eight times a second, as in speech: weights that are the best for a whole second,
  /// known beforehand, lose to those that follow.
  @Test func itFollowsWhatChanges() {
    let (count, rate) = (32_000, 16000)
    var x = [Float]()
    var truth = [Double]()
    for n in 0..<count {
      let angle = n / 2000 % 2 == 0 ? 0.2 : 1.4
      truth.append(
        2 * 0.99 * cos(angle) * Double(n > 0 ? x[n - 1] : 0) - 0.9801 * Double(n > 1 ? x[n - 2] : 0))
      x.append(Float(truth[n] + 0.002 * (Self.uniform(n) - 0.5)))
    }
    let codes = MuLaw(levels: 256).encode(x)
    let predictor = LinearPredictor(levels: 256, sampleRate: rate)
    let followed = predictor.bits(codes, from: { x[$0] }, before: 0) / Double(count)
    func error(_ weights: [Double], _ n: Int) -> Double {
      (1...32).reduce(Double(x[n])) { $0 - (n < $1 ? 0 : weights[$1 - 1] * Double(x[n - $1])) }
    }
    let fixed = Self.leastSquares(x.map(Double.init), decay: 1, before: 0)
    let predictions = (0..<count).map { Double(x[$0]) - error(fixed, $0) }
    let best = (-14 ... -4).map { predictor.bits(codes, predictions, scale: exp2(Double($0))) }.min()!
    let known = predictor.bits(codes, truth, scale: 0.0005) / Double(count)
    #expect(followed < best / Double(count) - 0.25, "\(followed), \(best / Double(count)), \(known)")
    #expect(followed < known + 0.5, "\(followed), \(known)")
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
    #expect(try #require(silent.linearPredictor) * Double(count) < 20)
  }

  /// The first samples are predicted by weights that have not been learnt: they say nothing, and are left out of the mean.
  @Test func shortClipsHaveNoLinearPrediction() throws {
    func random(_ count: Int) -> [UInt16] { (0..<count).map { UInt16(Self.uniform($0, seed: 3) * 256) } }
    let law = MuLaw(levels: 256)
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

  /// The weights that minimise sum d^(t-n) (x[n] - sum w[k] x[n-k])^2, by their definition: sums written out, then Gauss.
  static func leastSquares(_ x: [Double], decay: Double, before: Double) -> [Double] {
    func at(_ n: Int) -> Double { n < 0 ? before : x[n] }
    // Silence for ever, as far as it counts.
    let ahead = decay < 1 && before != 0 ? Int(40 / (1 - decay)) : 0
    var system = [[Double]](repeating: Array(repeating: 0, count: 33), count: 32)
    for n in -ahead..<x.count {
      let weight = pow(decay, Double(x.count - 1 - n))
      for i in 0..<32 {
        for j in 0..<32 { system[i][j] += weight * at(n - 1 - i) * at(n - 1 - j) }
        system[i][32] += weight * at(n - 1 - i) * at(n)
      }
    }
    for i in 0..<32 {
      let pivot = (i..<32).max { abs(system[$0][i]) < abs(system[$1][i]) }!
      system.swapAt(i, pivot)
      for j in 0..<32 where j != i {
        let factor = system[j][i] / system[i][i]
        for k in i...32 { system[j][k] -= factor * system[i][k] }
      }
    }
    return (0..<32).map { system[$0][32] / system[$0][$0] }
  }

  @Test(arguments: [0, 0.25]) func runningSumsEqualTheirDefinition(before: Double) {
    let x = (0..<768).map { sin(0.3 * Double($0)) + 0.3 * Self.uniform($0) - 0.15 }
    for window in [128.0, 256, 4096] {
      var running = RunningLeastSquares(taps: 32, window: window, before: before)
      var past = [Double](repeating: before, count: 32)
      for (n, sample) in x.enumerated() {
        let prediction = running.prediction(from: past)
        #expect(n >= 16 || prediction == past[0], "sample \(n) is the one before again")
        running.learn(sample, past)
        past = [sample] + past.dropLast()
      }
      // 768 samples are a whole number of intervals of each: the weights are of now.
      let exact = Self.leastSquares(x, decay: 1 - 1 / window, before: before)
      for (a, b) in zip(running.weights, exact) { #expect(abs(a - b) < 1e-6, "\(window): \(a), \(b)") }
    }
  }
}

extension LinearPredictor {
  /// Bits of every code, given predictions and one scale.
  fileprivate func bits(_ codes: [UInt16], _ predictions: [Double], scale: Double) -> Double {
    zip(codes, predictions).reduce(0) { bits, pair in
      bits - log2(Mixture.probability(Int(pair.0), pair.1, scale, borders))
    }
  }
}
