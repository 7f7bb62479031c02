// How the page treats its listeners, beside what the method asks: language, instructions, remarks, the headphone check, what a
// switch does, and the questionnaire (Questionnaire.swift). Part of test.json; the page's words are in its own files.

/// Fixed when a test is prepared, so that every listener gets the same page.
package struct PageOptions: Codable, Hashable, Sendable {
  /// Languages that the page has all its words in.
  package enum Language: String, Codable, CaseIterable, Sendable {
    case en, de, es, fr, zh
  }

  /// What choosing another sound does while one plays.
  package enum Switching: String, Codable, CaseIterable, Sendable {
    /// The other sound goes on where this one was.
    case `continue`
    /// It starts again, at the beginning or at that of the part that repeats.
    case restart
  }

  /// Most characters of instructions.
  package static let instructionsLimit = 8000

  /// Nil: the browser's, and the listener may choose.
  package var language: Language?
  package var switching = Switching.continue
  /// What the page says before the test and in every trial; lines are kept.
  package var instructions: String?
  /// Whether every trial has a field for remarks.
  package var comments = false
  /// Whether listeners show first that they wear headphones, and which side is which (HeadphoneRecord).
  package var headphoneCheck = false
  package var questionnaire: Questionnaire?

  package init() {}

  /// What is wrong with it, in words; nil if nothing.
  var defect: String? {
    if let instructions, instructions.isEmpty || instructions.count > Self.instructionsLimit {
      return "instructions have \(instructions.count) characters, allowed are 1 to \(Self.instructionsLimit)"
    }
    return questionnaire?.defect.map { "questionnaire.\($0.field): \($0.reason)" }
  }
}
