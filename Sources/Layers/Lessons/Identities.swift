// The laws that courses on one-dimensional convolution state, each computed both ways on the spot. `synth lab identities`
// prints them; Tests/LayersTests/IdentityTests.swift proves them on more cases. Strides: Identities+Strides.swift.

/// The laws, tried on random numbers of a seed.
public enum Identities {
  /// All of them, in the order of the lectures.
  public static func all(using random: inout some RandomNumberGenerator) throws(LayersError) -> [Identity] {
    var list = [try im2colIsConvolution(&random), try denseIsConvolution(&random)]
    list += [try oneToFive(.causal, [1, 3, 6, 9, 12]), try oneToFive(.same, [3, 6, 9, 12, 9])]
    list.append(try causalIsLeftZeros(&random))
    list.append(try stridesAreDilations(&random))
    list.append(try stridesAndDilations(&random))
    list.append(try poolingAfterAStride(&random))
    list.append(try denseLayersAreConvolutions(&random))
    for last in [3, 4, 9] { list.append(try receptiveField((0...last).map { 1 << $0 })) }
    list += [try future(.same), try future(.causal)]
    list.append(try recurrence(&random))
    return list
  }

  static func im2colIsConvolution(_ random: inout some RandomNumberGenerator) throws(LayersError) -> Identity
  {
    let x = Tensor.uniform(shape: [1, 3, 6, 7], bound: 1, using: &random)
    let window = try Window(kernel: [3, 2], stride: [1, 2], padding: .numbers([1, 1]))
    let layer = try Convolution(window, inputs: 3, outputs: 4, using: &random)
    let y = try layer.forward(x)
    let columns = im2col(x, try WindowMap(window, [6, 7]))
    // The products by hand, in Double: [4, 18] times [18, patches], and [4, 1] times [1, patches] of ones.
    let ones = [Double](repeating: 1, count: columns.columns)
    var product: [Float] = []
    for o in 0..<4 {
      for p in 0..<columns.columns {
        let sum = (0..<columns.rows).reduce(Double(layer.bias?.values[o] ?? 0) * ones[p]) {
          $0 + Double(layer.weight.values[o * columns.rows + $1]) * Double(columns[$1, p])
        }
        product.append(Float(sum))
      }
    }
    return Identity(
      name: "im2col",
      law: "W X + b 1^T, X by im2col, is the convolution; the row of ones has one entry per patch",
      left: "Conv2d, kernel 3x2, bias",
      right: "4x18 times 18x\(columns.columns), plus 4x1 times 1x\(columns.columns)", leftValues: y.values,
      rightValues: product, tolerance: 1e-6)
  }

  static func denseIsConvolution(_ random: inout some RandomNumberGenerator) throws(LayersError) -> Identity {
    let x = Tensor.uniform(shape: [1, 2, 9], bound: 1, using: &random)
    let layer = try Convolution(Window(kernel: [5]), inputs: 2, outputs: 3, using: &random)
    let dense = try Dense(weight: layer.weight.reshaped([3, 10]), bias: layer.bias)
    let y = try layer.forward(x)
    var (left, right): ([Float], [Float]) = ([], [])
    for p in 0..<5 {
      for o in 0..<3 { left.append(y[0, o, p]) }
      let window = (0..<2).flatMap { c in (p..<p + 5).map { x[0, c, $0] } }
      right += try dense.forward(Tensor(shape: [1, 10], window)).values
    }
    return Identity(
      name: "dense", law: "a Dense layer that slides over the windows is a convolution",
      left: "Conv1d, kernel 5",
      right: "Dense on each of 5 windows", leftValues: left, rightValues: right, tolerance: 1e-6)
  }

  static func oneToFive(_ padding: Padding, _ expected: [Float]) throws(LayersError) -> Identity {
    let layer = try Convolution(
      Window(kernel: [3], padding: padding), weight: Tensor(shape: [1, 1, 3], filledWith: 1))
    let y = try layer.forward(Tensor(shape: [1, 1, 5], [1, 2, 3, 4, 5]))
    return Identity(
      name: "\(padding) of 1 2 3 4 5", law: "three ones over 1 2 3 4 5 with '\(padding)' padding",
      left: "Conv1d, \(padding)", right: "by hand", leftValues: y.values, rightValues: expected, tolerance: 0)
  }

  static func causalIsLeftZeros(_ random: inout some RandomNumberGenerator) throws(LayersError) -> Identity {
    let x = Tensor.uniform(shape: [1, 1, 12], bound: 1, using: &random)
    let causal = try Convolution(
      Window(kernel: [3], dilation: [2], padding: .causal), inputs: 1, outputs: 2, using: &random)
    let valid = try Convolution(Window(kernel: [3], dilation: [2]), weight: causal.weight, bias: causal.bias)
    let padded = Tensor(shape: [1, 1, 16], [0, 0, 0, 0] + x.values)
    return Identity(
      name: "causal", law: "causal padding is (K-1)*d zeros on the left and no padding else",
      left: "Conv1d, kernel 3, dilation 2, causal", right: "4 zeros, then valid",
      leftValues: try causal.forward(x).values,
      rightValues: try valid.forward(padded).values, tolerance: 0)
  }

  /// Every input is moved on its own; those that move the last output are counted. All weights are 1: nothing cancels.
  static func receptiveField(_ dilations: [Int]) throws(LayersError) -> Identity {
    let field = ReceptiveField.count(kernel: 2, dilations: dilations)
    let length = field + 5
    var x = Tensor(shape: [length, 1, length])
    for t in 0..<length { x.values[t * length + t] = 1 }
    for dilation in dilations {
      x = try Convolution(
        Window(kernel: [2], dilation: [dilation], padding: .causal),
        weight: Tensor(shape: [1, 1, 2], filledWith: 1)
      ).forward(x)
    }
    let seen = (0..<length).count { x[$0, 0, length - 1] != 0 }
    let list =
      dilations.count > 6
      ? "1 2 4 ... \(dilations[dilations.count - 1])" : dilations.map { "\($0)" }.joined(separator: " ")
    return Identity(
      name: "receptive field", law: "causal layers with dilations \(list) see 1 + (K-1)*sum(d) inputs",
      left: "inputs that move the output, one by one", right: "1 + (2-1) * \(field - 1)",
      leftValues: [Float(seen)],
      rightValues: [Float(field)], tolerance: 0)
  }

  /// Whether an impulse reaches outputs before it: how many do.
  static func future(_ padding: Padding) throws(LayersError) -> Identity {
    var x = Tensor(shape: [1, 1, 31])
    x.values[15] = 1
    for dilation in [1, 2, 4] {
      x = try Convolution(
        Window(kernel: [3], dilation: [dilation], padding: padding),
        weight: Tensor(shape: [1, 1, 3], filledWith: 1)
      ).forward(x)
    }
    let early = (0..<15).count { x[0, 0, $0] != 0 }
    return Identity(
      name: "\(padding) and the future",
      law: padding == .same
        ? "a 'same' stack sees the future: half of the receptive field"
        : "a causal stack sees nothing of the future",
      left: "outputs before an impulse that it reaches",
      right: padding == .same ? "(3-1) * (1+2+4) / 2" : "none",
      leftValues: [Float(early)], rightValues: [padding == .same ? 7 : 0], tolerance: 0)
  }

  /// Every one of 16 inputs is moved on its own; those that move the last output of a single recurrent layer are counted.
  static func recurrence(_ random: inout some RandomNumberGenerator) throws(LayersError) -> Identity {
    let length = 16
    var x = Tensor(shape: [length + 1, length, 1])
    for t in 0..<length { x.values[t * length + t] = 5 }
    let y = try LastStep().forward(try LSTM(inputs: 1, units: 4, using: &random).forward(x))
    let seen = (0..<length).count { n in (0..<4).contains { y[n, $0] != y[length, $0] } }
    return Identity(
      name: "recurrence",
      law: "a recurrent network of one layer sees all inputs before: it needs no layer per step",
      left: "inputs that move the last output of one LSTM layer", right: "steps", leftValues: [Float(seen)],
      rightValues: [Float(length)], tolerance: 0)
  }
}
