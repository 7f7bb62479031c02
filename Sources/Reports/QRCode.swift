// QR codes (ISO/IEC 18004) for addresses: bytes, versions 1 to 6, error correction M, which reads with 15 % of a code damaged.
// Our own, since libqrencode would be one more package to build with, for one address in a terminal. Drawing it there:
// QRCode+Text.swift. Golden matrices of another encoder: Tests/ReportsTests/QRCodeTests.swift.

/// A square of dark and light modules, without the quiet zone of four light ones around it.
package struct QRCode: Hashable, Sendable {
  /// Modules along a side.
  package let size: Int
  /// Which of the eight masks it has.
  package let mask: Int
  /// [size, size], row-major; true is dark.
  package private(set) var isDark: [Bool]
  /// Where finders, timing and format are: no data, no mask.
  private var isFixed: [Bool]

  /// How many codewords there are, how many of each block correct errors, and how many blocks there are.
  private struct Layout {
    let total, correction, blocks: Int
    init(_ total: Int, _ correction: Int, _ blocks: Int) {
      (self.total, self.correction, self.blocks) = (total, correction, blocks)
    }
  }

  /// Of versions 1 to 6 with correction M.
  private static let layouts = [
    Layout(26, 10, 1), Layout(44, 16, 1), Layout(70, 26, 1), Layout(100, 18, 2), Layout(134, 24, 2),
    Layout(172, 16, 4),
  ]

  /// Most bytes that fit: mode and count take 12 bits.
  package static let limit = data(in: layouts.count) - 2

  private static func data(in version: Int) -> Int {
    let layout = layouts[version - 1]
    return layout.total - layout.correction * layout.blocks
  }

  /// The smallest code that holds the bytes.
  /// - Parameter mask: nil takes the one that is easiest to read, by the standard's penalties
  /// - Returns: nil for more than `limit` bytes
  package init?(_ bytes: [UInt8], mask: Int? = nil) {
    guard let version = (1...Self.layouts.count).first(where: { bytes.count <= Self.data(in: $0) - 2 })
    else { return nil }
    var bits: [Bool] = []
    for word in Self.codewords(bytes, version: version) {
      for bit in 0..<8 { bits.append(word >> (7 - bit) & 1 == 1) }
    }
    if let mask {
      self.init(bits, version: version, mask: mask)
    } else {
      let all = (0..<8).map { QRCode(bits, version: version, mask: $0) }
      self = all.min { $0.penalty < $1.penalty }!
    }
  }

  // MARK: Codewords

  private static func codewords(_ bytes: [UInt8], version: Int) -> [UInt8] {
    let layout = layouts[version - 1]
    // Mode 4 (bytes), the count, the bytes and an end of four zeros: everything is shifted by half a byte.
    var nibbles: [UInt8] = [4]
    for byte in [UInt8(bytes.count)] + bytes { nibbles += [byte >> 4, byte & 15] }
    nibbles.append(0)
    var data = stride(from: 0, to: nibbles.count, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
    for number in 0..<(Self.data(in: version) - data.count) { data.append(number % 2 == 0 ? 0xEC : 0x11) }
    let length = data.count / layout.blocks
    let blocks = (0..<layout.blocks).map { Array(data[$0 * length..<($0 + 1) * length]) }
    let corrections = blocks.map { correction($0, count: layout.correction) }
    return (0..<length).flatMap { i in blocks.map { $0[i] } }
      + (0..<layout.correction).flatMap { i in corrections.map { $0[i] } }
  }

  /// Reed-Solomon: the remainder of the block's polynomial by that with the roots 2^0 ... 2^(count - 1).
  static func correction(_ block: [UInt8], count: Int) -> [UInt8] {
    var generator: [UInt8] = [1]
    var root: UInt8 = 1
    for _ in 0..<count {
      generator = zip(generator + [0], [0] + generator.map { product($0, root) }).map { $0 ^ $1 }
      root = product(root, 2)
    }
    var rest = block + [UInt8](repeating: 0, count: count)
    for start in block.indices where rest[start] != 0 {
      let factor = rest[start]
      for (i, term) in generator.enumerated() { rest[start + i] ^= product(term, factor) }
    }
    return Array(rest.suffix(count))
  }

  /// In the field of 256 elements with x^8 = x^4 + x^3 + x^2 + 1.
  private static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
    var (a, b, sum) = (a, b, UInt8(0))
    while b != 0 {
      if b & 1 != 0 { sum ^= a }
      a = a << 1 ^ (a & 0x80 != 0 ? 0x1D : 0)
      b >>= 1
    }
    return sum
  }

  // MARK: Modules

  private init(_ bits: [Bool], version: Int, mask: Int) {
    precondition((0..<8).contains(mask), "mask \(mask)")
    size = 17 + 4 * version
    self.mask = mask
    isDark = .init(repeating: false, count: size * size)
    isFixed = isDark
    drawPatterns(version)
    drawFormat()
    drawData(bits)
  }

  private subscript(row: Int, column: Int) -> Bool {
    get { isDark[row * size + column] }
    set { isDark[row * size + column] = newValue }
  }

  private mutating func fix(_ row: Int, _ column: Int, _ dark: Bool) {
    guard (0..<size).contains(row), (0..<size).contains(column) else { return }
    self[row, column] = dark
    isFixed[row * size + column] = true
  }

  private mutating func drawPatterns(_ version: Int) {
    for i in 0..<size {
      fix(6, i, i % 2 == 0)
      fix(i, 6, i % 2 == 0)
    }
    // Three finders with a light border; beside the last one a module that is always dark.
    for (top, left) in [(0, 0), (0, size - 7), (size - 7, 0)] {
      for row in -1...7 {
        for column in -1...7 {
          let ring = max(abs(row - 3), abs(column - 3))
          fix(top + row, left + column, ring != 2 && ring != 4)
        }
      }
    }
    fix(size - 8, 8, true)
    if version > 1 {
      for row in -2...2 {
        for column in -2...2 {
          fix(size - 7 + row, size - 7 + column, max(abs(row), abs(column)) != 1)
        }
      }
    }
  }

  /// Correction M is 00; ten bits of a BCH code guard it and the mask.
  private mutating func drawFormat() {
    var rest = mask << 10
    for bit in stride(from: 14, through: 10, by: -1) where rest >> bit & 1 == 1 {
      rest ^= 0x537 << (bit - 10)
    }
    let format = (mask << 10 | rest) ^ 0x5412
    for bit in 0..<15 {
      let dark = format >> bit & 1 == 1
      // Down the column beside the finders, and along the row below them.
      fix(bit < 6 ? bit : bit < 8 ? bit + 1 : size - 15 + bit, 8, dark)
      fix(8, bit < 8 ? size - 1 - bit : bit == 8 ? 7 : 14 - bit, dark)
    }
  }

  /// Up and down in pairs of columns, from the right; what is left over stays light under the mask.
  private mutating func drawData(_ bits: [Bool]) {
    var next = 0
    var goesUp = true
    for right in stride(from: size - 1, through: 1, by: -2) {
      // The column of the timing pattern holds no data.
      let right = right <= 6 ? right - 1 : right
      for step in 0..<size {
        let row = goesUp ? size - 1 - step : step
        for column in [right, right - 1] where !isFixed[row * size + column] {
          let bit = next < bits.count && bits[next]
          next += 1
          self[row, column] = bit != isMasked(row, column)
        }
      }
      goesUp.toggle()
    }
  }

  private func isMasked(_ i: Int, _ j: Int) -> Bool {
    switch mask {
    case 0: (i + j) % 2 == 0
    case 1: i % 2 == 0
    case 2: j % 3 == 0
    case 3: (i + j) % 3 == 0
    case 4: (i / 2 + j / 3) % 2 == 0
    case 5: i * j % 2 + i * j % 3 == 0
    case 6: (i * j % 2 + i * j % 3) % 2 == 0
    default: ((i + j) % 2 + i * j % 3) % 2 == 0
    }
  }
}
