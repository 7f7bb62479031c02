// What a block of the network computes at one precision: encoding, products, gate, and all of them fused for one row.
// CKernels.h says what each one computes; Arithmetic+Packing makes the weights, Arithmetic+Sparse reads only some of them.
internal import CKernels

/// The products of one precision on one instruction set. A value: pass it along.
///
/// Rows are encoded by `encode` (a block's input) or `gate` (its gated output), and stay floats only by type where
/// `encodes` says so.
package struct Arithmetic: Sendable {
  /// What weights are rounded to.
  package let precision: Precision
  /// Whether weights of bfloat16 are kept as floats, for the products of f32: the same bits.
  package let keepsFloats: Bool
  /// Whether products read other rows than plain floats.
  package let encodes: Bool
  /// Whether tiles were found to be the faster way, see `fasterInt8` and `fasterBF16`; nil where there was no choice.
  package internal(set) var prefersTiles: Bool?
  // A few pointers to functions.
  var functions: wn_precision

  /// - Parameters:
  ///   - floatInputs: at `bf16`, inputs are never rounded, on no instruction set. Other precisions have no such choice.
  ///   - rows: about how many rows products will have. Results do not depend on it.
  package init(_ precision: Precision, floatInputs: Bool = false, rows: Int = 1, _ kernels: KernelTable) {
    precondition(precision == .bf16 || !floatInputs, "float inputs at \(precision)")
    self.precision = precision
    let table = kernels.table.pointee
    let bf16 = floatInputs ? table.bf16_weights : table.bf16
    keepsFloats = precision == .bf16 && rows >= bf16.float_rows
    functions =
      switch precision {
      case .f32: table.f32
      case .bf16: keepsFloats ? table.f32 : bf16
      case .int8: table.int8
      }
    encodes = functions.encode != nil
  }

  /// What one whole number of a gated output of int8 is worth.
  package static let gatedStep: Float = 1 / 127
  /// Largest whole number of an encoded input of int8, with room for rounding.
  package static let largestWhole: Float = 32760
  /// Most inputs of a product of int8: 2^16 products of 255 * 127 stay below 2^31.
  package static let largestInt8Inputs = 1 << 16

  // MARK: rows

  /// Floats of an encoded row of `inputs`, a multiple of 16.
  package func encodedCount(inputs: Int) -> Int {
    let padded = KernelTable.padded(inputs)
    return encodes ? KernelTable.padded(padded / 2) : padded  // two bytes each
  }

  /// Floats of `channels` gated outputs as `gate` writes them; channels padded. Neighbours' stand side by side.
  package func gatedCount(_ channels: Int) -> Int {
    switch precision {
    case .int8: channels / 4
    case .bf16 where encodes: channels / 2
    default: channels
    }
  }

  /// Encodes rows x [rows, inputs padded] for `product`, or copies them. At int8 they are multiplied by `scale`, which must
  /// keep them within -`largestWhole` ... `largestWhole`.
  @inline(__always)
  package func encode(rows: Int, inputs: Int, _ x: Rows, scale: Float, into encoded: MutableRows) {
    precondition(
      encoded.stride & 15 == 0 && encoded.stride >= encodedCount(inputs: inputs),
      "encode: rows of \(encoded.stride) floats for \(inputs) inputs")
    if let encode = functions.encode {
      encode(rows, inputs, x.start, x.stride, scale, encoded.start, encoded.stride)
    } else if x.stride == encoded.stride {
      encoded.start.update(from: x.start, count: rows * x.stride)
    } else {
      for row in 0..<rows { encoded[row].update(from: x[row], count: KernelTable.padded(inputs)) }
    }
  }

  /// z [rows, channels], encoded, = tanh(a[0..<channels]) * sigmoid(a[channels...]) of each row of a [rows, 2 * channels].
  @inline(__always)
  package func gate(rows: Int, channels: Int, _ a: UnsafePointer<Float>, into z: MutableRows) {
    precondition(channels & 15 == 0, "gate: \(channels) is not padded")
    functions.gate(rows, channels, a, z.start, z.stride)
  }

  // MARK: products

  /// y [rows, outputs] = initial [rows, outputs] + x [rows, inputs] x weights; x encoded, the weights packed by `pack`. outputs
  /// padded; `initial` may be y.
  @inline(__always)
  package func product(
    rows: Int, outputs: Int, inputs: Int, weights: UnsafePointer<Float>, _ x: Rows, initial: Rows,
    into y: MutableRows
  ) {
    check(outputs, inputs, initial, y)
    functions.product(rows, outputs, inputs, weights, x.c, initial.c, y.c)
  }

  /// The same with gated outputs for x.
  @inline(__always)
  package func productGated(
    rows: Int, outputs: Int, inputs: Int, weights: UnsafePointer<Float>, _ x: Rows, initial: Rows,
    into y: MutableRows
  ) {
    check(outputs, inputs, initial, y)
    functions.product_gated(rows, outputs, inputs, weights, x.c, initial.c, y.c)
  }

  @inline(__always)
  private func check(_ outputs: Int, _ inputs: Int, _ initial: Rows, _ y: MutableRows) {
    precondition(
      outputs & 15 == 0 && initial.stride & 15 == 0 && y.stride & 15 == 0,
      "product: \(outputs) outputs, or rows \(initial.stride), \(y.stride) apart, are not padded")
    precondition(
      inputs <= Self.largestInt8Inputs || precision != .int8, "product: \(inputs) inputs overflow 32 bits")
  }

  // MARK: blocks

  /// Whether `blockRows` exists for so many rows of so many channels.
  @inline(__always)
  package func hasBlockRows(rows: Int, residual: Int, dilation: Int) -> Bool {
    guard functions.block_rows != nil, rows & 15 == 0 else { return false }
    let mask = precision == .int8 ? 63 : 31
    return residual & mask == 0 && dilation & mask == 0
      && (precision != .int8 || residual <= Int(WN_EXACT_INPUTS))
  }

  /// A block with one past tap for `rows` rows x [rows, R], `encoded` [rows, R] as `encode` makes them; `past` [rows, R] is what the
  /// past tap reads, encoded. z [rows, D] becomes the gated outputs, encoded, and `past` what `encoded` was; then, but in the last
  /// block, x and `encoded` become the next block's. The bits of `product`, `gate`, `productGated` and adding x. Only where
  /// `hasBlockRows`.
  /// - Parameters:
  ///   - initial: [rows, 2D], of the taps
  ///   - nextScale: `encode`'s of the next block
  @inline(__always)
  package func blockRows(
    rows: Int, _ weights: UnsafePointer<BlockWeights>, pastTap: UnsafePointer<Float>, initial: Rows,
    _ x: UnsafeMutablePointer<Float>, encoded: UnsafeMutablePointer<Float>, past: UnsafeMutablePointer<Float>,
    z: MutableRows, nextScale: Float
  ) {
    let (r, d) = (weights.c.pointee.r, weights.c.pointee.d)
    precondition(
      hasBlockRows(rows: rows, residual: r, dilation: d), "\(rows) rows of \(r) and \(d) channels")
    precondition(initial.stride & 15 == 0 && z.stride & 15 == 0, "rows \(initial.stride), \(z.stride) apart")
    functions.block_rows!(rows, weights.c, pastTap, initial.c, x, encoded, past, z.c, nextScale)
  }

  /// A block for one row x [R']. a [2D'] holds bias and past taps and is overwritten; `row` becomes x encoded, z [D'] the
  /// gated output, encoded, y [R'] the next block's input; its share is added to `skips` [S']. The same bits as `encode`,
  /// `product`, `gate`, `productGated` and adding x, one after the other.
  @inline(__always)
  package func block(
    _ weights: UnsafePointer<BlockWeights>, _ x: UnsafePointer<Float>,
    encoding row: UnsafeMutablePointer<Float>,
    sums a: UnsafeMutablePointer<Float>, z: UnsafeMutablePointer<Float>,
    output y: UnsafeMutablePointer<Float>,
    skips: UnsafeMutablePointer<Float>
  ) {
    functions.block(weights.c, x, row, a, z, y, skips)
  }
}

/// What `Arithmetic.block` reads beside a row: packed weights, which must outlive it.
package struct BlockWeights {
  private let c: wn_block

  /// - Parameters:
  ///   - residual: `nil` in the last block
  ///   - skip: `nil` where skips are added elsewhere
  ///   - skipStart: what the skip sums start from; `nil` for what they are
  package init(
    r: Int, d: Int, s: Int, scale: Float, tap: UnsafePointer<Float>, residual: UnsafePointer<Float>?,
    residualBias: UnsafePointer<Float>?, skip: UnsafePointer<Float>?, skipStart: UnsafePointer<Float>?
  ) {
    c = wn_block(
      r: r, d: d, s: s, tap: tap, residual: residual, skip: skip, residual_bias: residualBias,
      skip_init: skipStart, scale: scale)
  }
}

extension UnsafePointer<BlockWeights> {
  /// A structure of one member lies in memory as that member does.
  @inline(__always)
  fileprivate var c: UnsafePointer<wn_block> {
    UnsafeRawPointer(self).assumingMemoryBound(to: wn_block.self)
  }
}
