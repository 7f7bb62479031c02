// The checks of `selftest`. Each compares two ways to the same thing, or a result with a bound that is written here.
import Generation
import Glibc
import Kernels
import Reports
import Signal
import Training
import WaveNet

enum SelfTestChecks {
  struct Outcome {
    let isPassed: Bool
    let detail: String
    static func passed(_ detail: String) -> Outcome { Outcome(isPassed: true, detail: detail) }
    static func failed(_ detail: String) -> Outcome { Outcome(isPassed: false, detail: detail) }
    static func check(_ condition: Bool, _ detail: String) -> Outcome {
      Outcome(isPassed: condition, detail: detail)
    }
  }

  struct Check {
    let name: String
    let run: () throws -> Outcome
  }

  static var all: [Check] {
    let sets = InstructionSet.available
    return [Check(name: "mu-law: every code, every 16-bit sample", run: muLaw)]
      + sets.map { set in Check(name: "gate accuracy, \(set)") { gate(KernelTable(set)) } }
      + sets.map { set in
        Check(name: "fast generation = naive recompute, \(set)") { try naive(KernelTable(set)) }
      }
      + sets.map { set in
        Check(name: "shipped model: fast = naive logits, \(set)") { try shippedLogits(KernelTable(set)) }
      }
      + [
        Check(name: "all instruction sets but portable: the same samples", run: instructionSets),
        Check(name: "one clip = many clips, 1 thread = several", run: batches),
        Check(name: "primed generation = generation that went on", run: priming),
        Check(name: "shipped model: sounds, and without clicks", run: sound),
        Check(name: "shipped model: clean partials", run: partials),
      ]
  }

  // MARK: arithmetic

  private static func muLaw() -> Outcome {
    for levels in [256, 512, 1024] {
      let law = MuLaw(levels: levels)
      for code in 0..<UInt16(levels) where law.encode(law.decode(code)) != code {
        return .failed("\(levels) levels: code \(code) comes back as \(law.encode(law.decode(code)))")
      }
      if law.encode(0) != UInt16(levels / 2) {
        return .failed("\(levels) levels: silence is \(law.encode(0))")
      }
      // Half a step of a companded axis of Q - 1 steps over [-1, 1]; the steepest slope is ln(Q) / 2 * ... at full scale.
      var worst = 0.0
      for value in Int32(-32768)...32767 {
        let x = Float(value) / 32768
        worst = max(worst, abs(companded(law.decode(law.encode(x)), levels) - companded(x, levels)))
      }
      let half = 1 / Double(levels - 1)
      if worst > half * 1.000_01 {
        return .failed("\(levels) levels: off by \(worst), half a step is \(half)")
      }
    }
    return .passed("256, 512, 1024 levels")
  }

  private static func companded(_ x: Float, _ levels: Int) -> Double {
    let mu = Double(levels - 1)
    let y = log1p(mu * abs(Double(x))) / log1p(mu)
    return x < 0 ? -y : y
  }

  private static let gateBound = 5e-7

  private static func gate(_ kernels: KernelTable) -> Outcome {
    let n = 1024
    let a = AlignedBuffer(count: 2 * n)
    let z = AlignedBuffer(count: n)
    var worst = 0.0
    for row in 0..<64 {
      for i in 0..<n {
        a[i] = Float(-20 + 40 * Double(i) / Double(n - 1))
        a[n + i] = Float(-20 + 40 * Double((i * 7 + row * 131) % n) / Double(n - 1))
      }
      unsafe kernels.gate(rows: 1, channels: n, a.pointer, into: z.rows(of: n))
      for i in 0..<n {
        let exact = tanh(Double(a[i])) / (1 + exp(-Double(a[n + i])))
        worst = max(worst, abs(Double(z[i]) - exact))
      }
    }
    return .check(
      worst <= gateBound,
      "largest error \(NumberText.scientific(worst)), allowed \(NumberText.scientific(gateBound))"
    )
  }

  // MARK: ways to generate

  /// Small, with three taps, an odd number of channels and uneven dilations: whatever padding could hide.
  private static func small() throws -> Model {
    let configuration = try Configuration(
      residualChannels: 11, dilationChannels: 13, skipChannels: 17, headChannels: 19, kernelSize: 3,
      dilations: [1, 2, 5, 1, 3])
    var random = PhiloxGenerator(seed: 11, stream: 0)
    return Model(
      configuration: configuration,
      parameters: Initialization.parameters(configuration, using: &random))
  }

  private static let sampling = SamplingOptions(temperature: 0.9, topK: 200, topP: 0.99, warmUpSamples: 5)

  private static func naive(_ kernels: KernelTable) throws -> Outcome {
    let model = try small()
    let count = 200
    let fast = try Generator(PackedModel(model, kernels: kernels), sampling: sampling, seed: 3).generate(
      count)
    let slow = try NaiveGenerator.generate(model, count: count, sampling: sampling, seed: 3, kernels: kernels)
    return same(fast, slow)
  }

  private static func shipped() throws -> Model {
    guard let loaded = try ShippedModel.load(ShippedModel.defaultName) else {
      throw SynthError.noSuchModel(name: ShippedModel.defaultName, shipped: ShippedModel.names)
    }
    return loaded.model
  }

  private static func shippedLogits(_ kernels: KernelTable) throws -> Outcome {
    let model = try shipped()
    let generator = Generator(PackedModel(model, kernels: kernels), seed: 5)
    var history = try generator.generate(3000)
    for _ in 0..<2 {
      let fast = generator.branch().logits(forcing: [history.last!])
      let slow = NaiveGenerator.logits(model, history: history, kernels: kernels)
      if let i = fast.indices.first(where: { fast[$0] != slow[$0] }) {
        return .failed("logit \(i) after \(history.count) samples: \(fast[i]) and \(slow[i])")
      }
      history += try generator.generate(1)
    }
    return .passed("equal to the bit")
  }

  private static func instructionSets() throws -> Outcome {
    let sets = InstructionSet.available.filter { $0 != .portable }
    let names = NumberText.list(sets.map(\.description))
    if sets.count < 2 { return .passed("nothing to compare: there is \(sets.isEmpty ? "portable" : names)") }
    let model = try shipped()
    let clips = try sets.map { set in
      try Generator(PackedModel(model, kernels: KernelTable(set)), sampling: sampling, seed: 9).generate(
        8000)
    }
    for (set, clip) in zip(sets, clips).dropFirst() {
      let outcome = same(clips[0], clip)
      if !outcome.isPassed { return .failed("\(sets[0]) and \(set): \(outcome.detail)") }
    }
    return .passed("\(names): \(clips[0].count) samples equal")
  }

  private static func batches() throws -> Outcome {
    let model = try shipped()
    let lengths = [4000, 3000, 4000, 1, 2500, 4000, 3999]
    let alone = try lengths.enumerated().map { index, length in
      try Generator(model, sampling: sampling, seed: 21, clip: UInt64(index)).generate(length)
    }
    let all = alone.flatMap { $0 }
    for threads in [1, 2, 4] {
      let together = try BatchGenerator.generate(
        model, lengths: lengths, sampling: sampling, seed: 21, threads: threads)
      let outcome = same(together.flatMap { $0 }, all)
      if !outcome.isPassed { return .failed("\(NumberText.count(threads, "thread")): \(outcome.detail)") }
    }
    return .passed("\(lengths.count) clips, \(all.count) samples")
  }

  /// Everything that a model has heard is its last receptive field.
  private static func priming() throws -> Outcome {
    let model = try shipped()
    let first = Generator(model, sampling: SamplingOptions(), seed: 2)
    let history = try first.generate(model.configuration.receptiveField + 500)
    let goesOn = first.branch().logits(forcing: Array(history.suffix(1)))
    let primed = Generator(model, sampling: SamplingOptions(), seed: 2)
    primed.prime(history)
    let fresh = primed.branch().logits(forcing: Array(history.suffix(1)))
    return .check(goesOn == fresh, goesOn == fresh ? "equal to the bit" : "the logits differ")
  }

  private static func same(_ a: [UInt16], _ b: [UInt16]) -> Outcome {
    if a.isEmpty || a.count != b.count { return .failed("\(a.count) and \(b.count) samples") }
    if let i = a.indices.first(where: { a[$0] != b[$0] }) {
      return .failed("sample \(i) of \(a.count) differs: \(a[i]) and \(b[i])")
    }
    return .passed("\(a.count) samples equal")
  }
}
