// Bits per sample at any precision of generation: the generator's own steps, told each code that came. Slow where
// Evaluator is fast; at f32 the two give the same numbers.
package import Generation
internal import Glibc
internal import Kernels
package import Signal
internal import Synchronization
package import WaveNet

/// Cross-entropy over every sample of clips, with silence before each, on all threads.
package struct StepEvaluator: Sendable {
  /// Most clips that advance in step.
  private static let together = 16

  private let model: Model
  private let precision: Precision
  private let threads: Int

  package init(_ model: Model, precision: Precision, threads: Int) {
    (self.model, self.precision, self.threads) = (model, precision, max(1, threads))
  }

  /// Bytes that `bits` holds at once, besides the weights.
  package static func memoryBytes(_ c: Configuration, clips: Int) -> Int { clips * Generator.queueBytes(c) }

  /// Bits of each clip, summed over its samples; see `Evaluator.bits`.
  /// - Returns: nil if `progress` said no.
  package func bits(
    _ clips: [[UInt16]], told: [Conditions?] = [], progress: @Sendable (Int) -> Bool = { _ in true }
  ) -> [Double]? {
    if clips.isEmpty { return [] }
    // Longest first, so that the clips of a batch that still run are its first ones.
    let order = clips.indices.sorted { (clips[$1].count, $0) < (clips[$0].count, $1) }
    let batches = min(clips.count, max(threads, (clips.count + Self.together - 1) / Self.together))
    let packed = PackedModel(model, precision: precision, clips: (clips.count + batches - 1) / batches)
    @Sendable func members(_ job: Int) -> [Int] {
      stride(from: job, to: order.count, by: batches).map { order[$0] }
    }
    let isCancelled = Atomic(false)
    let nats = Parallel.map(jobs: batches, threads: threads) { job, _ in
      forced(packed, members(job).map { (clips[$0], told.isEmpty ? nil : told[$0]) }) { count in
        if !progress(count) { isCancelled.store(true, ordering: .relaxed) }
        return !isCancelled.load(ordering: .relaxed)
      }
    }
    if isCancelled.load(ordering: .relaxed) { return nil }
    var bits = clips.map { _ in 0.0 }
    for job in nats.indices {
      for (clip, nats) in zip(members(job), nats[job]) { bits[clip] = nats / log(2) }
    }
    return bits
  }

  /// Nats of clips that advance in step, longest first; stops early if `report` says no.
  private func forced(
    _ packed: PackedModel, _ told: [(codes: [UInt16], conditions: Conditions?)], _ report: (Int) -> Bool
  ) -> [Double] {
    let clips = told.map(\.codes)
    let levels = packed.configuration.quantizationLevels
    let engine = packed.engine(clips: clips.count)
    for (clip, told) in told.enumerated() {
      if let conditions = told.conditions { engine.tell(clip: clip, conditions) }
    }
    let row = AlignedBuffer(count: levels)
    var newest = clips.map { _ in packed.silenceCode }
    var nats = clips.map { _ in 0.0 }
    var (running, unreported) = (clips.count, 0)
    for index in 0..<(clips.first?.count ?? 0) {
      while clips[running - 1].count <= index { running -= 1 }
      unsafe newest.withUnsafeBufferPointer { unsafe engine.step($0.baseAddress!, running: running) }
      for clip in 0..<running {
        let target = clips[clip][index]
        unsafe row.pointer.update(from: engine.logits + clip * levels, count: levels)
        unsafe nats[clip] += Double(
          packed.kernels.crossEntropy(count: levels, inPlace: row.pointer, target: Int(target), weight: 1))
        newest[clip] = target
      }
      unreported += running
      if unreported >= 4096 || index == clips[0].count - 1 {
        if !report(unreported) { break }
        unreported = 0
      }
    }
    return nats
  }
}
