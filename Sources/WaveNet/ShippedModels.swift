// The models that are compiled into the binary, by name. Their folders are under Models/, their bytes in CShippedModels.
internal import CShippedModels
internal import SafeTensors

/// Models that need no files.
public enum ShippedModel {
  /// What `synth generate` uses when no model is given.
  public static let defaultName = "sines"

  /// All names, in the order of the table.
  public static var names: [String] { table.map { String(cString: $0.name) } }

  /// The default one. It needs no files: its bytes are in the binary.
  /// - Throws: `CheckpointError` if the program was built from damaged files.
  public static func load() throws(CheckpointError) -> LoadedModel {
    guard let model = try load(defaultName) else { preconditionFailure("no shipped model \(defaultName)") }
    return model
  }

  /// The model of that name, or nil if there is none. Parsed as if it came from a folder.
  /// - Throws: as `load()`.
  public static func load(_ name: String) throws(CheckpointError) -> LoadedModel? {
    guard let shipped = table.first(where: { String(cString: $0.name) == name }) else { return nil }
    let path = "shipped:\(name)"
    let weights: SafeTensorsReader
    do throws(SafeTensorsError) {
      weights = try SafeTensorsReader(
        bytes: bytes(shipped.weights), name: "\(path)/\(ModelFolder.File.weights)")
    } catch {
      throw .weights(error)
    }
    return try ModelFolder.assemble(
      config: bytes(shipped.config), weights: weights, defaults: bytes(shipped.defaults),
      card: bytes(shipped.card), gestures: gestures(shipped.gestures, path), path: path)
  }

  private static func gestures(
    _ file: shipped_file, _ path: String
  ) throws(CheckpointError) -> SafeTensorsReader? {
    if file.count == 0 { return nil }
    do throws(SafeTensorsError) {
      return try SafeTensorsReader(bytes: bytes(file), name: "\(path)/\(GestureFile.name)")
    } catch {
      throw .weights(error)
    }
  }

  private static var table: [shipped_model] {
    (0..<shipped_model_count).map { shipped_model_at($0)!.pointee }
  }

  private static func bytes(_ file: shipped_file) -> [UInt8] {
    [UInt8](UnsafeBufferPointer(start: file.bytes, count: file.count))
  }
}
