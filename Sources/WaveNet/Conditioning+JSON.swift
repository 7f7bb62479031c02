// `conditioning` in config.json: null, or an object of four keys.
internal import Files
internal import Signal

extension Conditioning {
  static let keys = ["labels", "controls", "frame_samples", "channels"]

  /// Reads the value of `conditioning`; nil for null. `labels` and `controls` may be absent.
  init?(_ value: JSON, path: String) throws(CheckpointError) {
    if value == .null { return nil }
    guard case .object(let members) = value else {
      throw .badValue(
        path: path, key: "conditioning", found: value.summary,
        allowed: "null, or an object of labels and controls")
    }
    let values = try KeyedValues(members, path: path, prefix: "conditioning.", known: Self.keys)
    let labels = try values.strings("labels", allowed: "an array of names")
    let allowed = "an array of " + Control.names.joined(separator: ", ")
    var controls: [Control] = []
    for name in try values.strings("controls", allowed: allowed) {
      guard let control = Control(name) else { throw values.bad("controls", .string(name), allowed) }
      controls.append(control)
    }
    let frameSamples = try values.integer("frame_samples", allowed: "an integer, in samples")
    let channels = try values.integer("channels", allowed: "an integer")
    do throws(ConfigurationError) {
      try self.init(labels: labels, controls: controls, frameSamples: frameSamples, channels: channels)
    } catch {
      throw CheckpointError(error, path: path)
    }
  }

  var json: JSON {
    .object([
      .init("labels", .array(labels.map { .string($0) })),
      .init("controls", .array(controls.map { .string($0.name) })),
      .init("frame_samples", .integer(frameSamples)), .init("channels", .integer(channels)),
    ])
  }
}
