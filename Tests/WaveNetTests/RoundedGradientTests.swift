// The pass with bfloat16 products against the one in float32: same network, so the same gradients but for the rounding of
// the factors, 2^-9 of each.
import Kernels
import TestSupport
import Testing
import WaveNet

@Suite("Gradients of bf16 products") struct RoundedGradientTests {
  /// The root of the sum of squares of the difference, as a fraction of the expected one's.
  private func distance(_ actual: [Float], _ expected: [Float]) -> Double {
    func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    return norm(zip(actual, expected).map { Double($0) - Double($1) }) / norm(expected.map(Double.init))
  }

  /// A factor's rounding is 2^-9 at most and independent of the next one's. A gradient has passed at most two products per
  /// block forward, two backward and four in the head; roundings of random sign add up like the root of their number.
  @Test("every gradient is float32's within the rounding", arguments: Shape.all) func near(shape: Shape) throws {
    let (reference, clips) = try shape.make()
    let bound = 4 * 0x1p-9 * Double(4 * shape.dilations.count + 4).squareRoot()
    let expected = Engine(reference).lossAndGradients(clips)
    for instructionSet in InstructionSet.available {
      let (loss, gradients) = Engine(reference, instructionSet, precision: .bf16).lossAndGradients(clips)
      expectClose([loss], [expected.loss], .relativeToScale(bound), "loss, \(instructionSet)")
      #expect(Set(gradients.keys) == Set(expected.gradients.keys))
      for (name, gradient) in gradients {
        let distance = distance(gradient, expected.gradients[name]!)
        #expect(distance <= bound, "\(name), \(instructionSet)")
        #expect(distance > 0 || gradient.allSatisfy { $0 == 0 }, "\(name), \(instructionSet): nothing was rounded")
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
