// How the weights lie for the kernels: channels padded to multiples of 16 (zeros), input channel by input channel, so
// that a product walks its weights in order. ParameterLayout says how the same weights lie in a checkpoint;
// MatrixLayout+Parameters leads from one to the other.

/// Offsets, in floats, of every matrix in the buffers of `SequenceWeights`; all of them multiples of 16.
package struct MatrixLayout: Sendable {
  package let dims: Dimensions

  // Forward matrices; gradients have the same layout.
  package let embedding: Int  // [Q, rp]
  package let dilated: [[Int]]  // [L][K] of [R, 2dp]: filter columns 0..<dp, gate columns dp..<2dp
  package let dilatedBias: [Int]  // [L] of [2dp]
  package let residual: [Int]  // [L-1] of [D, rp]
  package let residualBias: [Int]  // [L-1] of [rp]
  package let skip: Int  // [L * dp, sp]: all blocks below one another
  package let skipBias: Int  // [sp]: the sum of all blocks' biases
  package let hidden: Int  // [S, hp]
  package let hiddenBias: Int  // [hp]
  package let output: Int  // [H, Q]
  package let outputBias: Int  // [Q]
  /// Of a model that is told something.
  package let condition: Condition?
  package let forwardCount: Int

  /// Places of what is computed once a frame, and of what the blocks make of it.
  package struct Condition: Sendable {
    package let labels: Int  // [labels, cp]
    package let taps: [[Int]]  // [2][3] of [F, cp], then of [C, cp]; empty without controls
    package let biases: [Int]  // [2] of [cp]; empty without controls
    package let blocks: Int  // [C, L * 2dp]
    /// All of the above, which follow one another.
    package let range: Range<Int>
    // Transposes.
    fileprivate(set) var tapsT: [Int] = []  // [3] of [C, cp], of the second layer; the first needs none
    fileprivate(set) var blocksT = 0  // [L * 2dp, cp]
  }

  // Their transposes, for the backward pass; offsets into a second buffer.
  package let dilatedT: [[Int]]  // [L][K] of [2dp, rp]
  package let residualT: [Int]  // [L-1] of [R, dp]
  package let skipT: [Int]  // [L] of [S, dp]
  package let hiddenT: Int  // [H, sp]
  package let outputT: Int  // [Q, hp]
  package let backwardCount: Int

  package init(_ c: Configuration) {
    let dims = Dimensions(c)
    self.dims = dims
    let (r, d, s, h) = (dims.r, dims.d, dims.s, dims.h)
    let (rp, dp, sp, hp) = (dims.rp, dims.dp, dims.sp, dims.hp)
    let (q, k, blocks) = (dims.q, dims.k, dims.l)

    var end = 0
    func take(_ rows: Int, _ columns: Int) -> Int {
      defer { end += rows * columns }
      return end
    }
    embedding = take(q, rp)
    dilated = (0..<blocks).map { _ in (0..<k).map { _ in take(r, 2 * dp) } }
    dilatedBias = (0..<blocks).map { _ in take(1, 2 * dp) }
    residual = (0..<blocks - 1).map { _ in take(d, rp) }
    residualBias = (0..<blocks - 1).map { _ in take(1, rp) }
    skip = take(blocks * dp, sp)
    skipBias = take(1, sp)
    hidden = take(s, hp)
    hiddenBias = take(1, hp)
    output = take(h, q)
    outputBias = take(1, q)
    var condition: Condition?
    if c.conditioning != nil {
      let (start, layers) = (end, dims.f > 0 ? [dims.f, dims.c] : [])
      let labels = take(dims.labels, dims.cp)
      let taps = layers.map { inputs in (0..<3).map { _ in take(inputs, dims.cp) } }
      let biases = layers.map { _ in take(1, dims.cp) }
      let told = take(dims.c, blocks * 2 * dp)
      condition = Condition(labels: labels, taps: taps, biases: biases, blocks: told, range: start..<end)
    }
    forwardCount = end

    end = 0
    dilatedT = (0..<blocks).map { _ in (0..<k).map { _ in take(2 * dp, rp) } }
    residualT = (0..<blocks - 1).map { _ in take(r, dp) }
    skipT = (0..<blocks).map { _ in take(s, dp) }
    hiddenT = take(h, sp)
    outputT = take(q, hp)
    if condition != nil {
      condition!.tapsT = (0..<(dims.f > 0 ? 3 : 0)).map { _ in take(dims.c, dims.cp) }
      condition!.blocksT = take(blocks * 2 * dp, dims.cp)
    }
    self.condition = condition
    backwardCount = end
  }

  /// Where one matrix lies: [rows, columns] from `start` on.
  struct Place {
    let start, rows, columns: Int
  }

  /// Every forward matrix that a product reads.
  var forwardMatrices: [Place] {
    dilated.joined().map { Place(start: $0, rows: dims.r, columns: 2 * dims.dp) }
      + residual.map { Place(start: $0, rows: dims.d, columns: dims.rp) }
      + [
        Place(start: skip, rows: dims.l * dims.dp, columns: dims.sp),
        Place(start: hidden, rows: dims.s, columns: dims.hp),
        Place(start: output, rows: dims.h, columns: dims.q),
      ]
  }

  /// Every transpose.
  var backwardMatrices: [Place] {
    dilatedT.joined().map { Place(start: $0, rows: 2 * dims.dp, columns: dims.rp) }
      + residualT.map { Place(start: $0, rows: dims.r, columns: dims.dp) }
      + skipT.map { Place(start: $0, rows: dims.s, columns: dims.dp) }
      + [
        Place(start: hiddenT, rows: dims.h, columns: dims.sp),
        Place(start: outputT, rows: dims.q, columns: dims.hp),
      ]
  }
}
