// What the options of `synth lab layer` mean: numbers, lists and names become a LayerPlan, an input and weights, or an error
// that says what to write instead.
import ArgumentParser
import Layers
import Reports
import Signal

extension LabLayer {
  /// Larger numbers are nobody's layer, and products of them no integer.
  static let largest = 1_000_000
  /// Of weights, and of what a layer holds while it computes.
  static let mostWeights = 4_000_000, mostValues = 20_000_000

  /// Options that the kind does not have are refused, not ignored.
  func checkOptions() throws {
    let given: [(String, Bool)] = [
      ("--out", outputs != nil), ("--kernel", kernel != nil), ("--stride", stride != nil),
      ("--padding", padding != nil), ("--padding-mode", paddingMode != nil), ("--dilation", dilation != nil),
      ("--groups", groups != nil), ("--no-bias", noBias), ("--output-size", outputSize != nil),
      ("--exclude-padding", excludePadding), ("--size", size != nil), ("--weights", weights != nil),
      ("--bias", bias != nil), ("--unpool", unpool),
    ]
    for (option, isGiven) in given where isGiven && !kind.options.contains(option) {
      throw ValidationError("\(kind.rawValue) has no \(option): \(kind.remedy(option))")
    }
    if noBias && bias != nil { throw ValidationError("--no-bias and --bias: give one of them") }
    for (option, isGiven) in [
      ("--weights", weights != nil), ("--bias", bias != nil), ("--gradients", gradients),
      ("--unpool", unpool),
    ]
    where isGiven && input == nil {
      throw ValidationError("\(option) needs --input: without values nothing is computed")
    }
  }

  /// A whole number, or the default.
  func number(_ name: String, _ text: String?, _ standard: Int) throws -> Int {
    let list = try integers(name, text ?? "\(standard)", minimum: 1)
    if list.count != 1 { throw ValidationError("\(name) '\(text ?? "")': one number is needed") }
    return list[0]
  }

  /// One number for all dimensions, or one for each.
  func numbers(_ name: String, _ text: String, minimum: Int = 1) throws -> [Int] {
    let list = try integers(name, text, minimum: minimum)
    if list.count == kind.dimensions { return list }
    if list.count == 1 { return [Int](repeating: list[0], count: kind.dimensions) }
    throw ValidationError(
      "\(name) '\(text)': \(kind.rawValue) has \(NumberText.count(kind.dimensions, "dimension")), give one number for all or "
        + "one for each")
  }

  private func integers(_ name: String, _ text: String, minimum: Int) throws -> [Int] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let value = Int(part), value >= minimum, value <= Self.largest else {
        throw ValidationError(
          "\(name) '\(text)': whole numbers from \(minimum) to \(Self.largest) are needed, with commas between them"
        )
      }
      return value
    }
  }

  func denseOutputs() throws -> [Int] { try integers("--out", outputs ?? "1", minimum: 1) }

  /// The layer that is meant.
  func plan() throws -> LayerPlan {
    let channels = try number("--in", inputs, 1)
    switch kind.family {
    case .convolution:
      return .convolution(
        try window(defaultStride: nil), inputs: channels, outputs: try number("--out", outputs, 1),
        groups: try number("--groups", groups, 1), bias: !noBias)
    case .maximum: return .maxPooling(try window(defaultStride: kernel), channels: channels)
    case .average:
      return .averagePooling(
        try window(defaultStride: kernel), channels: channels, countsPadding: !excludePadding)
    case .adaptive:
      guard let outputSize else { throw ValidationError("\(kind.rawValue) needs --output-size") }
      return .adaptivePooling(
        kind.adaptiveKind, output: try numbers("--output-size", outputSize), channels: channels)
    case .lstm: return .lstm(inputs: channels, units: try number("--out", outputs, 1))
    case .dense:
      let features = inputs == nil ? try listedInput()?.count ?? 1 : channels
      return .dense(inputs: features, outputs: try denseOutputs()[0], bias: !noBias)
    }
  }

  private func window(defaultStride: String?) throws -> Layers.Window {
    guard let kernel else { throw ValidationError("\(kind.rawValue) needs --kernel") }
    return try Layers.Window(
      kernel: try numbers("--kernel", kernel),
      stride: try (stride ?? defaultStride).map { try numbers("--stride", $0) },
      dilation: try dilation.map { try numbers("--dilation", $0) }, padding: try windowPadding(),
      mode: paddingMode ?? .zeros)
  }

  private func windowPadding() throws -> Padding {
    switch padding {
    case nil, "valid": return .valid
    case "same": return .same
    case "causal": return .causal
    case .some(let text) where text.contains(":"):
      var (before, after): ([Int], [Int]) = ([], [])
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        let sides = part.split(separator: ":", omittingEmptySubsequences: false)
        guard sides.count <= 2 else {
          throw ValidationError(
            "--padding '\(text)': write BEFORE:AFTER, for each dimension, with commas between them")
        }
        before += try integers("--padding", String(sides[0]), minimum: 0)
        after += try integers("--padding", String(sides[sides.count - 1]), minimum: 0)
      }
      if before.count == 1 && kind.dimensions > 1 {
        (before, after) = (
          [Int](repeating: before[0], count: kind.dimensions),
          [Int](repeating: after[0], count: kind.dimensions)
        )
      }
      return .sides(before: before, after: after)
    case .some(let text):
      guard text.first?.isNumber == true else {
        throw ValidationError("--padding '\(text)': give valid, same, causal, a number, or BEFORE:AFTER")
      }
      let list = try integers("--padding", text, minimum: 0)
      if kind.dimensions == 1 && list.count == 2 { return .sides(before: [list[0]], after: [list[1]]) }
      return .numbers(try numbers("--padding", text, minimum: 0))
    }
  }

  // MARK: values

  /// Numbers with commas; nil for a name.
  private func list(_ name: String, _ text: String) throws -> [Float]? {
    if text.first?.isLetter == true && text.lowercased() != "nan" && !text.lowercased().hasPrefix("inf") {
      return nil
    }
    return try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let value = Float(part.filter { $0 != " " }), value.isFinite else {
        throw ValidationError("\(name) '\(part)': numbers with commas between them are needed")
      }
      return value
    }
  }

  private func listedInput() throws -> [Float]? { try input.flatMap { try list("--input", $0) } }

  /// The input's positions per dimension, from --size or from how many values there are; nil if nothing tells.
  func lengths(of plan: LayerPlan) throws -> [Int]? {
    if case .dense(let inputs, _, _) = plan { return [inputs] }
    if let size { return try numbers("--size", size) }
    guard let input else { return nil }
    let channels = try number("--in", inputs, 1)
    guard let values = try listedInput() else {
      throw ValidationError("--input \(input) needs --size: how many values?")
    }
    if kind.dimensions > 1 {
      throw ValidationError(
        "--input of \(kind.rawValue) needs --size: how many rows and columns are the values?")
    }
    guard values.count % channels == 0 else {
      throw ValidationError(
        "--input has \(NumberText.count(values.count, "value")) for --in \(channels): give as many for each")
    }
    return [values.count / channels]
  }

  /// The output to be marked.
  func mark(_ plan: LayerPlan, _ lengths: [Int]) throws -> [Int] {
    let output = try plan.formulas(lengths).map(\.value)
    guard let at else { return output.map { _ in 0 } }
    let list = try integers("--at", at, minimum: 0)
    guard list.count == output.count, zip(list, output).allSatisfy({ $0 < $1 }) else {
      let last = output.map { "\($0 - 1)" }.joined(separator: ",")
      throw ValidationError(
        "--at '\(at)': the outputs are \(output.map { _ in "0" }.joined(separator: ",")) to \(last)")
    }
    return list
  }

  /// Refuses what would take gigabytes.
  func checkWork(_ plan: LayerPlan, _ lengths: [Int]) throws {
    guard let most = try plan.largestArray(lengths), most <= Self.mostValues else {
      throw ValidationError(
        "more than \(Self.mostValues) numbers at once: use a smaller --size and fewer channels, or leave out --input"
      )
    }
    guard let count = plan.parameters?.count, count <= Self.mostWeights else {
      throw ValidationError(
        "more than \(Self.mostWeights) weights: use smaller --in and --out, or leave out --input")
    }
  }

  func inputValues(_ count: Int, using random: inout PhiloxGenerator) throws -> [Float] {
    if let values = try listedInput() {
      guard values.count == count else {
        throw ValidationError(
          "--input has \(NumberText.count(values.count, "value")), the layer takes \(count): give all of them or another --size "
            + "or --in")
      }
      return values
    }
    switch input {
    case "ones": return [Float](repeating: 1, count: count)
    case "count": return (0..<count).map { Float($0 + 1) }
    case "random": return Tensor.uniform(shape: [count], bound: 1, using: &random).values
    default:
      throw ValidationError("--input '\(input ?? "")': give numbers with commas, or ones, count or random")
    }
  }

  /// In the order of the layer.
  func parameters(_ plan: LayerPlan, using random: inout PhiloxGenerator) throws -> [Tensor] {
    let shapes = plan.parameterShapes
    var tensors: [Tensor]
    switch weights ?? "ones" {
    case "ones": tensors = shapes.map { Tensor(shape: $0.shape, filledWith: $0.name == "bias" ? 0 : 1) }
    case "random": tensors = plan.random(using: &random)
    case let text:
      guard let values = try list("--weights", text) else {
        throw ValidationError("--weights '\(text)': give ones, random, or numbers with commas")
      }
      let wanted = shapes.filter { $0.name != "bias" }
      let sizes = wanted.map { $0.shape.reduce(1, *) }
      guard values.count == sizes.reduce(0, +) else {
        let names = wanted.map { "\($0.name) \($0.shape)" }.joined(separator: ", then ")
        throw ValidationError(
          "--weights has \(NumberText.count(values.count, "value")), the layer \(sizes.reduce(0, +)): \(names), the last index "
            + "fastest")
      }
      tensors = shapes.map { Tensor(shape: $0.shape) }
      var rest = values[...]
      for (i, shape) in shapes.enumerated() where shape.name != "bias" {
        tensors[i].values = Array(rest.prefix(tensors[i].count))
        rest = rest.dropFirst(tensors[i].count)
      }
    }
    if let bias, let last = shapes.indices.last {
      guard let values = try list("--bias", bias), [1, tensors[last].count].contains(values.count) else {
        throw ValidationError(
          "--bias '\(bias)': give one number for all or \(tensors[last].count) numbers with commas between them"
        )
      }
      tensors[last].values = (0..<tensors[last].count).map { values[values.count == 1 ? 0 : $0] }
    }
    return tensors
  }
}
