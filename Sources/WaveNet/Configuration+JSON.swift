// config.json: a configuration as one flat JSON object, with a fixed order of keys and stable bytes.
internal import Files

extension Configuration {
  /// The keys of `config.json`, in the order they are written.
  package static let keys = [
    "model_type", "format_version", "sample_rate", "quantization_levels", "residual_channels",
    "dilation_channels",
    "skip_channels", "head_channels", "kernel_size", "dilations", "conditioning",
  ]

  /// Reads the text of a `config.json`. Every key must be there, and no other.
  /// - Parameter path: the file's name, for messages only.
  /// - Throws: `CheckpointError` naming the file, the key and what is allowed.
  public init(json: [UInt8], path: String) throws(CheckpointError) {
    let values = try KeyedValues(parsing: json, path: path, known: Self.keys)
    let type = try values.required("model_type", allowed: "\"wavenet\"")
    if type != .string("wavenet") { throw .otherModelType(path: path, found: type.summary) }
    let version = try values.required("format_version", allowed: "1")
    if version != .integer(1) { throw .otherVersion(path: path, found: version.summary) }
    let conditioning = try Conditioning(
      try values.required("conditioning", allowed: "null, or an object of labels and controls"), path: path)
    func integer(_ key: String) throws(CheckpointError) -> Int {
      try values.integer(key, allowed: Self.allowed(key))
    }
    let fields = (
      try integer("sample_rate"), try integer("quantization_levels"), try integer("residual_channels"),
      try integer("dilation_channels"), try integer("skip_channels"), try integer("head_channels"),
      try integer("kernel_size"), try values.integers("dilations", allowed: Self.allowed("dilations"))
    )
    do throws(ConfigurationError) {
      try self.init(
        sampleRate: fields.0, quantizationLevels: fields.1, residualChannels: fields.2,
        dilationChannels: fields.3,
        skipChannels: fields.4, headChannels: fields.5, kernelSize: fields.6, dilations: fields.7,
        conditioning: conditioning)
    } catch {
      throw CheckpointError(error, path: path)
    }
  }

  /// The text of `config.json`: one key per line, always the same bytes for the same configuration.
  public func json() -> [UInt8] { Array(object.lines.utf8) }

  /// The same on one line.
  var compactJSON: String { object.compact }

  private var object: JSON {
    let values: [JSON] = [
      .string("wavenet"), .integer(1), .integer(sampleRate), .integer(quantizationLevels),
      .integer(residualChannels),
      .integer(dilationChannels), .integer(skipChannels), .integer(headChannels), .integer(kernelSize),
      .array(dilations.map { .integer($0) }), conditioning?.json ?? .null,
    ]
    return .object(zip(Self.keys, values).map { .init($0, $1) })
  }

  /// What a key may hold, in words, for messages. The ranges themselves are enforced by `init`.
  private static func allowed(_ key: String) -> String {
    switch key {
    case "sample_rate": "an integer, in Hz"
    case "quantization_levels": "256, 512 or 1024"
    case "dilations": "an array of integers, one per block"
    default: "an integer"
    }
  }
}

extension CheckpointError {
  /// The refusal of a value that `path` holds.
  init(_ error: ConfigurationError, path: String) {
    switch error {
    case .outOfRange(let name, let value, let range):
      // The two names that are not keys: the number of dilations, and one of them.
      let (key, found) =
        switch name {
        case "dilations.count": ("dilations", "a list of \(value)")
        case "dilations[]": ("dilations", "\(value) in one place")
        case "conditioning.labels.count": ("conditioning.labels", "a list of \(value)")
        case "conditioning.controls[]": ("conditioning.controls", "mel.\(value) in one place")
        default: (name, "\(value)")
        }
      let unit = name.hasSuffix(".count") ? "entries" : name == "sample_rate" ? "Hz" : nil
      let allowed = "\(range.lowerBound) to \(range.upperBound)" + (unit.map { " \($0)" } ?? "")
      self = .badValue(path: path, key: key, found: found, allowed: allowed)
    case .quantizationLevels(let levels):
      self = .badValue(
        path: path, key: "quantization_levels", found: "\(levels)", allowed: "256, 512 or 1024")
    case .receptiveField(let samples):
      self = .receptiveField(path: path, samples: samples, limit: 4_000_000)
    case .nothingToTell:
      self = .badValue(
        path: path, key: "conditioning", found: "without labels and without controls",
        allowed: "null, or at least one of either")
    case .label(let label):
      self = .badValue(
        path: path, key: "conditioning.labels", found: JSON.string(label).summary + " in one place",
        allowed: "different names of 1 to 255 bytes")
    case .withoutPitch(let name):
      self = .badValue(
        path: path, key: "conditioning.controls", found: "\(name) without pitch",
        allowed: "both, or pitch alone")
    case .control(let name):
      self = .badValue(
        path: path, key: "conditioning.controls", found: "\"\(name)\" twice", allowed: "different controls")
    }
  }
}
