// generation_config.json: how a model's author recommends to sample from it. Flags of `generate` override each value.
internal import Files

/// Recommended sampling settings. Every value is optional: nil means that the model says nothing about it.
public struct GenerationDefaults: Hashable, Sendable {
  /// 0 (always the most likely code) to 1000.
  public var temperature: Double?
  /// Sample among the k most likely codes only, from 1.
  public var topK: Int?
  /// Sample among the most likely codes that together have this probability, above 0 up to 1.
  public var topP: Double?
  /// Length of a clip, above 0 up to 86400 seconds.
  public var seconds: Double?
  /// Sample at temperature 1 for this many seconds at the start of a clip that begins from silence: 0 to 86400.
  public var warmUpSeconds: Double?
  /// Generate this many seconds in front of a clip that begins from silence and throw them away, since the model settles
  /// meanwhile: 0 to 60.
  public var leadInSeconds: Double?

  /// The keys of the file, in the order they are written.
  package static let keys = [
    "temperature", "top_k", "top_p", "seconds", "warm_up_seconds", "lead_in_seconds",
  ]

  /// All nil unless given.
  public init(
    temperature: Double? = nil, topK: Int? = nil, topP: Double? = nil, seconds: Double? = nil,
    warmUpSeconds: Double? = nil, leadInSeconds: Double? = nil
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.seconds = seconds
    self.warmUpSeconds = warmUpSeconds
    self.leadInSeconds = leadInSeconds
  }

  /// Reads the text of a `generation_config.json`. Each key may be absent; no other key is allowed.
  /// - Parameter path: the file's name, for messages only.
  /// - Throws: `CheckpointError` naming the file, the key and what is allowed.
  public init(json: [UInt8], path: String) throws(CheckpointError) {
    let values = try KeyedValues(parsing: json, path: path, known: Self.keys)
    temperature = try values.optionalNumber("temperature", in: 0...1000)
    topK = try values.optionalInteger("top_k", in: 1...1024)
    topP = try values.optionalNumber("top_p", in: 0...1, above: true)
    seconds = try values.optionalNumber("seconds", in: 0...86400, above: true)
    warmUpSeconds = try values.optionalNumber("warm_up_seconds", in: 0...86400)
    leadInSeconds = try values.optionalNumber("lead_in_seconds", in: 0...60)
  }

  /// - Parameter path: the file's name, for messages only.
  /// - Throws: what reading it back would.
  func check(path: String) throws(CheckpointError) {
    // JSON has no word for a number that is none.
    let numbers = [temperature, nil, topP, seconds, warmUpSeconds, leadInSeconds]
    for (key, number) in zip(Self.keys, numbers) where number?.isFinite == false {
      throw .badValue(path: path, key: key, found: "\(number!)", allowed: "a finite number")
    }
    _ = try GenerationDefaults(json: json(), path: path)
  }

  /// The text of the file: one key per line, absent values left out.
  public func json() -> [UInt8] {
    let values: [JSON?] = [
      temperature.map { .number($0) }, topK.map { .integer($0) }, topP.map { .number($0) },
      seconds.map { .number($0) }, warmUpSeconds.map { .number($0) },
      leadInSeconds.map { .number($0) },
    ]
    let members = zip(Self.keys, values).compactMap { key, value in value.map { JSON.Member(key, $0) } }
    return Array(JSON.object(members).lines.utf8)
  }
}
