// Questionnaires: what a file may say, with the place of each mistake, and what counts as an answer.

import Foundation
import TestSupport
import Testing

@testable import Listening

@Suite struct QuestionnaireTests {
  private func read(_ text: String) throws -> Questionnaire {
    try withTemporaryFolder { folder in
      let path = "\(folder)/q.json"
      writePlainly(Array(text.utf8), to: path)
      return try Questionnaire.read(path)
    }
  }

  @Test func wholeFile() throws {
    let asked = try read(
      """
      {"before": [
        {"id": "agree", "type": "consent", "text": "I take part."},
        {"id": "age", "type": "number", "text": "Age", "minimum": 18, "maximum": 99.5, "whole": true},
        {"id": "hearing", "type": "choice", "text": "Hearing?", "options": ["good", "bad, or \\"so\\""], "required": true}],
       "after": [{"id": "remarks", "type": "text", "text": "Remarks ü", "lines": 3}]}
      """)
    #expect(
      asked.before == [
        .init(id: "agree", type: .consent, text: "I take part.", required: true),
        .init(
          id: "age", type: .number, text: "Age", required: false, minimum: 18, maximum: 99.5, whole: true),
        .init(
          id: "hearing", type: .choice, text: "Hearing?", required: true, options: ["good", "bad, or \"so\""]),
      ])
    #expect(asked.after == [.init(id: "remarks", type: .text, text: "Remarks ü", required: false, lines: 3)])
  }

  /// (file, field, words of the reason)
  @Test(arguments: [
    ("", "", "the text ends"), ("{", "", "the text ends"), ("[]", "", "an object in braces"),
    (#"{"before": [], "before": []}"#, "", "appears twice"),
    ("{}", "before", "no question"), (#"{"befor": []}"#, "befor", "nearest is \"before\""),
    (#"{"before": {}}"#, "before", "a list"), (#"{"before": [1]}"#, "before[0]", "an object"),
    (#"{"before": [{"type": "text", "text": "x"}]}"#, "before[0].id", "missing"),
    (#"{"before": [{"id": "a", "text": "x"}]}"#, "before[0].type", "missing"),
    (#"{"before": [{"id": "a", "type": "text"}]}"#, "before[0].text", "missing"),
    (#"{"before": [{"id": "a", "type": "txt", "text": "x"}]}"#, "before[0].type", "nearest is text"),
    (#"{"before": [{"id": "a b", "type": "text", "text": "x"}]}"#, "before[0].id", "letters"),
    (#"{"before": [{"id": "a", "type": "text", "text": ""}]}"#, "before[0].text", "0 characters"),
    (#"{"before": [{"id": "a", "type": "text", "text": 5}]}"#, "before[0].text", "a text, not 5"),
    (
      #"{"before": [{"id": "a", "type": "text", "text": "x", "require": true}]}"#, "before[0].require",
      "\"required\""
    ),
    (
      #"{"before": [{"id": "a", "type": "text", "text": "x", "required": 1}]}"#, "before[0].required",
      "true or false"
    ),
    (
      #"{"before": [{"id": "a", "type": "text", "text": "x", "minimum": 1}]}"#, "before[0].minimum",
      "\"number\""
    ),
    (#"{"before": [{"id": "a", "type": "text", "text": "x", "lines": 0}]}"#, "before[0].lines", "1 to 20"),
    (#"{"before": [{"id": "a", "type": "choice", "text": "x"}]}"#, "before[0].options", "2 to 50"),
    (
      #"{"before": [{"id": "a", "type": "choice", "text": "x", "options": ["y"]}]}"#, "before[0].options",
      "here are 1"
    ),
    (
      #"{"before": [{"id": "a", "type": "choice", "text": "x", "options": ["y", "y"]}]}"#,
      "before[0].options", "twice"
    ),
    (
      #"{"before": [{"id": "a", "type": "choice", "text": "x", "options": ["y", 2]}]}"#, "before[0].options",
      "a list of texts"
    ),
    (
      #"{"before": [{"id": "a", "type": "number", "text": "x", "minimum": 3, "maximum": 2}]}"#,
      "before[0].minimum",
      "more than the maximum"
    ),
    (
      #"{"before": [{"id": "a", "type": "text", "text": "x"}], "after": [{"id": "a", "type": "text", "text": "y"}]}"#,
      "after[0].id", "two questions"
    ),
    (#"{"after": [{"id": "a", "type": "consent", "text": "x"}]}"#, "after[0].type", "before the test"),
  ])
  func mistakes(file: String, field: String, words: String) throws {
    do {
      _ = try read(file)
      Issue.record("accepted: \(file)")
    } catch let error as ListeningError {
      guard case .unusable(let path, let place, let reason) = error else { throw error }
      #expect(path.hasSuffix("q.json") && place == field && reason.contains(words), "\(error)")
      #expect("\(error)".contains("q.json") && (field.isEmpty || "\(error)".contains(field)))
    }
  }

  @Test func answers() throws {
    let asked = try read(
      """
      {"before": [
        {"id": "agree", "type": "consent", "text": "?"},
        {"id": "age", "type": "number", "text": "?", "minimum": 18, "whole": true},
        {"id": "hearing", "type": "choice", "text": "?", "options": ["good", "bad"], "required": true},
        {"id": "name", "type": "text", "text": "?", "required": true}]}
      """)
    let good: [String: Questionnaire.Value] = [
      "agree": .consent(true), "age": .number(20), "hearing": .text("good"), "name": .text("x"),
    ]
    #expect(asked.problem(.before, good) == nil)
    var fewer = good
    fewer["age"] = nil
    #expect(asked.problem(.before, fewer) == nil, "it need not be answered")
    for (id, value) in [
      ("agree", .consent(false)), ("agree", nil), ("agree", .text("yes")), ("age", .number(17)),
      ("age", .number(20.5)), ("age", .number(.infinity)), ("age", .text("20")), ("hearing", .text("so so")),
      ("hearing", nil), ("name", .text("  ")), ("name", .text(String(repeating: "x", count: 4001))),
      ("other", .text("x")),
    ] as [(String, Questionnaire.Value?)] {
      var bad = good
      bad[id] = value
      #expect(asked.problem(.before, bad)?.hasPrefix(id) == true, "\(id): \(String(describing: value))")
    }
    #expect(asked.problem(.after, [:]) == nil)
  }
}
