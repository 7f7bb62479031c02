// Mu-law encoding by one table look-up and one comparison, equal to MuLaw.encode on every input: the table is made from
// that function, by bisection over the bit patterns of Float. Its slow twin is MuLaw.encode itself.
import Signal

/// A fast encoder for whole clips.
struct MuLawTable: Sendable {
  let levels: Int
  let silence: UInt16

  // A cell is a run of magnitudes that share the exponent and the first 7 bits of the mantissa; everything below
  // 2^-17 is one cell. Cells are narrower than any step of the code, so the code changes at most once in each.
  private static let shift: UInt32 = 16
  private static let base = Int((Float(1) / 131072).bitPattern >> shift) - 1
  private static let one = Float(1).bitPattern
  private static let cells = Int(one >> shift) - base + 1
  /// [2, cells], sign and cell: the code at the cell's smallest magnitude.
  private let codes: [UInt16]
  /// [2, cells]: bit pattern of the magnitude from which on the code is one further out.
  private let changes: [UInt32]

  init(levels: Int) {
    let law = MuLaw(levels: levels)
    var codes = [UInt16]()
    var changes = [UInt32]()
    for sign: UInt32 in [0, 1 << 31] {
      func code(_ magnitude: UInt32) -> UInt16 { law.encode(Float(bitPattern: magnitude | sign)) }
      for cell in 0..<MuLawTable.cells {
        let low = cell == 0 ? 0 : UInt32(cell + MuLawTable.base) << MuLawTable.shift
        let high = min(UInt32(cell + MuLawTable.base + 1) << MuLawTable.shift - 1, MuLawTable.one)
        let (first, last) = (code(low), code(high))
        codes.append(first)
        if first == last {
          changes.append(.max)
          continue
        }
        precondition(sign == 0 ? last == first + 1 : last + 1 == first, "two codes change in one cell")
        var (below, above) = (low, high)  // code(below) == first, code(above) == last
        while above - below > 1 {
          let middle = below + (above - below) / 2
          if code(middle) == first { below = middle } else { above = middle }
        }
        changes.append(above)
      }
    }
    self.levels = levels
    self.codes = codes
    self.changes = changes
    silence = law.silence
  }

  @inline(__always)
  func encode(_ x: Float) -> UInt16 {
    let bits = x.bitPattern
    let magnitude = bits & 0x7fff_ffff
    if magnitude > 0x7f80_0000 { return silence }  // NaN
    let clamped = min(magnitude, MuLawTable.one)
    let cell = max(Int(clamped >> MuLawTable.shift) - MuLawTable.base, 0)
    let negative = bits >> 31 == 1
    let index = negative ? cell + MuLawTable.cells : cell
    if clamped < changes[index] { return codes[index] }
    return negative ? codes[index] - 1 : codes[index] + 1
  }

  func encode(_ samples: [Float]) -> [UInt16] { samples.map { encode($0) } }
}
