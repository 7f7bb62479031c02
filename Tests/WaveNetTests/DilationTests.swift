// Stacks that reach exactly so far back: their sums, that nothing in between is left out, and that a network with them hears every
// input of its receptive field and none beyond.
import Kernels
import Signal
import Testing

@testable import WaveNet

@Suite struct DilationTests {
  /// Every reach up to that of 192 kHz, and some beyond.
  @Test func stacksReachExactlySoFar() {
    for sum in Array(1...12_300) + [30_000, 65_535, 65_536, 1 << 20, 1 << 24] {
      let dilations = Configuration.dilations(reaching: sum)
      #expect(dilations.reduce(0, +) == sum && dilations[0] == 1, "\(sum): \(dilations)")
      // As few as there can be.
      let layers = dilations.count
      #expect((1 << layers) - 1 >= sum && (1 << (layers - 1)) - 1 < sum, "\(sum): \(dilations)")
      var before = 0
      for (i, dilation) in dilations.enumerated() {
        #expect(dilation <= 1 << i && dilation >= (i == 0 ? 1 : dilations[i - 1]), "\(sum): \(dilations)")
        // With those before it every distance up to `before` is a sum of some; so now up to before + dilation.
        #expect(dilation <= before + 1, "\(sum): nothing reaches \(before + 1) back: \(dilations)")
        before += dilation
      }
    }
  }

  @Test(arguments: 1...16) func powersOfTwoStayWhatTheyAre(layers: Int) {
    #expect(
      Configuration.dilations(reaching: (1 << layers) - 1)
        == Configuration.stackedDilations(stacks: 1, layers: layers))
  }

  /// Three stacks of odd reaches; an input is changed, and the last logits are looked at.
  @Test(arguments: [[11], [20, 20], [37, 5, 1]]) func everyInputReachesTheOutput(reaches: [Int]) throws {
    let c = try Configuration(
      residualChannels: 8, dilationChannels: 8, skipChannels: 8, headChannels: 8,
      dilations: reaches.flatMap { Configuration.dilations(reaching: $0) })
    #expect(c.receptiveField == 1 + reaches.reduce(0, +))
    var random = PhiloxGenerator(seed: 3, stream: 0)
    let weights = SequenceWeights(c, training: false)
    weights.load(Initialization.parameters(c, using: &random))
    let count = c.receptiveField + 3  // three inputs more than the last output hears
    let pass = SequencePass(c, capacity: count, training: false)
    func last(_ codes: [UInt16]) -> [Float] {
      var logits = [Float](repeating: 0, count: 4 * c.quantizationLevels)
      codes.withUnsafeBufferPointer { codes in
        logits.withUnsafeMutableBufferPointer { pass.forward(codes, weights, logits: $0.baseAddress!) }
      }
      return Array(logits.suffix(c.quantizationLevels))
    }
    let codes = (0..<count).map { UInt16(($0 * 37) % 256) }
    let plain = last(codes)
    for i in codes.indices {
      var changed = codes
      changed[i] ^= 0x55
      #expect((last(changed) != plain) == (i >= 3), "input \(i) of \(count)")
    }
  }
}
