// The table of tensors, and the way from the flat parameters to the kernels' matrices and back.
import Kernels
import TestSupport
import Testing
import WaveNet

@Suite("Layout") struct LayoutTests {
  @Test("tensors follow one another without gaps, each once", arguments: Shape.all) func contiguous(
    shape: Shape
  ) throws {
    let layout = ParameterLayout(try shape.make().reference.configuration)
    var end = 0
    for tensor in layout.tensors {
      #expect(tensor.range.lowerBound == end)
      #expect(tensor.range.count == tensor.shape.reduce(1, *), "\(tensor.name)")
      #expect(layout[tensor.name] == tensor)
      end = tensor.range.upperBound
    }
    #expect(end == layout.count)
    #expect(Set(layout.tensors.map(\.name)).count == layout.tensors.count)
  }

  @Test("names and shapes are those of PyTorch's modules", arguments: fixtureNames) func names(
    fixture: String
  ) {
    let golden = Golden(fixture)
    let tensors = ParameterLayout(golden.configuration).tensors
    #expect(
      Set(tensors.map { "weights/" + $0.name }) == Set(golden.names.filter { $0.hasPrefix("weights/") }))
    for tensor in tensors {
      #expect(tensor.shape == golden.shape("weights/" + tensor.name), "\(tensor.name)")
    }
  }

  /// Counted by hand: embedding, blocks (dilated + residual + skip, the last without residual), head.
  @Test(
    "parameter counts of the shapes C1 to C4",
    arguments: [
      (2, [2, 10, 32, 64], 256 * 32 + 20 * (4160 + 1056 + 2112) - 1056 + 4160 + 16640, 174_496),
      (2, [2, 10, 64, 256], 256 * 64 + 20 * (16512 + 4160 + 16640) - 4160 + 65792 + 65792, 890_048),
      (2, [5, 10, 32, 512], 256 * 32 + 50 * (4160 + 1056 + 16896) - 1056 + 262_656 + 131_328, 1_506_720),
      (3, [3, 10, 128, 128], 256 * 128 + 30 * (98560 + 16512 + 16512) - 16512 + 16512 + 33024, 4_013_312),
    ] as [(Int, [Int], Int, Int)])
  func counts(kernel: Int, shape: [Int], byHand: Int, total: Int) throws {
    let configuration = try Configuration(
      residualChannels: shape[2], dilationChannels: shape[2], skipChannels: shape[3], headChannels: shape[3],
      kernelSize: kernel, dilations: Configuration.stackedDilations(stacks: shape[0], layers: shape[1]))
    #expect(ParameterLayout(configuration).count == total)
    #expect(byHand == total)
  }

  @Test("receptive fields") func receptiveFields() throws {
    #expect(try Configuration(kernelSize: 2, dilations: [1, 2, 4, 8]).receptiveField == 16)
    #expect(try Configuration(kernelSize: 2, dilations: [1, 2, 4, 8, 16]).receptiveField == 32)
    #expect(try Configuration(kernelSize: 3, dilations: [1, 2, 4, 8]).receptiveField == 31)
    let stacks = Configuration.stackedDilations(stacks: 2, layers: 10)
    #expect(try Configuration(dilations: stacks).receptiveField == 2047)
    #expect(stacks.count == 20 && stacks[9] == 512 && stacks[10] == 1)
  }

  @Test("every parameter has its own place in the matrices, and the padding stays zero", arguments: Shape.all)
  func roundTrip(shape: Shape) throws {
    let configuration = try shape.make().reference.configuration
    let layout = ParameterLayout(configuration)
    let matrices = SequenceWeights(configuration, training: true)
    let numbered = AlignedBuffer((0..<layout.count).map { Float($0 + 1) })
    matrices.load(numbered)
    let back = AlignedBuffer(count: layout.count)
    matrices.unpack(gradients: matrices.forward, into: back)
    let skipBiases = layout.tensors.filter { $0.name.hasSuffix("skip.bias") }
    for tensor in layout.tensors where !skipBiases.contains(tensor) {
      expectSame(Array(back.elements[tensor.range]), Array(numbered.elements[tensor.range]), tensor.name)
    }
    for channel in 0..<configuration.skipChannels {  // the blocks' skip biases act, and learn, as one sum
      let sum = skipBiases.reduce(0) { $0 + numbered[$1.range.lowerBound + channel] }
      for tensor in skipBiases { #expect(back[tensor.range.lowerBound + channel] == sum) }
    }
    let merged = (skipBiases.count - 1) * configuration.skipChannels
    #expect(matrices.forward.elements.count { $0 != 0 } == layout.count - merged)
    matrices.load(numbered)
    let again = AlignedBuffer(count: layout.count)
    matrices.unpack(gradients: matrices.forward, into: again)
    #expect(Array(again.elements) == Array(back.elements), "loading twice is loading once")
  }
}
