// The lowest held-out bits of a run and how long ago that was. The weights: checkpoints/best, written by
// TrainingRun+Saving.swift. Tests: BestSoFarTests.

/// Of all evaluations so far.
package struct BestSoFar: Codable, Hashable, Sendable {
  /// Whose averaged weights are kept, and their held-out bits per sample.
  package private(set) var step: Int
  package private(set) var bits: Double
  /// What an evaluation has to be below to count as progress, but for `progress`; evaluations since the last that was.
  package private(set) var reference: Double
  package private(set) var stale = 0

  /// Bits per sample that are progress.
  package static let progress = 0.0005
  /// Bits per sample by which the best has to be better than the last to be taken instead of it.
  package static let worthKeeping = 0.001

  package init(step: Int, bits: Double) { (self.step, self.bits, reference) = (step, bits, bits) }

  /// Counts one more.
  package mutating func add(step: Int, bits: Double) {
    if bits < self.bits { (self.step, self.bits) = (step, bits) }
    if bits < reference - Self.progress {
      (reference, stale) = (bits, 0)
    } else {
      stale += 1
    }
  }

  /// Counts from now on.
  mutating func startAnew() { stale = 0 }

  /// What no run can have come to, in words; nil if it could have. `most`: steps done.
  func problem(most: Int) -> String? {
    if !(0...most).contains(step) { return "the best step is \(step) of \(most)" }
    for value in [bits, reference] where !(0...1e6).contains(value) { return "the best has \(value) bits" }
    return (0...most).contains(stale) ? nil : "\(stale) evaluations since the best in \(most) steps"
  }
}
