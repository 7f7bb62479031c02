// The laws that courses on convolution state, each as a test.
import Layers
import TestSupport
import Testing

struct IdentityTests {
  @Test func causalAndSameOfOneToFive() throws {
    let x = series([1, 2, 3, 4, 5])
    #expect(try ones(3, .causal).forward(x).values == [1, 3, 6, 9, 12])
    #expect(try ones(3, .same).forward(x).values == [3, 6, 9, 12, 9])
    #expect(try ones(3, .valid).forward(x).values == [6, 9, 12])
    // Pooling too: the window of output t ends at t.
    let maximum = try MaxPooling(kernel: [3], stride: [1], padding: .causal)
    #expect(try maximum.forward(series([3, 1, 2, 0, 5])).values == [3, 3, 3, 2, 5])
    let inside = try AveragePooling(kernel: [3], stride: [1], padding: .causal, countsPadding: false)
    #expect(try inside.forward(x).values == [1, 1.5, 2, 3, 4])
    let all = try AveragePooling(kernel: [3], stride: [1], padding: .causal)
    #expect(try all.forward(series([3, 6, 9])).values == [1, 3, 6])
  }

  @Test(arguments: [PaddingMode.zeros, .reflect, .replicate, .circular])
  func paddingModes(_ mode: PaddingMode) throws {
    let layer = try Convolution(
      Window(kernel: [1], padding: .numbers([2]), mode: mode), weight: Tensor(shape: [1, 1, 1], [1]))
    let expected: [PaddingMode: [Float]] = [
      .zeros: [0, 0, 1, 2, 3, 0, 0], .reflect: [3, 2, 1, 2, 3, 2, 1], .replicate: [1, 1, 1, 2, 3, 3, 3],
      .circular: [2, 3, 1, 2, 3, 1, 2],
    ]
    #expect(try layer.forward(series([1, 2, 3])).values == expected[mode])
  }

  /// Layers with strides s1, s2, ... equal stride-1 layers with dilations 1, s1, s1 * s2, ..., every s1 * s2 * ...-th output.
  @Test(arguments: [[2, 2, 2], [3, 2], [2, 3, 1]])
  func stridesAreDilationsMultipliedUp(_ strides: [Int]) throws {
    let x = Tensor.random([2, 1, 60], seed: 3)
    var (strided, dilated) = (x, x)
    var dilation = 1
    var windows: [Window] = []
    for (i, stride) in strides.enumerated() {
      let weight = Tensor.random([1, 1, 3], seed: UInt64(10 + i))
      let window = try Window(kernel: [3], stride: [stride])
      windows.append(window)
      strided = try Convolution(window, weight: weight).forward(strided)
      dilated = try Convolution(Window(kernel: [3], dilation: [dilation]), weight: weight).forward(dilated)
      dilation *= stride
    }
    let (length, full) = (strided.shape[2], dilated.shape[2])
    let picked = (0..<2).flatMap { n in (0..<length).map { dilated[n, 0, $0 * dilation] } }
    #expect((length - 1) * dilation < full)
    expectClose(strided.values, picked, .relativeToScale(1e-6))
    #expect(60 - full + 1 == ReceptiveField.count(windows))
  }

  @Test func denseOverTheWindowIsConvolution() throws {
    let x = Tensor.random([2, 3, 9], seed: 5)
    let (weight, bias) = (Tensor.random([4, 3, 5], seed: 6), Tensor.random([4], seed: 7))
    let convolution = try Convolution(Window(kernel: [5]), weight: weight, bias: bias).forward(x)
    let dense = try Dense(weight: weight.reshaped([4, 15]), bias: bias)
    for p in 0..<5 {
      let window = (0..<2).flatMap { n in
        (0..<3).flatMap { c in (p..<p + 5).map { x[n, c, $0] } }
      }
      let y = try dense.forward(Tensor(shape: [2, 15], window))
      let expected = (0..<2).flatMap { n in (0..<4).map { convolution[n, $0, p] } }
      expectClose(y.values, expected, .relativeToScale(1e-6), "position \(p)")
    }
  }

  @Test func im2colTimesTheFlatKernelIsConvolution() throws {
    let x = Tensor.random([2, 3, 6, 5], seed: 8)
    let window = try Window(kernel: [3, 2], stride: [1, 2], padding: .numbers([1, 1]))
    let layer = try Convolution(window, weight: Tensor.random([4, 3, 3, 2], seed: 9))
    let columns = im2col(x, try WindowMap(window, [6, 5]))
    #expect(columns.rows == 18)
    let y = try layer.forward(x)
    let positions = y.shape[2] * y.shape[3]
    var expected: [Double] = []
    for n in 0..<2 {
      for o in 0..<4 {
        for p in 0..<positions {
          expected.append(
            (0..<18).reduce(0.0) {
              $0 + Double(layer.weight.values[o * 18 + $1]) * Double(columns[$1, n * positions + p])
            })
        }
      }
    }
    expectClose(y.values, expected, .relativeToScale(1e-6))
  }

  /// <im2col(x), m> = <x, col2im(m)>: each is the other's transpose.
  @Test(arguments: PaddingMode.allCases)
  func col2imIsTheTranspose(_ mode: PaddingMode) throws {
    let x = Tensor.random([2, 2, 6, 7], seed: 11)
    let window = try Window(
      kernel: [3, 2], stride: [2, 1], dilation: [1, 2], padding: .numbers([1, 2]), mode: mode)
    let map = try WindowMap(window, [6, 7])
    let columns = im2col(x, map)
    let other = Tensor.random([columns.rows, columns.columns], seed: 12)
    let back = col2im(Matrix(columns.rows, columns.columns, other.values), map, shape: x.shape)
    func product(_ a: [Float], _ b: [Float]) -> Double {
      zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    expectClose(
      [product(columns.values, other.values)], [product(x.values, back.values)], .relativeToScale(1e-6))
  }

  @Test(arguments: [1, 2, 5])
  func causalIsLeftZerosAndValid(_ dilation: Int) throws {
    let x = Tensor.random([2, 3, 12], seed: 13)
    let weight = Tensor.random([4, 3, 3], seed: 14)
    let causal = try Convolution(
      Window(kernel: [3], dilation: [dilation], padding: .causal), weight: weight)
    let valid = try Convolution(Window(kernel: [3], dilation: [dilation]), weight: weight)
    var padded: [Float] = []
    for row in 0..<6 {
      padded += [Float](repeating: 0, count: 2 * dilation) + x.values[row * 12..<(row + 1) * 12]
    }
    let left = Tensor(shape: [2, 3, 12 + 2 * dilation], padded)
    #expect(try causal.forward(x) == valid.forward(left))
  }

  /// A stack of causal layers sees 1 + (K-1) * sum(d) inputs: each input is perturbed.
  @Test(arguments: [
    ([1, 2, 4, 8], 2, 16), ([1, 2, 4, 8, 16], 2, 32), ([1, 2, 4, 8, 16, 32, 64, 128, 256, 512], 2, 1024),
    ([1, 2, 4, 8], 3, 31), ([3, 1, 2], 4, 19),
  ])
  func causalStackSeesExactly(_ dilations: [Int], _ kernel: Int, _ field: Int) throws {
    #expect(ReceptiveField.count(kernel: kernel, dilations: dilations) == field)
    let length = field + 9
    let layers = try dilations.map { try ones(kernel, .causal, dilation: $0) }
    // Positive weights: nothing cancels. All perturbations at once, one clip each.
    for output in [length - 1, length - 4] {
      var x = Tensor(shape: [length + 1, 1, length])
      for t in 0..<length { x.values[t * length + t] = 1 }
      let y = try Sequential(layers).forward(x)
      let seen = (0..<length).filter { y[$0, 0, output] != y[length, 0, output] }
      #expect(seen == Array(output - field + 1...output))
    }
  }

  @Test func sameSeesTheFuture() throws {
    for (padding, seesFuture) in [(Padding.same, true), (.causal, false)] {
      let layers = try [1, 2, 4].map { try ones(3, padding, dilation: $0) }
      var moved = series([Float](repeating: 0, count: 31))
      moved.values[15] = 1
      let y = try Sequential(layers).forward(moved).values
      #expect(y.count == 31)
      #expect((0..<15).contains { y[$0] != 0 } == seesFuture)
      #expect(y[15] != 0)
    }
  }
}
