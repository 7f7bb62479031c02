// Blocks compared: widths and weights by hand, gradients by what the sums must do to them.
import Layers
import TestSupport
import Testing

struct BlockComparisonTests {
  @Test func widthsAndWeights() throws {
    var random = SeededValues(seed: 1)
    for (kind, channels, parameters) in [
      (BlockComparison.Kind.plain, 4, 3 * 36), (.residual, 4, 3 * 36), (.concatenation, 16, 36 + 68 + 100),
    ] {
      let stack = try BlockComparison(kind, channels: 4, blocks: 3, using: &random)
      #expect(stack.kind == kind && stack.outputChannels == channels && stack.parameterCount == parameters)
    }
    #expect(throws: LayersError.self) { try BlockComparison(.plain, channels: 4, blocks: 0, using: &random) }
    #expect(throws: LayersError.self) { try BlockComparison(.plain, channels: 0, blocks: 1, using: &random) }
  }

  /// Twenty plain blocks let next to nothing of the gradient through from the usual start, whatever the seed.
  @Test(arguments: [1, 2, 3]) func sumsKeepTheGradient(_ seed: UInt64) throws {
    var random = SeededValues(seed: seed)
    func share(_ kind: BlockComparison.Kind, _ start: BlockComparison.Start) throws -> Double {
      try #require(
        try BlockComparison(kind, channels: 8, blocks: 20, using: &random).gradientShare[start])
    }
    #expect(try share(.plain, .usual) < 1e-4)
    #expect((0.3...100).contains(try share(.residual, .usual)))
    #expect((0.1...10).contains(try share(.concatenation, .usual)))
    let (plain, residual) = (try share(.plain, .rectifier), try share(.residual, .rectifier))
    #expect(residual > 20 * plain)
  }

  @Test func picture() {
    let svg = BlockComparison.svg(channels: 12)
    #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
    for words in ["plain", "residual", "concatenation", "WaveNet", "24 channels", ">24</text>"] {
      #expect(svg.contains(words), "\(words)")
    }
  }
}
