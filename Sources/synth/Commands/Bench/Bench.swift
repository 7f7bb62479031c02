// synth bench: speed as numbers. The measuring is in the target Benchmarks and in Kernels/Ceilings.swift, the tables are in
// BenchTable.swift, the peers in Tests/Peers.
import ArgumentParser
import Benchmarks
import Generation
import Glibc
import Kernels
import Reports
import Training
import WaveNet

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure generation and training on this machine.",
    discussion: """
      synth bench                                     C1: 1 to 256 clips, priming, training
      synth bench --shape C2 --shape C3 --tasks generate --precision all
      synth bench --conditioned                       the same, told something
      synth bench --model runs/mine --clips 1 --rounds 1
      synth bench --ceilings                          what this machine can do at best

      Shapes (kernel 2 and mu-law 256 but for C4's kernel 3; blocks, residual = dilation, skip = head channels):
      C1 20, 32, 64; C2 20, 64, 256; C3 50, 32, 512; C4 30, 128, 128.

      GFLOP/s counts products alone, GB/s the weights alone. "of ceiling" is the larger of two fractions: products
      against the peak of their arithmetic, weights against reading from the smallest cache that holds them. Priming is
      also compared with the forward pass of training on one thread. "x f32" is the rate over that at f32, of rounds that
      alternated: of two runs one may have had busier neighbours. Allocations per sample need a counter:
      LD_PRELOAD a library made of Tests/CAllocationCounter/counter.c.

      Run it on a machine that does nothing else; Tests/Peers/compare.py alternates it with other programs.
      """)

  enum Task: String, CaseIterable, ExpressibleByArgument { case generate, prime, train }

  /// One precision, or all of them.
  struct Precisions: ExpressibleByArgument {
    var values: [Precision]
    init?(argument: String) {
      guard let one = Precision(rawValue: argument) else {
        if argument != "all" { return nil }
        values = Precision.allCases
        return
      }
      values = [one]
    }
    static var allValueStrings: [String] { Precision.allCases.map(\.rawValue) + ["all"] }
  }

  @Option(
    help: "Shapes to measure: \(Benchmark.shapeNames.joined(separator: ", ")) (default: C1). May be repeated."
  )
  var shape: [String] = []

  @Option(help: "Measure the shape of this model instead. \(ModelSource.help)")
  var model: String?

  @Option(parsing: .upToNextOption, help: "What to measure (default: all).")
  var tasks: [Task] = Task.allCases

  @Option(parsing: .upToNextOption, help: "Clips at once (default: 1 8 64 256).")
  var clips: [Int] = [1, 8, 64, 256]

  @Option(
    parsing: .upToNextOption,
    help:
      "Arithmetic of generation, and (f32, bf16) of training: \(Precisions.allValueStrings.joined(separator: ", ")) (default: f32)."
  )
  var precision: [Precisions] = []

  @Option(help: "Rounds per number; the median is reported.")
  var rounds = 5

  @Option(help: "About how long a round of generation lasts.")
  var roundSeconds = 0.4

  @Flag(
    help: """
      Measure the shapes told what a model of melodies is told, a frame of 64 samples each, through 64 channels: named with a +.
      """)
  var conditioned = false

  @Flag(
    inversion: .prefixedNo,
    help: """
      Measure the machine's ceilings and nothing else; or all but them, which saves seconds (default: both).
      """)
  var ceilings: Bool?

  @OptionGroup var threads: ThreadsOption

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func validate() throws {
    for name in shape where Benchmark.shape(name) == nil {
      throw ValidationError("--shape \(name): give one of \(Benchmark.shapeNames.joined(separator: ", "))")
    }
    if model != nil && !shape.isEmpty { throw ValidationError("--model and --shape exclude each other") }
    if model != nil && conditioned {
      throw ValidationError("--model and --conditioned exclude each other: a model is what it was trained as")
    }
    if ceilings == true && (model != nil || !shape.isEmpty) {
      throw ValidationError("--ceilings measures the machine: it takes no --model and no --shape")
    }
    for clips in clips where !(1...65536).contains(clips) {
      throw ValidationError("--clips \(clips): give 1 to 65536")
    }
    if !(1...1000).contains(rounds) { throw ValidationError("--rounds \(rounds): give 1 to 1000") }
    if !(0.001...60).contains(roundSeconds) {
      throw ValidationError("--round-seconds \(roundSeconds): give 0.001 to 60")
    }
  }

  private struct Report: Encodable {
    var instructionSetReason: String
    var ceilings: Ceilings?
    var weights: [CachedWeights]
    var results: [BenchmarkResult]
    /// Of this process so far: its largest resident set.
    var peakMegabytes: Double
  }

  func run() throws {
    var subjects: [Benchmark.Subject] = []
    if let model {
      subjects = [.init(name: model, configuration: try ModelSource.load(model).model.configuration)]
    } else if ceilings != true {
      subjects = (shape.isEmpty ? ["C1"] : shape).map { .init(name: $0, configuration: Benchmark.shape($0)!) }
      if conditioned { subjects = subjects.map(\.conditioned) }
    }
    let generation = Benchmark.generationRows(clips: clips, threads: threads.count)
    let counts = Set([1, Benchmark.trainingThreads(threads.count)] + generation.map(\.threads))
    let measured =
      ceilings == false
      ? nil : Ceilings.measure(threadCounts: (ceilings == true ? [1, threads.count] : counts).uniqued())
    if !json {
      try Terminal.print("\(InstructionSet.active): \(InstructionSet.reason)")
      for line in measured.map(BenchTable.lines) ?? [] { try Terminal.print(line) }
    }

    var results: [BenchmarkResult] = []
    func add(_ result: BenchmarkResult) throws {
      if !json {
        if results.isEmpty { try Terminal.printText("\n" + BenchTable.heading) }
        try Terminal.print(BenchTable.row(result))
      }
      results.append(result)
    }
    for index in subjects.indices {
      subjects[index].ceilings = measured
      try measure(subjects[index], generation, add)
    }
    let peak = Self.peakMegabytes
    let weights = subjects.map { CachedWeights($0.name, $0.configuration) }
    if json {
      try JSONReport.print(
        Report(
          instructionSetReason: InstructionSet.reason, ceilings: measured, weights: weights, results: results,
          peakMegabytes: peak))
    } else if !results.isEmpty {
      try Terminal.printText("")
      for weights in weights { try Terminal.print("weights of \(weights.model): \(weights.sentence)") }
      try Terminal.print("peak memory \(NumberText.fixed(peak, 0)) MB")
    }
  }

  private func measure(
    _ subject: Benchmark.Subject, _ generation: [(clips: Int, threads: Int)],
    _ add: (BenchmarkResult) throws -> Void
  ) throws {
    let effort = Benchmark.Effort(rounds: rounds, roundSeconds: roundSeconds)
    let precisions = precision.isEmpty ? [.f32] : precision.flatMap(\.values)
    if tasks.contains(.generate) {
      for (clips, threads) in generation {
        let results = try Benchmark.generate(
          subject, precisions: precisions, clips: clips, threads: threads, effort: effort)
        for result in results { try add(result) }
      }
    }
    var forward: BenchmarkResult?
    if tasks.contains(.prime) {
      forward = try Benchmark.forward(subject, threads: 1, effort: effort)
      try add(forward!)
      try add(Benchmark.prime(subject, forward: forward, effort: effort))
    }
    if tasks.contains(.train) {
      let count = Benchmark.trainingThreads(threads.count)
      if !precisions.contains(where: Precision.ofTraining.contains) {
        let names = NumberText.list(Precision.ofTraining.map(\.rawValue))
        Terminal.note("no training was measured: it has \(names)")
        return
      }
      if forward?.threads != count { try add(Benchmark.forward(subject, threads: count, effort: effort)) }
      let results = try Benchmark.train(
        subject, precisions: precisions.filter(Precision.ofTraining.contains), threads: count, effort: effort)
      for result in results { try add(result) }
    }
  }

  private static var peakMegabytes: Double {
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) * 1024 / 1e6
  }
}

extension Sequence<Int> {
  fileprivate func uniqued() -> [Int] { Set(self).sorted() }
}
