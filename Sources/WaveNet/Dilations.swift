// Dilations of a stack that sees exactly so far back, whatever the sample rate: a receptive field is a time, and powers of two
// fit few rates. Tests: DilationTests.
internal import Glibc

extension Configuration {
  /// The dilations of one stack whose sum is `sum`, for a kernel of 2: the receptive field less one. As few layers as dilations
  /// of at most 1, 2, 4, 8 ... can reach that far with, growing by one factor g <= 2: dilation i is g^i, rounded. Powers of two
  /// where the sum is one less than a power of two. Nothing in between is left out: no dilation is larger than 1 and the sum of
  /// those before it, so that their sums reach every input.
  package static func dilations(reaching sum: Int) -> [Int] {
    precondition(sum >= 1 && sum <= 1 << 24, "a stack that reaches \(sum) samples back")
    let layers = Int.bitWidth - sum.leadingZeroBitCount
    func dilations(_ growth: Double) -> [Int] {
      (0..<layers).map { Int(pow(growth, Double($0)).rounded()) }
    }
    // The sum grows with g by single samples: at no g do two dilations step at once, since of (j + 1/2)^(1/i) all are different.
    var (low, high) = (1.0, 2.0)
    while true {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { break }
      if dilations(middle).reduce(0, +) >= sum { high = middle } else { low = middle }
    }
    let found = dilations(high)
    precondition(found.reduce(0, +) == sum, "dilations \(found) reach \(found.reduce(0, +)), not \(sum)")
    return found
  }
}
