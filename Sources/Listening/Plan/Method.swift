// The kinds of blind test, and what each shows to a listener. Order and coins: TrialOrder.swift. What a listener may
// answer: Answer.swift. Standards: ITU-T P.800 and P.808 (mos, cmos, dcr), ITU-R BS.1534 (mushra), BS.1116 (abchr), BS.2132 (multi).

/// How listeners are asked.
package enum Method: String, Codable, CaseIterable, Hashable, Sendable {
  /// Two systems A and B, and X, which is one of them: which?
  case abx
  /// Two systems: which is better? A tie is allowed.
  case ab
  /// One system alone, 1 (bad) to 5 (excellent).
  case mos
  /// Two systems: the second against the first, -3 (much worse) to +3.
  case cmos
  /// An open reference and one system: 5 (degradation inaudible) to 1 (very annoying). Among the systems is the reference
  /// itself, for null pairs (P.800, annex D): what is graded down there is no degradation.
  case dcr
  /// All systems side by side without a reference, 0 to 100.
  case multi
  /// All systems, a hidden reference and two anchors beside an open reference, 0 to 100.
  case mushra
  /// An open reference; one system and the hidden reference: 1.0 (very annoying) to 5.0 (imperceptible) for both.
  case abchr

  /// Whether listeners compare with the true sound.
  package var needsReference: Bool { self == .mushra || self == .abchr || self == .dcr }

  /// Whether each trial shows every system.
  package var showsAll: Bool { self == .multi || self == .mushra }

  /// Whether one system alone gets a grade of five words.
  package var isCategoryRating: Bool { self == .mos || self == .dcr }

  /// Whether the reference is graded like a system, unknown to the listener.
  var hidesReference: Bool { self == .mushra || self == .dcr }

  /// How many systems the user may give, without reference and anchors. BS.1534 allows twelve signals in a trial.
  package var systems: ClosedRange<Int> {
    switch self {
    case .abx: 2...2
    case .ab, .cmos: 2...12
    case .mos: 1...64
    case .multi: 2...12
    case .mushra: 1...9
    case .dcr, .abchr: 1...64
    }
  }
}
