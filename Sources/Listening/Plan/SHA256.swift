// SHA-256 (FIPS 180-4), to fingerprint files as `sha256sum` does. Our own sixty lines: swift-crypto compiles BoringSSL for more
// than a minute in every build, libcrypto would be one more package to build with and one more library beside the program
// wherever it is copied, and nothing secret depends on it here: no key is derived, no password stored. NIST's vectors:
// Tests/ListeningTests/SHA256Tests.swift.

/// Fingerprints of bytes.
enum SHA256 {
  /// 64 hexadecimal digits, as `sha256sum` prints them.
  static func hex(_ bytes: [UInt8]) -> String { hexadecimal(digest(bytes)) }

  /// Two digits a byte.
  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
      let text = String(byte, radix: 16)
      return byte < 16 ? "0" + text : text
    }.joined()
  }

  /// The 32 bytes.
  static func digest(_ bytes: [UInt8]) -> [UInt8] {
    var state = initial
    var schedule = [UInt32](repeating: 0, count: 64)
    let whole = bytes.count / 64 * 64
    for start in stride(from: 0, to: whole, by: 64) { mix(bytes, at: start, &schedule, &state) }
    var tail = Array(bytes[whole...]) + [0x80]
    while tail.count % 64 != 56 { tail.append(0) }
    let bits = UInt64(bytes.count) * 8
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      tail.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
    for start in stride(from: 0, to: tail.count, by: 64) { mix(tail, at: start, &schedule, &state) }
    return state.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
  }

  private static func mix(_ bytes: [UInt8], at start: Int, _ w: inout [UInt32], _ state: inout [UInt32]) {
    for i in 0..<16 {
      let at = start + 4 * i
      w[i] =
        UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16 | UInt32(bytes[at + 2]) << 8
        | UInt32(bytes[at + 3])
    }
    for i in 16..<64 {
      let s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >> 3
      let s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >> 10
      w[i] = w[i - 16] &+ s0 &+ w[i - 7] &+ s1
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    let constants = constants
    for i in 0..<64 {
      let s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
      let t1 = h &+ s1 &+ ((e & f) ^ (~e & g)) &+ constants[i] &+ w[i]
      let s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)
      let t2 = s0 &+ ((a & b) ^ (a & c) ^ (b & c))
      (h, g, f, e) = (g, f, e, d &+ t1)
      (d, c, b, a) = (c, b, a, t1 &+ t2)
    }
    for (i, value) in [a, b, c, d, e, f, g, h].enumerated() { state[i] &+= value }
  }

  private static func turn(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }

  private static let primes: [Int] = (2...311).filter { n in !(2..<n).contains { n % $0 == 0 } }

  /// The first 32 bits behind the point of the square roots of the first 8 primes.
  private static let initial: [UInt32] = primes.prefix(8).map { fraction(power: 2, of: $0) }
  /// Those of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = primes.prefix(64).map { fraction(power: 3, of: $0) }

  /// The first 32 bits behind the point of the root, found bit by bit in exact integers.
  private static func fraction(power: Int, of prime: Int) -> UInt32 {
    let target = UInt128(prime) << UInt128(32 * power)
    var root: UInt128 = 0
    for bit in stride(from: 36, through: 0, by: -1) {
      let next = root | UInt128(1) << UInt128(bit)
      if (0..<power).reduce(UInt128(1), { product, _ in product * next }) <= target { root = next }
    }
    return UInt32(truncatingIfNeeded: root)
  }
}
