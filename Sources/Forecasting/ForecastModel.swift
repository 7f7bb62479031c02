// The lecture's models, from "tomorrow is like today" to a gated WaveNet, as layers. Tests/Peers/forecast_torch.py builds
// those that are trained from PyTorch's modules.
package import Layers
internal import Signal

/// What can forecast. All read a window [N, 1, W] and answer with the next `horizon` values [N, horizon].
package enum ForecastModel: String, CaseIterable, Sendable {
  /// The last value of the window again. Nothing is learnt.
  case last
  /// The value of the same hour a day before, and a week before. Nothing is learnt. For series that have days.
  case yesterday
  case lastWeek = "last-week"
  /// One Dense layer with the smallest squared error that it can have on the training part: solved, not trained.
  case leastSquares = "least-squares"
  /// The same layer, trained like the networks.
  case linear
  /// Dense 64, ReLU, Dense.
  case dense
  /// Two convolutions of 32 filters with 5 taps and ReLU, Dense over all their positions.
  case conv
  /// The courses' first exercise: the same two convolutions with zeros on the left, so that all positions stay.
  case exercise1
  /// Four causal layers of 64 filters with 2 taps and ReLU, dilations 1 2 4 8 (receptive field 16); the mean over all
  /// positions, Dense. The mean makes it blind for where in the window something was, except through the zeros before it.
  case dilated
  /// The courses' notebook: those four layers, one of 64 filters with 1 tap and ReLU, the mean over all positions, Dense.
  case notebook
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

  // Experiments: in no comparison that does not name them.

  /// `exercise1` with the mean over all positions before Dense instead of all positions: what courses advise against weights.
  case exercise1Mean = "exercise1-mean"
  /// A convolution of 32 filters, 5 taps and stride 2 with ReLU, then `lstm` over half as many steps. The zeros before the
  /// window are as many as it takes for the last stop to end on the newest value.
  case convLSTM = "conv-lstm"
  /// `wavenet` with a part exchanged or left out, see `variant`.
  case gatedResidual = "gated-residual"
  case gatedSkip = "gated-skip"
  case gatedPlain = "gated-plain"
  case reluBoth = "relu-both"
  case reluResidual = "relu-residual"
  case reluSkip = "relu-skip"
  case reluPlain = "relu-plain"
  case reluWide = "relu-wide"
  case tanhBoth = "tanh-both"

  /// Where a model's numbers come from.
  package enum Learning: Sendable { case none, solved, trained }

  package var learning: Learning {
    switch self {
    case .last, .yesterday, .lastWeek: .none
    case .leastSquares: .solved
    default: .trained
    }
  }

  /// What `gates` stands for in a list of models: what is WaveNet's gate worth, what its two sums?
  package static let gates: [ForecastModel] = [
    .wavenet, .gatedResidual, .gatedSkip, .gatedPlain, .reluBoth, .reluResidual, .reluSkip, .reluPlain,
    .reluWide,
    .tanhBoth,
  ]

  /// Whether the model is there to be compared with one other: it is in no list by default.
  package var isExperiment: Bool { self == .exercise1Mean || self == .convLSTM || variant != nil }

  /// Of the models that are `wavenet` but for a part. Both sums, or the residual one (then the head reads the last block), or
  /// the skips, or neither.
  package var variant: BlockVariant? {
    switch self {
    case .gatedResidual: BlockVariant(sumsSkips: false)
    case .gatedSkip: BlockVariant(addsInput: false)
    case .gatedPlain: BlockVariant(addsInput: false, sumsSkips: false)
    case .reluBoth: BlockVariant(.relu)
    case .reluResidual: BlockVariant(.relu, sumsSkips: false)
    case .reluSkip: BlockVariant(.relu, addsInput: false)
    case .reluPlain: BlockVariant(.relu, addsInput: false, sumsSkips: false)
    // As many weights as the gate has, within 2 %.
    case .reluWide: BlockVariant(.relu, channels: 48)
    case .tanhBoth: BlockVariant(.tanh)
    default: nil
    }
  }

  /// Days that the forecast looks back, for the models that know of days.
  package var daysBack: Int? {
    switch self {
    case .yesterday: 1
    case .lastWeek: 7
    default: nil
    }
  }

  /// The layers, with fresh weights where there are any.
  /// - perDay: values in a day
  package func layer(window: Int, horizon: Int, perDay: Int = 24, seed: UInt64) throws(ForecastError)
    -> any Layer
  {
    var random = PhiloxGenerator(seed: seed, stream: Self.initialWeights)
    do throws(LayersError) {
      let layers = try parts(window: window, horizon: horizon, perDay: perDay, using: &random)
      _ = try layers.outputShape([1, 1, window])
      return layers
    } catch { throw .window(model: rawValue, error: error) }
  }

  /// The Philox stream of the weights: shuffles take the small numbers.
  private static let initialWeights: UInt64 = 1 << 62

  private func parts(
    window: Int, horizon: Int, perDay: Int, using random: inout PhiloxGenerator
  ) throws(LayersError) -> any Layer {
    /// Convolutions one after the other, each with ReLU: taps and dilation of each.
    func convolutions(
      _ filters: Int, _ taps: [(count: Int, dilation: Int)], _ padding: Padding
    ) throws(LayersError) -> [any Layer] {
      var layers: [any Layer] = []
      for (i, tap) in taps.enumerated() {
        var layer = try Convolution(
          Window(kernel: [tap.count], dilation: [tap.dilation], padding: padding),
          inputs: i == 0 ? 1 : filters, outputs: filters, using: &random)
        layer.parameters = Self.rectifierStart(layer.parameters, using: &random)
        layers += [layer, ReLU()] as [any Layer]
      }
      return layers
    }
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
    case .last: return SeasonalNaive(season: 1, horizon: horizon)
    case .yesterday, .lastWeek: return SeasonalNaive(season: daysBack! * perDay, horizon: horizon)
    case .leastSquares, .linear:
      return Sequential([Flatten(), try Dense(inputs: window, outputs: horizon, using: &random)])
    case .dense:
      var hidden = try Dense(inputs: window, outputs: 64, using: &random)
      hidden.parameters = Self.rectifierStart(hidden.parameters, using: &random)
      return Sequential([Flatten(), hidden, ReLU(), try Dense(inputs: 64, outputs: horizon, using: &random)])
    case .conv:
      let layers = try convolutions(32, [(5, 1), (5, 1)], .valid)
      let left = window - 8
      if left < 1 { throw .inputTooShort(length: window, padded: window, span: 9) }
      return Sequential(layers + [Flatten(), try Dense(inputs: 32 * left, outputs: horizon, using: &random)])
    case .exercise1:
      return Sequential(
        try convolutions(32, [(5, 1), (5, 1)], .causal) + [
          Flatten(), try Dense(inputs: 32 * window, outputs: horizon, using: &random),
        ])
    case .exercise1Mean:
      return Sequential(
        try convolutions(32, [(5, 1), (5, 1)], .causal) + [
          GlobalAveragePooling(), try Dense(inputs: 32, outputs: horizon, using: &random),
        ])
    case .notebook:
      return Sequential(
        try convolutions(64, [(2, 1), (2, 2), (2, 4), (2, 8), (1, 1)], .causal) + [
          GlobalAveragePooling(), try Dense(inputs: 64, outputs: horizon, using: &random),
        ])
    case .dilated: return try stack(64, [1, 2, 4, 8], .mean)
    case .stack6: return try stack(32, (0..<6).map { 1 << $0 }, .last)
    case .mini: return try stack(32, (0..<10).map { 1 << $0 }, .last)
    case .wavenet:
      if window < 2 { throw .tooSmall(what: "window", value: window, minimum: 2) }
      return try GatedStack(
        .init(dilations: GatedStack.dilations(covering: window), outputs: horizon), using: &random)
    case .gatedResidual, .gatedSkip, .gatedPlain, .reluBoth, .reluResidual, .reluSkip, .reluPlain, .reluWide,
      .tanhBoth:
      if window < 2 { throw .tooSmall(what: "window", value: window, minimum: 2) }
      return try BlockStack(
        variant!, dilations: GatedStack.dilations(covering: window), outputs: horizon, using: &random)
    case .convLSTM:
      let zeros = window % 2 == 0 ? 3 : 4
      var convolution = try Convolution(
        Window(kernel: [5], stride: [2], padding: .sides(before: [zeros], after: [0])), inputs: 1,
        outputs: 32,
        using: &random)
      convolution.parameters = Self.rectifierStart(convolution.parameters, using: &random)
      return Sequential([
        convolution, ReLU(), Transpose(), try LSTM(inputs: 32, units: 64, using: &random), LastStep(),
        try Dense(inputs: 64, outputs: horizon, using: &random),
      ])
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
