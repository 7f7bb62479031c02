// Filling the queues from a whole history at once: block by block over time, each weight read once per tile of time
// steps, instead of sample by sample. Slow twin: `StepEngine.step` on every code, which gives the same bits.
internal import Kernels

extension StepEngine {
  /// Sets the queues of one clip to what they are after `codes`, with silence before them, except that the newest code is
  /// not yet fed: it is the input of the next step. Only right after `reset()` and `tell`.
  ///
  /// What the clip is told, its history was told too, silence as well, as far as it reaches back.
  package func prime(clip: Int, _ codes: [UInt16]) {
    let (c, weights, told) = (model.configuration, model.weights, told(clip: clip))
    let row = weights.layout.dims.rp
    // Steps that predicted a code, those of silence that were told something; nothing older can be heard.
    let silent = min(max(0, (told?.start ?? 0) - max(0, codes.count - 1)), c.receptiveField - 1)
    let fed = (Array(repeating: model.silenceCode, count: silent) + codes.dropLast()).suffix(
      c.receptiveField - 1)
    let steps = fed.count
    if steps == 0 { return }
    let first = (told?.start ?? 0) - steps  // the place that the oldest of them predicted
    let biases = PrimingBiases(model, told, steps: min(steps, 128))
    let tile = min(steps, 128)
    let runner = BlockRunner(weights, rows: tile)
    // Row t of a block's input stands at t * rp, as the queues hold it at (margin + t) * queueRow; silence stands before
    // row 0.
    let queueRow = weights.layout.queueRow
    let margin = (c.kernelSize - 1) * c.dilations.max()!
    let buffers = AlignedBuffer(count: 2 * steps * row)
    let encodedRows = AlignedBuffer(count: (margin + steps) * queueRow)
    var input = buffers.pointer
    var output = input + steps * row
    for (t, code) in fed.enumerated() {
      precondition(Int(code) < c.quantizationLevels, "code \(code) of \(c.quantizationLevels)")
      (input + t * row).update(from: weights.embedding(code), count: row)
    }
    // Rows of this block's input that anything still reads.
    var heard = c.receptiveField - 1
    for (i, dilation) in c.dilations.enumerated() {
      let pastRows = (c.kernelSize - 1) * dilation
      let encoded = encodedRows.pointer + margin * queueRow
      for t in -pastRows..<0 {
        (encoded + t * queueRow).update(from: model.rest.silence.pointer + i * queueRow, count: queueRow)
      }
      let oldest = max(0, steps - heard)
      for t in stride(from: oldest, to: steps, by: tile) {
        let count = min(tile, steps - t)
        runner.encodeInput(i, rows: count, input + t * row, into: encoded + t * queueRow)
      }
      let newest = min(pastRows, steps)
      queues.load(i, clip: clip, rows: encoded + (steps - newest) * queueRow, count: newest)
      if i == c.blockCount - 1 { break }
      heard -= pastRows
      for t in stride(from: max(0, steps - heard), to: steps, by: tile) {
        let count = min(tile, steps - t)
        let rows = encoded + t * queueRow
        let past = PastInputs(rows - pastRows * queueRow, step: dilation * queueRow)
        runner.pastTaps(
          i, rows: count, past, biases: biases?.rows(i, place: first + t, steps: count),
          into: runner.preactivations)
        runner.block(
          i, rows: count, input: input + t * row, encoded: rows, sums: runner.preactivations, z: runner.z(0),
          output: output + t * row)
      }
      swap(&input, &output)
    }
  }
}
