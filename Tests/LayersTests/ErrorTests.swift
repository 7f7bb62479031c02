// Shapes that cannot be are errors with a cause and a remedy; formulas at their edges.
import Layers
import TestSupport
import Testing

struct ErrorTests {
  @Test(arguments: [
    (10, 3, 1, 0, 0, 1, 8), (10, 3, 2, 1, 1, 1, 5), (10, 3, 1, 2, 0, 1, 10), (10, 2, 1, 0, 0, 9, 1),
    (7, 3, 3, 0, 0, 1, 2), (1, 1, 1, 0, 0, 1, 1),
  ])
  func outputLength(_ l: Int, _ k: Int, _ s: Int, _ before: Int, _ after: Int, _ d: Int, _ expected: Int)
    throws
  {
    let length = try Window.outputLength(l, kernel: k, stride: s, before: before, after: after, dilation: d)
    #expect(length == expected)
  }

  @Test func geometryThatCannotBe() {
    #expect(throws: LayersError.inputTooShort(length: 4, padded: 4, span: 5)) {
      try Window.outputLength(4, kernel: 3, dilation: 2)
    }
    #expect(throws: LayersError.tooSmall(what: "kernel", value: 0, minimum: 1)) { try Window(kernel: [0]) }
    #expect(throws: LayersError.tooSmall(what: "stride", value: -1, minimum: 1)) {
      try Window(kernel: [2], stride: [-1])
    }
    #expect(throws: LayersError.tooSmall(what: "number of spatial dimensions", value: 0, minimum: 1)) {
      try Window(kernel: [])
    }
    #expect(throws: LayersError.wrongDimensions(what: "dilation", expected: 1, found: 2)) {
      try Window(kernel: [2], dilation: [1, 2])
    }
    #expect(throws: LayersError.sameNeedsStrideOne(stride: [2])) {
      try Window(kernel: [3], stride: [2], padding: .same)
    }
    #expect(throws: LayersError.paddingTooWide(mode: .reflect, padding: 3, length: 3)) {
      try Window(kernel: [3], padding: .numbers([3]), mode: .reflect).outputLengths([3])
    }
    #expect(throws: LayersError.paddingTooWide(mode: .circular, padding: 4, length: 3)) {
      try Window(kernel: [3], padding: .numbers([4]), mode: .circular).outputLengths([3])
    }
  }

  @Test func layersThatCannotBe() throws {
    var random = SeededValues(seed: 1)
    let window = try Window(kernel: [2])
    #expect(throws: LayersError.groupsDoNotDivide(groups: 2, channels: 3)) {
      try Convolution(window, inputs: 3, outputs: 4, groups: 2, using: &random)
    }
    #expect(throws: LayersError.poolingCannotPad(mode: .reflect)) {
      try MaxPooling(Window(kernel: [2], padding: .numbers([1]), mode: .reflect))
    }
    #expect(throws: LayersError.poolingPaddingOverHalf(padding: 2, span: 3)) {
      try AveragePooling(kernel: [3], padding: .numbers([2]))
    }
    #expect(throws: LayersError.emptyWindow) {
      try MaxPooling(kernel: [1], padding: .sides(before: [1], after: [0])).forward(series([1, 2]))
    }
    // A shape is promised only where one comes out.
    for layer in [
      try MaxPooling(kernel: [2], stride: [1], dilation: [4], padding: .numbers([2])),
      try AveragePooling(
        kernel: [2], stride: [1], dilation: [4], padding: .numbers([2]), countsPadding: false),
    ] as [any Layer] {
      #expect(throws: LayersError.emptyWindow) { try layer.outputShape([1, 1, 1]) }
      #expect(throws: LayersError.emptyWindow) { try layer.forward(series([1])) }
      #expect(throws: LayersError.emptyWindow) { try layer.outputShape([1, 1, 3]) }
      #expect(try layer.outputShape([1, 1, 4]) == layer.forward(series([1, 2, 3, 4])).shape)
    }
    #expect(throws: LayersError.tooSmall(what: "stride", value: 0, minimum: 1)) {
      try Window.outputLength(9, kernel: 2, stride: 0)
    }
    #expect(throws: LayersError.inputTooShort(length: 9, padded: 9, span: .max)) {
      try Window.outputLength(9, kernel: 3, dilation: .max)
    }
    #expect(throws: LayersError.targetOutOfRange(target: 2, classes: 2)) {
      try Loss.crossEntropy(Tensor(shape: [1, 2]), [2])
    }
    #expect(throws: LayersError.self) { try LSTM(inputs: 0, units: 3, using: &random) }
    #expect(throws: LayersError.self) { try Dense(weight: Tensor(shape: [2, 3]), bias: Tensor(shape: [3])) }
    #expect(throws: LayersError.self) { try AdaptivePooling(.average, output: [0]) }
    // A stride of the kernel, which is no stride for 'same'.
    #expect(throws: LayersError.sameNeedsStrideOne(stride: [2])) {
      try MaxPooling(kernel: [2], padding: .same)
    }
    #expect(throws: LayersError.indexOutOfRange(index: 6, positions: 6)) {
      try MaxUnpooling([0, 6], lengths: [2, 3])
    }
    #expect(throws: LayersError.inputTooShort(length: 2, padded: 2, span: 3)) {
      try Fold(Window(kernel: [3]), lengths: [2])
    }
  }

  @Test func inputsThatCannotBe() throws {
    var random = SeededValues(seed: 2)
    let convolution = try Convolution(Window(kernel: [2]), inputs: 3, outputs: 4, using: &random)
    let layers: [any Layer] = [
      convolution, try Dense(inputs: 3, outputs: 2, using: &random),
      try LSTM(inputs: 3, units: 2, using: &random), try MaxPooling(kernel: [2]),
      Residual(convolution),
      Gate(), Concatenation(convolution), try AdaptivePooling(.average, output: [2]),
      LastPosition(), Reshape([2, 2]), try Unfold(Window(kernel: [2])),
      try Fold(Window(kernel: [2]), lengths: [4]), try MaxUnpooling([0], lengths: [4]), Transpose(1, 5),
    ]
    for layer in layers {
      #expect(throws: LayersError.self, "\(layer)") { try layer.forward(Tensor(shape: [2, 5, 4, 1, 1])) }
    }
    #expect(throws: LayersError.self) { try GlobalAveragePooling().forward(Tensor(shape: [2, 3])) }
    #expect(throws: LayersError.self) { try Residual(convolution).forward(Tensor(shape: [1, 3, 5])) }
    let message = LayersError.inputTooShort(length: 4, padded: 4, span: 5).description
    #expect(message.contains("longer input"))
  }
}
