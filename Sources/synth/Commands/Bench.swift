// synth bench: speed as numbers. The measuring is in Training/Benchmark.swift; the peers are in Tests/Peers.
import ArgumentParser
import Generation
import Kernels
import Training
import WaveNet

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure generation and training on this machine.",
    discussion: """
      synth bench                                     C1: one clip, 8 and 64 clips, training
      synth bench --shape C2 --shape C3 --tasks generate
      synth bench --model runs/mine

      Shapes (kernel 2 and mu-law 256 but for C4's kernel 3; blocks, residual = dilation, skip = head channels):
      C1 20, 32, 64; C2 20, 64, 256; C3 50, 32, 512; C4 30, 128, 128.
      Run it on a machine that does nothing else; Tests/Peers/compare.py alternates it with other programs.
      """)

  enum Task: String, CaseIterable, ExpressibleByArgument { case generate, train }

  @Option(
    help: "Shapes to measure: \(Benchmark.shapeNames.joined(separator: ", ")) (default: C1). May be repeated."
  )
  var shape: [String] = []

  @Option(help: "Measure the shape of this model instead. \(ModelSource.help)")
  var model: String?

  @Option(parsing: .upToNextOption, help: "What to measure (default: both).")
  var tasks: [Task] = Task.allCases

  @Option(
    parsing: .upToNextOption, help: "Arithmetic of generation, and (f32, bf16) of training (default: f32).")
  var precision: [Precision] = [.f32]

  @Option(help: "Rounds per number; the median is reported.")
  var rounds = 5

  @OptionGroup var threads: ThreadsOption

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func validate() throws {
    for name in shape where Benchmark.shape(name) == nil {
      throw ValidationError("--shape \(name): give one of \(Benchmark.shapeNames.joined(separator: ", "))")
    }
    if model != nil && !shape.isEmpty { throw ValidationError("--model and --shape exclude each other") }
    if !(1...1000).contains(rounds) { throw ValidationError("--rounds \(rounds): give 1 to 1000") }
  }

  func run() throws {
    var subjects: [(name: String, configuration: Configuration)] = []
    if let model {
      subjects.append((model, try ModelSource.load(model).model.configuration))
    } else {
      for name in shape.isEmpty ? ["C1"] : shape { subjects.append((name, Benchmark.shape(name)!)) }
    }
    var results: [BenchmarkResult] = []
    func add(_ result: BenchmarkResult) throws {
      results.append(result)
      if !json { try Terminal.print(Self.row(result)) }
    }
    if !json { try Terminal.print(Self.heading) }
    for (name, configuration) in subjects {
      if tasks.contains(.generate) {
        let sizes = [(1, 1), (8, 1), (64, 1)] + (threads.count > 1 ? [(64, threads.count)] : [])
        for precision in precision {
          for (clips, threads) in sizes {
            try add(
              Benchmark.generate(
                configuration, shape: name, precision: precision, clips: clips, threads: threads,
                rounds: rounds))
          }
        }
      }
      if tasks.contains(.train) {
        for precision in precision.compactMap({ ProductPrecision(rawValue: $0.rawValue) }) {
          try add(
            Benchmark.train(
              configuration, shape: name, precision: precision, threads: threads.count, rounds: rounds))
        }
      }
    }
    if json { try JSONReport.print(["results": results]) }
  }

  private static let heading =
    "task      shape precision   clips  threads     samples/s   p95 samples/s  ns/sample   x real time  GFLOP/s"

  private static func row(_ r: BenchmarkResult) -> String {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    func left(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    return left(r.name, 10) + left(r.shape, 6) + left(r.precision, 9) + right("\(r.clips)", 8)
      + right("\(r.threads)", 9)
      + right("\(Int(r.samplesPerSecond))", 14) + right("\(Int(r.slowSamplesPerSecond))", 16)
      + right("\(Int(r.nanosecondsPerSample))", 11) + right(Format.fixed(r.timesRealTime, 1), 14)
      + right(Format.fixed(r.gigaflopsPerSecond, 0), 9)
  }
}
