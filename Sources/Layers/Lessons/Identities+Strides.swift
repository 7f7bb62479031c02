// The laws by which a network that is thought of with strides, pooling and Dense layers is trained as one without: every
// output of a long input at once. `Identities.all` lists them; the tests prove them on more cases.

extension Identities {
  static func stridesAreDilations(_ random: inout some RandomNumberGenerator) throws(LayersError) -> Identity
  {
    let x = Tensor.uniform(shape: [1, 1, 40], bound: 1, using: &random)
    let (left, right) = try bothWays(x, strides: [2, 2, 2], dilations: [1, 1, 1], using: &random)
    return Identity(
      name: "strides",
      law: "strides 2 2 2 are dilations 1 2 4 at stride 1, of which every 8th output is taken",
      left: "three Conv1d, stride 2", right: "three Conv1d, dilations 1 2 4", leftValues: left,
      rightValues: right, tolerance: 1e-6)
  }

  static func stridesAndDilations(_ random: inout some RandomNumberGenerator) throws(LayersError) -> Identity
  {
    let x = Tensor.uniform(shape: [1, 1, 60], bound: 1, using: &random)
    let (left, right) = try bothWays(x, strides: [2, 3, 1], dilations: [1, 2, 3], using: &random)
    return Identity(
      name: "strides and dilations",
      law:
        "a layer's dilation times all strides below it is its dilation at stride 1; every 6th output is taken",
      left: "strides 2 3 1 with dilations 1 2 3", right: "dilations 1 4 18 at stride 1", leftValues: left,
      rightValues: right, tolerance: 1e-6)
  }

  /// Convolutions of two taps with strides, and the same at stride 1 with their dilations multiplied up.
  private static func bothWays(
    _ x: Tensor, strides: [Int], dilations: [Int], using random: inout some RandomNumberGenerator
  ) throws(LayersError) -> (strided: [Float], picked: [Float]) {
    var (strided, dilated, jump) = (x, x, 1)
    for (stride, dilation) in zip(strides, dilations) {
      let layer = try Convolution(
        Window(kernel: [2], stride: [stride], dilation: [dilation]), inputs: 1, outputs: 1, using: &random)
      strided = try layer.forward(strided)
      dilated = try Convolution(
        Window(kernel: [2], dilation: [dilation * jump]), weight: layer.weight, bias: layer.bias
      ).forward(dilated)
      jump *= stride
    }
    return (strided.values, (0..<strided.shape[2]).map { dilated[0, 0, $0 * jump] })
  }

  /// Without the dilation the pooling would look at outputs that the strided network does not have.
  static func poolingAfterAStride(_ random: inout some RandomNumberGenerator) throws(LayersError) -> Identity
  {
    let x = Tensor.uniform(shape: [1, 1, 24], bound: 1, using: &random)
    let strided = try Convolution(
      Window(kernel: [2], stride: [2]), inputs: 1, outputs: 1, using: &random)
    let all = try Convolution(Window(kernel: [2]), weight: strided.weight, bias: strided.bias)
    let left = try MaxPooling(kernel: [3], stride: [1]).forward(try strided.forward(x))
    let right = try MaxPooling(kernel: [3], stride: [1], dilation: [2]).forward(try all.forward(x))
    return Identity(
      name: "pooling after a stride",
      law:
        "pooling after a stride of 2 is pooling with dilation 2 without it, of which every 2nd output is taken",
      left: "Conv1d, stride 2, then MaxPool1d of 3", right: "Conv1d, then MaxPool1d of 3, dilation 2",
      leftValues: left.values, rightValues: (0..<left.count).map { right.values[2 * $0] }, tolerance: 1e-6)
  }

  /// One output for one window as long as the kernel; over a longer input the convolutions have one for every window.
  static func denseLayersAreConvolutions(_ random: inout some RandomNumberGenerator) throws(LayersError)
    -> Identity
  {
    let x = Tensor.uniform(shape: [1, 3, 5], bound: 1, using: &random)
    let (first, second) = (
      try Dense(inputs: 15, outputs: 6, using: &random), try Dense(inputs: 6, outputs: 4, using: &random)
    )
    let left = try Sequential([Flatten(), first, ReLU(), second]).forward(x)
    let right = try Sequential([
      Convolution(Window(kernel: [5]), weight: first.weight.reshaped([6, 3, 5]), bias: first.bias), ReLU(),
      Convolution(Window(kernel: [1]), weight: second.weight.reshaped([4, 6, 1]), bias: second.bias),
    ]).forward(x)
    return Identity(
      name: "Dense layers",
      law: "Flatten and Dense layers are a convolution as long as its input and convolutions of one tap",
      left: "Flatten, Dense 6, ReLU, Dense 4", right: "Conv1d, kernel 5, ReLU, Conv1d, kernel 1",
      leftValues: left.values, rightValues: right.values, tolerance: 1e-6)
  }
}
