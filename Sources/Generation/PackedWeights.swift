// A model's weights in the order in which generation reads them: one arena, built once, never written again, shared by
// every generator of the model. At precision f32 nothing is rounded or reassociated, so results stay those of the flat
// parameters.
package import Kernels
internal import Signal
package import WaveNet

/// Packed weights. R', D', S', H' are channel counts padded to multiples of 16; Q is one already. Padding is zeros, and
/// what it computes is zero: a padded gate is tanh(0) * sigmoid(0).
///
/// The arena, every piece on a 64-byte boundary ("panels" as `Arithmetic.pack` makes them, [k, outputs]):
/// ```
/// embedding     [Q, R']
/// biases        per block: dilated [2D'], residual [R'] (not of the last block); skip [S'] (sum of all blocks' in order)
/// past taps     per block: K-1 x panels [R, 2D'], oldest tap first
/// per group     of `skipBlocks` blocks: each block's current tap: panels [R, 2D'] and residual panels [D, R'] (not of the
///               last block); then the group's skip panels [blocks * D', S']
/// head          hidden bias [H'], hidden panels [S, H'], output bias [Q], output panels [H, Q]: for many clips
///               hidden rows [S, H'], output rows [H, Q] (`Arithmetic.packRows`): for one
/// ```
/// Filter rows are outputs 0 ..< D, gate rows D' ..< D' + D of a block's 2D'.
package final class PackedWeights: Sendable {
  /// Where one block's pieces lie in the arena.
  struct Block: Sendable {
    let dilation: Int
    /// (K-1) * dilation: rows in this block's queue.
    let pastRows: Int
    /// What its input is multiplied by before it is rounded to integers (int8).
    var inputScale: Float = 1
    var dilatedBias = 0
    var pastTaps = 0  // K-1 matrices, `tapStride` apart
    var currentTap = 0
    var residualBias = 0
    var residual = 0
  }

  package let configuration: Configuration
  package let precision: Precision
  package let kernels: KernelTable
  let arithmetic: Arithmetic
  let outputArithmetic: Arithmetic
  /// Blocks whose parts of the skip sum are added at once, as one product over their gated outputs: few where the sum is
  /// small and stays in registers, many where reading and writing it costs. At f32 and bf16 the sums are the same chain
  /// for any number, so the results are the same bits.
  package let skipBlocks: Int
  let arena: AlignedBuffer
  let embedding = 0
  let blocks: [Block]
  let tapStride: Int
  let skipBias: Int
  let skips: [Int]  // per group of `skipBlocks` blocks, in the arena
  let hiddenBias: Int
  let hidden: Int
  let outputBias: Int
  let output: Int
  /// nil where an arithmetic cannot read active inputs only.
  let hiddenRows: Int?
  let outputRows: Int?
  /// Input of each block after an endless history of silence: [L, queueRow], as the queues hold it.
  let silence: AlignedBuffer
  /// Bias + past tap of the first block for every code one step ago [Q, 2D'], for one clip; `nil` where its past is more.
  let firstPast: AlignedBuffer?
  /// Floats of a queue's row: a block's input as its product reads it.
  let queueRow: Int
  /// Floats of a row of a group's gated outputs.
  let gatedRow: Int

  // Padded channel counts.
  let paddedR: Int
  let paddedD: Int
  let paddedS: Int
  let paddedH: Int

  /// Code of silence: that of amplitude 0 under mu-law.
  package let silenceCode: UInt16

  /// - Parameter skipBlocks: `nil` chooses by size.
  package init(
    _ model: Model, precision: Precision = .f32, kernels: KernelTable = .active, skipBlocks: Int? = nil
  ) {
    let c = model.configuration
    let (r, d, s, h, q) = (
      c.residualChannels, c.dilationChannels, c.skipChannels, c.headChannels, c.quantizationLevels
    )
    let (pr, pd, ps, ph) = (
      KernelTable.padded(r), KernelTable.padded(d), KernelTable.padded(s), KernelTable.padded(h)
    )
    let group = max(
      1, min(skipBlocks ?? (s >= 256 ? c.blockCount / 5 : 1), c.blockCount, Arithmetic.largestInt8Inputs / pd)
    )
    configuration = c
    self.precision = precision
    self.kernels = kernels
    let arithmetic = precision.arithmetic(kernels)
    let outputArithmetic = precision.outputArithmetic(kernels)
    (self.arithmetic, self.outputArithmetic) = (arithmetic, outputArithmetic)
    self.skipBlocks = group
    (paddedR, paddedD, paddedS, paddedH) = (pr, pd, ps, ph)
    silenceCode = MuLaw(levels: q).silence

    // Places.
    var end = q * pr
    func take(_ count: Int) -> Int {
      defer { end += count }
      return end
    }
    func matrix(_ outputs: Int, _ k: Int) -> Int { take(arithmetic.packedCount(outputs: outputs, k: k)) }
    let tapStride = arithmetic.packedCount(outputs: 2 * pd, k: r)
    var blocks = c.dilations.map { Block(dilation: $0, pastRows: (c.kernelSize - 1) * $0) }
    if precision == .int8 {
      for (i, bound) in InputBounds(model).ofBlocks.enumerated() {
        blocks[i].inputScale = Arithmetic.largestWhole / bound
      }
    }
    for i in blocks.indices {
      blocks[i].dilatedBias = take(2 * pd)
      if i < c.blockCount - 1 { blocks[i].residualBias = take(pr) }
    }
    skipBias = take(ps)
    for i in blocks.indices { blocks[i].pastTaps = take((c.kernelSize - 1) * tapStride) }
    var skips: [Int] = []
    for i in blocks.indices {
      blocks[i].currentTap = take(tapStride)
      if i < c.blockCount - 1 { blocks[i].residual = matrix(r, d) }
      if (i + 1) % group == 0 || i == c.blockCount - 1 {
        skips.append(matrix(s, (i % group + 1) * pd))
      }
    }
    self.skips = skips
    hiddenBias = take(ph)
    hidden = matrix(h, s)
    outputBias = take(q)
    output = take(outputArithmetic.packedCount(outputs: q, k: h))
    hiddenRows = arithmetic.readsActive ? take(arithmetic.rowsCount(outputs: h, k: s)) : nil
    outputRows = outputArithmetic.readsActive ? take(outputArithmetic.rowsCount(outputs: q, k: h)) : nil
    self.blocks = blocks
    self.tapStride = tapStride
    arena = AlignedBuffer(count: end)
    queueRow = arithmetic.rowCount(k: r)
    gatedRow = KernelTable.padded(arithmetic.gatedCount(group * pd))
    silence = AlignedBuffer(count: c.blockCount * queueRow)
    firstPast = Self.isFirstPastOneCode(c) ? AlignedBuffer(count: q * 2 * pd) : nil

    // Contents.
    let base = arena.pointer
    func tensor(_ name: String) -> UnsafePointer<Float> { model.tensor(name).baseAddress! }
    func copy(_ name: String, rows: Int = 1, _ columns: Int, to place: Int, stride: Int = 0) {
      let source = tensor(name)
      for row in 0..<rows {
        (base + place + row * stride).update(from: source + row * columns, count: columns)
      }
    }
    copy("embedding.weight", rows: q, r, to: embedding, stride: pr)
    let taps = AlignedBuffer(count: 2 * pd * r)
    for (i, block) in blocks.enumerated() {
      let name = "blocks.\(i)"
      copy("\(name).dilated.bias", rows: 2, d, to: block.dilatedBias, stride: pd)
      let dilated = tensor("\(name).dilated.weight")  // [2D, R, K]
      for tap in 0..<c.kernelSize {
        for half in 0..<2 {
          for n in 0..<d {
            for k in 0..<r {
              taps.pointer[(half * pd + n) * r + k] = dilated[((half * d + n) * r + k) * c.kernelSize + tap]
            }
          }
        }
        let place =
          tap < c.kernelSize - 1 ? block.pastTaps + tap * tapStride : block.currentTap
        arithmetic.pack(
          outputs: 2 * pd, k: r, taps.pointer, ldw: r, stride: 1, step: 1 / block.inputScale,
          into: base + place)
      }
      if i < c.blockCount - 1 {
        copy("\(name).residual.bias", r, to: block.residualBias)
        arithmetic.pack(
          outputs: r, k: d, tensor("\(name).residual.weight"), ldw: d, stride: 1, step: Arithmetic.gatedStep,
          into: base + block.residual)
      }
      let bias = tensor("\(name).skip.bias")
      for n in 0..<s { base[skipBias + n] = i == 0 ? bias[n] : base[skipBias + n] + bias[n] }
    }
    let wide = AlignedBuffer(count: s * group * pd)
    for (index, place) in skips.enumerated() {
      let first = index * group
      let k = min(group, c.blockCount - first) * pd
      wide.fill(0)
      for i in first..<first + k / pd {
        let skip = tensor("blocks.\(i).skip.weight")
        for n in 0..<s { (wide.pointer + n * k + (i - first) * pd).update(from: skip + n * d, count: d) }
      }
      arithmetic.pack(
        outputs: s, k: k, wide.pointer, ldw: k, stride: 1, step: Arithmetic.gatedStep, into: base + place)
    }
    copy("head.hidden.bias", h, to: hiddenBias)
    arithmetic.pack(
      outputs: h, k: s, tensor("head.hidden.weight"), ldw: s, stride: 1, step: 1 / Arithmetic.largestWhole,
      into: base + hidden)
    copy("head.output.bias", q, to: outputBias)
    outputArithmetic.pack(
      outputs: q, k: h, tensor("head.output.weight"), ldw: h, stride: 1, into: base + output)
    if let hiddenRows {
      arithmetic.packRows(
        outputs: h, k: s, tensor("head.hidden.weight"), step: 1 / Arithmetic.largestWhole,
        into: base + hiddenRows)
    }
    if let outputRows {
      outputArithmetic.packRows(outputs: q, k: h, tensor("head.output.weight"), into: base + outputRows)
    }

    // Integers cannot say that something is not finite, nor weights that are not read: the logits do.
    if !model.parameters.elements.allSatisfy(\.isFinite) {
      (base + outputBias).update(repeating: .nan, count: q)
    }

    fillSilence()
    if let firstPast { fill(firstPast) }
  }

  /// Whether what the first block adds from the past is a function of the code before the newest one.
  static func isFirstPastOneCode(_ c: Configuration) -> Bool { c.kernelSize == 2 && c.dilations[0] == 1 }

  private func fill(_ firstPast: AlignedBuffer) {
    let count = configuration.quantizationLevels
    let runner = BlockRunner(self, rows: 1)
    let inputs = AlignedBuffer(count: count * queueRow)
    runner.encodeInput(0, rows: count, arena.pointer + embedding, into: inputs.pointer)
    runner.past[0] = UnsafePointer(inputs.pointer)
    runner.pastTaps(0, rows: count, output: firstPast.pointer)
  }

  /// Runs one row through all blocks with every tap reading the row itself: the fixed point of endless silence.
  private func fillSilence() {
    let runner = BlockRunner(self, rows: 1)
    let rows = AlignedBuffer(count: 2 * paddedR)
    var input = rows.pointer
    var output = input + paddedR
    input.update(from: arena.pointer + embedding + Int(silenceCode) * paddedR, count: paddedR)
    for i in 0..<configuration.blockCount {
      let row = silence.pointer + i * queueRow
      runner.encodeInput(i, rows: 1, input, into: row)
      if i == configuration.blockCount - 1 { break }
      for tap in 0..<configuration.kernelSize - 1 { runner.past[tap] = UnsafePointer(row) }
      runner.pastTaps(i, rows: 1, output: runner.preactivations)
      runner.encodedBlock(
        i, rows: 1, input: input, encoded: row, sums: runner.preactivations, z: runner.z(0),
        output: output)
      swap(&input, &output)
    }
  }
}
