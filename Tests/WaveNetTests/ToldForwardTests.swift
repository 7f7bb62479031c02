// Properties of a pass that is told something, which need no reference: where in time a frame, a sample and a crop's edge are
// heard, to the bit; what labels do to y.
import Kernels
import Signal
import TestSupport
import Testing

@testable import WaveNet

@Suite("Conditioned forward") struct ToldForwardTests {
  /// Few blocks, so that a frame's end can be seen; frames of one sample, of a few, and longer than a receptive field.
  private static let shapes: [ToldShape] = [1, 3, 4, 20].map { frame in
    try! ToldShape(
      Shape(kernel: 2, dilations: [1, 3, 2], channels: (6, 17, 19, 18)), labels: 2,
      controls: [.pitch, .loudness], frame: frame, channels: 9)
  }

  /// A model and a whole clip: a receptive field of codes before its first sample, and samples for `frames` frames.
  private func make(_ shape: ToldShape, frames: Int) throws -> (engine: Engine, clip: ReferenceClip) {
    let reference = try shape.make().reference
    let past = reference.receptiveField - 1
    let count = past + frames * shape.conditioning.frameSamples
    var random = SeededValues(seed: 17)
    var told = shape.conditions(frames: frames, &random)
    told.start = -past
    let codes = random.codes(count, levels: 256)
    return (Engine(reference), ReferenceClip(inputs: codes, targets: [], told: told))
  }

  @Test(
    "a frame is heard from two frames before it to two behind it, and a receptive field longer",
    arguments: shapes)
  func lookAhead(shape: ToldShape) throws {
    let frames = 24
    let (engine, clip) = try make(shape, frames: frames)
    let before = engine.logits(clip.inputs, told: clip.told)
    let (frame, field) = (shape.conditioning.frameSamples, engine.configuration.receptiveField)
    let width = shape.conditioning.controlChannels
    // The first block's own past taps hear codes alone.
    let reach = field - 1 - engine.configuration.dilations[0]
    for changed in [0, 1, 2, 9, frames - 1] {
      var told = clip.told!
      for i in changed * width..<(changed + 1) * width { told.controls[i] = 0.3 - told.controls[i] }
      let after = engine.logits(clip.inputs, told: told)
      let first = max(0, (changed - 2) * frame)
      let last = (changed + 3) * frame - 1 + reach
      for place in before.indices where place < first || place > last {
        #expect(before[place] == after[place], "frame \(changed), place \(place)")
      }
      for place in [first, last] where place < before.count {
        #expect(before[place] != after[place], "frame \(changed), place \(place)")
      }
    }
  }

  @Test("a code changes no logits before it, nor after its receptive field", arguments: shapes)
  func causality(shape: ToldShape) throws {
    let (engine, clip) = try make(shape, frames: 60 / shape.conditioning.frameSamples)
    let field = engine.configuration.receptiveField
    let before = engine.logits(clip.inputs, told: clip.told)
    for position in [0, 1, field - 1, field, 2 * field, clip.inputs.count - 1] {
      var codes = clip.inputs
      codes[position] ^= 0x55
      let after = engine.logits(codes, told: clip.told)
      for (row, (old, new)) in zip(before, after).enumerated() {
        let t = row + field - 1
        #expect((old != new) == (t >= position && t < position + field), "code \(position), logits \(t)")
      }
    }
  }

  @Test("a crop's logits are the whole clip's, bit for bit", arguments: ToldShape.all + shapes)
  func crops(shape: ToldShape) throws {
    let frame = shape.conditioning.frameSamples
    var (engine, clip) = try make(shape, frames: max(9, 60 / frame))
    let (field, width) = (engine.configuration.receptiveField, shape.conditioning.controlChannels)
    // The controls end before the clip does.
    clip.told!.controls.removeLast(2 * width)
    let whole = engine.logits(clip.inputs, told: clip.told)
    var random = SeededValues(seed: 4)
    for _ in 0..<12 {
      let count = 1 + Int(random.codes(1, levels: 256)[0]) % whole.count
      let start = Int(random.codes(1, levels: 256)[0]) * 7919 % (whole.count - count + 1)
      let inputs = Array(clip.inputs[start..<start + field - 1 + count])
      let place = start - (field - 1)
      let part = clip.told!.part(place..<place + inputs.count, frameSamples: frame, width: max(1, width))
      #expect(part.start == place && part.controls.count <= clip.told!.controls.count)
      let crop = engine.logits(inputs, told: part)
      #expect(crop == Array(whole[start..<start + count]), "\(count) from \(start) on")
    }
  }

  @Test("told nothing, in whatever way, is told nothing", arguments: ToldShape.all) func nothing(
    shape: ToldShape
  ) throws {
    let (reference, clips) = try shape.make()
    let codes = clips[0].inputs
    let plain = reference.configuration.conditioned(on: nil)
    let weights = reference.weights.filter { !$0.key.contains("condition") }
    for set in InstructionSet.available {
      let engine = Engine(reference, set)
      let expected = Engine(plain, weights, set).logits(codes)
      var early = clips[0].told!
      early.start = -codes.count
      for told in [nil, Conditions(), Conditions(start: 12), early] {
        #expect(engine.logits(codes, told: told) == expected, "\(set), \(String(describing: told))")
      }
      #expect(engine.logits(codes, told: clips[0].told) != expected)
    }
  }

  @Test("y is linear in the labels' shares, and the controls' part is added", arguments: ToldShape.all)
  func labels(shape: ToldShape) throws {
    let (reference, _) = try shape.make()
    let (channels, count) = (shape.conditioning.channels, shape.conditioning.labels.count)
    let engine = Engine(reference)
    let conditioner = Conditioner(engine.configuration)
    var random = SeededValues(seed: 6)
    let controls = shape.conditions(frames: 5, &random).controls
    func y(_ labels: [Float], _ controls: [Float] = []) -> [[Float]] {
      let rows = conditioner.hear(
        Conditions(labels: labels, controls: controls), frames: 1..<4, engine.matrices.forward.pointer)
      let width = rows.count / 3
      return (0..<3).map { row in (0..<channels).map { rows[row * width + $0] } }
    }
    let told = y([], controls)
    #expect(told.contains { $0.contains { $0 != 0 } } != controls.isEmpty)
    for label in 0..<count {
      let row = reference.weights["conditioning.labels.weight"]![label * channels..<(label + 1) * channels]
      let shares = (0..<count).map { $0 == label ? 1 : 0 } as [Float]
      #expect(y(shares) == Array(repeating: row.map { Float($0) }, count: 3))
    }
    if count == 0 { return }
    let (a, b) = (
      (0..<count).map { _ in Float(random.value()) }, (0..<count).map { _ in Float(random.value()) }
    )
    let mixture = y(zip(a, b).map { 0.25 * $0 + 2 * $1 })
    let sum = zip(y(a), y(b)).map { zip($0, $1).map { 0.25 * $0 + 2 * $1 } }
    expectClose(mixture.flatMap { $0 }, sum.flatMap { $0 }, .relativeToScale(1e-5))
    #expect(y(a, controls) == zip(y(a), told).map { zip($0, $1).map { $0 + $1 } })
  }
}
