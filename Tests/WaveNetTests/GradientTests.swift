// The engine's gradients: against the Double reference, PyTorch and finite differences of its own loss.
import Kernels
import TestSupport
import Testing
import WaveNet

@Suite("Gradients") struct GradientTests {
  @Test("every gradient is the reference's", arguments: Shape.all) func reference(shape: Shape) throws {
    let (reference, clips) = try shape.make()
    let expected = reference.gradients(clips)
    for instructionSet in InstructionSet.available {
      let (loss, gradients) = Engine(reference, instructionSet).lossAndGradients(clips)
      expectClose([loss], [reference.loss(clips)], .relativeToScale(1e-6), "loss, \(instructionSet)")
      expectClose(gradients, expected, shape.gradientTolerance, "\(instructionSet)")
    }
  }

  @Test("every gradient is PyTorch's", arguments: fixtureNames) func fixture(name: String) {
    let golden = Golden(name)
    for instructionSet in InstructionSet.available {
      let (loss, gradients) = Engine(golden.reference, instructionSet).lossAndGradients(golden.clips)
      expectClose([loss], golden.values("loss"), .relativeToScale(1e-6), "\(name), \(instructionSet)")
      expectClose(gradients, golden.tensors("gradient"), .relativeToScale(2e-5), "\(name), \(instructionSet)")
    }
  }

  @Test("crops of 1...67", arguments: [2, 3]) func crops(kernel: Int) throws {
    for crop in 1...67 {
      let shape = Shape(kernel: kernel, dilations: [2, 1, 3], channels: (3, 2, 5, 4), crop: crop)
      let (reference, clips) = try shape.make()
      let gradients = Engine(reference).lossAndGradients(clips).gradients
      expectClose(gradients, reference.gradients(clips), shape.gradientTolerance, shape.testDescription)
    }
  }

  @Test("AVX2 and AVX-512 give the same bits", arguments: Shape.all) func sameBits(shape: Shape) throws {
    let (reference, clips) = try shape.make()
    let results = InstructionSet.available.filter { $0 != .portable }.map {
      Engine(reference, $0).lossAndGradients(clips)
    }
    for result in results { #expect(result == results[0]) }
    #expect(results.count == InstructionSet.available.count - 1)
  }

  @Test("gradients are added to what is there, times the scale") func accumulate() throws {
    let (reference, clips) = try Shape(kernel: 2, dilations: [1, 2], channels: (3, 5, 4, 6)).make()
    let engine = Engine(reference)
    let once = AlignedBuffer(count: engine.matrices.layout.forwardCount)
    let loss = engine.add(clips[0], to: once, scale: 1)
    let thrice = AlignedBuffer(count: once.count)
    for scale in [0.5, 2, 0.5] as [Float] {
      #expect(engine.add(clips[0], to: thrice, scale: scale) == loss, "the loss is not scaled")
    }
    expectClose(
      engine.named(thrice), engine.named(once).mapValues { $0.map { 3 * $0 } }, .relativeToScale(1e-6))
  }

  @Test("a pass can be used again for another length and leaves nothing behind") func reuse() throws {
    let (reference, _) = try Shape(kernel: 3, dilations: [1, 4], channels: (5, 3, 2, 7)).make()
    var random = SeededValues(seed: 9)
    let engine = Engine(reference)
    let past = reference.receptiveField - 1
    let clips = [200, 3, 77, 1].map {
      ReferenceClip(inputs: random.codes(past + $0, levels: 256), targets: random.codes($0, levels: 256))
    }
    let used = SequencePass(engine.configuration, capacity: past + 200, training: true)
    for clip in clips {
      let (fresh, again) = (
        AlignedBuffer(count: engine.matrices.layout.forwardCount),
        AlignedBuffer(count: engine.matrices.layout.forwardCount)
      )
      let expected = engine.add(
        clip, to: fresh, scale: 1,
        SequencePass(engine.configuration, capacity: clip.inputs.count, training: true))
      #expect(engine.add(clip, to: again, scale: 1, used) == expected)
      #expect(engine.named(again) == engine.named(fresh), "\(clip.targets.count) positions")
    }
  }

  /// Independent of the reference: the engine's own loss, moved along each tensor's gradient.
  @Test("the loss falls along each gradient as fast as the gradient says", arguments: [2, 3])
  func slope(kernel: Int) throws {
    let (reference, clips) = try Shape(
      kernel: kernel, dilations: [1, 2, 4], channels: (6, 5, 9, 7), crop: 60
    ).make()
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
}
