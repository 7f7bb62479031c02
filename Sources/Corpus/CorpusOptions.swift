// Options of the synthetic corpora as flat JSON with snake_case keys. A missing key means its default, an unknown one is
// an error that names the nearest. The fields are variables, since flags override files (`setting`); every door into a
// corpus validates.
import Files
import FoundationEssentials

/// A validated set of options that can be written into a run's folder and read back.
package protocol CorpusOptions: Codable, Hashable, Sendable {
  /// All defaults.
  init()
  /// Throws at the first option that is out of range.
  func validate() throws(CorpusError)
}

extension CorpusOptions {
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
    var fields: [String: JSONValue]
    do {
      fields = try JSONDecoder().decode([String: JSONValue].self, from: json())
    } catch {
      preconditionFailure("options are a flat object: \(error)")
    }
    for assignment in assignments {
      guard let equals = assignment.firstIndex(of: "=") else { throw .notAnAssignment(assignment) }
      let name = String(assignment[..<equals])
      let text = String(assignment[assignment.index(after: equals)...])
      // What is not JSON is a word: scale=major needs no quotation marks.
      fields[name] = (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) ?? .text(text)
    }
    guard let merged = try? JSONEncoder().encode(fields) else {
      throw .optionsUnreadable(assignments.joined(separator: ", "))
    }
    return try Self(json: merged)
  }
}

/// Enough of JSON for flat options.
enum JSONValue: Codable, Hashable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])

  init(from decoder: any Decoder) throws {
    let box = try decoder.singleValueContainer()
    if box.decodeNil() {
      self = .null
    } else if let flag = try? box.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? box.decode(Double.self) {
      self = .number(number)
    } else if let text = try? box.decode(String.self) {
      self = .text(text)
    } else {
      self = .list(try box.decode([JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var box = encoder.singleValueContainer()
    switch self {
    case .null: try box.encodeNil()
    case .flag(let flag): try box.encode(flag)
    case .number(let number): try box.encode(number)
    case .text(let text): try box.encode(text)
    case .list(let list): try box.encode(list)
    }
  }
}

/// Reads a flat object over defaults and refuses keys it does not know.
struct FlatDecoder<Key: CodingKey & CaseIterable> {
  private let container: KeyedDecodingContainer<Key>

  init(_ decoder: any Decoder, _: Key.Type) throws {
    container = try decoder.container(keyedBy: Key.self)
    let known = Key.allCases.map(\.stringValue)
    for key in try decoder.container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
      throw CorpusError.unknownOption(key.stringValue, nearest: nearestWord(to: key.stringValue, in: known))
    }
  }

  /// Sets `field` if the object has the key.
  func callAsFunction<T: Decodable>(_ key: Key, _ field: inout T) throws {
    if container.contains(key) { field = try container.decode(T.self, forKey: key) }
  }
}

private struct AnyKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// Shorthand for range checks in `validate`.
func check<T: Comparable>(_ name: String, _ value: T, _ allowed: ClosedRange<T>) throws(CorpusError) {
  if !allowed.contains(value) {
    throw .optionOutOfRange(
      name, value: "\(value)", allowed: "\(allowed.lowerBound) to \(allowed.upperBound)")
  }
}
