// A model that is told something, forward and backward: against the Double reference and finite differences of its own loss.
import Kernels
import Signal
import TestSupport
import Testing
import WaveNet

@Suite("Conditioned") struct ToldGradientTests {
  @Test("logits are the reference's", arguments: ToldShape.all) func logits(shape: ToldShape) throws {
    let (reference, clips) = try shape.make()
    for instructionSet in InstructionSet.available {
      let engine = Engine(reference, instructionSet)
      for (i, clip) in clips.enumerated() {
        let expected = reference.activations(clip.inputs, told: clip.told).logits.suffix(clip.targets.count)
        let actual = engine.logits(clip.inputs, told: clip.told)
        expectClose(
          actual.flatMap { $0 }, expected.flatMap { $0 }, ForwardTests.float32, "clip \(i), \(instructionSet)"
        )
      }
      expectClose([engine.loss(clips)], [reference.loss(clips)], .relativeToScale(1e-6), "\(instructionSet)")
    }
  }

  @Test("every gradient is the reference's", arguments: ToldShape.all) func gradients(shape: ToldShape) throws
  {
    let (reference, clips) = try shape.make()
    for instructionSet in InstructionSet.available {
      let engine = Engine(reference, instructionSet)
      for batch in [clips] + clips.map({ [$0] }) {
        let (loss, gradients) = engine.lossAndGradients(batch)
        expectClose([loss], [reference.loss(batch)], .relativeToScale(1e-6), "loss, \(instructionSet)")
        expectClose(
          gradients, reference.gradients(batch), shape.shape.gradientTolerance, "\(instructionSet)")
      }
    }
  }

  @Test(
    "every gradient of bf16 products is that of the reference with rounded factors", arguments: ToldShape.all)
  func rounded(shape: ToldShape) throws {
    var (reference, clips) = try shape.make()
    reference.roundsFactors = true
    let (loss, expected) = (reference.loss(clips), reference.gradients(clips))
    for instructionSet in InstructionSet.available {
      let (actual, gradients) = Engine(reference, instructionSet, precision: .bf16).lossAndGradients(clips)
      expectClose([actual], [loss], .relativeToScale(0x1p-9), "loss, \(instructionSet)")
      expectClose(gradients, expected, .relativeToScale(0x1p-6), "\(instructionSet)")
    }
  }

  @Test("AVX2 and AVX-512 give the same bits", arguments: ToldShape.all) func sameBits(shape: ToldShape)
    throws
  {
    let (reference, clips) = try shape.make()
    let results = InstructionSet.available.filter { $0 != .portable }.map {
      Engine(reference, $0).lossAndGradients(clips)
    }
    for result in results { #expect(result == results[0]) }
    #expect(results.count == InstructionSet.available.count - 1)
  }

  /// Independent of the reference: the engine's own loss, moved along each tensor's gradient. Of shapes whose loss is large
  /// beside its rounding.
  @Test("the loss falls along each gradient as fast as the gradient says", arguments: [0, 4, 6])
  func slope(index: Int) throws {
    let (reference, clips) = try ToldShape.all[index].make()
    let (_, gradients) = Engine(reference).lossAndGradients(clips)
    for (name, gradient) in gradients {
      let norm = globalNorm([name: gradient.map(Double.init)])
      let slope = centralDifference(at: [0], element: 0, step: 1e-3) { distance in
        var moved = reference.weights
        for i in gradient.indices { moved[name]![i] += distance[0] * Double(gradient[i]) / norm }
        return Engine(reference.configuration, moved).loss(clips)
      }
      expectClose([norm], [slope], .relativeToScale(5e-3), "\(name)")
    }
  }

  @Test("a pass can be used again for another sequence and leaves nothing behind", arguments: ToldShape.all)
  func reuse(shape: ToldShape) throws {
    let (reference, clips) = try shape.make()
    let engine = Engine(reference)
    let used = SequencePass(engine.configuration, capacity: clips[0].inputs.count, training: true)
    for clip in clips + clips.reversed() {
      let (fresh, again) = (
        AlignedBuffer(count: engine.matrices.layout.forwardCount),
        AlignedBuffer(count: engine.matrices.layout.forwardCount)
      )
      #expect(engine.add(clip, to: again, scale: 1, used) == engine.add(clip, to: fresh, scale: 1))
      #expect(engine.named(again) == engine.named(fresh))
    }
  }
}
