// gestures.safetensors: a conditioned model's gestures, beside its weights. Tensors by number: `gestures.{i}.codes` [P] U16,
// `gestures.{i}.controls` [frames, stored] F32, and `gestures.{i}.samples` [1] I64. What can be computed from another channel
// is not stored. The metadata repeat what the model is told (`conditioning`), and name each gesture (`gestures`).
internal import Files
package import SafeTensors
internal import Signal

package enum GestureFile {
  package static let name = "gestures.safetensors"
  private static let conditioningKey = "conditioning"
  private static let namesKey = "gestures"
  /// Far more than anybody can use.
  private static let most = 4096

  package static func encode(_ gestures: [Gesture], _ conditioning: Conditioning) -> SafeTensorsWriter {
    let names = gestures.map { gesture in
      JSON.object([
        .init("source", .string(gesture.source)), .init("label", gesture.label.map { .integer($0) } ?? .null),
      ])
    }
    var writer = SafeTensorsWriter(metadata: [
      conditioningKey: conditioning.json.compact, namesKey: JSON.array(names).compact,
    ])
    let columns = stored(conditioning)
    for (i, gesture) in gestures.enumerated() {
      writer.add("gestures.\(i).codes", gesture.codes)
      writer.add("gestures.\(i).samples", [Int64(gesture.samples)])
      if columns.isEmpty { continue }
      let width = conditioning.controlChannels
      let rows = gesture.controls.count / width
      let values = (0..<rows).flatMap { row in columns.map { gesture.controls[row * width + $0] } }
      writer.add("gestures.\(i).controls", shape: [rows, columns.count], values)
    }
    return writer
  }

  /// - Throws: `CheckpointError` if the file is not of this model, or damaged.
  package static func decode(
    _ file: SafeTensorsReader, _ configuration: Configuration
  ) throws(CheckpointError) -> [Gesture] {
    guard let conditioning = configuration.conditioning else {
      throw .gestures(path: file.path, reason: "the model beside it is told nothing")
    }
    if !isTold(file, conditioning) {
      throw .gestures(path: file.path, reason: "they are told something else than the model beside them")
    }
    let names = try names(file, conditioning)
    var gestures: [Gesture] = []
    for (i, name) in names.enumerated() {
      gestures.append(try gesture(i, name, file, configuration, conditioning))
    }
    return gestures
  }

  /// Whether a file's gestures are told what a model is.
  static func isTold(_ file: SafeTensorsReader, _ conditioning: Conditioning?) -> Bool {
    conditioning != nil && file.metadata[conditioningKey] == conditioning?.json.compact
  }

  private typealias Name = (source: String, label: Int?)

  private static func names(
    _ file: SafeTensorsReader, _ conditioning: Conditioning
  ) throws(CheckpointError) -> [Name] {
    guard let json = try? JSON(parsing: Array((file.metadata[namesKey] ?? "").utf8)),
      case .array(let all) = json,
      all.count <= most
    else {
      throw .gestures(path: file.path, reason: "\"\(namesKey)\" of the metadata is not a list of gestures")
    }
    var names: [Name] = []
    for entry in all {
      guard case .object(let members) = entry, members.count == 2, case .string(let source) = members[0].value
      else { throw .gestures(path: file.path, reason: "a gesture without a source") }
      switch members[1].value {
      case .null: names.append((source, nil))
      case .integer(let label) where conditioning.labels.indices.contains(label):
        names.append((source, label))
      default: throw .gestures(path: file.path, reason: "a label that the model does not have")
      }
    }
    return names
  }

  private static func gesture(
    _ index: Int, _ name: Name, _ file: SafeTensorsReader, _ configuration: Configuration,
    _ conditioning: Conditioning
  ) throws(CheckpointError) -> Gesture {
    let prefix = "gestures.\(index)"
    func values<T: TensorElement>(_ name: String, as _: T.Type = T.self) throws(CheckpointError) -> [T] {
      do throws(SafeTensorsError) { return try file.values(name) } catch { throw .weights(error) }
    }
    let codes: [UInt16] = try values("\(prefix).codes")
    let samples: [Int64] = try values("\(prefix).samples")
    let columns = stored(conditioning)
    let kept: [Float] = columns.isEmpty ? [] : try values("\(prefix).controls")
    let frame = conditioning.frameSamples
    // All counts are bounded by the file's size. There is a frame to be followed, or following would never end.
    guard samples.count == 1, codes.allSatisfy({ Int($0) < configuration.quantizationLevels }),
      codes.count % frame == 0, kept.allSatisfy(\.isFinite),
      columns.isEmpty || kept.count % columns.count == 0,
      samples[0] >= codes.count + frame, samples[0] <= Int64(Int32.max)
    else { throw .gestures(path: file.path, reason: "\(prefix) holds values that no gesture has") }
    let controls = ControlChannel.complete(
      kept, conditioning.controls.flatMap(\.channels), frame: frame, sampleRate: configuration.sampleRate)
    let frames = conditioning.controls.isEmpty ? 0 : controls.count / conditioning.controlChannels
    if !conditioning.controls.isEmpty && frames * frame < Int(samples[0]) {
      throw .gestures(path: file.path, reason: "\(prefix) has \(frames) frames for \(samples[0]) samples")
    }
    return Gesture(
      source: name.source, label: name.label, codes: codes, controls: controls, samples: Int(samples[0]))
  }

  // MARK: - columns

  /// Columns of a row of controls that are stored.
  private static func stored(_ conditioning: Conditioning) -> [Int] {
    conditioning.controls.flatMap(\.channels).enumerated().compactMap { $1.isComputed ? nil : $0 }
  }
}
