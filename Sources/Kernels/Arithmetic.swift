// What a block of the network computes at one precision: encoding, products, gate, and all of them fused for one row.
// CKernels.h says what each one computes; Arithmetic+Packing makes the weights.
internal import CKernels

/// The products of one precision on one instruction set. A value: pass it along.
///
/// Rows are encoded by `encode` (a block's input) or `gate` (its gated output), and stay floats only by type where
/// `encodes` says so.
package struct Arithmetic: Sendable {
  /// What weights are rounded to. At `bf16Weights` inputs never are, on any instruction set.
  package enum Kind: Sendable { case f32, bf16, bf16Weights, int8 }

  package let kind: Kind
  /// Whether products read other rows than plain floats.
  package let encodes: Bool
  // A few pointers to functions.
  private let functions: wn_precision

  package init(_ kind: Kind, _ kernels: KernelTable) {
    self.kind = kind
    functions =
      switch kind {
      case .f32: kernels.table.pointee.f32
      case .bf16: kernels.table.pointee.bf16
      case .bf16Weights: kernels.table.pointee.bf16_weights
      case .int8: kernels.table.pointee.int8
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

  /// Floats of an encoded row of `k` inputs, a multiple of 16.
  package func rowCount(k: Int) -> Int {
    switch kind {
    case .int8: KernelTable.padded(KernelTable.padded(k) / 2)
    case .bf16 where encodes: KernelTable.padded(KernelTable.padded(k) / 2)
    default: KernelTable.padded(k)
    }
  }

  /// Floats of `n` gated outputs as `gate` writes them; n padded. Neighbours' stand side by side.
  package func gatedCount(_ n: Int) -> Int {
    switch kind {
    case .int8: n / 4
    case .bf16 where encodes: n / 2
    default: n
    }
  }

  /// Encodes `m` rows x [m, k padded] for `product`, or copies them. At int8 they are multiplied by `scale`, which must keep
  /// them within -`largestWhole` ... `largestWhole`.
  @inline(__always)
  package func encode(
    _ m: Int, _ k: Int, _ x: UnsafePointer<Float>, _ ldx: Int, scale: Float, _ rows: Floats, _ ldr: Int
  ) {
    precondition(ldr & 15 == 0 && ldr >= rowCount(k: k), "encode: rows of \(ldr) floats for \(k) inputs")
    if let encode = functions.encode {
      encode(m, k, x, ldx, scale, rows, ldr)
    } else if ldx == ldr {
      rows.update(from: x, count: m * ldr)
    } else {
      for row in 0..<m { (rows + row * ldr).update(from: x + row * ldx, count: KernelTable.padded(k)) }
    }
  }

  /// z [m, n], encoded, = tanh(a[0..<n]) * sigmoid(a[n..<2n]) of each row of a [m, 2n].
  @inline(__always)
  package func gate(_ m: Int, _ n: Int, _ a: UnsafePointer<Float>, _ z: Floats, _ ldz: Int) {
    precondition(n & 15 == 0, "gate: \(n) is not padded")
    functions.gate(m, n, a, z, ldz)
  }

  // MARK: products

  /// y[m, n] = init[m, n] + sum over k of x[m, k] * w(k, n); x encoded, w packed by `pack`.
  @inline(__always)
  package func product(
    _ m: Int, _ n: Int, _ k: Int, _ w: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ ldx: Int,
    _ initial: UnsafePointer<Float>, _ ldi: Int, _ y: Floats, _ ldy: Int
  ) {
    check(n, k, ldi, ldy)
    functions.product(m, n, k, w, x, ldx, initial, ldi, y, ldy)
  }

  /// The same with gated outputs for x.
  @inline(__always)
  package func productGated(
    _ m: Int, _ n: Int, _ k: Int, _ w: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ ldx: Int,
    _ initial: UnsafePointer<Float>, _ ldi: Int, _ y: Floats, _ ldy: Int
  ) {
    check(n, k, ldi, ldy)
    functions.product_gated(m, n, k, w, x, ldx, initial, ldi, y, ldy)
  }

  // MARK: rectified rows

  /// Whether there are `rectify` and `active`.
  package var readsActive: Bool { functions.product_sparse != nil }

  /// The inputs of one row x [n], n padded, that a rectifier leaves, and which ones they are; returns how many. Both have room
  /// for n + 16. At int8 they are multiplied by `scale`, as in `encode`.
  @inline(__always)
  package func rectify(
    _ n: Int, _ x: UnsafePointer<Float>, scale: Float, _ values: Floats, _ places: UnsafeMutablePointer<Int32>
  ) -> Int {
    precondition(n & 15 == 0, "rectify: \(n) is not padded")
    return functions.compress!(n, x, scale, values, places)
  }

  /// y[n] = init[n] + sum over k of max(x[k], 0) * w(k, n), from the `count` inputs that `rectify` left of x [k]; w packed by
  /// `packRows`. The bits of `product` on max(x, 0).
  @inline(__always)
  package func active(
    _ n: Int, _ k: Int, count: Int, _ rows: UnsafePointer<Float>, _ values: UnsafePointer<Float>,
    _ places: UnsafePointer<Int32>, _ initial: UnsafePointer<Float>, _ y: Floats
  ) {
    precondition(n & 15 == 0 && count <= k, "active: N \(n) is not padded, or \(count) of \(k) inputs")
    functions.product_sparse!(n, k, count, rows, values, places, initial, y)
  }

  @inline(__always)
  private func check(_ n: Int, _ k: Int, _ ldi: Int, _ ldy: Int) {
    precondition(n & 15 == 0 && ldi & 15 == 0 && ldy & 15 == 0, "product: N \(n) is not padded")
    precondition(k <= Self.largestInt8Inputs || kind != .int8, "product: \(k) inputs overflow 32 bits")
  }

  /// A block for one row x [R']. a [2D'] holds bias and past taps and is overwritten; `row` becomes x encoded, z [D'] the
  /// gated output, encoded, y [R'] the next block's input; its share is added to `skips` [S']. The same bits as `encode`,
  /// `product`, `gate`, `productGated` and adding x, one after the other.
  @inline(__always)
  package func block(
    _ weights: UnsafePointer<BlockWeights>, _ x: UnsafePointer<Float>, _ row: Floats, _ a: Floats,
    _ z: Floats, _ y: Floats, _ skips: Floats
  ) {
    // A structure of one member lies in memory as that member does.
    functions.block(UnsafeRawPointer(weights).assumingMemoryBound(to: wn_block.self), x, row, a, z, y, skips)
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
