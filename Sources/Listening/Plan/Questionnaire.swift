// What listeners are asked about themselves, before and after the trials. As it stands in test.json; reading the file of
// whoever prepares the test, with the place of every mistake: Prepare/QuestionnaireFile.swift. Answers: SessionNotes.swift.

/// Questions in the order of the page.
package struct Questionnaire: Codable, Hashable, Sendable {
  package enum When: String, Codable, CaseIterable, Sendable {
    case before, after
  }

  package struct Question: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, CaseIterable, Sendable {
      /// Free words.
      case text
      /// One of `options`.
      case choice
      case number
      /// A tick; without it a required one keeps the test closed.
      case consent
    }

    /// Name of the answer in the session's file: letters, digits and _.
    package let id: String
    package let type: Kind
    /// What is asked, as the listener reads it.
    package let text: String
    /// False: may stay empty.
    package let required: Bool
    /// choice.
    package let options: [String]?
    /// number, inclusive.
    package let minimum, maximum: Double?
    /// number: without digits behind the point.
    package let whole: Bool?
    /// text: height of the field in lines; 1 is a single line.
    package let lines: Int?

    package init(
      id: String, type: Kind, text: String, required: Bool, options: [String]? = nil, minimum: Double? = nil,
      maximum: Double? = nil, whole: Bool? = nil, lines: Int? = nil
    ) {
      (self.id, self.type, self.text, self.required, self.options) = (id, type, text, required, options)
      (self.minimum, self.maximum, self.whole, self.lines) = (minimum, maximum, whole, lines)
    }
  }

  /// An answer to one question.
  package enum Value: Hashable, Sendable {
    case text(String)
    case number(Double)
    case consent(Bool)
  }

  /// Most questions on one page.
  package static let limit = 100
  /// Most characters of a free answer.
  package static let textLimit = 4000

  package let before, after: [Question]

  package init(before: [Question], after: [Question]) {
    (self.before, self.after) = (before, after)
  }

  package func questions(_ when: When) -> [Question] { when == .before ? before : after }

  /// Most bytes of JSON that the answers of one page take.
  var answerBytes: Int {
    When.allCases.map { questions($0).reduce(0) { $0 + $1.answerBytes } }.max() ?? 0
  }

  /// The first thing that is wrong with it, and where; nil if nothing.
  var defect: (field: String, reason: String)? {
    if before.isEmpty && after.isEmpty { return ("before", "there is no question, here or in \"after\"") }
    var ids: Set<String> = []
    for when in When.allCases {
      let questions = questions(when)
      if questions.count > Self.limit {
        return (when.rawValue, "\(questions.count) questions, allowed are \(Self.limit)")
      }
      for (index, question) in questions.enumerated() {
        let place = "\(when.rawValue)[\(index)]"
        if let (field, reason) = question.defect { return ("\(place).\(field)", reason) }
        if !ids.insert(question.id).inserted {
          return ("\(place).id", "\"\(question.id)\" is the name of two questions")
        }
        if when == .after && question.type == .consent {
          return ("\(place).type", "consent is asked before the test, not after it")
        }
      }
    }
    return nil
  }

  /// Why these are no answers to the questions of one page, in words; nil if they are.
  func problem(_ when: When, _ answers: [String: Value]) -> String? {
    let questions = questions(when)
    for question in questions {
      guard let value = answers[question.id] else {
        if question.required { return "\(question.id): an answer is needed" }
        continue
      }
      if let reason = question.problem(value) { return "\(question.id): \(reason)" }
    }
    let unknown = answers.keys.filter { id in !questions.contains { $0.id == id } }.sorted()
    return unknown.first.map { "\($0): this is not asked" }
  }
}

extension Questionnaire.Question {
  var defect: (field: String, reason: String)? {
    let letters = id.utf8.allSatisfy {
      ($0 | 32 >= 97 && $0 | 32 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 95
    }
    if !(1...40).contains(id.utf8.count) || !letters {
      return ("id", "\"\(id.prefix(60))\": give 1 to 40 letters, digits and _ of ASCII")
    }
    if !(1...2000).contains(text.count) { return ("text", "\(text.count) characters, allowed are 1 to 2000") }
    if let (field, owner) = foreign { return (field, "only a question of type \"\(owner)\" has this") }
    switch type {
    case .choice:
      guard let options, (2...50).contains(options.count) else {
        return ("options", "a choice has 2 to 50 of them, here are \(options?.count ?? 0)")
      }
      if Set(options).count != options.count { return ("options", "one of them is there twice") }
      if options.contains(where: { !(1...200).contains($0.count) }) {
        return ("options", "each has 1 to 200 characters")
      }
    case .number:
      if let minimum, let maximum, minimum > maximum {
        return ("minimum", "\(minimum) is more than the maximum of \(maximum)")
      }
    case .text:
      if let lines, !(1...20).contains(lines) { return ("lines", "\(lines), allowed are 1 to 20") }
    case .consent: break
    }
    return nil
  }

  /// A member that belongs to another type.
  private var foreign: (field: String, owner: String)? {
    if options != nil && type != .choice { return ("options", "choice") }
    if minimum != nil && type != .number { return ("minimum", "number") }
    if maximum != nil && type != .number { return ("maximum", "number") }
    if whole != nil && type != .number { return ("whole", "number") }
    if lines != nil && type != .text { return ("lines", "text") }
    return nil
  }

  /// Most bytes of JSON that an answer takes with its name: pages count in UTF-16, of which JSON may write each unit as
  /// six characters.
  fileprivate var answerBytes: Int {
    let units =
      switch type {
      case .text: Questionnaire.textLimit
      case .choice: options?.map(\.utf16.count).max() ?? 0
      case .number, .consent: 5  // of the longest number: 25 characters
      }
    return id.utf8.count + 4 + 2 + 6 * units
  }

  func problem(_ value: Questionnaire.Value) -> String? {
    switch (type, value) {
    case (.text, .text(let words)):
      if words.count > Questionnaire.textLimit { return "at most \(Questionnaire.textLimit) characters" }
      return required && words.allSatisfy(\.isWhitespace) ? "an answer is needed" : nil
    case (.choice, .text(let chosen)):
      return options?.contains(chosen) == true ? nil : "not one of the options"
    case (.number, .number(let number)):
      if !number.isFinite { return "not a number" }
      if let minimum, number < minimum { return "less than \(minimum)" }
      if let maximum, number > maximum { return "more than \(maximum)" }
      return whole == true && number != number.rounded() ? "not a whole number" : nil
    case (.consent, .consent(let given)): return given || !required ? nil : "consent is needed"
    default: return "the answer is of the wrong kind"
    }
  }
}

extension Questionnaire.Value: Codable {
  package init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let given = try? value.decode(Bool.self) {
      self = .consent(given)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try value.decode(String.self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .text(let words): try value.encode(words)
    case .number(let number): try value.encode(number)
    case .consent(let given): try value.encode(given)
    }
  }
}
