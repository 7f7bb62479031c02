// The layers of `synth lab layer` by PyTorch's names, and which options each has.
import ArgumentParser
import Layers

enum LabLayerKind: String, CaseIterable, ExpressibleByArgument {
  case conv1d, conv2d, conv3d
  case avgpool1d, avgpool2d, avgpool3d
  case maxpool1d, maxpool2d, maxpool3d
  case adaptiveavgpool1d, adaptiveavgpool2d, adaptiveavgpool3d
  case adaptivemaxpool1d, adaptivemaxpool2d, adaptivemaxpool3d
  case lstm
  case dense

  /// As PyTorch writes them too: "Conv1d", "AdaptiveAvgPool2d", "LSTM", "Linear".
  init?(argument: String) {
    let name = argument.lowercased()
    self.init(rawValue: name == "linear" ? "dense" : name)
  }

  enum Family { case convolution, average, maximum, adaptive, lstm, dense }

  var family: Family {
    switch self {
    case .conv1d, .conv2d, .conv3d: .convolution
    case .avgpool1d, .avgpool2d, .avgpool3d: .average
    case .maxpool1d, .maxpool2d, .maxpool3d: .maximum
    case .lstm: .lstm
    case .dense: .dense
    default: .adaptive
    }
  }

  /// Spatial dimensions; the steps of an lstm are one.
  var dimensions: Int {
    switch family {
    case .lstm: 1
    case .dense: 0
    default: rawValue.hasSuffix("1d") ? 1 : rawValue.hasSuffix("2d") ? 2 : 3
    }
  }

  var adaptiveKind: AdaptivePooling.Kind { rawValue.hasPrefix("adaptivemax") ? .maximum : .average }

  /// The options that mean something to it; all have --in, --input, --gradients, --seed, --at, --svg and --json.
  var options: Set<String> {
    switch family {
    case .convolution:
      [
        "--out", "--kernel", "--stride", "--padding", "--padding-mode", "--dilation", "--groups", "--no-bias",
        "--size", "--weights", "--bias",
      ]
    case .average: ["--kernel", "--stride", "--padding", "--dilation", "--size", "--exclude-padding"]
    case .maximum: ["--kernel", "--stride", "--padding", "--dilation", "--size", "--unpool"]
    case .adaptive: ["--output-size", "--size"]
    case .lstm: ["--out", "--size", "--weights", "--bias"]
    case .dense: ["--out", "--no-bias", "--weights", "--bias"]
    }
  }

  /// Where another layer does what the option asks for.
  func remedy(_ option: String) -> String {
    switch (family, option) {
    case (.average, "--out"), (.maximum, "--out"), (.adaptive, "--out"):
      "pooling keeps the channels, give --in alone"
    case (.average, "--padding-mode"), (.maximum, "--padding-mode"):
      "pooling takes what is there and repeats nothing, leave it out"
    case (.adaptive, _): "it makes --output-size positions whatever the input, leave it out"
    case (.lstm, "--no-bias"): "its biases are part of it, give --bias 0"
    case (.dense, "--size"): "its input has features and no positions, give --in"
    case (.average, "--unpool"): "a mean has no place to go back to, use maxpool"
    case (_, "--output-size"): "use adaptiveavgpool or adaptivemaxpool"
    case (_, "--exclude-padding"): "use avgpool"
    case (_, "--unpool"): "use maxpool"
    default: "leave it out"
    }
  }
}
