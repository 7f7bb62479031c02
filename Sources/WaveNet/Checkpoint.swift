// Weights as safetensors: a model's tensors by name and exact shape, whether from a file or from memory. The folder
// around it is ModelFolder.swift; the optimizer's state is another file, of the trainer's.
internal import Kernels
package import SafeTensors

package enum Checkpoint {
  /// The key of the weights' metadata that repeats config.json, so that a folder that holds the configuration of one
  /// model and the weights of another is refused even where all shapes agree (other dilations, another sample rate).
  static let configurationKey = "config"

  /// The key of the step of a run whose weights these are: in the one file that is replaced at once with them.
  static let stepKey = "step"

  /// The tensors of a model, ready to be written.
  package static func encode(_ model: Model, step: Int? = nil) -> SafeTensorsWriter {
    var metadata = [
      "format": "pt",  // what PyTorch's ecosystem asks of the file: tensors in its layouts
      configurationKey: model.configuration.compactJSON,
    ]
    metadata[stepKey] = step.map { "\($0)" }
    var writer = SafeTensorsWriter(metadata: metadata)
    for tensor in model.layout.tensors {
      writer.add(tensor.name, shape: tensor.shape, model.tensor(tensor.name))
    }
    return writer
  }

  /// Reads a model's tensors. Anything missing, extra, of another shape or of another type is listed in one error.
  /// - Parameter configPath: where the configuration came from, for messages only.
  package static func decode(
    _ weights: SafeTensorsReader, configuration: Configuration, configPath: String
  ) throws(CheckpointError) -> Model {
    let layout = ParameterLayout(configuration)
    let problems = problems(of: weights, with: layout)
    if !problems.isEmpty { throw .tensors(path: weights.path, problems: problems) }
    if let saved = weights.metadata[configurationKey],
      (try? Configuration(json: Array(saved.utf8), path: weights.path)) != configuration
    {
      throw .mixture(config: configPath, weights: weights.path)
    }
    // All shapes agree with the file, so the file's size bounds this allocation.
    let parameters = AlignedBuffer(count: layout.count)
    for tensor in layout.tensors {
      let elements = UnsafeMutableBufferPointer(rebasing: parameters.elements[tensor.range])
      do throws(SafeTensorsError) { try weights.read(tensor.name, into: elements) } catch {
        throw .weights(error)
      }
      if let index = elements.firstIndex(where: { !$0.isFinite }) {
        throw .nonFinite(path: weights.path, tensor: tensor.name, index: index)
      }
    }
    return Model(configuration: configuration, parameters: parameters)
  }

  private static func problems(
    of weights: SafeTensorsReader, with layout: ParameterLayout
  ) -> [CheckpointError.TensorProblem] {
    var problems: [CheckpointError.TensorProblem] = []
    for tensor in layout.tensors {
      guard let found = weights[tensor.name] else {
        problems.append(.missing(name: tensor.name, shape: tensor.shape))
        continue
      }
      if found.shape != tensor.shape {
        problems.append(.shape(name: tensor.name, wanted: tensor.shape, found: found.shape))
      }
      if found.type != .f32 { problems.append(.type(name: tensor.name, found: found.type)) }
    }
    let known = Set(layout.tensors.map(\.name))
    problems += weights.tensors.filter { !known.contains($0.name) }.map { .extra(name: $0.name) }
    return problems
  }
}
