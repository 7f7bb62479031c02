// The engine as a test sees it: named tensors in, logits or named gradients out.
package import Kernels
package import Signal
package import WaveNet

/// One model in the engine, with the kernels of one instruction set.
package struct Engine {
  package let configuration: Configuration
  package let layout: ParameterLayout
  package let matrices: SequenceWeights
  package let instructionSet: InstructionSet
  package let precision: Precision

  package init(
    _ configuration: Configuration, _ weights: [String: [Double]], _ instructionSet: InstructionSet = .best,
    precision: Precision = .f32
  ) {
    self.configuration = configuration
    self.instructionSet = instructionSet
    self.precision = precision
    layout = ParameterLayout(configuration)
    matrices = SequenceWeights(
      configuration, training: true, precision: precision, kernels: KernelTable(instructionSet))
    matrices.load(AlignedBuffer(layout.tensors.flatMap { weights[$0.name]!.map(Float.init) }))
  }

  package init(
    _ reference: ReferenceWaveNet, _ instructionSet: InstructionSet = .best,
    precision: Precision = .f32
  ) {
    self.init(reference.configuration, reference.weights, instructionSet, precision: precision)
  }

  private func pass(_ count: Int, training: Bool) -> SequencePass {
    SequencePass(
      configuration, capacity: count, training: training, precision: precision,
      kernels: KernelTable(instructionSet))
  }

  /// [N - (RF - 1)][Q]
  package func logits(_ codes: [UInt16], told: Conditions? = nil) -> [[Float]] {
    let (rows, q) = (codes.count - configuration.receptiveField + 1, configuration.quantizationLevels)
    var out = [Float](repeating: .nan, count: rows * q + 16)  // the last 16 guard the end
    codes.withUnsafeBufferPointer { codes in
      out.withUnsafeMutableBufferPointer {
        pass(codes.count, training: false).forward(codes, told: told, matrices, logits: $0.baseAddress!)
      }
    }
    precondition(out.suffix(16).allSatisfy(\.isNaN), "the engine wrote past the logits")
    return (0..<rows).map { Array(out[$0 * q..<($0 + 1) * q]) }
  }

  /// Mean loss over all clips in nats, without gradients.
  package func loss(_ clips: [ReferenceClip]) -> Double {
    let pass = pass(clips.map(\.inputs.count).max()!, training: false)
    let sum = clips.reduce(0.0) { sum, clip in
      sum
        + clip.inputs.withUnsafeBufferPointer { inputs in
          clip.targets.withUnsafeBufferPointer { pass.loss(inputs, targets: $0, told: clip.told, matrices) }
        }
    }
    return sum / Double(clips.reduce(0) { $0 + $1.targets.count })
  }

  /// Mean loss over all clips in nats, and its gradient for every tensor.
  package func lossAndGradients(_ clips: [ReferenceClip]) -> (loss: Double, gradients: [String: [Float]]) {
    let positions = Double(clips.reduce(0) { $0 + $1.targets.count })
    let gradients = AlignedBuffer(count: matrices.layout.forwardCount)
    let pass = pass(clips.map(\.inputs.count).max()!, training: true)
    let sum = clips.reduce(0.0) {
      $0 + add($1, to: gradients, scale: Float(1 / positions), pass)
    }
    return (sum / positions, named(gradients))
  }

  /// One clip's loss, summed; adds `scale` times its gradients.
  package func add(
    _ clip: ReferenceClip, to gradients: AlignedBuffer, scale: Float, _ pass: SequencePass? = nil
  ) -> Double {
    let pass = pass ?? self.pass(clip.inputs.count, training: true)
    return clip.inputs.withUnsafeBufferPointer { inputs in
      clip.targets.withUnsafeBufferPointer {
        pass.lossAndGradients(
          inputs, targets: $0, told: clip.told, matrices, scale: scale, gradients: gradients)
      }
    }
  }

  /// Gradients in the matrices' layout, by tensor.
  package func named(_ gradients: AlignedBuffer) -> [String: [Float]] {
    let flat = AlignedBuffer(count: layout.count)
    matrices.unpack(gradients: gradients, into: flat)
    return Dictionary(uniqueKeysWithValues: layout.tensors.map { ($0.name, Array(flat.elements[$0.range])) })
  }
}
