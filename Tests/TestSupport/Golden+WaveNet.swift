// What make_wavenet_fixtures.py wrote, as the reference's types.
package import Signal

/// Of make_wavenet_fixtures.py, those of models that are told nothing.
package let fixtureNames = ["wavenet_k2.safetensors", "wavenet_k3.safetensors"]

/// Its fixtures of models that are told labels and controls, labels alone, controls alone.
package let toldFixtureNames = ["both", "labels", "controls"].map { "wavenet_told_\($0).safetensors" }

extension Golden {
  /// The fixture's batch, clip by clip.
  package var clips: [ReferenceClip] {
    let (b, n) = (shape("inputs")[0], shape("inputs")[1])
    let t = shape("targets")[1]
    let (inputs, targets) = (codes("inputs"), codes("targets"))
    return (0..<b).map {
      ReferenceClip(
        inputs: Array(inputs[$0 * n..<($0 + 1) * n]), targets: Array(targets[$0 * t..<($0 + 1) * t]))
    }
  }

  /// What each clip of a told fixture is told: all of its clip's frames, from the first one on.
  package var conditions: [Conditions] {
    let starts = metadata["starts", default: ""].split(separator: ",").compactMap { Int($0) }
    precondition(starts.count == shape("inputs")[0], "\(starts.count) starts of \(shape("inputs")[0]) clips")
    func told(_ tensor: String) -> [Float] { names.contains(tensor) ? values(tensor).map { Float($0) } : [] }
    return starts.enumerated().map { clip, start in
      Conditions(
        labels: told("told/\(clip)/labels"), controls: told("told/\(clip)/controls"), start: start)
    }
  }

  /// The fixture's model.
  package var reference: ReferenceWaveNet { ReferenceWaveNet(configuration, tensors("weights")) }
}

extension ReferenceAdam {
  /// The optimizer that made the fixture's `adam/` tensors.
  package init(_ golden: Golden) {
    self.init(
      learningRate: golden.number("learning_rate"), beta1: golden.number("beta1"),
      beta2: golden.number("beta2"), epsilon: golden.number("epsilon"))
  }
}
