// Mu-law companding of the WaveNet paper (§2.2): a logarithmic axis cut into 256, 512 or 1024 even steps.
// Not G.711 (that is piecewise linear, with 14-bit input and inverted bytes): never read a ULAW file's bytes as our codes.
// With 256 levels the signal-to-noise ratio of full-range sounds ends at about 38 dB.
// Slow twin and every int16 value: Tests/SignalTests/MuLawTests.swift.

import Glibc

/// Mu-law coding: samples in [-1, 1] to codes in 0 ..< `levels` and back.
public struct MuLaw: Hashable, Sendable {
  /// What `levels` may be.
  public static let possibleLevels = [256, 512, 1024]

  /// Number of codes: 256, 512 or 1024.
  public let levels: Int

  /// Level of each code. `[levels]`
  private let table: [Float]
  private let mu: Double
  private let perLog: Double  // 1 / ln(1 + mu)

  /// - Parameter levels: 256, 512 or 1024.
  public init(levels: Int) {
    precondition(Self.possibleLevels.contains(levels), "mu-law of \(levels) levels: 256, 512 or 1024")
    let mu = Double(levels - 1)
    self.levels = levels
    self.mu = mu
    perLog = 1 / log1p(mu)
    table = (0..<levels).map { code in
      let y = 2 * Double(code) / mu - 1
      let magnitude = expm1(abs(y) * log1p(mu)) / mu
      return Float(y < 0 ? -magnitude : magnitude)
    }
  }

  /// The code nearest to `x` on the logarithmic axis. Outside of [-1, 1] the end codes; NaN gives silence.
  public func encode(_ x: Float) -> UInt16 {
    if x.isNaN { return silence }
    let clamped = Double(min(max(x, -1), 1))
    let magnitude = log1p(mu * abs(clamped)) * perLog
    let y = clamped < 0 ? -magnitude : magnitude
    return UInt16(((y + 1) / 2 * mu + 0.5).rounded(.down))
  }

  /// The exact level of a code, in [-1, 1].
  public func decode(_ code: UInt16) -> Float {
    precondition(Int(code) < levels, "code \(code) of \(levels) mu-law levels")
    return table[Int(code)]
  }

  /// The code of 0: `levels / 2`. There is no level 0; this one is the smallest above it.
  public var silence: UInt16 { UInt16(levels / 2) }

  /// The codes of `samples`, in order.
  public func encode(_ samples: [Float]) -> [UInt16] { samples.map { encode($0) } }

  /// The levels of `codes`, in order.
  public func decode(_ codes: [UInt16]) -> [Float] { codes.map { decode($0) } }

  /// Two codings are the same if they have the same number of levels.
  public static func == (a: MuLaw, b: MuLaw) -> Bool { a.levels == b.levels }

  /// Hashes the number of levels, from which all else follows.
  public func hash(into hasher: inout Hasher) { hasher.combine(levels) }
}
