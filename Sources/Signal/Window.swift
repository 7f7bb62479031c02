// Windows for spectra (periodic form) and the decibels of powers.

import Glibc

/// A window function. Blackman-Harris keeps side lobes below -92 dB with a main lobe of 4 bins to each side; Hann has
/// 2 bins and falling side lobes.
package enum Window: Sendable {
  case hann
  case blackmanHarris

  /// The first `count` values of a window of that length.
  package func values(_ count: Int) -> [Double] {
    let terms: [Double] =
      switch self {
      case .hann: [0.5, -0.5]
      case .blackmanHarris: [0.35875, -0.48829, 0.14128, -0.01168]
      }
    return (0..<count).map { n in
      let phase = 2 * .pi * Double(n) / Double(count)
      return terms.indices.reduce(0) { $0 + terms[$1] * cos(Double($1) * phase) }
    }
  }

  /// Half the width of the main lobe in bins of 1 / length.
  package var lobe: Double {
    switch self {
    case .hann: 2
    case .blackmanHarris: 4
    }
  }
}

/// Decibels of a ratio of powers; minus infinity for 0.
package func decibels(power ratio: Double) -> Double { 10 * log10(ratio) }

/// The ratio of powers that so many decibels are.
package func powerRatio(decibels: Double) -> Double { exp(decibels * M_LN10 / 10) }
