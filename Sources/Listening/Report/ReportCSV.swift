// responses.csv: the long form, one row per rating, for people's own statistics. RFC 4180: CRLF, quotes where needed,
// quotes doubled: ten lines, for which no library is built. All sessions are in it, also those that the report sets aside;
// `used` says which. Names come from listeners and from folders: what a spreadsheet would run as a formula gets an
// apostrophe in front.

extension ListeningReport {
  private static let columns = [
    "session", "listener", "kind", "started", "finished", "used", "trial", "item", "position", "system",
    "compared_with", "response", "rating", "seconds", "plays", "switches", "looped", "comment",
  ]

  /// `position` counts the buttons from 1; `trial` from 1. By method:
  /// - abx: system is X, compared_with the other, response what was chosen, rating 1 if it was right.
  /// - ab: system is the first, response the preferred or "tie", rating 1 for the first, -1 for the second.
  /// - cmos: system is the first, rating is how much better the second was: the sign is opposite to that of ab.
  /// - mos, dcr, multi, mushra: rating of the system. abchr: two rows, for the system and for the hidden reference.
  package var csv: String {
    let unused = Set(setAside.map(\.session))
    var rows = [Self.columns]
    for session in sessions {
      let header = session.header
      for record in session.answers {
        let front = [
          header.session, session.listener, header.kind.rawValue, header.started, "\(session.finished)",
          "\(!unused.contains(header.session))", "\(record.trial + 1)", record.item,
        ]
        let plays = record.plays.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let back = [
          "\(record.seconds)", plays.joined(separator: " "), "\(record.switches)", "\(record.looped)",
          record.comment ?? "",
        ]
        for rating in Self.ratings(record) {
          let place = record.order.firstIndex(of: rating.system).map { "\($0 + 1)" } ?? ""
          rows.append(
            front + [place, rating.system, rating.other, rating.response, Self.number(rating.value)] + back)
        }
      }
    }
    return Self.table(rows)
  }

  private struct Rating {
    let system: String
    var other = ""
    var response = ""
    let value: Double
  }

  private static func ratings(_ record: AnswerRecord) -> [Rating] {
    switch record.answer {
    case .identified(let x, let chosen):
      let other = record.order.first { $0 != x } ?? ""
      return [Rating(system: x, other: other, response: chosen, value: x == chosen ? 1 : 0)]
    case .preferred(let first, let second, let preferred):
      return [
        Rating(
          system: first, other: second, response: preferred ?? Answer.tie,
          value: preferred == nil ? 0 : preferred == first ? 1 : -1)
      ]
    case .compared(let first, let second, let rating):
      return [Rating(system: first, other: second, value: Double(rating))]
    case .opinion(let system, let rating): return [Rating(system: system, value: Double(rating))]
    case .ratings(let ratings):
      return record.order.compactMap { name in ratings[name].map { Rating(system: name, value: $0) } }
    case .impairment(let system, let rating, let reference):
      return [
        Rating(system: system, value: rating), Rating(system: TestKey.reference, value: reference),
      ]
    }
  }

  static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
  }

  static func table(_ rows: [[String]]) -> String {
    rows.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
  }

  static func field(_ text: String) -> String {
    let safe = isFormula(text) ? "'" + text : text
    let needsQuotes = safe.unicodeScalars.contains { [",", "\"", "\r", "\n"].contains($0) }
    if !needsQuotes { return safe }
    return "\"" + safe.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }

  /// What a spreadsheet does not show but run, in any column: = + - @, their full-width forms, and white space in front.
  /// Numbers are what they say.
  private static func isFormula(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first else { return false }
    if ["\t", "\r", "\n"].contains(first) { return true }
    let start = text.unicodeScalars.first { !$0.properties.isWhitespace }
    let isSign = start.map {
      ["=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}"].contains($0)
    }
    let isNumber = text.utf8.allSatisfy { "0123456789.eE+-".utf8.contains($0) } && Double(text) != nil
    return isSign == true && !isNumber
  }
}
