// Fourier transform of power-of-two length in Double: radix 2, iterative, every stage along memory, so that the compiler makes vectors of
// it. For analysis and pictures; no library of transforms (FFTW's would bind the program to the GPL) has to be there.
// Slow twin: the sum written out in Tests/SignalTests/SpectrumTests.swift.

import Glibc

/// A transform of one length, with its table of roots.
package struct FFT: Sendable {
  /// Points: a power of two, at least 2.
  package let size: Int
  /// Of pi k / half for k = 0 ..< half, for half = 1, 2, 4 ... size / 2, one stage behind the other. [size - 1]
  private let cosines: [Double]
  private let sines: [Double]

  package init(size: Int) {
    precondition(size >= 2 && size & (size - 1) == 0, "FFT of \(size) points: a power of two")
    self.size = size
    // Of 2 pi k / size: each stage takes every so many of them.
    let cosines = (0..<size / 2).map { cos(2 * .pi * Double($0) / Double(size)) }
    let sines = (0..<size / 2).map { sin(2 * .pi * Double($0) / Double(size)) }
    let halves = (0..<size.trailingZeroBitCount).map { 1 << $0 }
    self.cosines = halves.flatMap { half in (0..<half).map { cosines[$0 * (size / (2 * half))] } }
    self.sines = halves.flatMap { half in (0..<half).map { sines[$0 * (size / (2 * half))] } }
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
    unsafe re.withUnsafeMutableBufferPointer { re in
      unsafe im.withUnsafeMutableBufferPointer { im in
        unsafe cosines.withUnsafeBufferPointer { cosines in
          unsafe sines.withUnsafeBufferPointer { sines in
            unsafe FFT.stages(
              size, re.baseAddress!, im.baseAddress!, cosines.baseAddress!, sines.baseAddress!)
          }
        }
      }
    }
  }

  /// All stages, over `size` numbers each; the tables have `size` - 1.
  private static func stages(
    _ size: Int, _ re: UnsafeMutablePointer<Double>, _ im: UnsafeMutablePointer<Double>,
    _ cosines: UnsafePointer<Double>, _ sines: UnsafePointer<Double>
  ) {
    var half = 1
    while half < size {
      let table = half - 1
      for a in stride(from: 0, to: size, by: 2 * half) {
        for k in 0..<half {
          let (c, s) = unsafe (cosines[table + k], sines[table + k])
          let (i, j) = (a + k, a + half + k)
          let real = unsafe re[j] * c + im[j] * s
          let imaginary = unsafe im[j] * c - re[j] * s
          unsafe (re[j], im[j]) = (re[i] - real, im[i] - imaginary)
          unsafe (re[i], im[i]) = (re[i] + real, im[i] + imaginary)
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
