// The counts of `synth bench`: against enumeration, against the layout of a checkpoint, and by hand for C1.
import Generation
import Testing
import WaveNet

@testable import Benchmarks
@testable import Kernels

@Suite struct CostTests {
  private static let shapes = [
    try! Configuration(
      residualChannels: 5, dilationChannels: 6, skipChannels: 7, headChannels: 9, kernelSize: 3,
      dilations: [1, 2, 4, 1, 3]),
    try! Configuration(
      quantizationLevels: 512, residualChannels: 3, dilationChannels: 2, skipChannels: 11, headChannels: 4,
      dilations: [8]),
    Benchmark.shape("C3")!,
  ]

  @Test func countsOfC1ByHand() {
    let c = Benchmark.shape("C1")!
    let (blocks, head) = (20 * (2 * 32 * 32 * 2 + 32 * 64) + 19 * 32 * 32, 64 * 64 + 64 * 256)
    #expect((c.blockMultiplyAdds, c.headMultiplyAdds) == (blocks, head))
    #expect(c.multiplyAddsPerSample == 162_816)
    let plain = 4 * (20 * 96 + 64 + 64 + 256)  // biases and one row of the embedding
    let scales = 8 * (20 * (2 * 64 + 32 + 64) + 64)
    let output = 64 * 256
    #expect(Cost.generation(c, precision: .f32).weightBytes == Double(4 * 162_816 + plain))
    #expect(Cost.generation(c, precision: .bf16).weightBytes == Double(2 * 162_816 + plain))
    #expect(Cost.generation(c, precision: .int8).weightBytes == Double(162_816 + output + plain + scales))
    #expect(
      Cost.generation(c, precision: .int8).operations
        == [.int8: Double(2 * (162_816 - output)), .bf16: Double(2 * output)])
  }

  /// One clip reads the past taps of a block for up to eight time steps; the ring's end cuts a read in two. Those of a first
  /// block that looks back one step are a row of a table.
  @Test func pastTapsAreReadNowAndThen() throws {
    for (block, dilation, reads) in [
      (0, 1, 0.0), (1, 1, 1), (0, 2, 0.5), (1, 2, 0.5), (2, 4, 0.25), (3, 6, 0.5), (4, 16, 3 / 16),
      (8, 16, 2 / 16), (7, 512, 65 / 512), (3, 7, 1),
    ] {
      let c = try Configuration(
        residualChannels: 16, dilationChannels: 16, skipChannels: 16, headChannels: 16,
        dilations: Array(repeating: dilation, count: block + 1))
      #expect(PastTapSchedule.reads(c, block: block) == reads, "\(block) \(dilation)")
    }
    let c = Benchmark.shape("C1")!
    let all = HeadDensity(hidden: 1, output: 1)
    let saved =
      Cost.generation(c, precision: .f32).weightBytes
      - Cost.generation(c, precision: .f32, stream: all).weightBytes
    let reads = (0..<c.blockCount).reduce(0.0) { $0 + PastTapSchedule.reads(c, block: $1) }
    #expect(abs(saved - (20 - reads) * 4 * 64 * 32) < 1e-6)
  }

  /// One clip's head reads the weights of active inputs: C1 has 64 x 64 hidden weights and 64 x 256 output weights.
  @Test(arguments: [(Precision.f32, 4, 4), (.bf16, 2, 2), (.int8, 1, 2)])
  func silentInputsAreNotRead(precision: Precision, hidden: Int, output: Int) {
    let c = Benchmark.shape("C1")!
    func bytes(_ a: Double, _ b: Double) -> Double {
      Cost.generation(c, precision: precision, stream: HeadDensity(hidden: a, output: b)).weightBytes
    }
    #expect(bytes(1, 1) - bytes(0.5, 1) == Double(hidden * 64 * 32))
    #expect(bytes(1, 1) - bytes(1, 0.25) == Double(output * 48 * 256))
  }

  /// A sample reads every weight of a checkpoint once, but one row of the embedding and the sum of the skips' biases.
  @Test(arguments: shapes) func bytesAreThoseOfTheCheckpoint(_ c: Configuration) {
    let unread =
      (c.quantizationLevels - 1) * c.residualChannels + (c.blockCount - 1) * c.skipChannels
    let read = ParameterLayout(c).count - unread
    #expect(Cost.generation(c, precision: .f32).weightBytes == Double(4 * read))
    for precision in Precision.allCases {
      let work = Cost.generation(c, precision: precision)
      #expect(work.totalOperations == Double(2 * c.multiplyAddsPerSample), "\(precision)")
    }
  }

  /// Products over a sequence, counted position by position, from the last block back to the input.
  private func enumerate(_ c: Configuration, outputs: Range<Int>) -> Int {
    var count = outputs.count * c.headMultiplyAdds
    var needed = outputs  // positions of the block's output that anything reads
    for (i, dilation) in c.dilations.enumerated().reversed() {
      let isLast = i == c.blockCount - 1
      for _ in needed {
        count += 2 * c.dilationChannels * c.residualChannels * c.kernelSize
        if !isLast { count += c.residualChannels * c.dilationChannels }
      }
      count += outputs.count * c.dilationChannels * c.skipChannels
      needed = needed.lowerBound - (c.kernelSize - 1) * dilation..<needed.upperBound
    }
    return count
  }

  @Test(arguments: shapes, [1, 100]) func forwardAndTraining(_ c: Configuration, crop: Int) {
    let expected = 2 * Double(enumerate(c, outputs: 0..<crop)) / Double(crop)
    #expect(abs(Cost.forward(c, crop: crop).totalOperations / expected - 1) < 1e-12)
    #expect(abs(Cost.training(c, crop: crop).totalOperations / expected - 3) < 1e-12)
    #expect(Cost.forward(c, crop: crop).weightBytes == 0)
  }

  /// By hand: a block's output is wanted at as many positions before the newest code as later blocks reach back.
  @Test func priming() {
    let c = Self.shapes[0]  // R 5, D 6, K 3: a position costs 3 * 60 + 30 = 210
    let expected = 210 * ((4 + 8 + 2 + 6) + (8 + 2 + 6) + (2 + 6) + 6)
    #expect(abs(Cost.priming(c).totalOperations * 23 - 2 * Double(expected)) < 1e-6)
    #expect(c.receptiveField == 23)
    #expect(Cost.priming(Self.shapes[1]).totalOperations == 0)
  }
}

@Suite struct FractionTests {
  private let ceilings = Ceilings(
    instructionSet: "imaginary",
    arithmetic: [
      .init(arithmetic: .f32, threads: 1, gigaflopsPerSecond: 100),
      .init(arithmetic: .f32, threads: 2, gigaflopsPerSecond: 200),
      .init(arithmetic: .int8, threads: 1, gigaflopsPerSecond: 400),
    ],
    bandwidth: [
      .init(level: .l1, bytes: 1, threads: 1, gigabytesPerSecond: 500),
      .init(level: .memory, bytes: 1, threads: 1, gigabytesPerSecond: 10),
      .init(level: .memory, bytes: 1, threads: 2, gigabytesPerSecond: 15),
    ])

  private func work(_ operations: [Precision: Double], bytes: Double = 0) -> Cost {
    Cost(operations: operations, weightBytes: bytes)
  }

  @Test func theLargerFractionBinds() {
    let huge = 1e12  // in no cache
    let both = work([.f32: 1e6], bytes: huge)
    #expect(
      both.fraction(of: ceilings, samplesPerSecond: 0.005, threads: 1)
        == .init(ceiling: "memory read", value: 0.5))
    let shared = both.fraction(
      of: ceilings, samplesPerSecond: 80_000, threads: 1, clipsPerRead: 1_000_000_000)
    #expect(shared?.ceiling == "f32" && abs(shared!.value - 0.8) < 1e-9)
    let onTwo = both.fraction(of: ceilings, samplesPerSecond: 0.003, threads: 2)
    #expect(onTwo?.ceiling == "memory read" && abs(onTwo!.value - 0.2) < 1e-9)
  }

  @Test func arithmeticAddsUp() {
    let fraction = work([.int8: 4e6, .bf16: 1e6]).fraction(of: ceilings, samplesPerSecond: 10_000, threads: 1)
    // Without bfloat16 dot products bfloat16 is multiplied as f32: 10 us of each.
    #expect(fraction?.ceiling == "bf16+int8" && abs(fraction!.value - 0.2) < 1e-9)
  }

  @Test func nothingIsMadeUp() {
    #expect(work([.int8: 1e6]).fraction(of: ceilings, samplesPerSecond: 1, threads: 2) == nil)
    #expect(work([.f32: 1e6]).fraction(of: ceilings, samplesPerSecond: 1, threads: 3) == nil)
    #expect(
      work([.int8: 1e6], bytes: 1e12).fraction(of: ceilings, samplesPerSecond: 1, threads: 2)?.ceiling
        == "memory read")
  }

  @Test func rowsOfGeneration() {
    func rows(_ clips: [Int], _ threads: Int) -> [[Int]] {
      Benchmark.generationRows(clips: clips, threads: threads).map { [$0.clips, $0.threads] }
    }
    #expect(rows([8, 64], 1) == [[8, 1], [64, 1]])
    #expect(rows([2, 64], 4) == [[2, 1], [2, 2], [64, 1], [64, 4]])
    #expect(rows([1], 4) == Set([1, min(4, Benchmark.streamThreads)]).sorted().map { [1, $0] })
  }
}
