// A questionnaire as a person writes it: strict JSON, every mistake with its place and a remedy. What the members mean:
// Plan/Questionnaire.swift.
internal import Files

extension Questionnaire {
  /// Largest file.
  private static let fileLimit = 1 << 20

  /// `{"before": [question, ...], "after": [question, ...]}`, each of the two may be absent. A question has `id`, `type`
  /// (text, choice, number, consent), `text`, and may have `required` (true for consent, else false), `options`, `minimum`,
  /// `maximum`, `whole`, `lines`.
  /// - Throws: `unusable` with file, field and reason; `file` if it cannot be read
  package static func read(_ path: String) throws(ListeningError) -> Questionnaire {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try InputFile.contents(of: path, limit: fileLimit) } catch {
      throw .file(error)
    }
    let json: JSON
    do throws(JSONError) { json = try JSON(parsing: bytes) } catch {
      throw .unusable(path: path, field: "", reason: "\(error)")
    }
    let reader = Reader(path: path)
    let top = try reader.members(json, "", allowed: When.allCases.map(\.rawValue))
    func questions(_ when: When) throws(ListeningError) -> [Question] {
      guard let value = top[when.rawValue] else { return [] }
      guard case .array(let list) = value else {
        throw reader.wrong(when.rawValue, "expected a list of questions, not \(value.summary)")
      }
      var made: [Question] = []
      for (index, value) in list.enumerated() {
        made.append(try reader.question(value, "\(when.rawValue)[\(index)]"))
      }
      return made
    }
    let made = Questionnaire(before: try questions(.before), after: try questions(.after))
    if let (field, reason) = made.defect { throw reader.wrong(field, reason) }
    return made
  }

  private struct Reader {
    let path: String
    static let names = ["id", "type", "text", "required", "options", "minimum", "maximum", "whole", "lines"]

    func wrong(_ field: String, _ reason: String) -> ListeningError {
      .unusable(path: path, field: field, reason: reason)
    }

    func members(_ json: JSON, _ place: String, allowed: [String]) throws(ListeningError) -> [String: JSON] {
      guard case .object(let members) = json else {
        throw wrong(place, "expected an object in braces, not \(json.summary)")
      }
      var made: [String: JSON] = [:]
      for member in members {
        if !allowed.contains(member.key) {
          throw wrong(
            place.isEmpty ? member.key : "\(place).\(member.key)",
            "there is no such member; the nearest is \"\(nearestWord(to: member.key, in: allowed))\"")
        }
        made[member.key] = member.value
      }
      return made
    }

    func question(_ json: JSON, _ place: String) throws(ListeningError) -> Question {
      let members = try members(json, place, allowed: Self.names)
      func value<T>(_ name: String, _ kind: String, _ read: (JSON) -> T?) throws(ListeningError) -> T? {
        guard let json = members[name] else { return nil }
        guard let made = read(json) else {
          throw wrong("\(place).\(name)", "expected \(kind), not \(json.summary)")
        }
        return made
      }
      func text(_ name: String) throws(ListeningError) -> String {
        guard let made = try value(name, "a text", Self.string) else {
          throw wrong("\(place).\(name)", "the member is missing")
        }
        return made
      }
      let name = try text("type")
      let kinds = Question.Kind.allCases.map(\.rawValue)
      guard let type = Question.Kind(rawValue: name) else {
        throw wrong(
          "\(place).type",
          "\"\(name)\" is none of \(kinds.joined(separator: ", ")); the nearest is \(nearestWord(to: name, in: kinds))"
        )
      }
      return Question(
        id: try text("id"), type: type, text: try text("text"),
        required: try value("required", "true or false", Self.bool) ?? (type == .consent),
        options: try value("options", "a list of texts") { json in
          guard case .array(let list) = json else { return nil }
          let texts = list.compactMap(Self.string)
          return texts.count == list.count ? texts : nil
        },
        minimum: try value("minimum", "a number", Self.number),
        maximum: try value("maximum", "a number", Self.number),
        whole: try value("whole", "true or false", Self.bool),
        lines: try value("lines", "a whole number") { json in
          if case .integer(let lines) = json { lines } else { nil }
        })
    }

    static func string(_ json: JSON) -> String? { if case .string(let text) = json { text } else { nil } }
    static func bool(_ json: JSON) -> Bool? { if case .bool(let value) = json { value } else { nil } }
    static func number(_ json: JSON) -> Double? {
      switch json {
      case .integer(let value): Double(value)
      case .number(let value): value
      default: nil
      }
    }
  }
}
