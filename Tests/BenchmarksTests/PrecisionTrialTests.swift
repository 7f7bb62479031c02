// Which precision is heard while it is made: the most exact one that keeps up; and which cache the weights lie in.
import Generation
import Kernels
import TestSupport
import Testing
import WaveNet

@testable import Benchmarks

@Suite struct PrecisionTrialTests {
  private typealias Trial = GenerationSpeed.Trial

  @Test func theMostExactThatKeepsUp() {
    func chosen(_ f32: Double, _ bf16: Double, _ int8: Double) -> Precision {
      GenerationSpeed.chosen([
        Trial(.f32, timesRealTime: f32), Trial(.bf16, timesRealTime: bf16), Trial(.int8, timesRealTime: int8),
      ]).precision
    }
    #expect(chosen(1.3, 9, 9) == .f32)
    #expect(chosen(1.2, 1.3, 9) == .bf16)
    #expect(chosen(0.6, 1.1, 3.9) == .int8)
    // None does: the fastest, which need not be the least exact.
    #expect(chosen(0.3, 0.9, 0.7) == .bf16)
    #expect(chosen(0.9, 0.3, 0.7) == .f32)
  }

  /// A wide model at a high rate keeps up at none, and all are tried; a small one at a low rate needs one try.
  @Test func triedUntilOneKeepsUp() throws {
    func trials(channels: Int, _ rate: Int) throws -> [Trial] {
      let configuration = try Configuration(
        sampleRate: rate, residualChannels: channels, dilationChannels: channels, skipChannels: channels,
        headChannels: channels, dilations: [1, 2, 4, 8, 1, 2, 4, 8])
      let model = Benchmark.Subject(name: "", configuration: configuration).randomModel()
      return try GenerationSpeed.trials(model, threads: 1, seconds: 0.01)
    }
    let easy = try trials(channels: 16, 1000)
    #expect(easy.map(\.precision) == [.f32] && easy[0].timesRealTime > GenerationSpeed.margin)
    let hard = try trials(channels: 512, 384_000)
    #expect(hard.map(\.precision) == [.f32, .bf16, .int8])
    #expect(hard.allSatisfy { $0.timesRealTime > 0 && $0.timesRealTime < GenerationSpeed.margin })
  }

  @Test func cachesOfTheWeights() {
    let c2 = CachedWeights("C2", Benchmark.shape("C2")!)
    #expect(c2.sizes.map(\.precision) == Precision.allCases)
    for (larger, smaller) in zip(c2.sizes, c2.sizes.dropFirst()) {
      #expect(larger.bytes > smaller.bytes && smaller.bytes > larger.bytes / 3)
    }
    for size in c2.sizes { #expect(size.cache == CacheLevel.holding(size.bytes)) }
    // 20 blocks of two taps 64 x 128, residual 64 x 64, skip 64 x 256; head 256 x 256 twice: 869 000 weights of 4 bytes.
    #expect(abs(Double(c2.sizes[0].bytes) / (4 * 869_000) - 1) < 0.03, "\(c2.sentence)")
    #expect(c2.sentence.hasPrefix("f32 3.") && c2.sentence.contains(" MB ("))
  }
}
