// The pass with bfloat16 products: against the Double reference that rounds the same factors, and against float32.
import Kernels
import TestSupport
import Testing
import WaveNet

@Suite("Gradients of bf16 products") struct RoundedGradientTests {
  /// The reference rounds the same factors in Double. A value that lies next to the middle of two bfloat16 numbers may
  /// fall on the other side in float32 sums: 2^-8 of one factor among many. 30 blocks that squeeze through two channels
  /// cancel most of the rest.
  @Test("every gradient is that of the reference with rounded factors", arguments: Shape.all)
  func reference(shape: Shape) throws {
    var (reference, clips) = try shape.make()
    reference.roundsFactors = true
    let (loss, expected) = (reference.loss(clips), reference.gradients(clips))
    for instructionSet in InstructionSet.available {
      let engine = Engine(reference, instructionSet, precision: .bf16)
      let (actual, gradients) = engine.lossAndGradients(clips)
      expectClose([actual], [loss], .relativeToScale(0x1p-9), "loss, \(instructionSet)")
      expectClose(
        gradients, expected, .relativeToScale(shape.dilations.count < 30 ? 0x1p-6 : 0x1p-3),
        "\(instructionSet)")
    }
  }

  /// Every factor moves by at most 2^-9 of itself. After eight blocks that bend much (SeededValues), and with ReLUs that turn
  /// over, the gradients of the lowest weights moved by 0.09 of their norm, that of the output's bias by 0.002.
  @Test("rounding moves the gradient a little", arguments: [1, 2, 3]) func near(seed: Int) throws {
    let shape = Shape(
      kernel: 2, dilations: [1, 2, 4, 8, 1, 2, 4, 8], channels: (32, 32, 64, 64), crop: 100 + seed)
    let (reference, clips) = try shape.make()
    func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let exact = Engine(reference).lossAndGradients(clips).gradients
    for instructionSet in InstructionSet.available {
      let gradients = Engine(reference, instructionSet, precision: .bf16).lossAndGradients(clips).gradients
      #expect(Set(gradients.keys) == Set(exact.keys))
      for (name, gradient) in gradients {
        let expected = exact[name]!.map(Double.init)
        let distance = norm(zip(gradient, expected).map { Double($0) - $1 }) / norm(expected)
        #expect(distance > 0x1p-12 && distance < 0x1p-3, "\(name), \(instructionSet): \(distance)")
      }
    }
  }

  @Test("without dot products AVX2 and AVX-512 give the same bits", arguments: [Shape.all[4], Shape.all[30]])
  func sameBits(shape: Shape) throws {
    let (reference, clips) = try shape.make()
    let sets = InstructionSet.available.filter { $0 == .avx2 || $0 == .avx512 }
    let results = sets.map { Engine(reference, $0, precision: .bf16).lossAndGradients(clips) }
    for result in results { #expect(result == results[0]) }
  }

  @Test("logits of a sequence do not depend on what follows it") func causal() throws {
    let shape = Shape(kernel: 2, dilations: [1, 2, 4], channels: (17, 9, 16, 20), crop: 230)
    let (reference, clips) = try shape.make()
    for instructionSet in InstructionSet.available {
      let engine = Engine(reference, instructionSet, precision: .bf16)
      let all = engine.logits(clips[0].inputs)
      let half = engine.logits(Array(clips[0].inputs.prefix(clips[0].inputs.count / 2)))
      expectClose(half.flatMap { $0 }, all.prefix(half.count).flatMap { $0 }, .exact, "\(instructionSet)")
    }
  }

  @Test("a pass can be used again for another length and leaves nothing behind") func reuse() throws {
    let (reference, _) = try Shape(kernel: 3, dilations: [1, 4], channels: (5, 3, 2, 7)).make()
    var random = SeededValues(seed: 9)
    let engine = Engine(reference, precision: .bf16)
    let past = reference.receptiveField - 1
    let used = SequencePass(engine.configuration, capacity: past + 200, training: true, precision: .bf16)
    for positions in [200, 3, 77, 1] {
      let clip = ReferenceClip(
        inputs: random.codes(past + positions, levels: 256), targets: random.codes(positions, levels: 256))
      let (fresh, again) = (
        AlignedBuffer(count: engine.matrices.layout.forwardCount),
        AlignedBuffer(count: engine.matrices.layout.forwardCount)
      )
      #expect(engine.add(clip, to: again, scale: 1, used) == engine.add(clip, to: fresh, scale: 1))
      #expect(engine.named(again) == engine.named(fresh), "\(positions) positions")
    }
  }
}
