// How weights are packed for the products of each precision.
internal import CKernels

extension KernelTable {
  /// The nearest bfloat16, ties to even; NaN stays NaN.
  package static func bf16Bits(_ x: Float) -> UInt16 {
    if x.isNaN { return 0x7fc0 }
    let bits = x.bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
  }
}

extension Arithmetic {
  /// What stands in memory for `precision`.
  var stored: Precision { keepsFloats ? .f32 : precision }

  /// A weight that is stored as a float.
  func asFloat(_ weight: Float) -> Float {
    precision == .f32 ? weight : Float(bitPattern: UInt32(KernelTable.bf16Bits(weight)) << 16)
  }

  /// Floats that `pack` fills.
  package func packedCount(outputs: Int, inputs: Int) -> Int {
    let n = KernelTable.padded(outputs)
    return switch stored {
    case .f32: n * inputs
    case .bf16: n * ((inputs + 1) / 2)
    case .int8: n * ((inputs + 3) / 4 + 2)
    }
  }

  /// Packs `w` [outputs, inputs] for the products. `step` is what one whole number of their inputs is worth at int8.
  package func pack(
    outputs: Int, inputs: Int, _ w: Rows, step: Float = 1, into panels: UnsafeMutablePointer<Float>
  ) {
    switch stored {
    case .f32: packF32(outputs, inputs, w, panels)
    case .bf16: packBF16(outputs, inputs, w, panels)
    case .int8: packInt8(outputs, inputs, w, step, panels)
    }
  }

  /// Panels of outputs (padded to a multiple of 16 with zeros), each [inputs, width].
  private func packF32(
    _ outputs: Int, _ inputs: Int, _ w: Rows, _ panels: UnsafeMutablePointer<Float>
  ) {
    forEachPanel(outputs) { first, width, place in
      for i in 0..<inputs {
        for j in 0..<width {
          panels[place + i * width + j] = first + j < outputs ? asFloat(w[first + j][i]) : 0
        }
      }
      return inputs
    }
  }

  /// Panels each [ceil(inputs / 2), width] pairs: the even input's bfloat16 in the low half.
  private func packBF16(
    _ outputs: Int, _ inputs: Int, _ w: Rows, _ panels: UnsafeMutablePointer<Float>
  ) {
    forEachPanel(outputs) { first, width, place in
      for i in Swift.stride(from: 0, to: inputs, by: 2) {
        for j in 0..<width {
          func bits(_ input: Int) -> UInt32 {
            first + j < outputs && input < inputs ? UInt32(KernelTable.bf16Bits(w[first + j][input])) : 0
          }
          store(bits(i) | bits(i + 1) << 16, panels + place + i / 2 * width + j)
        }
      }
      return (inputs + 1) / 2
    }
  }

  /// Integers q, |q| <= 127, with one scale per output: panels as above, each [ceil(inputs / 4), width] words of four bytes q,
  /// then [width] scales times `step`, then [width] integers -128 * sum of q. A row with a value that is not finite gets the
  /// scale NaN.
  private func packInt8(
    _ outputs: Int, _ inputs: Int, _ w: Rows, _ step: Float, _ panels: UnsafeMutablePointer<Float>
  ) {
    forEachPanel(outputs) { first, width, place in
      let groups = (inputs + 3) / 4
      for j in 0..<width {
        let row = QuantizedRow(w[min(first + j, outputs - 1)], first + j < outputs ? inputs : 0)
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

  /// Calls `body(first output, width, place of the panel)`, which returns the panel's rows, panel by panel.
  private func forEachPanel(_ outputs: Int, _ body: (Int, Int, Int) -> Int) {
    let widest = functions.panel
    let n = KernelTable.padded(outputs)
    var place = 0
    for first in Swift.stride(from: 0, to: n, by: widest) {
      let width = min(widest, n - first)
      place += body(first, width, place) * width
    }
  }

  private func store(_ word: UInt32, _ place: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(place).storeBytes(of: word, as: UInt32.self)
  }
}
