// Many clips at once. Clips that advance in step share each weight read; threads take whole batches and never wait for one
// another. Slow twin: a Generator per clip, which gives the same bits.
internal import Kernels
public import Signal
internal import Synchronization
public import WaveNet

/// Generates a set of clips, in step: one read of the weights serves all clips of a thread.
public enum BatchGenerator {
  /// Most clips that advance in step. More than this gains nothing, and their queues leave the cache.
  package static let batchLimit = 64
  /// Most bytes of queues in a batch of more than one clip.
  static let batchBytes = 256 << 20

  /// Generates `lengths.count` clips; clip i has the index `firstClip + i` and is the same as that of
  /// `Generator(model, sampling:seed:clip:)`, whatever else is generated and on however many threads.
  /// - Parameters:
  ///   - model: packed once here
  ///   - lengths: samples of each clip, 0 or more
  ///   - sampling: must be valid, see `SamplingOptions.validate()`; `clips(_:count:seconds:seed:threads:precision:)` draws as the
  ///     model's author recommends
  ///   - seed: clips of different seeds are independent
  ///   - firstClip: index of the first clip under that seed
  ///   - threads: most threads to use; the default is one per processor
  ///   - prime: codes that are the history of each clip, an empty array for silence; `nil` for silence everywhere
  ///   - conditions: what each clip is told, see `Generator.tell(_:)`; `nil` for nothing everywhere
  ///   - precision: the arithmetic
  ///   - progress: called now and then from any of the threads, never twice at a time, with the number of samples that
  ///     are done in all clips; returns whether to go on
  /// - Returns: the codes of each clip, 0 ..< quantization levels; `MuLaw.decode(_:)` makes samples of them
  /// - Throws: `GenerationError.nonFiniteLogits`, or `.cancelled` when `progress` said so
  public static func generate(
    _ model: Model, lengths: [Int], sampling: SamplingOptions, seed: UInt64 = 0,
    firstClip: UInt64 = 0,
    threads: Int? = nil, prime: [[UInt16]]? = nil, conditions: [Conditions?]? = nil,
    precision: Precision = .f32,
    progress: (@Sendable (_ samplesDone: Int) -> Bool)? = nil
  ) throws(GenerationError) -> [[UInt16]] {
    try generate(
      pack(model, precision: precision, clips: lengths.count, threads: threads), lengths: lengths,
      sampling: sampling, seed: seed, firstClip: firstClip, threads: threads, prime: prime,
      conditions: conditions, progress: progress)
  }

  /// The weights of a model as so many clips on so many threads read them fastest.
  package static func pack(
    _ model: Model, precision: Precision, clips: Int, threads: Int? = nil
  ) -> PackedModel {
    let threads = threads ?? Parallel.processorCount
    return PackedModel(
      model, precision: precision, clips: clipsInStep(model.configuration, clips: clips, threads: threads))
  }

  /// Most of `clips` clips that advance in step, which is how often one read of the weights is used.
  package static func clipsInStep(_ c: Configuration, clips: Int, threads: Int) -> Int {
    let batches = max(1, batchCount(c, clips: clips, threads: threads))
    return (clips + batches - 1) / batches
  }

  /// Into how many batches, whose clips advance in step, `clips` clips are dealt.
  private static func batchCount(_ c: Configuration, clips: Int, threads: Int) -> Int {
    let limit = max(1, min(batchLimit, batchBytes / Generator.queueBytes(c)))
    return min(clips, max(threads, (clips + limit - 1) / limit))
  }

  /// The same on weights that are packed already.
  /// - Parameters:
  ///   - indices: of the clips, where they do not follow one another from `firstClip` on
  ///   - keepsStopped: what there is of each clip when `progress` said no, instead of an error
  package static func generate(
    _ packed: PackedModel, lengths: [Int], sampling: SamplingOptions = .init(), seed: UInt64 = 0,
    firstClip: UInt64 = 0, indices: [UInt64]? = nil, threads: Int? = nil, prime: [[UInt16]]? = nil,
    conditions: [Conditions?]? = nil, keepsStopped: Bool = false,
    progress: (@Sendable (_ samplesDone: Int) -> Bool)? = nil
  ) throws(GenerationError) -> [[UInt16]] {
    let threads = threads ?? Parallel.processorCount
    precondition(threads > 0, "\(threads) threads")
    precondition(
      prime == nil || prime!.count == lengths.count, "\(prime?.count ?? 0) histories for \(lengths.count)")
    precondition(
      conditions == nil || conditions!.count == lengths.count,
      "conditions of \(conditions?.count ?? 0) clips for \(lengths.count)")
    precondition(lengths.allSatisfy { $0 >= 0 }, "negative length in \(lengths)")
    let indices = indices ?? lengths.indices.map { firstClip &+ UInt64($0) }
    precondition(indices.count == lengths.count, "\(indices.count) indices for \(lengths.count) clips")
    if lengths.isEmpty { return [] }
    // Longest first, dealt out in turn: batches of nearly equal work whose clips end in reverse order.
    let order = lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
    let batches = batchCount(packed.configuration, clips: lengths.count, threads: threads)
    let shared = Mutex(Shared(results: .init(repeating: [], count: lengths.count)))
    let options = sampling.checked()
    Parallel.forEach(jobs: batches, threads: threads) { job, _ in
      let clips = stride(from: job, to: order.count, by: batches).map { order[$0] }
      let batch = Batch(
        packed, clips: clips.map { indices[$0] }, lengths: clips.map { lengths[$0] }, options: options,
        seed: seed)
      for (row, clip) in clips.enumerated() {
        batch.begin(row, prime: prime?[clip] ?? [], told: conditions?[clip])
      }
      let failure = batch.run { samples in
        shared.withLock { shared in
          shared.done += samples
          if let progress, shared.failure == nil, !progress(shared.done) { shared.failure = .cancelled }
          return shared.failure == nil
        }
      }
      shared.withLock { shared in
        if let failure, shared.failure == nil { shared.failure = failure }
        for (row, clip) in clips.enumerated() { shared.results[clip] = batch.codes(row) }
      }
    }
    let outcome = shared.withLock { $0 }
    if let failure = outcome.failure, !(keepsStopped && failure == .cancelled) { throw failure }
    return outcome.results
  }

  private struct Shared {
    var results: [[UInt16]]
    var done = 0
    var failure: GenerationError?
  }
}

/// The clips of one thread that advance in step, longest first: those still running are always the first ones.
private final class Batch {
  private let engine: any StepEngine
  private let scratch: SamplerScratch
  private let lengths: [Int]
  private let clipIndices: [UInt64]
  private let randoms: [Philox]
  private let options: SamplingOptions
  private var warmUps: [Int]
  private let newest: UnsafeMutablePointer<UInt16>  // [clips]
  private let generated: UnsafeMutablePointer<UInt16>  // the clips' codes, one clip after another
  private let starts: [Int]  // [clips + 1], in `generated`
  /// Samples of the longest clip so far.
  private var reached = 0

  init(
    _ packed: PackedModel, clips: [UInt64], lengths: [Int], options: SamplingOptions, seed: UInt64
  ) {
    engine = packed.engine(clips: clips.count)
    scratch = SamplerScratch(levels: packed.configuration.quantizationLevels)
    self.lengths = lengths
    self.options = options
    clipIndices = clips
    randoms = clipIndices.map { Philox(seed: seed, stream: $0) }
    warmUps = clips.map { _ in options.warmUpSamples }
    starts = lengths.reduce(into: [0]) { $0.append($0.last! + $1) }
    newest = .allocate(capacity: clips.count)
    newest.initialize(repeating: packed.silenceCode, count: clips.count)
    generated = .allocate(capacity: starts.last!)
    generated.initialize(repeating: 0, count: starts.last!)
  }

  deinit {
    newest.deallocate()
    generated.deallocate()
  }

  func begin(_ row: Int, prime codes: [UInt16], told conditions: Conditions?) {
    if let conditions { engine.tell(clip: row, conditions) }
    engine.prime(clip: row, codes)
    guard let last = codes.last else { return }
    let levels = engine.model.configuration.quantizationLevels
    precondition(Int(last) < levels, "code \(last) of \(levels)")
    newest[row] = last
    warmUps[row] = 0
  }

  /// What was generated of a clip.
  func codes(_ row: Int) -> [UInt16] {
    Array(UnsafeBufferPointer(start: generated + starts[row], count: min(lengths[row], reached)))
  }

  /// Generates all clips to their ends. `report` is told the number of new samples and returns whether to go on.
  func run(_ report: (Int) -> Bool) -> GenerationError? {
    let levels = engine.model.configuration.quantizationLevels
    let kernels = engine.model.kernels
    var running = lengths.count
    var unreported = 0
    while true {
      let index = reached
      while running > 0 && lengths[running - 1] <= index { running -= 1 }
      if running == 0 { break }
      engine.step(newest, running: running)
      for row in 0..<running {
        let code = Sampler.code(
          logits: engine.logits + row * levels, options: index < warmUps[row] ? SamplingOptions() : options,
          uniform: randoms[row].uniform(at: UInt64(index)), scratch: scratch, kernels: kernels)
        guard let code else { return .nonFiniteLogits(clip: clipIndices[row], sample: index) }
        newest[row] = code
        generated[starts[row] + index] = code
      }
      reached += 1
      unreported += running
      if unreported >= 4096 {
        if !report(unreported) { return nil }
        unreported = 0
      }
    }
    if unreported > 0 { _ = report(unreported) }
    return nil
  }
}
