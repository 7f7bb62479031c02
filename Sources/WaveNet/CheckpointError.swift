// Why a model cannot be loaded or saved: one case per cause, with the file, what is wrong in it and what to do.
public import Files
public import SafeTensors

/// A refused model folder, configuration or weights file.
public enum CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A file of the folder cannot be read or written.
  case file(FileError)
  /// `model.safetensors` is not a safetensors file, or a damaged one.
  case weights(SafeTensorsError)
  /// `config.json` or `generation_config.json` is not JSON.
  case notJSON(path: String, JSONError)
  /// It is JSON, but not one object of keys and values.
  case notAnObject(path: String)
  /// A key that means nothing here; the nearest one that does.
  case unknownKey(path: String, key: String, nearest: String)
  /// A key that has to be there is not; what it may be.
  case missingKey(path: String, key: String, allowed: String)
  /// The value of a key is of another type or out of range; what it may be.
  case badValue(path: String, key: String, found: String, allowed: String)
  /// The folder holds a model, but no WaveNet.
  case otherModelType(path: String, found: String)
  /// Written by a version of the format that is not known here.
  case otherVersion(path: String, found: String)
  /// Each value is allowed, but together they see too far back.
  case receptiveField(path: String, samples: Int, limit: Int)
  /// No `config.json` there.
  case notAModel(path: String)
  /// Tensors are missing, too many, or of another shape or type than the configuration says.
  case tensors(path: String, problems: [TensorProblem])
  /// A weight is infinite or not a number: element `index` of a tensor.
  case nonFinite(path: String, tensor: String, index: Int)
  /// `gestures.safetensors` is damaged or of another model.
  case gestures(path: String, reason: String)
  /// `config.json` is not the configuration that the weights were saved with.
  case mixture(config: String, weights: String)

  /// One tensor of a weights file that does not fit the configuration.
  public enum TensorProblem: Hashable, Sendable, CustomStringConvertible {
    /// Not in the file; the shape that it should have.
    case missing(name: String, shape: [Int])
    /// In the file, but not part of the model.
    case extra(name: String)
    /// Of another shape.
    case shape(name: String, wanted: [Int], found: [Int])
    /// Of another type than float32.
    case type(name: String, found: ElementType)

    /// E.g. `head.hidden.bias has the shape [32] instead of [64]`.
    public var description: String {
      switch self {
      case .missing(let name, let shape): "\(name) \(shape) is missing"
      case .extra(let name): "\(name) is not part of this model"
      case .shape(let name, let wanted, let found): "\(name) has the shape \(found) instead of \(wanted)"
      case .type(let name, let found): "\(name) is \(found.rawValue) instead of F32"
      }
    }
  }

  /// Path, cause, remedy. One line, but for tensors one line each.
  public var description: String {
    switch self {
    case .file(let error): return error.description
    case .weights(let error): return error.description
    case .notJSON(let path, let error): return "\(path): not valid JSON: \(error); correct it there"
    case .notAnObject(let path): return "\(path): must hold one JSON object, {\"key\": value, ...}"
    case .unknownKey(let path, let key, let nearest):
      return "\(path): unknown key \"\(key)\"; did you mean \"\(nearest)\"? Rename or remove it"
    case .missingKey(let path, let key, let allowed):
      return "\(path): the key \"\(key)\" is missing; add it: \(allowed)"
    case .badValue(let path, let key, let found, let allowed):
      return "\(path): \"\(key)\" is \(found); allowed: \(allowed)"
    case .otherModelType(let path, let found):
      return "\(path): \"model_type\" is \(found); this program reads only \"wavenet\""
    case .otherVersion(let path, let found):
      return
        "\(path): \"format_version\" is \(found), but this version of synth reads only 1; use the version that wrote it"
    case .receptiveField(let path, let samples, let limit):
      return "\(path): \"dilations\" and \"kernel_size\" make a receptive field of \(samples) samples;"
        + " allowed: at most \(limit)"
    case .notAModel(let path):
      return
        "\(path): not a model; give a folder that holds config.json and model.safetensors, or the .safetensors"
        + " file in it"
    case .tensors(let path, let problems):
      let shown = problems.prefix(50).map { "  \($0)" }
      let more = problems.count > 50 ? ["  ... and \(problems.count - 50) more"] : []
      return
        (["\(path): the tensors do not fit config.json; use the two files of one model:"] + shown + more)
        .joined(separator: "\n")
    case .nonFinite(let path, let tensor, let index):
      return "\(path): tensor \"\(tensor)\" holds a NaN or an infinity at element \(index);"
        + " the training that wrote it has diverged: use an earlier checkpoint"
    case .gestures(let path, let reason):
      return
        "\(path): \(reason); take the file that was saved with the model, or remove it: the model plays without it"
    case .mixture(let config, let weights):
      return
        "\(config): not the configuration that \(weights) was saved with: an interrupted save, or one of the two"
        + " was changed; save or copy the model again"
    }
  }
}
