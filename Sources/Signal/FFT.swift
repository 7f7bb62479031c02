// Fourier transform of power-of-two length in Double: radix 2, iterative. For analysis and pictures, not for speed, so that no
// library of transforms (FFTW's would bind the program to the GPL) has to be there.
// Slow twin: the sum written out in Tests/SignalTests/SpectrumTests.swift.

import Glibc

/// A transform of one length, with its table of roots.
package struct FFT: Sendable {
  /// Points: a power of two, at least 2.
  package let size: Int
  private let cosines: [Double]  // [size / 2], of 2 pi k / size
  private let sines: [Double]

  package init(size: Int) {
    precondition(size >= 2 && size & (size - 1) == 0, "FFT of \(size) points: a power of two")
    self.size = size
    cosines = (0..<size / 2).map { cos(2 * .pi * Double($0) / Double(size)) }
    sines = (0..<size / 2).map { sin(2 * .pi * Double($0) / Double(size)) }
  }

  /// The smallest size that is at least `count`.
  package static func size(atLeast count: Int) -> Int {
    count <= 2 ? 2 : 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount)
  }

  /// In place: X[k] = sum over n of x[n] e^(-2 pi i k n / size).
  package func transform(re: inout [Double], im: inout [Double]) {
    precondition(re.count == size && im.count == size, "FFT of \(size) points over \(re.count), \(im.count)")
    let shift = UInt64.bitWidth - size.trailingZeroBitCount
    for i in 0..<size {
      let j = Int(UInt64(i).reversedBits >> UInt64(shift))
      if j > i {
        re.swapAt(i, j)
        im.swapAt(i, j)
      }
    }
    var half = 1
    while half < size {
      let step = size / (2 * half)
      for k in 0..<half {
        let (c, s) = (cosines[k * step], sines[k * step])
        for a in stride(from: k, to: size, by: 2 * half) {
          let b = a + half
          let real = re[b] * c + im[b] * s
          let imaginary = im[b] * c - re[b] * s
          (re[b], im[b]) = (re[a] - real, im[a] - imaginary)
          (re[a], im[a]) = (re[a] + real, im[a] + imaginary)
        }
      }
      half *= 2
    }
  }

  /// |X[k]|^2 of real samples, padded with zeros to `size`; k = 0 ... size / 2.
  package func power(_ samples: [Double]) -> [Double] {
    precondition(samples.count <= size, "FFT of \(size) points over \(samples.count) samples")
    var re = samples + [Double](repeating: 0, count: size - samples.count)
    var im = [Double](repeating: 0, count: size)
    transform(re: &re, im: &im)
    return (0...size / 2).map { re[$0] * re[$0] + im[$0] * im[$0] }
  }
}

extension UInt64 {
  /// The bits in the opposite order.
  fileprivate var reversedBits: UInt64 {
    var x = byteSwapped
    x = (x & 0x0F0F_0F0F_0F0F_0F0F) << 4 | (x >> 4) & 0x0F0F_0F0F_0F0F_0F0F
    x = (x & 0x3333_3333_3333_3333) << 2 | (x >> 2) & 0x3333_3333_3333_3333
    return (x & 0x5555_5555_5555_5555) << 1 | (x >> 1) & 0x5555_5555_5555_5555
  }
}
