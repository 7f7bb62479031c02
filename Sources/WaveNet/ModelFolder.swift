// A model on disk: config.json, model.safetensors, README.md and perhaps generation_config.json in one folder (the
// Hugging Face hub's layout). Shipped models come from memory through the same code (ShippedModels.swift).
internal import Files
internal import Glibc
internal import SafeTensors

/// A model and what came with it.
public struct LoadedModel: Sendable {
  /// Configuration and weights.
  public let model: Model
  /// Recommended sampling settings; all nil where the model has none.
  public let defaults: GenerationDefaults
  /// The folder, or the name of a shipped model.
  public let path: String
  /// The text of README.md, where there is one.
  public let card: String?
  /// What a conditioned model can follow if it is told nothing else; empty where there is none.
  public let gestures: [Gesture]

  /// One that is not on a disk yet.
  package init(
    model: Model, defaults: GenerationDefaults = GenerationDefaults(), path: String, card: String? = nil,
    gestures: [Gesture] = []
  ) {
    (self.model, self.defaults, self.path, self.card) = (model, defaults, path, card)
    self.gestures = gestures
  }
}

/// Loads and saves model folders.
public enum ModelFolder {
  /// Names of the files in a folder.
  package enum File {
    package static let config = "config.json"
    package static let weights = "model.safetensors"
    package static let defaults = "generation_config.json"
    package static let card = "README.md"
  }

  /// Far more than any real text here, far less than memory.
  private static let textLimit = 1 << 20

  /// Loads a model from its folder, or from a `.safetensors` file beside its `config.json`. A training run's folder is one too.
  /// - Throws: `CheckpointError`: no such folder, a file that is damaged or says something that is not allowed, weights that do
  ///   not fit the configuration.
  public static func load(_ path: String) throws(CheckpointError) -> LoadedModel {
    let (folder, weightsPath) = try locate(path)
    let configPath = "\(folder)/\(File.config)"
    guard let config = try text(configPath) else { throw .notAModel(path: path) }
    let weights: SafeTensorsReader
    do throws(SafeTensorsError) { weights = try SafeTensorsReader(path: weightsPath) } catch {
      throw .weights(error)
    }
    return try assemble(
      config: config, weights: weights, defaults: text("\(folder)/\(File.defaults)"),
      card: text("\(folder)/\(File.card)"), gestures: gestures("\(folder)/\(GestureFile.name)"), path: folder)
  }

  /// The one way from files to a model, wherever the files are. `path` is what messages and the result call the folder.
  static func assemble(
    config: [UInt8], weights: SafeTensorsReader, defaults: [UInt8]?, card: [UInt8]?,
    gestures: SafeTensorsReader?, path: String
  ) throws(CheckpointError) -> LoadedModel {
    let configPath = "\(path)/\(File.config)"
    let configuration = try Configuration(json: config, path: configPath)
    var settings = GenerationDefaults()
    if let defaults { settings = try GenerationDefaults(json: defaults, path: "\(path)/\(File.defaults)") }
    return LoadedModel(
      model: try Checkpoint.decode(weights, configuration: configuration, configPath: configPath),
      defaults: settings, path: path, card: card.map { String(decoding: $0, as: UTF8.self) },
      gestures: try gestures.map { file throws(CheckpointError) in
        try GestureFile.decode(file, configuration)
      } ?? [])
  }

  /// Saves a model, each file by temporary name, fsync and rename; the folder is made where it does not exist.
  ///
  /// Weights go first and config.json last: a new folder does not load before it is complete. An existing folder is
  /// never without either file, and the weights repeat their configuration in their metadata: after a crash between
  /// two renames the folder holds the old model, or the new weights under an equal configuration, or it is refused as a
  /// mixture.
  /// - Parameters:
  ///   - defaults: nil leaves an existing generation_config.json alone.
  ///   - card: the text of README.md; nil leaves an existing one alone and writes a plain one where there is none.
  ///   - gestures: nil leaves an existing file of them alone, if it goes with this model; none at all removes it.
  /// - Throws: `CheckpointError` if something cannot be written, or a default is out of range: then nothing was.
  public static func save(
    _ model: Model, to path: String, defaults: GenerationDefaults? = nil, card: String? = nil,
    gestures: [Gesture]? = nil
  ) throws(CheckpointError) {
    try save(model, to: path, defaults: defaults, card: card, gestures: gestures, step: nil)
  }

  /// The same of a run's checkpoint, which knows its step.
  package static func save(
    _ model: Model, to path: String, defaults: GenerationDefaults?, card: String?, gestures: [Gesture]?,
    step: Int?
  ) throws(CheckpointError) {
    try defaults?.check(path: "\(path)/\(File.defaults)")
    do throws(FileError) {
      try Folder.create(path)
      try Checkpoint.encode(model, step: step).write(to: "\(path)/\(File.weights)")
      let name = "\(path)/\(GestureFile.name)"
      if let gestures, !gestures.isEmpty, let conditioning = model.configuration.conditioning {
        try GestureFile.encode(gestures, conditioning).write(to: name)
      } else if gestures != nil || hasOthers(name, than: model.configuration.conditioning) {
        Disk.remove(name)
      }
      if let defaults { try AtomicFile.write(defaults.json(), to: "\(path)/\(File.defaults)") }
      let cardPath = "\(path)/\(File.card)"
      if let text = card ?? (Disk.exists(cardPath) ? nil : plainCard(model, gestures ?? [])) {
        try AtomicFile.write(text, to: cardPath)
      }
      try AtomicFile.write(model.configuration.json(), to: "\(path)/\(File.config)")
    } catch {
      throw .file(error)
    }
  }

  /// Whether there is a file of gestures that are told something else than the model, which would not load beside them.
  private static func hasOthers(_ path: String, than conditioning: Conditioning?) -> Bool {
    guard Disk.exists(path), let file = try? SafeTensorsReader(path: path) else { return false }
    return !GestureFile.isTold(file, conditioning)
  }

  /// The step of a run's checkpoint; nil if the folder holds none, or does not say.
  package static func step(of path: String) -> Int? {
    guard let weights = try? SafeTensorsReader(path: "\(path)/\(File.weights)") else { return nil }
    return weights.metadata[Checkpoint.stepKey].flatMap { Int($0) }
  }

  /// Folder and weights file for what the user gave: either of the two.
  private static func locate(_ path: String) throws(CheckpointError) -> (folder: String, weights: String) {
    guard let status = Disk.status(path) else {
      throw .file(
        errno == ENOENT || errno == ENOTDIR ? .notFound(path: path) : .notReadable(path: path, errno: errno))
    }
    if status.kind == .folder {
      var trimmed = path
      while trimmed.utf8.count > 1, trimmed.utf8.last == UInt8(ascii: "/") {
        trimmed.unicodeScalars.removeLast()
      }
      return (trimmed, "\(trimmed)/\(File.weights)")
    }
    if !path.hasSuffix(".safetensors") { throw .notAModel(path: path) }
    return (Disk.split(path).folder, path)
  }

  /// The file of gestures; nil if it does not exist.
  private static func gestures(_ path: String) throws(CheckpointError) -> SafeTensorsReader? {
    if !Disk.exists(path) { return nil }
    do throws(SafeTensorsError) { return try SafeTensorsReader(path: path) } catch { throw .weights(error) }
  }

  /// The bytes of a small file; nil if it does not exist.
  private static func text(_ path: String) throws(CheckpointError) -> [UInt8]? {
    do throws(FileError) {
      return try InputFile.contents(of: path, limit: textLimit)
    } catch {
      if case .notFound = error { return nil }
      throw .file(error)
    }
  }

  /// A card that says what the model is, and nothing of where it comes from but a remark.
  package static func plainCard(_ model: Model, _ gestures: [Gesture], remark: String = "") -> String {
    let c = model.configuration
    var told = ""
    if let conditioning = c.conditioning {
      let names = conditioning.controls.map(\.name) + conditioning.labels.map { "label \($0)" }
      told = "\nTold what to play (paper, section 2.5): \(names.joined(separator: ", ")).\n"
      if !gestures.isEmpty {
        told +=
          "\n`\(GestureFile.name)` holds \(gestures.count) excerpts of the training recordings, a few seconds each: their curves, "
          + "and codes of sound in front of them.\n"
      }
    }
    return """
      ---
      library_name: synth
      pipeline_tag: text-to-audio
      tags: [wavenet]
      ---

      # WaveNet

      \(model.parameters.count) parameters in \(c.blockCount) blocks, \(c.sampleRate) Hz, \(c.quantizationLevels) mu-law
      levels, receptive field \(c.receptiveField) samples.
      \(told)\(remark.isEmpty ? "" : "\n" + remark + "\n")
      """
  }
}
