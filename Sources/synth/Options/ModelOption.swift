// A model by folder or by the name of a shipped one, for every command that takes one.
import ArgumentParser
import Files
import Generation
import WaveNet

enum ModelSource {
  static let help = "A model's folder, its .safetensors file, or the name of a shipped model."

  /// Shipped names first; `./NAME` means the folder. A training run's folder is a model folder too.
  static func load(_ name: String) throws -> LoadedModel {
    if let shipped = try ShippedModel.load(name) {
      if Disk.exists("\(name)/config.json") {
        Terminal.warn("'\(name)' is the shipped model; for the folder of that name write ./\(name)")
      }
      return shipped
    }
    if !name.contains("/"), !Disk.exists(name) {
      throw SynthError.noSuchModel(name: name, shipped: ShippedModel.names)
    }
    return try load(folder: name)
  }

  /// The same of a folder, whatever shipped models are called.
  static func load(folder: String) throws -> LoadedModel {
    let loaded = try ModelFolder.load(folder)
    let c = loaded.model.configuration
    try Memory.require(
      Generator.queueBytes(c), for: "\(folder): a receptive field of \(c.receptiveField) samples",
      remedy: "use a model with smaller dilations, or a machine with more memory")
    return loaded
  }

  /// Whether the user means a model and not a sound file.
  static func isModel(_ name: String) -> Bool {
    if ShippedModel.names.contains(name) || name.hasSuffix(".safetensors") { return true }
    return Disk.isFolder(name)
  }
}
