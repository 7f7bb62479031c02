// How the next code is drawn from the model's distribution, and what can go wrong while generating.

/// How to draw a code from the logits [Q], the model's distribution of the next code (WaveNet paper, section 2.2). The default
/// draws from it as it is.
public struct SamplingOptions: Hashable, Sendable {
  /// Divides the logits. 1 is the model's own distribution, smaller is more certain, 0 always takes the most likely
  /// code (the lowest one of equals).
  public var temperature: Double
  /// Only the k most likely codes may be drawn; `nil` for all. Equal logits: the lower code counts as more likely.
  public var topK: Int?
  /// Only the smallest set of most likely codes whose probabilities sum to at least p may be drawn (Holtzman et al.
  /// 2020, section 3.1); `nil` for all. With `topK` too, k is applied first and p to what it left.
  public var topP: Double?
  /// A clip that starts from silence draws its first samples, this many, at temperature 1 from all codes, so that a low
  /// temperature does not stay in silence for ever. Clips primed with codes ignore it.
  public var warmUpSamples: Int

  /// The temperatures that are allowed besides 0.
  public static let temperatures: ClosedRange<Double> = 1e-3...1e3

  /// Any values; `validate()` says whether they are usable.
  public init(temperature: Double = 1, topK: Int? = nil, topP: Double? = nil, warmUpSamples: Int = 0) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.warmUpSamples = warmUpSamples
  }

  /// - Throws: `GenerationError` naming the first value that is out of range. Generators treat such options as a
  ///   programmer error, so validate what comes from outside.
  public func validate() throws(GenerationError) {
    if temperature != 0 && !Self.temperatures.contains(temperature) { throw .temperature(temperature) }
    if let topK, topK < 1 { throw .topK(topK) }
    if let topP, !(topP > 0 && topP <= 1) { throw .topP(topP) }
    if warmUpSamples < 0 { throw .warmUpSamples(warmUpSamples) }
  }

  /// The same, as a precondition.
  func checked() -> SamplingOptions {
    do { try validate() } catch { preconditionFailure("\(error)") }
    return self
  }
}

/// Why generation is refused or stops.
public enum GenerationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Neither 0 nor within `SamplingOptions.temperatures`.
  case temperature(Double)
  /// Below 1.
  case topK(Int)
  /// Not above 0 and up to 1.
  case topP(Double)
  /// Below 0.
  case warmUpSamples(Int)
  /// The model computed an infinity or a NaN for this sample of this clip.
  case nonFiniteLogits(clip: UInt64, sample: Int)
  /// The progress callback asked to stop.
  case cancelled

  /// What is wrong and what to do about it.
  public var description: String {
    switch self {
    case .temperature(let value):
      "temperature \(value) is out of range: give 0 (most likely code) or \(SamplingOptions.temperatures)"
    case .topK(let value): "top-k \(value) is out of range: give 1 or more"
    case .topP(let value): "top-p \(value) is out of range: give more than 0 and at most 1"
    case .warmUpSamples(let value): "\(value) warm-up samples: give 0 or more"
    case .nonFiniteLogits(let clip, let sample):
      "the model gave a value that is not a number at sample \(sample) of clip \(clip): its weights are damaged or "
        + "its training diverged; take an earlier checkpoint"
    case .cancelled: "generation was cancelled"
    }
  }
}
