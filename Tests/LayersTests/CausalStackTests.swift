// The stacks that are computed only where the last output looks, against plain layers that compute everything.
import Layers
import TestSupport
import Testing

struct CausalStackTests {
  /// Kernel, dilations and length; some reach far beyond the first input.
  static let cases: [(Int, [Int], Int)] = [
    (2, [1, 2, 4, 8], 50), (2, [1, 2, 4, 8, 16, 32], 50), (2, (0..<10).map { 1 << $0 }, 50),
    (3, [1, 2, 4], 9),
    (1, [1, 1], 3), (2, [5, 1, 3], 1), (4, [2], 20),
  ]

  @Test(arguments: cases, [DilatedStack.Output.last, .mean])
  func dilatedStackIsConvolutionsAndReLU(_ geometry: (Int, [Int], Int), output: DilatedStack.Output) throws {
    let (kernel, dilations, length) = geometry
    var random = SeededValues(seed: 3)
    var stack = try DilatedStack(
      inputs: 2, filters: 7, kernel: kernel, dilations: dilations, output: output, using: &random)
    for i in dilations.indices { stack.biases[i] = .random([7], seed: UInt64(i), 0.3) }
    var plain: [any Layer] = []
    for (i, dilation) in dilations.enumerated() {
      let window = try Window(kernel: [kernel], dilation: [dilation], padding: .causal)
      plain +=
        [try Convolution(window, weight: stack.weights[i], bias: stack.biases[i]), ReLU()] as [any Layer]
    }
    plain.append(output == .last ? LastPosition() : GlobalAveragePooling())
    try compare(stack, Sequential(plain), Tensor.random([3, 2, length], seed: 5))
  }

  @Test(arguments: [(2, [1, 2, 4], 8), (2, [1, 2, 4, 8, 16, 18], 50), (3, [1, 2, 4], 9), (2, [7], 3)])
  func gatedStackIsItsFormula(_ kernel: Int, _ dilations: [Int], _ length: Int) throws {
    var random = SeededValues(seed: 4)
    let stack = try GatedStack(
      .init(residual: 6, dilation: 16, skip: 5, head: 4, kernel: kernel, dilations: dilations, outputs: 3),
      using: &random)
    let x = Tensor.random([2, 1, length], seed: 6)
    func layer(_ name: String, _ x: Tensor, dilation: Int = 1) throws -> Tensor {
      let weight = stack.tensor("\(name).weight")
      let window = try Window(kernel: [weight.shape[2]], dilation: [dilation], padding: .causal)
      return try Convolution(window, weight: weight, bias: stack.tensor("\(name).bias")).forward(x)
    }
    var (stream, skips) = (try layer("input", x), Tensor(shape: [2, 5, length]))
    for (i, dilation) in dilations.enumerated() {
      let z = try Gate().forward(layer("blocks.\(i).dilated", stream, dilation: dilation))
      skips += try layer("blocks.\(i).skip", z)
      if i + 1 < dilations.count { stream += try layer("blocks.\(i).residual", z) }
    }
    let hidden = try ReLU().forward(layer("head.hidden", ReLU().forward(skips)))
    let expected = try LastPosition().forward(layer("head.output", hidden))
    expectClose(try stack.forward(x).values, expected.values, .relativeToScale(2e-6))
  }

  private func compare(_ fast: DilatedStack, _ slow: Sequential, _ x: Tensor) throws {
    let (a, b) = (try fast.traced(x), try slow.traced(x))
    #expect(a.y.shape == b.y.shape && fast.parameters.map(\.shape) == slow.parameters.map(\.shape))
    expectClose(a.y.values, b.y.values, .relativeToScale(3e-6), "y")
    let dy = Tensor.random(a.y.shape, seed: 8)
    let (da, db) = (a.backward(dy), b.backward(dy))
    expectClose(da.dx.values, db.dx.values, .relativeToScale(5e-6), "dx")
    for (i, pair) in zip(da.dParameters, db.dParameters).enumerated() {
      expectClose(pair.0.values, pair.1.values, .relativeToScale(5e-6), "dp\(i)")
    }
  }

  /// One position in 1, 2, 4, ...: as strides would do it.
  @Test func whatTheLastOutputNeeds() {
    let plan = CausalPlan(kernel: 2, dilations: [1, 2, 4, 8, 16, 32], length: 50, lastOnly: true)
    #expect(plan.positions.map(\.count) == [50, 25, 13, 7, 4, 2, 1])
    #expect(plan.work == 52)
    #expect(CausalPlan(kernel: 2, dilations: [1, 2, 4, 8, 16, 32], length: 50, lastOnly: false).work == 300)
    #expect(
      CausalPlan(kernel: 2, dilations: [2, 1], length: 3, lastOnly: true).sources == [
        [-1, 1, 0, 2], [0, 1],
      ])
  }

  @Test(arguments: 2...200)
  func coveringDilations(_ length: Int) {
    let dilations = GatedStack.dilations(covering: length)
    #expect(ReceptiveField.count(kernel: 2, dilations: dilations) == length)
    let plan = CausalPlan(kernel: 2, dilations: dilations, length: length, lastOnly: true)
    #expect(plan.positions[0] == Array(0..<length))  // without gaps
  }

  @Test func stacksThatCannotBe() throws {
    var random = SeededValues(seed: 1)
    #expect(throws: LayersError.self) {
      try DilatedStack(filters: 4, kernel: 2, dilations: [], output: .last, using: &random)
    }
    #expect(throws: LayersError.self) {
      try DilatedStack(filters: 4, kernel: 2, dilations: [1, 0], output: .last, using: &random)
    }
    #expect(throws: LayersError.notAMultiple(what: "dilation channels", value: 17, of: 16)) {
      try GatedStack(.init(dilation: 17, dilations: [1]), using: &random)
    }
    let stack = try GatedStack(.init(dilations: [1]), using: &random)
    #expect(throws: LayersError.self) { try stack.forward(Tensor(shape: [1, 2, 5])) }
  }

  @Test func lastStepPicksTheLastStep() throws {
    let x = Tensor.random([2, 3, 4], seed: 1)
    let pass = try LastStep().traced(x)
    #expect(pass.y.values == Array(x.values[8..<12]) + Array(x.values[20..<24]))
    let dx = pass.backward(Tensor(shape: [2, 4], filledWith: 1)).dx
    #expect(dx.values.indices.filter { dx.values[$0] == 1 } == Array(8..<12) + Array(20..<24))
    #expect(throws: LayersError.self) { try LastStep().forward(Tensor(shape: [2, 3])) }
  }
}
