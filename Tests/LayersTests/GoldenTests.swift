// Every layer, loss and optimizer against PyTorch (Fixtures/make_layers_fixtures.py): outputs and all gradients.
import Layers
import TestSupport
import Testing

struct GoldenTests {
  private static let golden = Golden("layers_golden.safetensors")

  /// A case of the script, with the layer that should equal it.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let make: @Sendable ([Tensor]) throws -> any Layer
    var testDescription: String { name }

    init(_ name: String, _ make: @escaping @Sendable ([Tensor]) throws -> any Layer) {
      (self.name, self.make) = (name, make)
    }

    /// A convolution.
    init(
      _ name: String, _ kernel: [Int], stride: [Int]? = nil, dilation: [Int]? = nil,
      _ padding: Padding = .valid,
      _ mode: PaddingMode = .zeros, groups: Int = 1
    ) {
      self.init(name) { parameters in
        try Convolution(
          Window(kernel: kernel, stride: stride, dilation: dilation, padding: padding, mode: mode),
          weight: parameters[0], bias: parameters.count > 1 ? parameters[1] : nil, groups: groups)
      }
    }
  }

  static let cases: [Case] = [
    Case("conv1d", [3]), Case("conv1d_stride", [4], stride: [3], .numbers([2])),
    Case("conv1d_dilated", [3], dilation: [4], .numbers([3])), Case("conv1d_same", [4], dilation: [2], .same),
    Case("conv1d_groups", [2], groups: 3), Case("conv1d_depthwise", [3], .numbers([1]), groups: 5),
    Case("conv1d_reflect", [5], .numbers([4]), .reflect),
    Case("conv1d_replicate", [5], stride: [2], .numbers([4]), .replicate),
    Case("conv1d_circular", [5], .numbers([4]), .circular),
    Case("conv1d_causal", [3], dilation: [3], .causal),
    Case("conv2d", [3, 2]),
    Case("conv2d_all", [3, 2], stride: [2, 1], dilation: [1, 3], .numbers([1, 2]), groups: 2),
    Case("conv2d_reflect", [3, 3], .numbers([2, 1]), .reflect),
    Case("conv2d_circular", [3, 3], dilation: [2, 1], .numbers([2, 1]), .circular),
    Case("conv3d", [2, 3, 2], stride: [1, 1, 2], .numbers([1, 0, 1])), Case("conv3d_same", [3, 2, 3], .same),
    Case("max1d") { _ in try MaxPooling(kernel: [3], stride: [2], padding: .numbers([1])) },
    Case("max1d_dilated") { _ in
      try MaxPooling(kernel: [3], stride: [1], dilation: [3], padding: .numbers([1]))
    },
    Case("max2d") { _ in try MaxPooling(kernel: [3, 2], stride: [2, 2], padding: .numbers([1, 0])) },
    Case("max3d") { _ in try MaxPooling(kernel: [2, 2, 2]) },
    Case("average1d") { _ in try AveragePooling(kernel: [3], stride: [2], padding: .numbers([1])) },
    Case("average1d_inside") { _ in
      try AveragePooling(kernel: [3], stride: [2], padding: .numbers([1]), countsPadding: false)
    },
    Case("average2d") { _ in
      try AveragePooling(kernel: [3, 2], stride: [2, 1], padding: .numbers([1, 1]))
    },
    Case("average3d") { _ in try AveragePooling(kernel: [2, 2, 2], stride: [1, 1, 1]) },
    Case("adaptive_average1d") { _ in try AdaptivePooling(.average, output: [4]) },
    Case("adaptive_average2d") { _ in try AdaptivePooling(.average, output: [3, 5]) },
    Case("adaptive_maximum1d") { _ in try AdaptivePooling(.maximum, output: [4]) },
    Case("adaptive_maximum2d") { _ in try AdaptivePooling(.maximum, output: [2, 3]) },
    Case("global_average") { _ in GlobalAveragePooling() },
    Case("unfold2d") { _ in Unfold(try unfolding()) },
    Case("fold2d") { _ in try Fold(unfolding(), lengths: [6, 5]) },
    Case("unpool2d") { _ in
      try MaxUnpooling(golden.codes("unpool2d/indices").map { Int($0) }, lengths: [5, 6])
    },
    Case("transpose") { _ in Transpose() }, Case("transpose_outer") { _ in Transpose(0, 3) },
    Case("dense") { try Dense(weight: $0[0], bias: $0[1]) },
    Case("relu") { _ in ReLU() }, Case("tanh") { _ in Tanh() }, Case("sigmoid") { _ in Sigmoid() },
    Case("gate") { _ in Gate() },
    Case("lstm") { try LSTM(inputWeight: $0[0], hiddenWeight: $0[1], bias: $0[2]) },
    Case("lstm17") { try LSTM(inputWeight: $0[0], hiddenWeight: $0[1], bias: $0[2]) },
    Case("residual") { parameters in
      let window = try Window(kernel: [2], dilation: [2], padding: .causal)
      return Residual(
        Sequential([try Convolution(window, weight: parameters[0], bias: parameters[1]), Tanh()]))
    },
    Case("dilated_stack_last") { try stack(.last, $0) }, Case("dilated_stack_mean") { try stack(.mean, $0) },
    Case("gated_stack2") { try gated(2, $0) }, Case("gated_stack3") { try gated(3, $0) },
    Case("concatenation") { parameters in
      let window = try Window(kernel: [3], padding: .same)
      return Concatenation(
        Sequential([try Convolution(window, weight: parameters[0], bias: parameters[1]), ReLU()]))
    },
  ]

  private static func unfolding() throws -> Window {
    try Window(kernel: [3, 2], stride: [2, 1], dilation: [1, 2], padding: .numbers([1, 0]))
  }

  private static func stack(_ output: DilatedStack.Output, _ parameters: [Tensor]) throws -> DilatedStack {
    var random = SeededValues(seed: 1)
    var stack = try DilatedStack(
      inputs: 2, filters: 5, kernel: 3, dilations: [1, 2, 4], output: output, using: &random)
    stack.parameters = parameters
    return stack
  }

  private static func gated(_ kernel: Int, _ parameters: [Tensor]) throws -> GatedStack {
    var random = SeededValues(seed: 1)
    var stack = try GatedStack(
      .init(residual: 3, dilation: 16, skip: 5, head: 4, kernel: kernel, dilations: [1, 2, 3], outputs: 2),
      using: &random)
    stack.parameters = parameters
    return stack
  }

  /// Of a case, in order.
  static func parameters(_ name: String) -> [Tensor] {
    (0..<40).map { "\(name)/p\($0)" }.filter { golden.names.contains($0) }.map { golden.tensor($0) }
  }

  @Test(arguments: cases)
  func layerEqualsPyTorch(_ test: Case) throws {
    let golden = Self.golden
    let parameters = Self.parameters(test.name)
    let layer = try test.make(parameters)
    #expect(layer.parameters.count == parameters.count)
    let x = golden.tensor("\(test.name)/x")
    let pass = try layer.traced(x)
    #expect(pass.y.shape == golden.shape("\(test.name)/y"))
    #expect(try layer.outputShape(x.shape) == pass.y.shape)
    expectClose(pass.y.values, golden.values("\(test.name)/y"), .relativeToScale(2e-6), "y")
    // Through a stack of layers rounding adds up.
    let tolerance = Tolerance.relativeToScale(test.name.contains("_stack") ? 2e-5 : 3e-6)
    // Twice: a pass may be run backward any number of times.
    for _ in 0..<2 {
      let gradients = pass.backward(golden.tensor("\(test.name)/dy"))
      #expect(gradients.dx.shape == x.shape)
      expectClose(gradients.dx.values, golden.values("\(test.name)/dx"), tolerance, "dx")
      #expect(gradients.dParameters.map(\.shape) == layer.parameters.map(\.shape))
      for (i, gradient) in gradients.dParameters.enumerated() {
        expectClose(gradient.values, golden.values("\(test.name)/dp\(i)"), tolerance, "dp\(i)")
      }
    }
  }

  @Test(arguments: ["max1d", "max1d_dilated", "max2d", "max3d"])
  func maxIndicesEqualPyTorch(_ name: String) throws {
    let test = try #require(Self.cases.first { $0.name == name })
    let layer = try #require(try test.make([]) as? MaxPooling)
    let indices = try layer.forwardWithIndices(Self.golden.tensor("\(name)/x")).indices
    expectSame(indices, Self.golden.codes("\(name)/indices").map { Int($0) }, name)
  }

  @Test(arguments: ["adaptive_maximum1d", "adaptive_maximum2d"])
  func adaptiveMaxIndicesEqualPyTorch(_ name: String) throws {
    let test = try #require(Self.cases.first { $0.name == name })
    let layer = try #require(try test.make([]) as? AdaptivePooling)
    let indices = try layer.forwardWithIndices(Self.golden.tensor("\(name)/x")).indices
    expectSame(indices, Self.golden.codes("\(name)/indices").map { Int($0) }, name)
  }

  @Test(arguments: ["mse", "mae", "cross_entropy", "cross_entropy_1d"])
  func lossEqualsPyTorch(_ name: String) throws {
    let golden = Self.golden
    let y = golden.tensor("\(name)/y")
    let loss: Loss
    switch name {
    case "mse": loss = try .meanSquaredError(y, golden.tensor("\(name)/target"))
    case "mae": loss = try .meanAbsoluteError(y, golden.tensor("\(name)/target"))
    default: loss = try .crossEntropy(y, golden.codes("\(name)/target").map { Int($0) })
    }
    expectClose([loss.value], golden.values("\(name)/loss"), .relativeToScale(1e-6))
    expectClose(loss.dy.values, golden.values("\(name)/dy"), .relativeToScale(1e-6))
  }

  @Test(arguments: ["sgd", "sgd_momentum", "adam"])
  func optimizerEqualsPyTorch(_ name: String) throws {
    var optimizer: any Optimizer =
      switch name {
      case "sgd": SGD(learningRate: 0.1)
      case "sgd_momentum": SGD(learningRate: 0.1, momentum: 0.9)
      default: Adam(learningRate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-3)
      }
    var parameters = [Self.golden.tensor("\(name)/p0")]
    let gradients = Self.golden.tensor("\(name)/g0").values
    let after = Self.golden.values("\(name)/after")
    for step in 0..<3 {
      let part = step * 7..<(step + 1) * 7
      optimizer.update(&parameters, [Tensor(shape: [7], Array(gradients[part]))])
      expectClose(parameters[0].values, after[part], .relativeToScale(1e-6), "step \(step)")
    }
  }
}
