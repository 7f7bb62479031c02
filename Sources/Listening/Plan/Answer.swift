// What a listener may answer, in the names of systems: as it is stored, unblinded, in a session's file. What the page
// sends instead (positions): Serve/SubmittedAnswer.swift.

/// One answer. Its JSON holds just the members of its case, so that a line can be read without knowing Swift.
package enum Answer: Hashable, Sendable {
  /// `preferred` of an answer without a winner, in the file.
  static let tie = "tie"

  /// abx: X was the system `x`, the listener took it for `chosen`.
  case identified(x: String, chosen: String)
  /// ab: in the order heard; nil is a tie.
  case preferred(first: String, second: String, String?)
  /// mos, dcr: 1...5.
  case opinion(system: String, rating: Int)
  /// cmos: -3...3, positive if the second is better than the first.
  case compared(first: String, second: String, rating: Int)
  /// multi, mushra: 0...100 for each system.
  case ratings([String: Double])
  /// abchr: 1.0...5.0 for the system and for the hidden reference.
  case impairment(system: String, rating: Double, reference: Double)

  /// Whether it answers that kind of test with systems that were there.
  func fits(_ method: Method, systems: [String]) -> Bool {
    switch (method, self) {
    case (.abx, .identified(let x, let chosen)): systems.contains(x) && systems.contains(chosen)
    case (.ab, .preferred(let first, let second, let preferred)):
      systems == [first, second] && (preferred == nil || systems.contains(preferred!))
    case (.mos, .opinion(let system, let rating)), (.dcr, .opinion(let system, let rating)):
      systems == [system] && (1...5).contains(rating)
    case (.cmos, .compared(let first, let second, let rating)):
      systems == [first, second] && (-3...3).contains(rating)
    case (.multi, .ratings(let ratings)), (.mushra, .ratings(let ratings)):
      Set(ratings.keys) == Set(systems) && ratings.values.allSatisfy { (0...100).contains($0) }
    case (.abchr, .impairment(let system, let rating, let reference)):
      systems.contains(system) && (1...5).contains(rating) && (1...5).contains(reference)
    default: false
    }
  }
}

extension Answer: Codable {
  private enum Key: String, CodingKey {
    case x, chosen, first, second, preferred, system, rating, ratings, reference
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    switch self {
    case .identified(let x, let chosen):
      try values.encode(x, forKey: .x)
      try values.encode(chosen, forKey: .chosen)
    case .preferred(let first, let second, let preferred):
      try values.encode(first, forKey: .first)
      try values.encode(second, forKey: .second)
      try values.encode(preferred ?? Self.tie, forKey: .preferred)
    case .opinion(let system, let rating):
      try values.encode(system, forKey: .system)
      try values.encode(rating, forKey: .rating)
    case .compared(let first, let second, let rating):
      try values.encode(first, forKey: .first)
      try values.encode(second, forKey: .second)
      try values.encode(rating, forKey: .rating)
    case .ratings(let ratings): try values.encode(ratings, forKey: .ratings)
    case .impairment(let system, let rating, let reference):
      try values.encode(system, forKey: .system)
      try values.encode(rating, forKey: .rating)
      try values.encode(reference, forKey: .reference)
    }
  }

  /// The members that are there say which case it is.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    func text(_ key: Key) throws -> String { try values.decode(String.self, forKey: key) }
    if values.contains(.x) {
      self = .identified(x: try text(.x), chosen: try text(.chosen))
    } else if values.contains(.preferred) {
      let preferred = try text(.preferred)
      self = .preferred(
        first: try text(.first), second: try text(.second), preferred == Self.tie ? nil : preferred)
    } else if values.contains(.first) {
      self = .compared(
        first: try text(.first), second: try text(.second),
        rating: try values.decode(Int.self, forKey: .rating))
    } else if values.contains(.ratings) {
      self = .ratings(try values.decode([String: Double].self, forKey: .ratings))
    } else if values.contains(.reference) {
      self = .impairment(
        system: try text(.system), rating: try values.decode(Double.self, forKey: .rating),
        reference: try values.decode(Double.self, forKey: .reference))
    } else {
      self = .opinion(system: try text(.system), rating: try values.decode(Int.self, forKey: .rating))
    }
  }
}
