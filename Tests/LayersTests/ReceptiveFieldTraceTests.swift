// The drawn reach is the real one, and the pictures show it.
import FoundationEssentials
import Layers
import TestSupport
import Testing

struct ReceptiveFieldTraceTests {
  @Test(
    arguments: ReceptiveFieldTrace.Kind.allCases,
    [(2, [1, 2, 4, 8]), (3, [1, 2, 4]), (2, [3, 1]), (4, [1, 3])])
  func traceEqualsPerturbation(_ kind: ReceptiveFieldTrace.Kind, _ stack: (Int, [Int])) throws {
    let (kernel, dilations) = stack
    let trace = try ReceptiveFieldTrace(kernel: kernel, dilations: dilations, kind: kind)
    let length = 81
    let layers = try trace.dilations.map {
      try ones(kernel, kind == .same ? .same : .causal, dilation: $0)
    }
    var x = Tensor(shape: [length, 1, length])
    for t in 0..<length { x.values[t * length + t] = 1 }
    let y = try Sequential(layers).forward(x)
    let seen = (0..<length).filter { y[$0, 0, 40] != 0 }.map { $0 - 40 }
    #expect(trace.positions[0] == seen)
    #expect(trace.past + 1 + trace.future == trace.receptiveField)
    #expect((trace.future > 0) == (kind == .same))
  }

  /// Random stacks of convolutions and poolings with strides, kernels and kinds of their own, against the real layers: every
  /// input of a long one is moved on its own.
  @Test(arguments: UInt64(1)...6) func mixedStacksToo(_ seed: UInt64) throws {
    var random = SeededValues(seed: seed)
    for _ in 0..<15 {
      let levels = (0..<Int.random(in: 1...4, using: &random)).map { _ in
        let kind = ReceptiveFieldTrace.Kind.allCases.randomElement(using: &random) ?? .causal
        return ReceptiveFieldTrace.Level(
          kernel: .random(in: 1...3, using: &random), dilation: .random(in: 1...3, using: &random),
          stride: kind == .same ? 1 : .random(in: 1...3, using: &random), kind: kind)
      }
      let trace = try ReceptiveFieldTrace(levels)
      // Room for twice the field on both sides of the output in the middle.
      let jump = trace.jump
      let middle = (2 * trace.receptiveField / jump + 1) * jump
      let length = 2 * middle + 1
      let layers = try levels.enumerated().map { i, level -> any Layer in
        let padding: Padding = level.kind == .same ? .same : .causal
        let window = try Window(
          kernel: [level.kernel], stride: [level.stride], dilation: [level.dilation], padding: padding)
        if i % 2 == 1 {
          return try MaxPooling(
            kernel: window.kernel, stride: window.stride, dilation: window.dilation, padding: padding)
        }
        return try Convolution(window, weight: Tensor(shape: [1, 1, level.kernel], filledWith: 1))
      }
      var x = Tensor(shape: [length, 1, length])
      for t in 0..<length { x.values[t * length + t] = 1 }
      let y = try Sequential(layers).forward(x)
      let seen = (0..<length).filter { y[$0, 0, middle / jump] != 0 }.map { $0 - middle }
      #expect(trace.positions[0] == seen, "\(levels)")
      #expect(trace.past + 1 + trace.future == trace.receptiveField)
      // The next output sees the same inputs `jump` further on.
      let next = (0..<length).filter { y[$0, 0, middle / jump + 1] != 0 }.map { $0 - middle - jump }
      #expect(next == seen)
      let windows = try levels.map {
        try Window(kernel: [$0.kernel], stride: [$0.stride], dilation: [$0.dilation])
      }
      #expect(ReceptiveField.count(windows) == trace.receptiveField)
      for line in trace.text(columns: 200) { #expect(line.count <= 200) }
      #expect(trace.svg.hasSuffix("</svg>\n"))
    }
  }

  @Test func formulas() throws {
    let trace = try ReceptiveFieldTrace([
      .init(kernel: 2, stride: 2, kind: .causal), .init(kernel: 3, dilation: 2, kind: .causal),
    ])
    #expect(trace.formula == "1 + (2-1)*1*1 + (3-1)*2*2" && trace.receptiveField == 10 && trace.jump == 2)
    #expect(
      try ReceptiveFieldTrace(kernel: 2, dilations: [1, 2], kind: .same).formula == "1 + (2-1) * (1+2)")
    #expect(throws: LayersError.sameNeedsStrideOne(stride: [2])) {
      try ReceptiveFieldTrace([.init(kernel: 3, stride: 2, kind: .same)])
    }
  }

  @Test func numbers() throws {
    #expect(try ReceptiveFieldTrace(kernel: 2, dilations: [1, 2, 4, 8], kind: .causal).receptiveField == 16)
    #expect(try ReceptiveFieldTrace(kernel: 2, dilations: [1, 2, 4, 8], kind: .plain).receptiveField == 5)
    #expect(try ReceptiveFieldTrace(kernel: 2, dilations: [3, 3], kind: .dilated).skipped == 4)
    #expect(throws: LayersError.self) { try ReceptiveFieldTrace(kernel: 0, dilations: [1], kind: .same) }
    #expect(throws: LayersError.self) { try ReceptiveFieldTrace(kernel: 2, dilations: [0], kind: .same) }
    #expect(throws: LayersError.self) { try ReceptiveFieldTrace(kernel: 2, dilations: [], kind: .same) }
  }

  @Test func textShowsTheTaps() throws {
    let lines = try ReceptiveFieldTrace(kernel: 2, dilations: [1, 2], kind: .causal).text(columns: 80)
    #expect(lines.map { String($0.suffix(4)) } == ["···●", "·●·●", "●●●●"])
    let wide = try ReceptiveFieldTrace(kernel: 2, dilations: (0..<10).map { 1 << $0 }, kind: .same).text(
      columns: 80)
    #expect(wide.allSatisfy { $0.count <= 80 })
  }

  @Test func drawingHasALinePerTap() throws {
    let svg = try ReceptiveFieldTrace(kernel: 2, dilations: [1, 2, 4, 8], kind: .causal).svg
    #expect(svg.split(separator: "<line").count - 1 == 2 * (1 + 2 + 4 + 8))
    #expect(svg.split(separator: "<circle").count - 1 == 16 * 5)
    #expect(svg.hasSuffix("</svg>\n"))
    // 1 + 2 + 4 + 8 zeros, and the name of output 0's place.
    #expect(svg.split(separator: ">0</text>").count - 1 == 16 && svg.contains("1+2+4+8 zeros"))
    let dilated = try ReceptiveFieldTrace(kernel: 2, dilations: [1, 2, 4, 8], kind: .dilated).svg
    #expect(dilated.split(separator: ">0</text>").count - 1 == 1)
    let skips = try ReceptiveFieldTrace(kernel: 2, dilations: [1, 2, 4, 8], kind: .causal).svg(skips: true)
    #expect(skips.split(separator: "<line").count - 1 == 2 * (1 + 2 + 4 + 8) + 4 + 1)
    let large = try ReceptiveFieldTrace(kernel: 2, dilations: (0..<12).map { 1 << $0 }, kind: .causal).svg
    #expect(large.contains("<polygon") && large.utf8.count < 10_000)
  }

  /// Also left of the first position: -0.5 is written as one.
  @Test(arguments: ReceptiveFieldTrace.Kind.allCases) func coordinatesAreNumbers(
    _ kind: ReceptiveFieldTrace.Kind
  ) throws {
    for dilations in [[1], [1, 2, 4, 8], (0..<12).map { 1 << $0 }] {
      let svg = try ReceptiveFieldTrace(kernel: 3, dilations: dilations, kind: kind).svg
      for name in ["x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height"] {
        for text in svg.components(separatedBy: " \(name)=\"").dropFirst().map({ $0.prefix { $0 != "\"" } }) {
          #expect(text == "100%" || Double(text) != nil, "\(name) \(text)")
        }
      }
    }
  }
}
