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
  package let forwardCount: Int

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
    forwardCount = end

    end = 0
    dilatedT = (0..<blocks).map { _ in (0..<k).map { _ in take(2 * dp, rp) } }
    residualT = (0..<blocks - 1).map { _ in take(r, dp) }
    skipT = (0..<blocks).map { _ in take(s, dp) }
    hiddenT = take(h, sp)
    outputT = take(q, hp)
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
