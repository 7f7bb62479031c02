// One measured rate, with what it says about the machine. Its keys are what Tests/Peers/compare.py reads.
internal import Generation
internal import Kernels
internal import WaveNet

package struct BenchmarkResult: Encodable, Sendable {
  /// "generate"; "prime", one receptive field; "forward", the forward pass of training with its loss; "train", a step.
  package var name: String
  package var shape: String
  package var precision: String
  package var clips: Int
  package var threads: Int
  package var instructionSet: String
  /// Median over the rounds, of all clips together; training counts predicted samples, priming those of the history.
  package var samplesPerSecond: Double
  /// The slowest of twenty rounds would be here: 95th percentile of the time of a round, as a rate.
  package var p95SamplesPerSecond: Double
  package var nanosecondsPerSample: Double
  package var timesRealTime: Double
  /// This rate over that at f32, of rounds that alternated; only where both were measured.
  package var timesF32: Double?
  /// 8 bits on a processor with tiles: whether a trial found them faster than dot products, of the same bits.
  package var prefersTiles: Bool?
  /// Operations of the products that `Cost` counts, all threads together.
  package var gigaflopsPerSecond: Double
  /// Bytes of weights read, in 10^9 a second, all threads together; generation only.
  package var weightGigabytesPerSecond: Double?
  /// The ceiling that binds, and how much of it is reached.
  package var ceiling: String?
  package var fractionOfCeiling: Double?
  /// Heap allocations; only if something counts them, see `AllocationCounter`.
  package var allocationsPerSample: Double?
  /// Median of one step or pass; not of generation, whose rounds are as long as they were asked to be.
  package var milliseconds: Double?
  /// Priming: its rate over that of the forward pass of training on as many threads.
  package var fractionOfForward: Double?

  enum CodingKeys: String, CodingKey {
    case name, shape, precision, clips, threads, ceiling, milliseconds
    case instructionSet = "instruction_set"
    case samplesPerSecond = "samples_per_second"
    case p95SamplesPerSecond = "p95_samples_per_second"
    case nanosecondsPerSample = "ns_per_sample"
    case timesRealTime = "x_real_time"
    case timesF32 = "x_f32"
    case prefersTiles = "prefers_tiles"
    case gigaflopsPerSecond = "gflops"
    case weightGigabytesPerSecond = "weight_gigabytes_per_second"
    case fractionOfCeiling = "fraction_of_ceiling"
    case allocationsPerSample = "allocations_per_sample"
    case fractionOfForward = "fraction_of_forward"
  }

  /// - Parameters:
  ///   - samples: of all clips in one round
  ///   - times: seconds of each round
  init(
    _ name: String, _ subject: Benchmark.Subject, precision: Precision = .f32, clips: Int, threads: Int,
    samples: Int, times: [Double], work: Cost, clipsPerRead: Int = 1, splitsWeights: Bool = false
  ) {
    precondition(!times.isEmpty && samples > 0, "\(times.count) rounds of \(samples) samples")
    let sorted = times.sorted()
    let rate = Double(samples) / sorted[sorted.count / 2]
    self.name = name
    shape = subject.name
    self.precision = precision.rawValue
    self.clips = clips
    self.threads = threads
    instructionSet = "\(InstructionSet.active)"
    samplesPerSecond = rate
    p95SamplesPerSecond = Double(samples) / sorted[(sorted.count * 19 - 1) / 20]
    nanosecondsPerSample = 1e9 / rate
    timesRealTime = rate / Double(subject.configuration.sampleRate)
    gigaflopsPerSecond = rate * work.totalOperations / 1e9
    if work.weightBytes > 0 {
      weightGigabytesPerSecond = rate * work.weightBytes / Double(clipsPerRead) / 1e9
    }
    let fraction = subject.ceilings.flatMap {
      work.fraction(
        of: $0, samplesPerSecond: rate, threads: threads, clipsPerRead: clipsPerRead,
        splitsWeights: splitsWeights)
    }
    ceiling = fraction?.ceiling
    fractionOfCeiling = fraction?.value
  }
}
