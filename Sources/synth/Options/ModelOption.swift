// A model by folder or by the name of a shipped one, for every command that takes one.
import ArgumentParser
import Glibc
import WaveNet

enum ModelSource {
  static let help = "A model's folder, its .safetensors file, or the name of a shipped model."

  /// Shipped names first; `./NAME` means the folder. A training run's folder is a model folder too.
  static func load(_ name: String) throws -> LoadedModel {
    if let shipped = try ShippedModel.load(name) {
      if access("\(name)/config.json", F_OK) == 0 {
        Terminal.warn("'\(name)' is the shipped model; for the folder of that name write ./\(name)")
      }
      return shipped
    }
    if !name.contains("/"), access(name, F_OK) != 0 {
      throw SynthError.noSuchModel(name: name, shipped: ShippedModel.names)
    }
    return try ModelFolder.load(name)
  }

  /// Whether the user means a model and not a sound file.
  static func isModel(_ name: String) -> Bool {
    if ShippedModel.names.contains(name) || name.hasSuffix(".safetensors") { return true }
    var status = stat()
    return stat(name, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
