// What is said about a layer without computing it, against the layer: shapes and parameters of random cases, formulas by
// calculating them, and the inputs that meet an output by moving each input of the real layer.
import Layers
import TestSupport
import Testing

struct LayerPlanTests {
  /// A random layer of every kind in one to three dimensions, and lengths that suit it.
  private static func random(_ random: inout SeededValues, isSingle: Bool) throws -> (LayerPlan, [Int]) {
    let d = Int.random(in: 1...3, using: &random)
    func numbers(_ range: ClosedRange<Int>) -> [Int] {
      (0..<d).map { _ in Int.random(in: range, using: &random) }
    }
    let lengths = numbers(d == 1 ? 4...14 : d == 2 ? 4...7 : 3...5)
    let channels = isSingle ? 1 : Int.random(in: 1...4, using: &random)
    while true {
      do throws(LayersError) {
        let kernel = numbers(1...4)
        let padding: Padding =
          switch Int.random(in: 0..<5, using: &random) {
          case 0: .valid
          case 1: .same
          case 2: .causal
          case 3: .numbers(numbers(0...2))
          default: .sides(before: numbers(0...2), after: numbers(0...2))
          }
        let stride = padding == .same ? nil : numbers(1...3)
        let kind = Int.random(in: 0..<6, using: &random)
        let mode = kind == 0 ? PaddingMode.allCases.randomElement(using: &random) ?? .zeros : .zeros
        let window = try Window(
          kernel: kernel, stride: stride, dilation: numbers(1...3), padding: padding, mode: mode)
        let plan: LayerPlan
        switch kind {
        case 0:
          let groups = Bool.random(using: &random) ? channels : 1
          let outputs = isSingle ? 1 : groups * Int.random(in: 1...3, using: &random)
          plan = .convolution(
            window, inputs: channels, outputs: outputs, groups: groups, bias: Bool.random(using: &random))
        case 1: plan = .maxPooling(window, channels: channels)
        case 2: plan = .averagePooling(window, channels: channels, countsPadding: Bool.random(using: &random))
        case 3:
          plan = .adaptivePooling(
            Bool.random(using: &random) ? .average : .maximum, output: numbers(1...6), channels: channels)
        case 4: plan = .lstm(inputs: channels, units: isSingle ? 1 : Int.random(in: 1...5, using: &random))
        default:
          plan = .dense(
            inputs: lengths[0], outputs: Int.random(in: 1...6, using: &random),
            bias: Bool.random(using: &random))
        }
        try plan.check()
        let own = kind >= 4 ? [lengths[0]] : lengths
        _ = try plan.formulas(own)
        // Windows in nothing but padding are refused by the layer when it runs.
        _ = try plan.layer(plan.parameterShapes.map { Tensor(shape: $0.shape) }).forward(
          Tensor(shape: [1] + plan.inputShape(own)))
        return (plan, own)
      } catch {}
    }
  }

  @Test(arguments: UInt64(1)...4) func shapesAndParametersAreTheLayers(_ seed: UInt64) throws {
    var random = SeededValues(seed: seed)
    for _ in 0..<150 {
      let (plan, lengths) = try Self.random(&random, isSingle: false)
      let layer = try plan.layer(plan.random(using: &random))
      let shape = [2] + plan.inputShape(lengths)
      #expect(layer.parameterCount == plan.parameters?.count, "\(plan)")
      let y = try layer.forward(.random(shape, seed: 1))
      #expect(try y.shape == [2] + plan.outputShape(lengths), "\(plan) \(lengths)")
      // The products as printed.
      let terms = try #require(plan.parameters?.terms)
      if layer.parameterCount > 0 { #expect(calculated(terms) == layer.parameterCount, "\(terms)") }
      for formula in try plan.formulas(lengths) where formula.terms.hasPrefix("floor((") {
        let inner = formula.terms.split(separator: " / ")
        let dividend = try #require(calculated(inner[0].dropFirst("floor(".count)))
        let divisor = try #require(Int(inner[1].prefix { $0 != ")" }))
        #expect(dividend / divisor + 1 == formula.value, "\(formula)")
      }
    }
  }

  /// Whole numbers, + - * / and brackets; nil for anything else.
  private func calculated(_ text: some StringProtocol) -> Int? {
    var rest = Array(text.filter { $0 != " " })[...]
    func take(_ characters: String) -> Character? {
      guard let next = rest.first, characters.contains(next) else { return nil }
      return rest.removeFirst()
    }
    func atom() -> Int? {
      if take("(") != nil {
        guard let value = sum(), take(")") != nil else { return nil }
        return value
      }
      let digits = rest.prefix { $0.isNumber }
      rest = rest.dropFirst(digits.count)
      return Int(String(digits))
    }
    func product() -> Int? {
      guard var value = atom() else { return nil }
      while let sign = take("*/") {
        guard let next = atom() else { return nil }
        value = sign == "*" ? value * next : value / next
      }
      return value
    }
    func sum() -> Int? {
      guard var value = product() else { return nil }
      while let sign = take("+-") {
        guard let next = product() else { return nil }
        value += sign == "+" ? next : -next
      }
      return value
    }
    guard let value = sum(), rest.isEmpty else { return nil }
    return value
  }

  /// One clip for every input, in which that input alone is 1, and one of zeros.
  @Test(arguments: UInt64(11)...14) func connectionsAreWhatMoves(_ seed: UInt64) throws {
    var random = SeededValues(seed: seed)
    for _ in 0..<100 {
      let (plan, lengths) = try Self.random(&random, isSingle: true)
      let axes = try plan.connections(lengths)
      // Positive weights: nothing cancels.
      let layer = try plan.layer(
        plan.parameterShapes.map { Tensor(shape: $0.shape, filledWith: $0.name == "bias" ? 0 : 0.5) })
      let inputs = lengths.reduce(1, *)
      var x = Tensor(shape: [inputs + 1] + plan.inputShape(lengths))
      for i in 0..<inputs { x.values[i * inputs + i] = 1 }
      let y = try layer.forward(x)
      let outputs = y.count / (inputs + 1)
      #expect(outputs == axes.reduce(1) { $0 * $1.output })
      for (axis, most) in zip(axes, try plan.readCounts(lengths)) {
        #expect(axis.reads.reduce(0) { $0 + $1.count } <= most, "\(plan)")
      }
      for o in 0..<outputs {
        let seen = (0..<inputs).filter { y.values[$0 * outputs + o] != y.values[inputs * outputs + o] }
        #expect(seen == expected(axes, o), "\(plan) \(lengths) output \(o)")
      }
      for axis in axes where axes.count == 1 {
        let read = Set((0..<outputs).flatMap { expected(axes, $0) })
        #expect(axis.unread == (0..<inputs).filter { !read.contains($0) })
      }
    }
  }

  /// The inputs of an output, both row-major: all combinations along the dimensions.
  private func expected(_ axes: [Connections], _ output: Int) -> [Int] {
    var (rest, indices) = (output, [Int]())
    for axis in axes.reversed() {
      indices.insert(rest % axis.output, at: 0)
      rest /= axis.output
    }
    var inputs = [0]
    for (axis, index) in zip(axes, indices) {
      let own = axis.reads[index].compactMap { axis.source($0) }
      inputs = inputs.flatMap { outer in own.map { outer * axis.input + $0 } }
    }
    return Set(inputs).sorted()
  }

  /// The lecture's networks: 28 x 28 and 512 x 512 pixels to 256, 128 and 10.
  @Test(arguments: [(784, 235_146), (262_144, 67_143_306)]) func denseNetworks(_ pixels: Int, _ expected: Int)
  {
    let widths = [pixels, 256, 128, 10]
    let count = zip(widths, widths.dropFirst()).reduce(0) {
      $0 + (LayerPlan.dense(inputs: $1.0, outputs: $1.1).parameters?.count ?? 0)
    }
    #expect(count == expected)
    #expect(LayerPlan.dense(inputs: .max, outputs: 2).parameters == nil)
  }

  @Test func picturesAsText() throws {
    let causal = LayerPlan.maxPooling(
      try Window(kernel: [2], dilation: [2], padding: .causal), channels: 1)
    let lines = LayerPicture(try causal.connections([4]), at: [0]).text(columns: 80)
    #expect(
      lines == [
        "input    ○ ○ 0 1 2 3", "output 0 ○ · ● · · ·", "output 1 · ○ · ● · ·", "output 2 · · ● · ● ·",
        "output 3 · · · ● · ●",
      ])
    let reflected = LayerPlan.convolution(
      try Window(kernel: [3], padding: .numbers([1]), mode: .reflect), inputs: 1, outputs: 1)
    let picture = LayerPicture(try reflected.connections([3]), at: [0]).text(columns: 80)
    #expect(picture[0].split(separator: " ") == ["input", "(1)", "0", "1", "2", "(1)"])
    let square = LayerPlan.convolution(
      try Window(kernel: [2, 2], padding: .numbers([1, 0])), inputs: 1, outputs: 1)
    #expect(
      LayerPicture(try square.connections([2, 3]), at: [0, 1]).text(columns: 80) == [
        "   ○ ○", " · ● ●", " · · ·", "      ",
      ])
    // Long ones are cut, not wrapped.
    for columns in [20, 40, 80] {
      let long = LayerPicture(try causal.connections([300]), at: [0]).text(columns: columns)
      #expect(long.allSatisfy { $0.count <= columns } && long.count <= 26, "\(columns)")
    }
  }

  @Test func drawingsHaveALinePerTap() throws {
    let plan = LayerPlan.convolution(
      try Window(kernel: [3], stride: [2], padding: .numbers([1])), inputs: 1, outputs: 1)
    let picture = LayerPicture(try plan.connections([7]), at: [1])
    #expect(picture.svg.split(separator: "<line ").count - 1 == 4 * 3)
    #expect(picture.svg.split(separator: "<circle ").count - 1 == 9 + 4)
    #expect(picture.svg.contains("stroke-dasharray") && picture.svg.hasSuffix("</svg>\n"))
    let square = LayerPlan.convolution(try Window(kernel: [3, 3]), inputs: 1, outputs: 1)
    #expect(
      LayerPicture(try square.connections([6, 6]), at: [0, 0]).svg.split(separator: "<rect ").count - 2 == 36
        + 16)
    let cube = LayerPlan.convolution(
      try Window(kernel: [2, 2, 2], padding: .numbers([1, 0, 0])), inputs: 1, outputs: 1)
    #expect(
      LayerPicture(try cube.connections([2, 3, 3]), at: [0, 0, 0]).svg.split(separator: "<rect ").count - 2
        == 4 * 9 + 3 * 4)
    #expect(!LayerPicture(try plan.connections([90_000]), at: [0]).isDrawable)
  }
}
