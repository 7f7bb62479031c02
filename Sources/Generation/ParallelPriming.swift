// Filling the queues from a whole history at once: block by block over time, each weight read once per tile of time
// steps, instead of sample by sample. Slow twin: `StepEngine.step` on every code, which gives the same bits.
internal import Kernels

extension StepEngine {
  /// Sets the queues of one clip to what they are after `codes`, with silence before them, except that the newest code is
  /// not yet fed: it is the input of the next step. Only right after `queues.reset()`.
  package func prime(clip: Int, _ codes: [UInt16]) {
    let c = weights.configuration
    let row = weights.paddedR
    let fed = codes.dropLast().suffix(c.receptiveField - 1)  // nothing older can be heard
    let steps = fed.count
    if steps == 0 { return }
    let tile = min(steps, 128)
    let runner = BlockRunner(weights, rows: tile)
    // Row t of a block's input stands at (margin + t) * R'; silence stands before row 0.
    let margin = weights.blocks.map(\.pastRows).max() ?? 0
    let buffers = AlignedBuffer(count: 2 * (margin + steps) * row)
    var input = buffers.pointer
    var output = input + (margin + steps) * row
    let embedding = weights.arena.pointer + weights.embedding
    for (t, code) in fed.enumerated() {
      precondition(Int(code) < c.quantizationLevels, "code \(code) of \(c.quantizationLevels)")
      (input + (margin + t) * row).update(from: embedding + Int(code) * row, count: row)
    }
    // Rows of this block's input that anything still reads.
    var heard = weights.blocks.reduce(0) { $0 + $1.pastRows }
    for (i, block) in weights.blocks.enumerated() {
      for t in margin - block.pastRows..<margin {
        (input + t * row).update(from: weights.silence.pointer + i * row, count: row)
      }
      let newest = min(block.pastRows, steps)
      queues.load(i, clip: clip, rows: input + (margin + steps - newest) * row, count: newest)
      if i == weights.blocks.count - 1 { break }
      heard -= block.pastRows
      for t in stride(from: max(0, steps - heard), to: steps, by: tile) {
        let rows = input + (margin + t) * row
        for tap in 0..<c.kernelSize - 1 {
          runner.past[tap] = UnsafePointer(rows - (c.kernelSize - 1 - tap) * block.dilation * row)
        }
        runner.block(
          i, rows: min(tile, steps - t), input: rows, output: output + (margin + t) * row, skips: false)
      }
      swap(&input, &output)
    }
  }
}
