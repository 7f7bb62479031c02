// One option of a corpus: its key in JSON, where its value stands, and what it may be. A set of options is a table of
// these, from which reading, writing and range checks all come.
import Signal

/// A row of the table. Values of absent keys stay what they are; null is allowed where the value may be missing.
package struct OptionField<Options> {
  package let key: String
  let decode: (KeyedDecodingContainer<OptionKey>, inout Options) throws -> Void
  let encode: (Options, inout KeyedEncodingContainer<OptionKey>) throws -> Void
  let validate: (Options) throws(CorpusError) -> Void

  /// Any value of the type.
  init<Value: Codable>(_ key: String, _ place: WritableKeyPath<Options, Value>) {
    self.init(key, place) { _ throws(CorpusError) in }
  }

  /// A value in `range`.
  init<Value: Codable & Comparable>(
    _ key: String, _ place: WritableKeyPath<Options, Value>, _ range: ClosedRange<Value>
  ) {
    self.init(key, place) { options throws(CorpusError) in
      try check(key, options[keyPath: place], range)
    }
  }

  /// Any value of the type, or none.
  init<Value: Codable>(_ key: String, _ place: WritableKeyPath<Options, Value?>) {
    self.key = key
    decode = { values, options in
      options[keyPath: place] = try values.decodeIfPresent(Value.self, forKey: OptionKey(key))
    }
    encode = { try $1.encodeIfPresent($0[keyPath: place], forKey: OptionKey(key)) }
    validate = { _ throws(CorpusError) in }
  }

  /// A value in `range`, or none.
  init<Value: Codable & Comparable>(
    _ key: String, _ place: WritableKeyPath<Options, Value?>, _ range: ClosedRange<Value>
  ) {
    self.key = key
    decode = { values, options in
      options[keyPath: place] = try values.decodeIfPresent(Value.self, forKey: OptionKey(key))
    }
    encode = { try $1.encodeIfPresent($0[keyPath: place], forKey: OptionKey(key)) }
    validate = { options throws(CorpusError) in
      if let value = options[keyPath: place] { try check(key, value, range) }
    }
  }

  /// A list of 1 to 64 values, each in `range`.
  init<Value: Codable & Comparable>(
    _ key: String, _ place: WritableKeyPath<Options, [Value]>, each range: ClosedRange<Value>
  ) {
    self.init(key, place) { options throws(CorpusError) in
      let values = options[keyPath: place]
      try check("\(key).count", values.count, 1...64)
      for value in values { try check("\(key)[]", value, range) }
    }
  }

  /// Q: a number of mu-law codes that a model can have.
  init(levels place: WritableKeyPath<Options, Int>) {
    let key = "quantization_levels"
    self.init(key, place) { options throws(CorpusError) in
      let value = options[keyPath: place]
      if !MuLaw.possibleLevels.contains(value) {
        let allowed = MuLaw.possibleLevels.map { "\($0)" }.joined(separator: ", ")
        throw .optionOutOfRange(key, value: "\(value)", allowed: allowed)
      }
    }
  }

  private init<Value: Codable>(
    _ key: String, _ place: WritableKeyPath<Options, Value>,
    validate: @escaping (Options) throws(CorpusError) -> Void
  ) {
    self.key = key
    decode = { $1[keyPath: place] = try $0.decode(Value.self, forKey: OptionKey(key)) }
    encode = { try $1.encode($0[keyPath: place], forKey: OptionKey(key)) }
    self.validate = validate
  }
}

struct OptionKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(_ key: String) { stringValue = key }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
