// The tables of `synth bench` on a terminal.
import Benchmarks
import Kernels
import Reports
import Training

enum BenchTable {
  /// One line per ceiling, one column per number of threads.
  static func lines(_ ceilings: Ceilings) -> [String] {
    let counts = Set(ceilings.bandwidth.map(\.threads)).sorted()
    func line(_ name: String, _ values: [String]) -> String {
      NumberText.column(name, 34) + values.map { NumberText.right($0, 12) }.joined()
    }
    let heading = line(
      "ceilings (\(ceilings.instructionSet))", counts.map { NumberText.count($0, "thread") })
    let arithmetic = Precision.allCases.compactMap { kind -> String? in
      let rates = counts.compactMap { count in
        ceilings.arithmetic.first { $0.arithmetic == kind && $0.threads == count }?.gigaflopsPerSecond
      }
      if rates.isEmpty { return nil }
      let what = kind == .f32 ? "multiply-adds" : "dot products"
      return line("\(kind.rawValue) \(what), G/s", rates.map { NumberText.fixed($0, 0) })
    }
    let bandwidth = CacheLevel.allCases.compactMap { level -> String? in
      let rows = counts.compactMap { count in
        ceilings.bandwidth.first { $0.level == level && $0.threads == count }
      }
      guard let first = rows.first else { return nil }
      return line(
        "\(level.rawValue) read (\(first.bytes >> 10) KiB), GB/s",
        rows.map { NumberText.fixed($0.gigabytesPerSecond, 0) })
    }
    return [heading] + arithmetic + bandwidth
  }

  private static let widths = [9, 6, 6, 6, 8, 12, 12, 11, 10, 9, 8]

  static let heading = columns([
    "task", "shape", "prec", "clips", "threads", "samples/s", "p95", "ns/sample", "x real", "GFLOP/s", "GB/s",
    "  of ceiling",
  ])

  static func row(_ r: BenchmarkResult) -> String {
    var notes: [String] = []
    if let ratio = r.timesF32 { notes.append("\(NumberText.fixed(ratio, 2))x f32") }
    if let prefersTiles = r.prefersTiles { notes.append(prefersTiles ? "tiles" : "faster without tiles") }
    if let fraction = r.fractionOfCeiling, let ceiling = r.ceiling {
      notes.append("\(NumberText.fixed(100 * fraction, 0)) % of \(ceiling)")
    }
    if let milliseconds = r.milliseconds { notes.append("\(NumberText.fixed(milliseconds, 2)) ms") }
    if let forward = r.fractionOfForward {
      notes.append("\(NumberText.fixed(100 * forward, 0)) % of forward")
    }
    if let allocations = r.allocationsPerSample {
      notes.append("\(NumberText.fixed(allocations, 4)) allocations/sample")
    }
    return columns([
      r.name, r.shape.count < widths[1] ? r.shape : "\(r.shape) ", r.precision, "\(r.clips)", "\(r.threads)",
      NumberText.fixed(r.samplesPerSecond, 0),
      NumberText.fixed(r.p95SamplesPerSecond, 0), NumberText.fixed(r.nanosecondsPerSample, 0),
      NumberText.fixed(r.timesRealTime, 1), NumberText.fixed(r.gigaflopsPerSecond, 0),
      r.weightGigabytesPerSecond.map { NumberText.fixed($0, 0) } ?? "-", "  " + notes.joined(separator: ", "),
    ])
  }

  private static func columns(_ texts: [String]) -> String {
    texts.enumerated().map { index, text in
      index >= widths.count
        ? text : index < 3 ? NumberText.column(text, widths[index]) : NumberText.right(text, widths[index])
    }.joined()
  }
}
