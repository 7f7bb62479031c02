// The speed of generation: one clip as a stream, and many clips at once.
package import Generation
internal import Kernels
internal import WaveNet

extension Benchmark {
  /// Most threads of one clip.
  package static let streamThreads = 2

  /// Clips and threads of each row: every count of `clips` on one thread and on `threads`, as far as it can use them.
  package static func generationRows(clips: [Int], threads: Int) -> [(clips: Int, threads: Int)] {
    clips.flatMap { clips in
      Set([1, min(threads, clips == 1 ? streamThreads : clips)]).sorted().map { (clips, $0) }
    }
  }

  /// Generation of `clips` clips at temperature 1 on `threads` threads, at each of `precisions` in turns.
  package static func generate(
    _ subject: Subject, precisions: [Precision] = [.f32], clips: Int, threads: Int, effort: Effort = .init()
  ) throws -> [BenchmarkResult] {
    precondition(
      clips > 0 && threads > 0 && (clips > 1 || threads <= streamThreads),
      "\(clips) clips, \(threads) threads")
    let model = subject.randomModel()
    return try alternate(
      precisions.map { precision in
        let packed = BatchGenerator.pack(model, precision: precision, clips: clips, threads: threads)
        return clips == 1
          ? try stream(subject, packed, threads: threads, effort: effort)
          : try batch(subject, packed, clips: clips, threads: threads, effort: effort)
      }, rounds: effort.rounds)
  }

  /// One clip through Generator, as streaming uses it.
  private static func stream(
    _ subject: Subject, _ packed: PackedModel, threads: Int, effort: Effort
  ) throws -> Contestant {
    let generator = Generator(packed, seed: 1, threads: threads)
    var codes = [UInt16](repeating: 0, count: 256)
    generator.tell(subject.conditions(samples: 512))
    try generator.next(into: &codes, count: 256)
    let trial = try time { try generator.next(into: &codes, count: 256) }
    let samples = max(256, Int(256 * effort.roundSeconds / trial))
    codes = [UInt16](repeating: 0, count: samples)
    generator.tell(subject.conditions(samples: samples * effort.rounds + 512))
    try generator.next(into: &codes, count: 256)
    var counted: Int? = 0
    return Contestant(samples: samples) {
      var seconds = 0.0
      let more = try allocations {
        seconds = try time { try generator.next(into: &codes, count: samples) }
      }
      counted = counted.flatMap { count in more.map { count + $0 } }
      return seconds
    } result: { times in
      let density = try generator.headDensity(count: 200)
      var result = BenchmarkResult(
        "generate", subject, precision: packed.precision, clips: 1, threads: threads, samples: samples,
        times: times,
        work: .generation(
          subject.configuration, precision: packed.precision, stream: density, keepsFloats: packed.keepsFloats
        ),
        splitsWeights: true)
      result.prefersTiles = packed.prefersTiles
      result.allocationsPerSample = counted.map { Double($0) / Double(samples * times.count) }
      return result
    }
  }

  /// Many clips. A call also makes and fills their queues and copies the codes out, which is no part of a sample's cost:
  /// each round is a short and a long call, and their difference counts.
  private static func batch(
    _ subject: Subject, _ packed: PackedModel, clips: Int, threads: Int, effort: Effort
  ) throws -> Contestant {
    func seconds(_ length: Int) throws -> Double {
      try time {
        _ = try BatchGenerator.generate(
          packed, lengths: Array(repeating: length, count: clips), threads: threads,
          conditions: (0..<clips).map { subject.conditions(samples: length, seed: UInt64($0)) })
      }
    }
    let short = 8
    _ = try seconds(short)
    let trial = try seconds(short + 32) - seconds(short)
    let samples = max(64, Int(32 * effort.roundSeconds / max(trial, 1e-4)))
    return Contestant(samples: samples * clips) {
      let rest = try seconds(short)
      return max(1e-9, try seconds(short + samples) - rest)
    } result: { times in
      let (few, many) = (
        try allocations { _ = try seconds(short) }, try allocations { _ = try seconds(short + samples) }
      )
      var result = BenchmarkResult(
        "generate", subject, precision: packed.precision, clips: clips, threads: threads,
        samples: samples * clips, times: times,
        work: .generation(
          subject.configuration, precision: packed.precision, keepsFloats: packed.keepsFloats),
        clipsPerRead: BatchGenerator.clipsInStep(packed.configuration, clips: clips, threads: threads))
      result.prefersTiles = packed.prefersTiles
      if let few, let many { result.allocationsPerSample = Double(many - few) / Double(samples * clips) }
      return result
    }
  }
}
