// The engine's forward pass: against the Double reference and PyTorch, and properties that need no reference.
import Kernels
import TestSupport
import Testing
import WaveNet

@Suite("Forward") struct ForwardTests {
  // float32 sums of some hundred terms against double: a few ulp of the largest logit.
  static let float32 = Tolerance.relativeToScale(4e-6)

  @Test("logits and loss are the reference's", arguments: Shape.all) func reference(shape: Shape) throws {
    let (reference, clips) = try shape.make()
    for instructionSet in InstructionSet.available {
      let engine = Engine(reference, instructionSet)
      for clip in clips {
        let expected = reference.activations(clip.inputs).logits.suffix(clip.targets.count)
        let actual = engine.logits(clip.inputs)
        expectClose(actual.flatMap { $0 }, expected.flatMap { $0 }, Self.float32, "\(instructionSet)")
      }
      let loss = reference.loss(clips)
      expectClose([engine.loss(clips)], [loss], .relativeToScale(1e-6), "loss, \(instructionSet)")
    }
  }

  @Test("logits and loss are PyTorch's", arguments: fixtureNames) func fixture(name: String) {
    let golden = Golden(name)
    for instructionSet in InstructionSet.available {
      let engine = Engine(golden.reference, instructionSet)
      let logits = golden.clips.flatMap { engine.logits($0.inputs).flatMap { $0 } }
      expectClose(logits, golden.values("logits"), Self.float32, "\(name), \(instructionSet)")
      expectClose(
        [engine.loss(golden.clips)], golden.values("loss"), .relativeToScale(1e-6), "\(instructionSet)")
    }
  }

  @Test("AVX2 and AVX-512 give the same bits", arguments: Shape.all) func sameBits(shape: Shape) throws {
    let (reference, clips) = try shape.make()
    let results = InstructionSet.available.filter { $0 != .portable }.map {
      Engine(reference, $0).logits(clips[0].inputs)
    }
    for result in results { expectSame(result, results[0]) }
    #expect(results.count == InstructionSet.available.count - 1)
  }

  /// Where a sequence begins and ends, and so how it falls into tiles, must not show.
  @Test("any crop of 1...67 gives the rows of the whole, bit for bit", arguments: InstructionSet.available)
  func crops(instructionSet: InstructionSet) throws {
    let (reference, _) = try Shape(kernel: 3, dilations: [1, 5, 2], channels: (5, 17, 3, 16)).make()
    var random = SeededValues(seed: 67)
    let past = reference.receptiveField - 1
    let codes = random.codes(past + 67, levels: 256)
    let engine = Engine(reference, instructionSet)
    let whole = engine.logits(codes)
    expectClose(whole.flatMap { $0 }, reference.activations(codes).logits.flatMap { $0 }, Self.float32)
    for count in 1...67 {
      for start in Set([0, (67 - count) / 2, 67 - count]) {
        let crop = engine.logits(Array(codes[start..<start + past + count]))
        expectSame(crop, Array(whole[start..<start + count]), "\(count) from \(start)")
      }
    }
  }

  @Test("rows do not depend on the tiles around them", arguments: [191, 192, 193, 400]) func tiles(count: Int)
    throws
  {
    let (reference, _) = try Shape(kernel: 2, dilations: [1, 130, 66], channels: (5, 3, 17, 4)).make()
    var random = SeededValues(seed: UInt64(count))
    let past = reference.receptiveField - 1
    let codes = random.codes(past + count, levels: 256)
    let engine = Engine(reference)
    let whole = engine.logits(codes)
    for t in [0, 1, 47, 48, 190, 191, 192, 193, 383, 384, 399] where t < count {
      expectSame(engine.logits(Array(codes[t...t + past])), [whole[t]], "row \(t)")
    }
  }

  @Test("a code changes no logits before it, nor after its receptive field", arguments: [2, 3])
  func causality(kernel: Int) throws {
    let (reference, _) = try Shape(kernel: kernel, dilations: [1, 2, 4, 1], channels: (6, 5, 19, 18)).make()
    var random = SeededValues(seed: 5)
    let field = reference.receptiveField
    let codes = random.codes(3 * field, levels: 256)
    let engine = Engine(reference)
    let before = engine.logits(codes)
    for position in [0, 1, field - 2, field - 1, field, 2 * field, 3 * field - 1] {
      var changed = codes
      changed[position] ^= 0x55
      let after = engine.logits(changed)
      for (row, (old, new)) in zip(before, after).enumerated() {
        let t = row + field - 1
        let sees = t >= position && t < position + field
        #expect((old == new) != sees, "code \(position), logits \(t): \(sees ? "should" : "must not") change")
      }
    }
  }

  /// A model built by hand to repeat the code that one tap of its one block sees: the winner must be that code and not
  /// a neighbour of it in time.
  @Test("no time shift", arguments: [(2, 1), (2, 3), (3, 1), (3, 4)]) func noShift(kernel: Int, dilation: Int)
    throws
  {
    let configuration = try Configuration(
      residualChannels: 8, dilationChannels: 8, skipChannels: 16, headChannels: 16, kernelSize: kernel,
      dilations: [dilation])
    var random = SeededValues(seed: 3)
    let codes = random.codes(60, levels: 256)
    for tap in 0..<kernel {
      let shift = (kernel - 1 - tap) * dilation
      let weights = repeater(configuration, tap: tap)
      let first = configuration.receptiveField - 1
      let expected = (first..<60).map { codes[$0 - shift] }
      expectSame(Engine(configuration, weights).logits(codes).map(mostLikely), expected, "engine, tap \(tap)")
      let slow = ReferenceWaveNet(configuration, weights).activations(codes).logits.suffix(60 - first)
      expectSame(slow.map(mostLikely), expected, "reference, tap \(tap)")
    }
  }

  private func mostLikely<F: BinaryFloatingPoint>(_ row: [F]) -> UInt16 {
    UInt16(row.indices.max { row[$0] < row[$1] }!)
  }

  /// A code as 8 signs, through tanh, split into positive and negative parts by the head's ReLU, and matched.
  private func repeater(_ c: Configuration, tap: Int) -> [String: [Double]] {
    func sign(_ code: Int, _ bit: Int) -> Double { code >> bit & 1 == 1 ? 1 : -1 }
    var weights: [String: [Double]] = [:]
    for tensor in ParameterLayout(c).tensors {
      weights[tensor.name] = .init(repeating: 0, count: tensor.range.count)
    }
    for bit in 0..<8 {
      for code in 0..<256 {
        weights["embedding.weight"]![code * 8 + bit] = sign(code, bit)
        weights["head.output.weight"]![code * 16 + bit] = sign(code, bit)
        weights["head.output.weight"]![code * 16 + 8 + bit] = -sign(code, bit)
      }
      weights["blocks.0.dilated.weight"]![(bit * 8 + bit) * c.kernelSize + tap] = 3
      weights["blocks.0.dilated.bias"]![8 + bit] = 5  // the gates are open
      weights["blocks.0.skip.weight"]![bit * 8 + bit] = 1
      weights["blocks.0.skip.weight"]![(8 + bit) * 8 + bit] = -1
    }
    for i in 0..<16 { weights["head.hidden.weight"]![i * 16 + i] = 1 }
    return weights
  }
}
