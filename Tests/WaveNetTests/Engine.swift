// The engine as a test sees it: named tensors in, logits or named gradients out. And the list of shapes that the
// engine's tests run over.
import Kernels
import TestSupport
import Testing
import WaveNet

/// One model in the engine, with the kernels of one instruction set.
struct Engine {
  let configuration: Configuration
  let layout: ParameterLayout
  let matrices: Matrices
  let instructionSet: InstructionSet

  init(
    _ configuration: Configuration, _ weights: [String: [Double]], _ instructionSet: InstructionSet = .best
  ) {
    self.configuration = configuration
    self.instructionSet = instructionSet
    layout = ParameterLayout(configuration)
    matrices = Matrices(configuration, training: true)
    matrices.load(AlignedBuffer(layout.tensors.flatMap { weights[$0.name]!.map(Float.init) }))
  }

  init(_ reference: ReferenceWaveNet, _ instructionSet: InstructionSet = .best) {
    self.init(reference.configuration, reference.weights, instructionSet)
  }

  private func pass(_ count: Int, training: Bool) -> SequencePass {
    SequencePass(configuration, capacity: count, training: training, kernels: KernelTable(instructionSet))
  }

  /// [N - (RF - 1)][Q]
  func logits(_ codes: [UInt16]) -> [[Float]] {
    let (rows, q) = (codes.count - configuration.receptiveField + 1, configuration.quantizationLevels)
    var out = [Float](repeating: .nan, count: rows * q + 16)  // the last 16 guard the end
    codes.withUnsafeBufferPointer { codes in
      out.withUnsafeMutableBufferPointer {
        pass(codes.count, training: false).forward(codes, matrices, logits: $0.baseAddress!)
      }
    }
    precondition(out.suffix(16).allSatisfy(\.isNaN), "the engine wrote past the logits")
    return (0..<rows).map { Array(out[$0 * q..<($0 + 1) * q]) }
  }

  /// Mean loss over all clips in nats, without gradients.
  func loss(_ clips: [ReferenceClip]) -> Double {
    let pass = pass(clips.map(\.inputs.count).max()!, training: false)
    let sum = clips.reduce(0.0) { sum, clip in
      sum
        + clip.inputs.withUnsafeBufferPointer { inputs in
          clip.targets.withUnsafeBufferPointer { pass.loss(inputs, targets: $0, matrices) }
        }
    }
    return sum / Double(clips.reduce(0) { $0 + $1.targets.count })
  }

  /// Mean loss over all clips in nats, and its gradient for every tensor.
  func lossAndGradients(_ clips: [ReferenceClip]) -> (loss: Double, gradients: [String: [Float]]) {
    let positions = Double(clips.reduce(0) { $0 + $1.targets.count })
    let gradients = AlignedBuffer(count: matrices.layout.forwardCount)
    let pass = pass(clips.map(\.inputs.count).max()!, training: true)
    let sum = clips.reduce(0.0) {
      $0 + add($1, to: gradients, scale: Float(1 / positions), pass)
    }
    return (sum / positions, named(gradients))
  }

  /// One clip's loss, summed; adds `scale` times its gradients.
  func add(
    _ clip: ReferenceClip, to gradients: AlignedBuffer, scale: Float, _ pass: SequencePass? = nil
  ) -> Double {
    let pass = pass ?? self.pass(clip.inputs.count, training: true)
    return clip.inputs.withUnsafeBufferPointer { inputs in
      clip.targets.withUnsafeBufferPointer {
        pass.lossAndGradients(inputs, targets: $0, matrices, scale: scale, gradients: gradients)
      }
    }
  }

  /// Gradients in the matrices' layout, by tensor.
  func named(_ gradients: AlignedBuffer) -> [String: [Float]] {
    let flat = AlignedBuffer(count: layout.count)
    matrices.unpack(gradients: gradients, into: flat)
    return Dictionary(uniqueKeysWithValues: layout.tensors.map { ($0.name, Array(flat.elements[$0.range])) })
  }
}

/// A shape with its seed, printed in the test's name.
struct Shape: Sendable, CustomTestStringConvertible {
  var kernel: Int
  var dilations: [Int]
  var channels: (r: Int, d: Int, s: Int, h: Int)
  var levels = 256
  var crop = 7

  var testDescription: String {
    "K \(kernel), dilations \(dilations), R D S H \(channels), Q \(levels), T \(crop), seed \(seed)"
  }
  /// Of each tensor's own largest gradient: float32 sums over time and channels, with cancellation. 30 blocks that squeeze
  /// through two channels cancel more, above all in the biases.
  var gradientTolerance: Tolerance { .relativeToScale(dilations.count < 30 ? 2e-5 : 5e-4) }
  var seed: UInt64 { UInt64(kernel + 10 * dilations.count + 100 * channels.r + 10_000 * channels.s + crop) }

  /// The reference with random weights, and two clips of different length.
  func make() throws -> (reference: ReferenceWaveNet, clips: [ReferenceClip]) {
    let configuration = try Configuration(
      quantizationLevels: levels, residualChannels: channels.r, dilationChannels: channels.d,
      skipChannels: channels.s, headChannels: channels.h, kernelSize: kernel, dilations: dilations)
    var random = SeededValues(seed: seed)
    let reference = ReferenceWaveNet(configuration, random.weights(for: configuration))
    let clips = [crop, max(1, crop / 2)].map {
      ReferenceClip(
        inputs: random.codes(configuration.receptiveField - 1 + $0, levels: levels),
        targets: random.codes($0, levels: levels))
    }
    return (reference, clips)
  }

  /// Kernel sizes 2 to 4; dilations that double, repeat, descend or follow no rule; channel counts around the vector's
  /// 16, each in each role; every alphabet; crops below, at and above the tiles (48 and 192 rows).
  static let all: [Shape] = {
    let dilations = [
      [1], [1, 2, 4, 8], [1, 2, 4, 1, 2, 4], [3, 1, 2], [8, 4, 2, 1], [5, 7], [2, 2, 2], [100, 60],
    ]
    let counts = [1, 3, 5, 16, 17, 33]
    var shapes: [Shape] = []
    for kernel in 2...3 {
      for (i, list) in dilations.enumerated() {
        for turn in 0..<3 {
          let pick = { (step: Int) in counts[(i + turn * 2 + step * (kernel - 1)) % counts.count] }
          shapes.append(
            Shape(
              kernel: kernel, dilations: list, channels: (pick(0), pick(1), pick(2), pick(3)),
              crop: [7, 20, 1][turn]))
        }
      }
    }
    shapes.append(Shape(kernel: 4, dilations: [1, 3], channels: (5, 3, 17, 16)))
    shapes.append(Shape(kernel: 2, dilations: [1, 2], channels: (3, 5, 7, 9), levels: 512))
    shapes.append(Shape(kernel: 2, dilations: [2, 1], channels: (9, 7, 5, 3), levels: 1024))
    for crop in [191, 192, 193, 385] {
      shapes.append(Shape(kernel: 2, dilations: [90, 110, 1], channels: (3, 5, 4, 2), crop: crop))
    }
    // 30 blocks of 48 padded channels make the time tile its smallest.
    for crop in [47, 48, 49, 97] {
      shapes.append(
        Shape(kernel: 2, dilations: (0..<30).map { 1 + $0 % 4 }, channels: (2, 33, 3, 1), crop: crop))
    }
    return shapes
  }()
}
