// What the network has heard when nothing was ever played: the fixed point of endless silence. And the one table that can be
// made of what a block hears. Both are computed with the weights, once.
internal import Kernels
internal import WaveNet

/// What a clip of a model starts from, beside its weights.
struct RestState: Sendable {
  /// Input of each block after an endless history of silence: [L, queueRow], as the queues hold it.
  let silence: AlignedBuffer
  /// Bias + past tap of the first block for every code one step ago [Q, 2dp], for one clip; `nil` where its past is more.
  let firstPast: AlignedBuffer?

  init(_ weights: PackedWeights, _ configuration: Configuration, silenceCode: UInt16) {
    let runner = BlockRunner(weights, rows: 1)
    silence = Self.silence(runner, silenceCode)
    firstPast = Self.isFirstPastOneCode(configuration) ? Self.firstPast(runner) : nil
  }

  /// Whether what the first block adds from the past is a function of the code before the newest one.
  /// Nor is it the same in every frame where the model is told something.
  static func isFirstPastOneCode(_ c: Configuration) -> Bool {
    c.kernelSize == 2 && c.dilations[0] == 1 && c.conditioning == nil
  }

  /// Runs one row through all blocks with every tap reading the row itself.
  private static func silence(_ runner: BlockRunner, _ code: UInt16) -> AlignedBuffer {
    let (dims, row) = (runner.dims, runner.queueRow)
    let silence = AlignedBuffer(count: dims.l * row)
    let rows = AlignedBuffer(count: 2 * dims.rp)
    var (input, output) = (rows.pointer, rows.pointer + dims.rp)
    input.update(from: runner.weights.embedding(code), count: dims.rp)
    for i in 0..<dims.l {
      let encoded = silence.pointer + i * row
      runner.encodeInput(i, rows: 1, input, into: encoded)
      if i == dims.l - 1 { break }
      runner.pastTaps(
        i, rows: 1, PastInputs(encoded, step: 0), into: runner.preactivations)
      runner.block(
        i, rows: 1, input: input, encoded: encoded, sums: runner.preactivations, z: runner.z(0),
        output: output)
      swap(&input, &output)
    }
    return silence
  }

  private static func firstPast(_ runner: BlockRunner) -> AlignedBuffer {
    let (dims, row) = (runner.dims, runner.queueRow)
    let inputs = AlignedBuffer(count: dims.q * row)
    runner.encodeInput(0, rows: dims.q, runner.weights.embedding(0), into: inputs.pointer)
    let table = AlignedBuffer(count: dims.q * 2 * dims.dp)
    runner.pastTaps(
      0, rows: dims.q, PastInputs(inputs.pointer, step: 0), into: table.pointer)
    return table
  }
}
