// What make_wavenet_fixtures.py wrote, as the reference's types.

/// The two fixtures of make_wavenet_fixtures.py.
package let fixtureNames = ["wavenet_k2.safetensors", "wavenet_k3.safetensors"]

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
