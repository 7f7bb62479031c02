// How weights are packed for the products of each precision.

extension KernelTable {
  /// The nearest bfloat16, ties to even; NaN stays NaN.
  package static func bf16Bits(_ x: Float) -> UInt16 {
    if x.isNaN { return 0x7fc0 }
    let bits = x.bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
  }
}

extension Arithmetic {
  /// Floats that `pack` fills.
  package func packedCount(outputs: Int, k: Int) -> Int {
    let n = KernelTable.padded(outputs)
    return switch kind {
    case .f32: n * k
    case .bf16: n * ((k + 1) / 2)
    case .int8: n * ((k + 3) / 4 + 2)
    }
  }

  /// Packs `w` [outputs, k] (row stride `ldw`, element stride `stride`) for the products. `step` is what one whole number of
  /// their inputs is worth at int8.
  package func pack(
    outputs: Int, k: Int, _ w: UnsafePointer<Float>, ldw: Int, stride: Int, step: Float = 1,
    into panels: Floats
  ) {
    switch kind {
    case .f32: KernelTable.packPanels(outputs: outputs, k: k, w, ldw: ldw, stride: stride, into: panels)
    case .bf16: Self.packBF16(outputs, k, w, ldw, stride, panels)
    case .int8: Self.packInt8(outputs, k, w, ldw, stride, step, panels)
    }
  }

  /// Panels of at most 128 outputs (padded to a multiple of 16 with zeros), each [ceil(k/2), width] words: the even input's
  /// bfloat16 in the low half.
  private static func packBF16(
    _ outputs: Int, _ k: Int, _ w: UnsafePointer<Float>, _ ldw: Int, _ stride: Int, _ panels: Floats
  ) {
    forEachPanel(outputs) { first, width, place in
      for i in Swift.stride(from: 0, to: k, by: 2) {
        for j in 0..<width {
          func bits(_ input: Int) -> UInt32 {
            first + j < outputs && input < k
              ? UInt32(KernelTable.bf16Bits(w[(first + j) * ldw + input * stride])) : 0
          }
          store(bits(i) | bits(i + 1) << 16, panels + place + i / 2 * width + j)
        }
      }
      return (k + 1) / 2
    }
  }

  /// Integers q, |q| <= 127, with one scale per output, the row's largest magnitude / 127: panels as above, each
  /// [ceil(k/4), width] words of four bytes q, then [width] scales times `step`, then [width] integers -128 * sum of q. A row
  /// with a value that is not finite gets the scale NaN.
  private static func packInt8(
    _ outputs: Int, _ k: Int, _ w: UnsafePointer<Float>, _ ldw: Int, _ stride: Int, _ step: Float,
    _ panels: Floats
  ) {
    forEachPanel(outputs) { first, width, place in
      let groups = (k + 3) / 4
      for j in 0..<width {
        let row = w + min(first + j, outputs - 1) * ldw
        let count = first + j < outputs ? k : 0
        var largest: Float = 0
        var isFinite = true
        for i in 0..<count {
          largest = max(largest, abs(row[i * stride]))
          isFinite = isFinite && row[i * stride].isFinite
        }
        let usable = isFinite && largest >= 0x1p-100
        var sum: Int32 = 0
        for group in 0..<groups {
          var word: UInt32 = 0
          for byte in 0..<4 {
            let i = group * 4 + byte
            let q =
              usable && i < count ? Int32((row[i * stride] / largest * 127).rounded(.toNearestOrEven)) : 0
            word |= UInt32(UInt8(bitPattern: Int8(q))) << UInt32(8 * byte)
            sum += q
          }
          store(word, panels + place + group * width + j)
        }
        panels[place + groups * width + j] = isFinite ? (usable ? largest / 127 * step : 0) : .nan
        store(UInt32(bitPattern: -128 * sum), panels + place + (groups + 1) * width + j)
      }
      return groups + 2
    }
  }

  /// Calls `body(first output, width, place of the panel)`, which returns the panel's rows, panel by panel.
  private static func forEachPanel(_ outputs: Int, _ body: (Int, Int, Int) -> Int) {
    let n = KernelTable.padded(outputs)
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
