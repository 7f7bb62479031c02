// One clip, generated as it is asked for: the class to embed. Many clips at once: BatchGenerator.
internal import Kernels
public import Signal
public import WaveNet

/// Generates one clip sample by sample from cached dilated queues (van den Oord et al. 2016; the caching after Le Paine
/// et al. 2016). What it generates is a function of the model, the sampling options, the seed, the clip's index and the
/// history alone: not of how many samples are asked for at a time, nor of what else is being generated.
///
/// A generator belongs to one thread at a time. Nothing is allocated per sample.
public final class Generator {
  /// The model's shape.
  public var configuration: Configuration { engine.model.configuration }
  /// How codes are drawn.
  public let sampling: SamplingOptions
  /// Key of the random numbers.
  public let seed: UInt64
  /// Index of the clip: clips of the same seed and different index are independent.
  public let clip: UInt64
  /// Generated in front of a clip that begins in silence, and thrown away.
  public let leadIn: LeadIn
  /// What the clip is told, see `tell(_:)`.
  public internal(set) var conditions: Conditions?
  /// Samples handed out since the beginning of the clip, each 1 / `configuration.sampleRate` seconds.
  public var position: Int { max(0, drawn - lead) }

  let engine: StreamEngine
  private let scratch: SamplerScratch
  private let random: Philox
  private var newest: UInt16  // the newest code, which is not in the queues yet
  private var startedSilent = true
  private var drawn = 0  // samples since the beginning, those of the lead-in too
  private var calibration = HelperCalibration()
  private let threads: Int
  /// What it follows by itself, until it is told something.
  var following: Following?

  /// A generator at the beginning of a clip, with silence before it, that draws as told: for measurements. What sounds like the
  /// model's author meant it to takes a `LoadedModel`, see `init(_:seed:clip:precision:threads:)`.
  /// - Parameters:
  ///   - model: packed once here; use `sibling(sampling:seed:clip:)` for more generators of the same model
  ///   - sampling: must be valid, see `SamplingOptions.validate()`; a low temperature may stay in silence for ever
  ///   - seed: clips of different seeds are independent
  ///   - clip: index of the clip under that seed
  ///   - precision: the arithmetic
  ///   - threads: with 2 or more, a second thread helps where that is faster, which is measured while generating; the
  ///     codes are the same
  public convenience init(
    _ model: Model, sampling: SamplingOptions, seed: UInt64 = 0, clip: UInt64 = 0,
    precision: Precision = .f32, threads: Int = 1
  ) {
    self.init(
      PackedModel(model, precision: precision), sampling: sampling, seed: seed, clip: clip,
      threads: threads)
  }

  /// The same from the model's own distribution.
  package convenience init(
    _ model: Model, seed: UInt64 = 0, clip: UInt64 = 0, precision: Precision = .f32, threads: Int = 1
  ) {
    self.init(model, sampling: .init(), seed: seed, clip: clip, precision: precision, threads: threads)
  }

  /// The same on weights that are packed already.
  package init(
    _ packed: PackedModel, sampling: SamplingOptions = .init(), leadIn: LeadIn = .none, seed: UInt64 = 0,
    clip: UInt64 = 0, threads: Int = 1
  ) {
    self.sampling = sampling.checked()
    self.leadIn = leadIn
    self.seed = seed
    self.clip = clip
    self.threads = threads
    engine = StreamEngine(packed, threads: threads)
    scratch = SamplerScratch(levels: packed.configuration.quantizationLevels)
    random = Philox(seed: seed, stream: clip)
    newest = packed.silenceCode
  }

  /// Bytes of the queues of one clip: (K-1) * sum(dilations) rows of the residual channels, padded. They are nearly all
  /// that a generator needs beside the weights; whoever opens models of unknown origin looks here first.
  public static func queueBytes(_ configuration: Configuration) -> Int {
    (configuration.receptiveField - 1) * KernelTable.padded(configuration.residualChannels)
      * MemoryLayout<Float>.stride
  }

  // MARK: history

  /// Back to the beginning of the clip, with silence before it: endless, as every block hears it. The clip is told the same. One that
  /// follows a model's gestures begins with the first of them again.
  public func reset() {
    if var following {
      following.sound = nil
      follow(following)
    } else {
      begin([])
    }
  }

  /// Back to the beginning of the clip, with silence before it, and from there on the model is told this: what to play. For a
  /// model that can be told something, see `configuration.conditioning` (paper, section 2.5).
  ///
  /// A clip that is told controls has no lead-in: they begin with its first sample. To go on from a recording that they
  /// describe too, `prime(_:)` with it next, and let `start` be its length.
  /// - Parameter conditions: `labels` as many as the model has, `controls` [frames, the model's values of a frame], from frame 0
  ///   on; `start` is the place of the first sample to be generated; nil for nothing. All of them finite.
  public func tell(_ conditions: Conditions?) {
    following = nil
    self.conditions = conditions
    engine.reset()
    engine.tell(clip: 0, conditions)
    begin([])
  }

  func begin(_ codes: [UInt16]) {
    engine.reset()
    engine.prime(clip: 0, codes)
    newest = codes.last ?? engine.model.silenceCode
    drawn = 0
    startedSilent = codes.isEmpty
  }

  /// Back to the beginning of the clip, with `codes` before it and silence before them: no warm-up and no lead-in. Only the
  /// newest receptive field of them can be heard. A clip that follows a model's gestures is told what they play, by whole
  /// frames that end with them, and goes on as the gestures do.
  /// - Parameter codes: mu-law codes below `configuration.quantizationLevels`, at the model's sample rate, oldest first
  public func prime(_ codes: [UInt16]) {
    if let last = codes.last { check(last) }
    guard var following else { return begin(codes) }
    following.sound = PrimedSound(codes, configuration, following.conditioning)
    follow(following)
  }

  /// Another generator of the same model at the beginning of a clip, told the same, or led by the gestures that its own seed and clip
  /// draw. Shares the packed weights.
  public func sibling(sampling: SamplingOptions? = nil, seed: UInt64? = nil, clip: UInt64) -> Generator {
    let other = Generator(
      engine.model, sampling: sampling ?? self.sampling, leadIn: leadIn, seed: seed ?? self.seed, clip: clip,
      threads: threads)
    if let following {
      other.follow(Following(following.draw, following.conditioning, seed: other.seed, clip: clip))
    } else {
      other.conditions = conditions
      other.engine.tell(as: engine)
      other.reset()
    }
    return other
  }

  /// A copy of this generator with everything it has heard; the two go on independently. With its own seed, clip and
  /// options it goes on differently from here.
  public func branch(sampling: SamplingOptions? = nil, seed: UInt64? = nil, clip: UInt64? = nil) -> Generator
  {
    let copy = Generator(
      engine.model, sampling: sampling ?? self.sampling, leadIn: leadIn, seed: seed ?? self.seed,
      clip: clip ?? self.clip, threads: threads)
    (copy.conditions, copy.following) = (conditions, following)
    copy.engine.copy(from: engine)
    copy.newest = newest
    copy.drawn = drawn
    copy.startedSilent = startedSilent
    return copy
  }

  // MARK: generating

  /// Generates the next `count` codes, 0 ..< `configuration.quantizationLevels`, into the first elements of `buffer`. For playing
  /// while generating, and for stopping between two calls. `MuLaw.decode(_:)` makes samples of them.
  /// - Throws: `GenerationError.nonFiniteLogits`; the generator must then be `reset()`.
  public func next(into buffer: inout [UInt16], count: Int) throws(GenerationError) {
    precondition(count >= 0 && count <= buffer.count, "\(count) codes into a buffer of \(buffer.count)")
    if drawn < lead { try passLeadIn() }
    followOn(count)
    try draw(into: &buffer, count)
  }

  /// The next `count` codes.
  /// - Throws: as `next(into:count:)`.
  public func generate(_ count: Int) throws(GenerationError) -> [UInt16] {
    var codes = [UInt16](repeating: 0, count: count)
    try next(into: &codes, count: count)
    return codes
  }

  /// The next `count` samples, decoded to -1 ... 1. The first ones after a lead-in rise smoothly from 0.
  /// - Throws: as `next(into:count:)`.
  public func samples(_ count: Int) throws(GenerationError) -> [Float] {
    let first = position
    let samples = MuLaw(levels: configuration.quantizationLevels).decode(try generate(count))
    return lead > 0 ? leadIn.kept(samples, at: lead + first) : samples
  }

  /// Samples of the lead-in, of which there is none after a prime, nor in front of controls.
  private var lead: Int { startedSilent && conditions?.controls.isEmpty != false ? leadIn.samples : 0 }

  private func passLeadIn() throws(GenerationError) {
    var codes = [UInt16](repeating: 0, count: 1024)
    while drawn < lead { try draw(into: &codes, min(codes.count, lead - drawn)) }
  }

  private func draw(into buffer: inout [UInt16], _ count: Int) throws(GenerationError) {
    let drawn = buffer.withUnsafeMutableBufferPointer { run(into: $0, count) }
    if drawn < count { throw .nonFiniteLogits(clip: clip, sample: self.drawn) }
  }

  /// Returns how many codes it generated: fewer than `count` if the next one's logits are not finite.
  private func run(into codes: UnsafeMutableBufferPointer<UInt16>, _ count: Int) -> Int {
    guard let second = engine.second, count >= HelperCalibration.fewest else {
      return run(into: codes, 0..<count, nil)
    }
    // Awake only while it is wanted: it waits at full speed, which takes a processor from whoever needs one.
    var isAwake = false
    defer { if isAwake { second.end() } }
    var done = 0
    while done < count {
      if calibration.wantsTwo != isAwake {
        if isAwake { second.end() } else { second.begin() }
        isAwake.toggle()
      }
      let end = min(count, done + calibration.turn)
      let helper = isAwake && second.isReady ? second : nil
      let clock = ContinuousClock()
      let start = clock.now
      let reached = run(into: codes, done..<end, helper)
      if reached < end { return reached }
      calibration.note(two: helper != nil, (clock.now - start) / .nanoseconds(end - done))
      done = end
    }
    return done
  }

  /// Generates `range` of the codes and returns how far it came.
  private func run(
    into codes: UnsafeMutableBufferPointer<UInt16>, _ range: Range<Int>, _ second: SecondThread?
  ) -> Int {
    let kernels = engine.model.kernels
    let warmUp = startedSilent ? sampling.warmUpSamples : 0
    for i in range {
      if let second { engine.step(newest, with: second) } else { engine.step(newest) }
      let code = Sampler.code(
        logits: engine.logits, options: drawn < warmUp ? SamplingOptions() : sampling,
        uniform: random.uniform(at: UInt64(drawn)), scratch: scratch, kernels: kernels)
      guard let code else { return i }
      newest = code
      codes[i] = code
      drawn += 1
    }
    return range.upperBound
  }

  /// Teacher forcing: logits [count, Q] of every one of `codes`, each given the codes before it and the history so far,
  /// of which `codes` then are the newest part. `position` does not move.
  package func logits(forcing codes: [UInt16]) -> [Float] {
    let levels = configuration.quantizationLevels
    var result: [Float] = []
    result.reserveCapacity(codes.count * levels)
    for code in codes {
      check(code)
      engine.step(newest)
      result.append(contentsOf: UnsafeBufferPointer(start: engine.logits, count: levels))
      newest = code
    }
    return result
  }

  private func check(_ code: UInt16) {
    precondition(
      Int(code) < configuration.quantizationLevels, "code \(code) of \(configuration.quantizationLevels)")
  }
}
