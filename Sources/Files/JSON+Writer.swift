// JSON text with one canonical form: members in the given order, no spaces (compact) or one member per line (lines).

extension JSON {
  /// The shortest text, without a newline at the end.
  package var compact: String {
    var text = ""
    write(to: &text)
    return text
  }

  /// For files that people edit: the outermost object one member per line, everything within compact, and a newline.
  package var lines: String {
    guard case .object(let members) = self, !members.isEmpty else { return compact + "\n" }
    return "{\n" + members.map { "  \(Self.quoted($0.key)): \($0.value.compact)" }.joined(separator: ",\n")
      + "\n}\n"
  }

  /// A string as a JSON literal, without anything raw that a terminal would obey: YAML takes it too.
  package static func quoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    case .number(let value):
      precondition(value.isFinite, "JSON has no \(value)")
      text += "\(value)"
    case .string(let value): text += Self.quoted(value)
    case .array(let elements):
      text += "["
      for (i, element) in elements.enumerated() {
        if i > 0 { text += "," }
        element.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (i, member) in members.enumerated() {
        if i > 0 { text += "," }
        text += Self.quoted(member.key) + ":"
        member.value.write(to: &text)
      }
      text += "}"
    }
  }
}
