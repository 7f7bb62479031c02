// Options of the synthetic corpora as flat JSON with snake_case keys. A missing key means its default, an unknown one is
// an error that names the nearest. The fields are variables, since flags override files (`setting`); every door into a
// corpus validates.
import Files
import FoundationEssentials

/// A validated set of options that can be written into a run's folder and read back.
package protocol CorpusOptions: Codable, Hashable, Sendable {
  /// All defaults.
  init()
  /// Every option.
  static var fields: [OptionField<Self>] { get }
  /// Throws if options that are valid by themselves do not go together.
  func validateTogether() throws(CorpusError)
}

extension CorpusOptions {
  /// Throws at the first option that is out of range.
  package func validate() throws(CorpusError) {
    for field in Self.fields { try field.validate(self) }
    try validateTogether()
  }

  /// Reads a flat object over the defaults and refuses keys that it does not know.
  package init(from decoder: any Decoder) throws {
    self.init()
    let values = try decoder.container(keyedBy: OptionKey.self)
    let known = Self.fields.map(\.key)
    for key in values.allKeys where !known.contains(key.stringValue) {
      throw CorpusError.unknownOption(key.stringValue, nearest: nearestWord(to: key.stringValue, in: known))
    }
    for field in Self.fields where values.contains(OptionKey(field.key)) { try field.decode(values, &self) }
    try validate()
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: OptionKey.self)
    for field in Self.fields { try field.encode(self, &values) }
  }

  /// - Throws: `CorpusError` for broken JSON, an unknown key, a wrong type, a value out of range.
  package init(json: Data) throws(CorpusError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: json)
    } catch let error as CorpusError {
      throw error
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      let name = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw .optionsUnreadable("\(name.isEmpty ? "the file" : name): \(context.debugDescription)")
    } catch DecodingError.dataCorrupted(let context) {
      let name = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw .optionsUnreadable("\(name.isEmpty ? "" : name + ": ")\(context.debugDescription)")
    } catch {
      throw .optionsUnreadable("\(error)")
    }
  }

  /// Every option, keys sorted, so that equal options are equal bytes.
  package func json() -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return try encoder.encode(self)
    } catch {
      preconditionFailure("valid options always encode: \(error)")
    }
  }

  /// A copy with `name=value` assignments applied, as flags do: `lowest_note=48`, `levels_db=[-6,-12]`, `scale=major`.
  package func setting(_ assignments: [String]) throws(CorpusError) -> Self {
    var members: [JSON.Member]
    do throws(JSONError) {
      guard case .object(let found) = try JSON(parsing: Array(json())) else {
        preconditionFailure("not an object")
      }
      members = found
    } catch {
      preconditionFailure("options are a flat object: \(error)")
    }
    for assignment in assignments {
      guard let equals = assignment.firstIndex(of: "=") else { throw .notAnAssignment(assignment) }
      let name = String(assignment[..<equals])
      let text = String(assignment[assignment.index(after: equals)...])
      members.removeAll { $0.key == name }
      // What is not JSON is a word: scale=major needs no quotation marks.
      members.append(JSON.Member(name, (try? JSON(parsing: Array(text.utf8))) ?? .string(text)))
    }
    return try Self(json: Data(JSON.object(members).compact.utf8))
  }
}

/// Shorthand for range checks in `validate`.
func check<T: Comparable>(_ name: String, _ value: T, _ allowed: ClosedRange<T>) throws(CorpusError) {
  if !allowed.contains(value) {
    throw .optionOutOfRange(
      name, value: "\(value)", allowed: "\(allowed.lowerBound) to \(allowed.upperBound)")
  }
}
