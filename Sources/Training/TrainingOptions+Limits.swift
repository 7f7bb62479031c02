// What training options may be, stated once: flags, run.json and the program's own callers all ask here.

extension TrainingOptions {
  /// The range of each option.
  package enum Allowed {
    package static let steps = 1...1_000_000_000
    package static let clips = 1...4096
    package static let crop = 1...(1 << 22)
    package static let learningRate = 1e-9...10.0
    package static let finalFraction = 0.0...1.0
    package static let warmUpSteps = 0...1_000_000
    package static let beta = 0.0...0.999_999
    package static let epsilon = 1e-30...1.0
    package static let clipNorm = 1e-9...1e9
    package static let averageDecay = 0.0...0.999_999
    package static let jitter = 0.0...100.0
    package static let scheduledSampling = 0.0...1.0
    package static let shards = 1...4096
    package static let evaluateEvery = 1...1_000_000_000
  }

  /// The first option that is out of range, in words; nil if all are in range.
  package var problem: String? {
    func check<T: Comparable>(_ name: String, _ value: T, _ allowed: ClosedRange<T>) -> String? {
      allowed.contains(value)
        ? nil : "\(name) is \(value); allowed: \(allowed.lowerBound) to \(allowed.upperBound)"
    }
    let problems: [String?] = [
      check("steps", steps, Allowed.steps),
      check("clips", clips, Allowed.clips),
      check("crop", crop, Allowed.crop),
      check("learningRate", learningRate, Allowed.learningRate),
      check("finalFraction", finalFraction, Allowed.finalFraction),
      check("warmUpSteps", warmUpSteps, Allowed.warmUpSteps),
      check("beta1", beta1, Allowed.beta),
      check("beta2", beta2, Allowed.beta),
      check("epsilon", epsilon, Allowed.epsilon),
      check("clipNorm", clipNorm, Allowed.clipNorm),
      check("averageDecay", averageDecay, Allowed.averageDecay),
      check("jitter", jitter, Allowed.jitter),
      check("finalJitter", finalJitter, Allowed.jitter),
      check("scheduledSampling", scheduledSampling ?? 0, Allowed.scheduledSampling),
      check("shards", shardCount, Allowed.shards),
      ShardTree.isPowerOfTwo(max(1, shardCount)) ? nil : "shards is \(shardCount); allowed: a power of two",
      check("evaluateEvery", evaluateEvery, Allowed.evaluateEvery),
    ]
    return problems.compactMap { $0 }.first
  }
}
