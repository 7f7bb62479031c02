// Where the corpora's random numbers come from: one Philox stream per (seed, purpose, split, clip). A clip's draws do
// not depend on any other clip's, on the batch around it, or on how much of it is rendered.
import Glibc
import Signal

/// Training and held-out material never share a stream.
package enum Split: UInt64, Sendable {
  case training = 0
  case validation = 1
}

/// The numbers of one clip for one purpose, in order.
package struct ClipRandom {
  /// What a number is for. The raw values are part of what a seed means: never renumber.
  enum Purpose: UInt64 {
    case recipe = 1
    case place = 2
    case jitter = 3
    case noise = 4
    case historyGain = 5
    case told = 6
    case falseStart = 7
    case silence = 8
    case draw = 9
  }

  /// Clips per batch, at most: a training clip's index is step * 65536 + its place in the batch.
  static let maximumClips = 1 << 16

  private let philox: Philox
  private var index: UInt64 = 0

  /// The stream number is purpose in bits 56 ..< 64, split in bit 55, clip in bits 0 ..< 55.
  init(seed: UInt64, purpose: Purpose, split: Split, clip: UInt64) {
    philox = ClipRandom.philox(seed: seed, purpose: purpose, split: split, clip: clip)
  }

  static func philox(seed: UInt64, purpose: Purpose, split: Split, clip: UInt64) -> Philox {
    precondition(clip < 1 << 55, "clip index \(clip) needs more than 55 bits")
    return Philox(seed: seed, stream: purpose.rawValue << 56 | split.rawValue << 55 | clip)
  }

  /// What a model that trains draws by itself for a clip of a batch.
  package static func draws(seed: UInt64, step: UInt64, place: Int) -> Philox {
    philox(seed: seed, purpose: .draw, split: .training, clip: clip(step: step, place: place))
  }

  /// Index of a training clip.
  static func clip(step: UInt64, place: Int) -> UInt64 {
    precondition(step < 1 << 39, "step \(step) needs more than 39 bits")
    return step << 16 | UInt64(place)
  }

  /// Uniform in [0, 1).
  mutating func uniform() -> Double {
    defer { index += 1 }
    return philox.uniform(at: index)
  }

  /// Uniform in the range. The bias of scaling 53 bits is below count / 2^53.
  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    min(range.lowerBound + Int(uniform() * Double(range.count)), range.upperBound)
  }

  mutating func element<T>(_ choices: [T]) -> T { choices[integer(0...(choices.count - 1))] }

  mutating func real(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
  }

  /// Uniform in the logarithm; both bounds positive.
  mutating func logReal(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound * pow(range.upperBound / range.lowerBound, uniform())
  }
}
