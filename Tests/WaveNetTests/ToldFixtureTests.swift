// Models that are told labels, controls, both or nothing: the Double reference and the engine against PyTorch, which hears all
// frames of a clip at once, zeros around them, and has never heard of stretches.
import Kernels
import Signal
import TestSupport
import Testing
import WaveNet

@Suite("Conditioned fixtures") struct ToldFixtureTests {
  /// The fixture's sequences, each told everything about its clip, and again only what reaches it.
  private func clips(_ golden: Golden) -> [(index: Int, whole: ReferenceClip, part: ReferenceClip)] {
    let told = golden.configuration.conditioning!
    return zip(golden.clips, golden.conditions).enumerated().map { index, pair in
      var (whole, part) = (pair.0, pair.0)
      whole.told = pair.1
      part.told = pair.1.part(
        pair.1.start..<pair.1.start + whole.inputs.count, frameSamples: told.frameSamples,
        width: max(1, told.controlChannels))
      return (index, whole, part)
    }
  }

  private func logits(_ golden: Golden, _ clip: Int) -> ArraySlice<Double> {
    let all = golden.values("logits")
    let count = all.count / golden.shape("logits")[0]
    return all[clip * count..<(clip + 1) * count]
  }

  @Test("the sequences are what they are meant to be") func sequences() {
    let golden = Golden("wavenet_told_both.safetensors")
    let told = golden.configuration.conditioning!
    let clips = clips(golden)
    let (steps, frame) = (clips[0].whole.inputs.count, told.frameSamples)
    func frames(_ clip: Int) -> Int { clips[clip].whole.told!.controls.count / told.controlChannels }
    #expect(golden.conditions[0].start == 1 - golden.configuration.receptiveField, "a clip's beginning")
    // Cut to both sides, from the middle of a frame on.
    #expect(clips[1].part.told!.firstFrame > 0 && clips[1].part.told!.start % frame != 0)
    #expect(clips[1].part.told!.controls.count < clips[1].whole.told!.controls.count)
    let end = frames(2) * frame - golden.conditions[2].start
    #expect(end > 0 && end < steps - 1, "the controls end within the sequence")
    #expect(golden.conditions[3].controls.isEmpty && golden.conditions[3].start < 0)
    #expect(golden.conditions[4].labels.isEmpty && !golden.conditions[4].controls.isEmpty)
    #expect(golden.conditions[5].isEmpty)
    #expect(golden.conditions[6].start + steps <= 0, "all of it is before the clip")
    #expect(Golden("wavenet_told_labels.safetensors").configuration.conditioning!.controls.isEmpty)
    #expect(Golden("wavenet_told_controls.safetensors").configuration.conditioning!.labels.isEmpty)
  }

  @Test("the reference's logits and losses are PyTorch's", arguments: toldFixtureNames)
  func reference(fixture: String) {
    let golden = Golden(fixture)
    for (i, whole, part) in clips(golden) {
      for clip in [whole, part] {
        let rows = golden.reference.activations(clip.inputs, told: clip.told).logits.suffix(
          clip.targets.count)
        expectClose(rows.flatMap { $0 }, logits(golden, i), ReferenceTests.stored, "\(fixture), \(i)")
        expectClose(
          [golden.reference.loss([clip])], golden.values("loss/\(i)"), .relativeToScale(1e-12), "\(i)")
      }
    }
  }

  @Test("every gradient of the reference is PyTorch's", arguments: toldFixtureNames)
  func referenceGradients(fixture: String) {
    let golden = Golden(fixture)
    for (i, whole, part) in clips(golden) {
      for clip in [whole, part] {
        let gradients = golden.reference.gradients([clip])
        expectClose(gradients, golden.tensors("gradient/\(i)"), ReferenceTests.stored, "\(fixture), \(i)")
      }
    }
  }

  @Test("the engine's logits and losses are PyTorch's", arguments: toldFixtureNames)
  func engine(fixture: String) {
    let golden = Golden(fixture)
    for set in InstructionSet.available {
      let engine = Engine(golden.reference, set)
      for (i, whole, part) in clips(golden) {
        for clip in [whole, part] {
          let rows = engine.logits(clip.inputs, told: clip.told).flatMap { $0 }
          expectClose(rows, logits(golden, i), ForwardTests.float32, "\(fixture), \(i), \(set)")
          expectClose(
            [engine.loss([clip])], golden.values("loss/\(i)"), .relativeToScale(1e-6), "\(i), \(set)")
        }
      }
    }
  }

  @Test("every gradient of the engine is PyTorch's", arguments: toldFixtureNames)
  func engineGradients(fixture: String) {
    let golden = Golden(fixture)
    for set in InstructionSet.available {
      let engine = Engine(golden.reference, set)
      for (i, whole, part) in clips(golden) {
        for clip in [whole, part] {
          expectClose(
            engine.lossAndGradients([clip]).gradients, golden.tensors("gradient/\(i)"),
            .relativeToScale(2e-5), "\(fixture), \(i), \(set)")
        }
      }
    }
  }

  /// What is told moves the logits by far more than any tolerance here.
  @Test("everything told is heard", arguments: toldFixtureNames) func heard(fixture: String) {
    let golden = Golden(fixture)
    let steps = golden.shape("inputs")[1]
    for (i, clip, _) in clips(golden) where !clip.told!.isEmpty && clip.told!.start > -steps {
      let without = golden.reference.activations(clip.inputs).logits.suffix(clip.targets.count)
      #expect(mismatch(without.flatMap { $0 }, logits(golden, i), .relativeToScale(0.01)) != nil, "\(i)")
      let told = golden.tensors("gradient/\(i)").filter { $0.key.contains("condition.weight") }
      #expect(told.values.allSatisfy { $0.contains { $0 != 0 } }, "\(i)")
    }
  }
}
