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
    case .bf16, .bf16Weights: n * ((k + 1) / 2)
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
    case .bf16, .bf16Weights: Self.packBF16(outputs, k, w, ldw, stride, panels)
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
        let row = QuantizedRow(w + min(first + j, outputs - 1) * ldw, first + j < outputs ? k : 0, stride)
        var sum: Int32 = 0
        for group in 0..<groups {
          var word: UInt32 = 0
          for byte in 0..<4 {
            let q = row[group * 4 + byte]
            word |= UInt32(UInt8(bitPattern: q)) << UInt32(8 * byte)
            sum += Int32(q)
          }
          store(word, panels + place + group * width + j)
        }
        panels[place + groups * width + j] = row.scale * step
        store(UInt32(bitPattern: -128 * sum), panels + place + (groups + 1) * width + j)
      }
      return groups + 2
    }
  }

  // MARK: rows

  /// Floats that `packRows` fills, a multiple of 16.
  package func rowsCount(outputs: Int, k: Int) -> Int {
    let n = KernelTable.padded(outputs)
    return switch kind {
    case .f32: n * k
    case .bf16, .bf16Weights: KernelTable.padded(n * k / 2)
    case .int8: (n + 63) / 64 * 64 * ((k + 3) / 4 + 1)
    }
  }

  /// Packs `w` [outputs, k] for `active`, an input's weights together: panels of at most 128 outputs, [k, width]. At int8
  /// width is a multiple of 64, scales times `step` follow, and int8_sparse.inc says in which order outputs stand.
  package func packRows(outputs: Int, k: Int, _ w: UnsafePointer<Float>, step: Float = 1, into rows: Floats) {
    let n = KernelTable.padded(outputs)
    for first in Swift.stride(from: 0, to: n, by: 128) {
      let panel = UnsafeMutableRawPointer(rows + rowsCount(outputs: first, k: k))
      let width = min(128, n - first)
      for j in 0..<width where first + j < outputs {
        let row = w + (first + j) * k
        switch kind {
        case .f32:
          for i in 0..<k { panel.storeBytes(of: row[i], toByteOffset: (i * width + j) * 4, as: Float.self) }
        case .bf16, .bf16Weights:
          for i in 0..<k {
            panel.storeBytes(
              of: KernelTable.bf16Bits(row[i]), toByteOffset: (i * width + j) * 2, as: UInt16.self)
          }
        case .int8:
          let width = (width + 63) / 64 * 64
          let whole = QuantizedRow(row, k, 1)
          let byte = j / 64 * 64 + j / 4 % 4 * 16 + j / 16 % 4 * 4 + j % 4
          for i in 0..<k { panel.storeBytes(of: whole[i], toByteOffset: i * width + byte, as: Int8.self) }
          panel.storeBytes(of: whole.scale * step, toByteOffset: k * width + j * 4, as: Float.self)
        }
      }
    }
  }

  // MARK: parts

  /// A row of weights as integers, |q| <= 127, times a scale: its largest magnitude / 127. NaN if a weight is not finite.
  private struct QuantizedRow {
    let scale: Float
    private let row: UnsafePointer<Float>, count: Int, stride: Int, largest: Float

    init(_ row: UnsafePointer<Float>, _ count: Int, _ stride: Int) {
      (self.row, self.stride) = (row, stride)
      var largest: Float = 0
      var isFinite = true
      for i in 0..<count {
        largest = max(largest, abs(row[i * stride]))
        isFinite = isFinite && row[i * stride].isFinite
      }
      let usable = isFinite && largest >= 0x1p-100
      self.count = usable ? count : 0
      self.largest = largest
      scale = isFinite ? (usable ? largest / 127 : 0) : .nan
    }

    /// 0 behind the last.
    subscript(i: Int) -> Int8 {
      i < count ? Int8((row[i * stride] / largest * 127).rounded(.toNearestOrEven)) : 0
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
