// Logits to a code: a pure function of (logits, options, one uniform number). No state, no allocation: the caller owns
// the scratch. Its slow twin, exact probabilities by sorting in Double, is in Tests/GenerationTests/SamplerTests.
package import Kernels

/// Memory that a sampler works in. One per thread.
package final class SamplerScratch {
  let numerators: AlignedBuffer  // [Q], exp((logit - max) / temperature), 0 for codes that may not be drawn
  let heap: UnsafeMutablePointer<Int32>  // [Q], codes
  let sums: UnsafeMutablePointer<Double>  // [Q / 16], of the numerators of 16 codes each
  let levels: Int

  package init(levels: Int) {
    precondition(levels > 0 && levels & 15 == 0, "\(levels) codes are not a multiple of 16")
    self.levels = levels
    numerators = AlignedBuffer(count: levels)
    heap = .allocate(capacity: levels)
    heap.initialize(repeating: 0, count: levels)
    sums = .allocate(capacity: levels / 16)
    sums.initialize(repeating: 0, count: levels / 16)
  }

  deinit {
    heap.deallocate()
    sums.deallocate()
  }
}

package enum Sampler {
  /// Draws a code from `logits` [Q]; `uniform` is in [0, 1). Codes are weighed in ascending order and sums are taken in
  /// Double in one fixed order, so equal logits give equal codes everywhere.
  /// - Returns: the code, or `nil` when a logit is not finite.
  @inline(__always)
  package static func code(
    logits: UnsafePointer<Float>, options: SamplingOptions, uniform: Double, scratch: SamplerScratch,
    kernels: KernelTable
  ) -> UInt16? {
    let levels = scratch.levels
    guard kernels.allFinite(count: levels, logits) else { return nil }
    if options.temperature == 0 { return mostLikely(logits, levels) }
    let numerators = scratch.numerators.pointer
    _ = kernels.softmax(count: levels, logits, scale: Float(1 / options.temperature), into: numerators)
    let k = options.topK ?? levels
    let p = options.topP ?? 1
    if k < levels || p < 1 {
      restrict(logits, numerators, levels, k: min(k, levels), p: p, heap: scratch.heap)
    }
    return UInt16(
      truncatingIfNeeded: kernels.draw(
        count: levels, weights: numerators, uniform: uniform, sums: scratch.sums))
  }

  static func mostLikely(_ x: UnsafePointer<Float>, _ count: Int) -> UInt16 {
    var best = 0
    var value = x[0]
    for i in 1..<count where x[i] > value {
      best = i
      value = x[i]
    }
    return UInt16(best)
  }

  /// Sets to 0 the weights outside the k most likely codes, then those outside the nucleus of mass p in what is left.
  static func restrict(
    _ logits: UnsafePointer<Float>, _ weights: UnsafeMutablePointer<Float>, _ count: Int, k: Int, p: Double,
    heap: UnsafeMutablePointer<Int32>
  ) {
    var mass = 0.0
    for i in 0..<count { mass += Double(weights[i]) }
    // Codes lighter than half of (1-p)/Q of the mass are together lighter than 1-p: never in the nucleus. Saves most of
    // the sorting where the distribution is peaked.
    let floor = k < count ? 0 : Float((1 - p) / Double(count) * mass / 2)
    var size = 0
    for i in 0..<count where weights[i] >= floor {
      heap[size] = Int32(truncatingIfNeeded: i)
      size += 1
    }
    for root in stride(from: size / 2 - 1, through: 0, by: -1) { siftDown(heap, root, size, logits) }

    // Most likely codes leave the heap in order and gather behind it, at heap[size..<candidates], last one first.
    let candidates = size
    if k < count {
      mass = 0
      while candidates - size < k {
        pop(heap, &size, logits)
        mass += Double(weights[Int(heap[size])])
      }
    }
    var kept = 0.0
    var taken = 0
    var last = 0
    repeat {
      if taken == candidates - size { pop(heap, &size, logits) }
      taken += 1
      last = Int(heap[candidates - taken])
      kept += Double(weights[last])
    } while taken < min(k, candidates) && kept < p * mass

    let edge = logits[last]
    for i in 0..<count where !(logits[i] > edge || (logits[i] == edge && i <= last)) { weights[i] = 0 }
  }

  /// Moves the most likely code of the heap behind its end.
  private static func pop(
    _ heap: UnsafeMutablePointer<Int32>, _ size: inout Int, _ logits: UnsafePointer<Float>
  ) {
    size -= 1
    (heap[0], heap[size]) = (heap[size], heap[0])
    siftDown(heap, 0, size, logits)
  }

  /// Restores the heap order below `root`: parents are more likely than children; of equals the lower code.
  private static func siftDown(
    _ heap: UnsafeMutablePointer<Int32>, _ root: Int, _ size: Int, _ logits: UnsafePointer<Float>
  ) {
    @inline(__always) func before(_ a: Int32, _ b: Int32) -> Bool {
      let (x, y) = (logits[Int(a)], logits[Int(b)])
      return x > y || (x == y && a < b)
    }
    let code = heap[root]
    var hole = root
    while true {
      var child = 2 * hole + 1
      if child >= size { break }
      if child + 1 < size && before(heap[child + 1], heap[child]) { child += 1 }
      if !before(heap[child], code) { break }
      heap[hole] = heap[child]
      hole = child
    }
    heap[hole] = code
  }
}
