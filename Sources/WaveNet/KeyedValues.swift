// A JSON object whose keys are all known: what config.json and generation_config.json have in common. Every
// complaint names the file, the key and what is allowed.
internal import Files

struct KeyedValues {
  let path: String
  /// In front of keys in messages: of an object within an object.
  private let prefix: String
  private var values: [String: JSON] = [:]

  /// Parses and refuses any key that is not in `known`.
  init(parsing bytes: [UInt8], path: String, known: [String]) throws(CheckpointError) {
    let json: JSON
    do throws(JSONError) { json = try JSON(parsing: bytes) } catch { throw .notJSON(path: path, error) }
    guard case .object(let members) = json else { throw .notAnObject(path: path) }
    try self.init(members, path: path, known: known)
  }

  /// The same of an object that is parsed already.
  init(
    _ members: [JSON.Member], path: String, prefix: String = "", known: [String]
  ) throws(CheckpointError) {
    (self.path, self.prefix) = (path, prefix)
    for member in members {
      if !known.contains(member.key) {
        throw .unknownKey(
          path: path, key: prefix + member.key, nearest: prefix + nearestWord(to: member.key, in: known))
      }
      values[member.key] = member.value
    }
  }

  /// The value of a key; null counts as a value.
  subscript(key: String) -> JSON? { values[key] }

  func required(_ key: String, allowed: String) throws(CheckpointError) -> JSON {
    guard let value = values[key] else { throw .missingKey(path: path, key: prefix + key, allowed: allowed) }
    return value
  }

  func integer(_ key: String, allowed: String) throws(CheckpointError) -> Int {
    let value = try required(key, allowed: allowed)
    guard case .integer(let integer) = value else { throw bad(key, value, allowed) }
    return integer
  }

  func integers(_ key: String, allowed: String) throws(CheckpointError) -> [Int] {
    let value = try required(key, allowed: allowed)
    guard case .array(let elements) = value else { throw bad(key, value, allowed) }
    var integers: [Int] = []
    for element in elements {
      guard case .integer(let integer) = element else { throw bad(key, element, allowed) }
      integers.append(integer)
    }
    return integers
  }

  /// Empty where the key is absent.
  func strings(_ key: String, allowed: String) throws(CheckpointError) -> [String] {
    guard let value = values[key] else { return [] }
    guard case .array(let elements) = value else { throw bad(key, value, allowed) }
    var strings: [String] = []
    for element in elements {
      guard case .string(let string) = element else { throw bad(key, element, allowed) }
      strings.append(string)
    }
    return strings
  }

  /// nil where the key is absent.
  func optionalInteger(_ key: String, in range: ClosedRange<Int>) throws(CheckpointError) -> Int? {
    guard let value = values[key] else { return nil }
    guard case .integer(let integer) = value, range.contains(integer) else {
      throw bad(key, value, "an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  /// nil where the key is absent. `above`: the lower bound itself is excluded.
  func optionalNumber(
    _ key: String, in range: ClosedRange<Double>, above: Bool = false
  ) throws(CheckpointError) -> Double? {
    guard let value = values[key] else { return nil }
    let number: Double? =
      switch value {
      case .integer(let integer): Double(integer)
      case .number(let double): double
      default: nil
      }
    guard let number, range.contains(number), !(above && number == range.lowerBound) else {
      let low = above ? "above \(range.lowerBound)" : "from \(range.lowerBound)"
      throw bad(key, value, "a number \(low) up to \(range.upperBound)")
    }
    return number
  }

  func bad(_ key: String, _ found: JSON, _ allowed: String) -> CheckpointError {
    .badValue(path: path, key: prefix + key, found: found.summary, allowed: allowed)
  }
}
