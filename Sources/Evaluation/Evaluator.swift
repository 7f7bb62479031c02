// Bits per sample of a model over whole clips: every sample counts, with silence before the first one. Slow twin: the
// generator's teacher forcing. The numbers to compare with: Baselines.swift.
internal import Glibc
internal import Kernels
package import Signal
package import WaveNet

/// Cross-entropy over every sample of clips, on all threads. The result does not depend on their number, nor on who measures
/// which chunk: chunks are cut by position alone and added in order.
package struct Evaluator: Sendable {
  /// Targets of one chunk; each chunk computes RF - 1 positions more as its history.
  package static let chunk = 16384

  /// Part of a clip that is measured by itself.
  package struct Chunk: Hashable, Sendable {
    package let clip: Int
    package let samples: Range<Int>
  }

  /// The chunks of clips of these lengths, in order.
  package static func chunks(_ lengths: [Int]) -> [Chunk] {
    lengths.enumerated().flatMap { clip, length in
      stride(from: 0, to: length, by: chunk).map { start in
        Chunk(clip: clip, samples: start..<min(start + chunk, length))
      }
    }
  }

  /// Bits of each clip, from the nats of all chunks in their order.
  package static func bits(_ nats: [Double], _ chunks: [Chunk], clips: Int) -> [Double] {
    var bits = [Double](repeating: 0, count: clips)
    for (chunk, nats) in zip(chunks, nats) { bits[chunk.clip] += nats / log(2) }
    return bits
  }

  private let configuration: Configuration
  private let weights: SequenceWeights
  private let threads: Int

  package init(_ model: Model, threads: Int) {
    configuration = model.configuration
    weights = SequenceWeights(model)
    self.threads = max(1, threads)
  }

  /// Bytes that `bits` holds at once for clips of these lengths, besides the weights.
  package static func memoryBytes(_ c: Configuration, _ lengths: [Int], threads: Int) -> Int {
    let jobs = lengths.reduce(0) { $0 + ($1 + chunk - 1) / chunk }
    let capacity = c.receptiveField - 1 + min(chunk, lengths.max() ?? 0)
    return min(max(1, threads), jobs) * SequencePass.byteCount(c, capacity: capacity)
  }

  /// Bits of each clip, summed over its samples; divide by the clip's length for bits per sample.
  /// - clips: codes, one array a clip.
  /// - told: what each is told; empty: nothing.
  /// - progress: called from any thread with the number of samples of a chunk that is done; answers whether to go on.
  /// - Returns: nil if `progress` said no.
  package func bits(
    _ clips: [[UInt16]], told: [Conditions?] = [], progress: @Sendable (Int) -> Bool = { _ in true }
  ) -> [Double]? {
    let chunks = Self.chunks(clips.map(\.count))
    return nats(chunks, of: clips, told: told, progress: progress).map {
      Self.bits($0, chunks, clips: clips.count)
    }
  }

  /// Nats of some chunks of clips, one for each; see `bits`.
  package func nats(
    _ chunks: [Chunk], of clips: [[UInt16]], told: [Conditions?] = [],
    progress: @Sendable (Int) -> Bool = { _ in true }
  ) -> [Double]? {
    if chunks.isEmpty { return [] }
    let longest = chunks.map(\.samples.count).max()!
    let workers = min(threads, chunks.count)
    // One thread, one pass: nothing in a pass is shared.
    nonisolated(unsafe) let passes = (0..<workers).map { _ in
      SequencePass(configuration, capacity: configuration.receptiveField - 1 + longest, training: false)
    }
    return try? Parallel.map(jobs: chunks.count, threads: workers) { job, thread in
      let chunk = chunks[job]
      let nats = unsafe loss(
        clips[chunk.clip], chunk.samples, told: told.isEmpty ? nil : told[chunk.clip], passes[thread])
      if !progress(chunk.samples.count) { throw CancellationError() }
      return nats
    }
  }

  /// Nats of the codes in `range`, given everything before them and silence before that.
  private func loss(
    _ codes: [UInt16], _ range: Range<Int>, told: Conditions?, _ pass: SequencePass
  ) -> Double {
    let silence = MuLaw(levels: configuration.quantizationLevels).silence
    let first = range.lowerBound - configuration.receptiveField  // position of the first input
    var inputs = [UInt16](repeating: silence, count: max(0, -first))
    inputs += codes[max(0, first)..<range.upperBound - 1]
    let part = told.flatMap { told in
      configuration.conditioning.map {
        told.part(
          first + 1..<range.upperBound, frameSamples: $0.frameSamples, width: max(1, $0.controlChannels))
      }
    }
    return unsafe inputs.withUnsafeBufferPointer { inputs in
      unsafe codes.withUnsafeBufferPointer { codes in
        unsafe pass.loss(inputs, targets: UnsafeBufferPointer(rebasing: codes[range]), told: part, weights)
      }
    }
  }
}
