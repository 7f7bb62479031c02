// Products with rounded weights: bfloat16 and 8 bits. How they are packed, and the calls. CKernels.h says what they compute.
internal import CKernels

extension KernelTable {
  // MARK: products

  /// Floats of a row of `k` inputs that `encodeBF16` made: the least stride.
  package static func encodedBF16Count(k: Int) -> Int { wn_encoded_floats_bf16(k) }

  /// Floats of a row of `k` inputs that `encodeInt8` made: the least stride.
  package static func encodedInt8Count(k: Int) -> Int { wn_encoded_floats_i8(k) }

  /// Whether `productBF16` wants rows that `encodeBF16` made; plain floats otherwise.
  package var encodesBF16: Bool { table.pointee.encode_bf16 != nil }

  /// Encodes `m` rows of `k` inputs for `productBF16`.
  @inline(__always)
  package func encodeBF16(
    _ m: Int, _ k: Int, _ x: UnsafePointer<Float>, _ ldx: Int, _ rows: Floats, _ ldr: Int
  ) {
    precondition(ldr & 15 == 0 && ldr >= Self.encodedBF16Count(k: k), "encodeBF16: rows of \(ldr) floats")
    table.pointee.encode_bf16(m, k, x, ldx, rows, ldr)
  }

  /// Encodes `m` rows of `k` inputs for `productInt8`.
  @inline(__always)
  package func encodeInt8(
    _ m: Int, _ k: Int, _ x: UnsafePointer<Float>, _ ldx: Int, _ rows: Floats, _ ldr: Int
  ) {
    precondition(ldr & 15 == 0 && ldr >= Self.encodedInt8Count(k: k), "encodeInt8: rows of \(ldr) floats")
    table.pointee.encode_i8(m, k, x, ldx, rows, ldr)
  }

  /// y[m, n] = init[m, n] + sum over k of x[m, k] * w(k, n); x as `encodesBF16` says, w packed by `packBF16`.
  @inline(__always)
  package func productBF16(
    _ m: Int, _ n: Int, _ k: Int, _ w: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ ldx: Int,
    _ initial: UnsafePointer<Float>, _ ldi: Int, _ y: Floats, _ ldy: Int
  ) {
    precondition(n & 15 == 0 && ldi & 15 == 0 && ldy & 15 == 0, "productBF16: N \(n) is not padded")
    table.pointee.product_bf16(
      m, n, k, UnsafeRawPointer(w).assumingMemoryBound(to: UInt32.self), x, ldx, initial, ldi, y, ldy)
  }

  /// The same with x encoded by `encodeInt8` and w packed by `packInt8`; `k` at most `largestInt8Inputs`.
  @inline(__always)
  package func productInt8(
    _ m: Int, _ n: Int, _ k: Int, _ w: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ ldx: Int,
    _ initial: UnsafePointer<Float>, _ ldi: Int, _ y: Floats, _ ldy: Int
  ) {
    precondition(n & 15 == 0 && ldi & 15 == 0 && ldy & 15 == 0, "productInt8: N \(n) is not padded")
    precondition(k <= Self.largestInt8Inputs, "productInt8: \(k) inputs overflow 32 bits")
    table.pointee.product_i8(
      m, n, k, UnsafeRawPointer(w).assumingMemoryBound(to: UInt32.self), x, ldx, initial, ldi, y, ldy)
  }

  /// Most inputs of `productInt8`: 2^17 products of 127 * 127 stay below 2^31.
  package static let largestInt8Inputs = 1 << 17

  // MARK: packing

  /// Floats that `packBF16` fills.
  package static func bf16Count(outputs: Int, k: Int) -> Int { padded(outputs) * ((k + 1) / 2) }

  /// Floats that `packInt8` fills.
  package static func int8Count(outputs: Int, k: Int) -> Int { padded(outputs) * ((k + 3) / 4 + 1) }

  /// The nearest bfloat16, ties to even; NaN stays NaN.
  package static func bf16Bits(_ x: Float) -> UInt16 {
    if x.isNaN { return 0x7fc0 }
    let bits = x.bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
  }

  /// Packs `w` [outputs, k] (row stride `ldw`, element stride `stride`) into panels of at most 128 outputs (padded to a
  /// multiple of 16 with zeros), each [ceil(k/2), width] words: the even input's bfloat16 in the low half.
  package static func packBF16(
    outputs: Int, k: Int, _ w: UnsafePointer<Float>, ldw: Int, stride: Int, into panels: Floats
  ) {
    forEachPanel(outputs) { first, width, place in
      for i in Swift.stride(from: 0, to: k, by: 2) {
        for j in 0..<width {
          func bits(_ input: Int) -> UInt32 {
            first + j < outputs && input < k ? UInt32(bf16Bits(w[(first + j) * ldw + input * stride])) : 0
          }
          store(bits(i) | bits(i + 1) << 16, panels + place + i / 2 * width + j)
        }
      }
      return (k + 1) / 2
    }
  }

  /// Packs `w` [outputs, k] as integers q, |q| <= 127, with one scale per output, the row's largest magnitude / 127:
  /// panels as above, each [ceil(k/4), width] words of four bytes q + 128, then [width] scales. A row with a value that is
  /// not finite gets the scale NaN.
  package static func packInt8(
    outputs: Int, k: Int, _ w: UnsafePointer<Float>, ldw: Int, stride: Int, into panels: Floats
  ) {
    forEachPanel(outputs) { first, width, place in
      let groups = (k + 3) / 4
      for j in 0..<width {
        let row = w + min(first + j, outputs - 1) * ldw
        var largest: Float = 0
        var isFinite = true
        if first + j < outputs {
          for i in 0..<k {
            largest = max(largest, abs(row[i * stride]))
            isFinite = isFinite && row[i * stride].isFinite
          }
        }
        let usable = isFinite && largest >= 0x1p-100
        panels[place + groups * width + j] = isFinite ? (usable ? largest / 127 : 0) : .nan
        for group in 0..<groups {
          var word: UInt32 = 0
          for byte in 0..<4 {
            let i = group * 4 + byte
            let q = usable && i < k ? (row[i * stride] / largest * 127).rounded(.toNearestOrEven) : 0
            word |= UInt32(Int32(q) + 128) << UInt32(8 * byte)
          }
          store(word, panels + place + group * width + j)
        }
      }
      return groups + 1
    }
  }

  /// Calls `body(first output, width, place of the panel)`, which returns the panel's rows, panel by panel.
  private static func forEachPanel(_ outputs: Int, _ body: (Int, Int, Int) -> Int) {
    let n = padded(outputs)
    var place = 0
    for first in Swift.stride(from: 0, to: n, by: 128) {
      let width = min(128, n - first)
      place += body(first, width, place) * width
    }
  }

  private static func store(_ word: UInt32, _ place: Floats) {
    UnsafeMutableRawPointer(place).storeBytes(of: word, as: UInt32.self)
  }
}
