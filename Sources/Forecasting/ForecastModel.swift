// The nine models of the lecture, from "tomorrow is like today" to a gated WaveNet, as layers. Tests/Peers/forecast_torch.py
// builds the same ones from PyTorch's modules.
package import Layers
internal import Signal

/// What can forecast. All read a window [N, 1, W] and answer with the next `horizon` values [N, horizon].
package enum ForecastModel: String, CaseIterable, Sendable {
  /// The last value of the window again. Nothing is learnt.
  case last
  /// One Dense layer.
  case linear
  /// Dense 64, ReLU, Dense.
  case dense
  /// Two convolutions of 32 filters with 5 taps and ReLU, Dense over all their positions.
  case conv
  /// Four causal layers of 64 filters with 2 taps and ReLU, dilations 1 2 4 8 (receptive field 16); the mean over all
  /// positions, Dense. The mean makes it blind for where in the window something was, except through the zeros before it.
  case dilated
  /// Six causal layers of 32 filters with 2 taps and ReLU, dilations 1 ... 32 (receptive field 64); last position, Dense.
  case stack6
  /// Ten of them, dilations 1 ... 512 (receptive field 1024). A window of 50 fills the first six; above them the past tap
  /// of every layer reads zeros, so that those layers are Dense layers in effect.
  case mini
  /// Gated blocks with residual and skip connections, 32 channels, whose dilations double until the window is covered
  /// (50: 1 2 4 8 16 18), and a head of two layers.
  case wavenet
  /// Long short-term memory of 64 units, Dense after its last step.
  case lstm

  /// The layers with fresh weights, or nil for `last`, which has none.
  package func layer(window: Int, horizon: Int, seed: UInt64) throws(ForecastError) -> (any Layer)? {
    var random = PhiloxGenerator(seed: seed, stream: Self.initialWeights)
    do throws(LayersError) {
      let layers = try parts(window: window, horizon: horizon, using: &random)
      _ = try layers?.outputShape([1, 1, window])
      return layers
    } catch { throw .window(model: rawValue, error: error) }
  }

  /// The Philox stream of the weights: shuffles take the small numbers.
  private static let initialWeights: UInt64 = 1 << 62

  private func parts(
    window: Int, horizon: Int, using random: inout PhiloxGenerator
  ) throws(LayersError) -> (any Layer)? {
    func stack(_ filters: Int, _ dilations: [Int], _ output: DilatedStack.Output) throws(LayersError)
      -> Sequential
    {
      Sequential([
        try DilatedStack(
          filters: filters, kernel: 2, dilations: dilations, output: output, using: &random),
        try Dense(inputs: filters, outputs: horizon, using: &random),
      ])
    }
    switch self {
    case .last: return nil
    case .linear: return Sequential([Flatten(), try Dense(inputs: window, outputs: horizon, using: &random)])
    case .dense:
      var hidden = try Dense(inputs: window, outputs: 64, using: &random)
      hidden.parameters = Self.rectifierStart(hidden.parameters, using: &random)
      return Sequential([Flatten(), hidden, ReLU(), try Dense(inputs: 64, outputs: horizon, using: &random)])
    case .conv:
      var layers: [any Layer] = []
      for channels in [1, 32] {
        var layer = try Convolution(Window(kernel: [5]), inputs: channels, outputs: 32, using: &random)
        layer.parameters = Self.rectifierStart(layer.parameters, using: &random)
        layers += [layer, ReLU()] as [any Layer]
      }
      let left = window - 8
      if left < 1 { throw .inputTooShort(length: window, padded: window, span: 9) }
      return Sequential(layers + [Flatten(), try Dense(inputs: 32 * left, outputs: horizon, using: &random)])
    case .dilated: return try stack(64, [1, 2, 4, 8], .mean)
    case .stack6: return try stack(32, (0..<6).map { 1 << $0 }, .last)
    case .mini: return try stack(32, (0..<10).map { 1 << $0 }, .last)
    case .wavenet:
      if window < 2 { throw .tooSmall(what: "window", value: window, minimum: 2) }
      return try GatedStack(
        .init(dilations: GatedStack.dilations(covering: window), outputs: horizon), using: &random)
    case .lstm:
      return Sequential([
        Reshape([window, 1]), try LSTM(inputs: 1, units: 64, using: &random), LastStep(),
        try Dense(inputs: 64, outputs: horizon, using: &random),
      ])
    }
  }

  /// Weights uniform within sqrt(6 / inputs), biases zero: the start of a layer before a ReLU (He et al. 2015).
  private static func rectifierStart(
    _ parameters: [Tensor], using random: inout PhiloxGenerator
  ) -> [Tensor] {
    let inputs = parameters[0].shape.dropFirst().reduce(1, *)
    return [
      Tensor.uniform(shape: parameters[0].shape, bound: (6 / Float(inputs)).squareRoot(), using: &random),
      Tensor(shape: parameters[1].shape),
    ]
  }
}
