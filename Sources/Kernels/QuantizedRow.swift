// A row of weights as 8-bit integers: the quantization of int8, apart from how the integers are packed.

/// Whole numbers |q| <= 127 times one scale: the row's largest magnitude / 127. The scale is NaN if a weight is not finite.
struct QuantizedRow {
  let scale: Float
  private let row: UnsafePointer<Float>, count: Int, largest: Float

  init(_ row: UnsafePointer<Float>, _ count: Int) {
    self.row = row
    var largest: Float = 0
    var isFinite = true
    for i in 0..<count {
      largest = max(largest, abs(row[i]))
      isFinite = isFinite && row[i].isFinite
    }
    let usable = isFinite && largest >= 0x1p-100
    self.count = usable ? count : 0
    self.largest = largest
    scale = isFinite ? (usable ? largest / 127 : 0) : .nan
  }

  /// 0 behind the last.
  subscript(i: Int) -> Int8 {
    i < count ? Int8((row[i] / largest * 127).rounded(.toNearestOrEven)) : 0
  }
}
