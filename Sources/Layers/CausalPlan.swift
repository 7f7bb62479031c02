// Which positions of a causal stack have to be computed at all. If only the last output is wanted, dilations 1, 2, 4, ...
// need one position in 1, 2, 4, ...: the stack costs about one position per input instead of one per input and layer.
// Where a stack is laid out this way is a matter of speed alone: DilatedStack's twin in the tests computes everything.

/// The positions, level by level, from which the wanted outputs of a stack of causal convolutions are computed.
package struct CausalPlan: Hashable, Sendable {
  /// Taps of every layer.
  package let kernel: Int
  /// Ascending; level 0 is the input, the last one the outputs that are wanted.
  package let positions: [[Int]]
  /// Per layer [positions of its output * kernel]: where each tap's input stands in the level below, oldest tap first;
  /// -1 for the zeros before the first input.
  package let sources: [[Int]]

  /// - Parameters:
  ///   - length: positions of the input
  ///   - lastOnly: whether the last position alone is wanted, or all
  package init(kernel: Int, dilations: [Int], length: Int, lastOnly: Bool) {
    precondition(kernel >= 1 && length >= 1, "kernel \(kernel), length \(length)")
    self.kernel = kernel
    var levels = [lastOnly ? [length - 1] : Array(0..<length)]
    for dilation in dilations.reversed() {
      let above = levels[levels.count - 1]
      let needed = Set(above.flatMap { p in (0..<kernel).map { p - $0 * dilation } })
      levels.append(needed.filter { $0 >= 0 }.sorted())
    }
    let positions = Array(levels.reversed())
    self.positions = positions
    sources = dilations.enumerated().map { layer, dilation in
      let places = Dictionary(uniqueKeysWithValues: positions[layer].enumerated().map { ($1, $0) })
      return positions[layer + 1].flatMap { p in
        (0..<kernel).map { places[p - (kernel - 1 - $0) * dilation] ?? -1 }
      }
    }
  }

  /// Positions computed in all layers together.
  package var work: Int { positions.dropFirst().reduce(0) { $0 + $1.count } }
}
