// Which input each tap of each window reads, for any number of dimensions, as runs of neighbours: the only place that
// knows about strides, dilation and padding modes. Convolution and pooling copy, add and compare along the runs.

/// The positions of a window over one channel.
package struct WindowMap: Sendable {
  /// `count` output positions from `position` on read the inputs from `source` on, one by one.
  struct Run {
    var position: Int
    var source: Int
    var count: Int
  }

  /// Output lengths per spatial dimension.
  package let output: [Int]
  /// Output positions in all; taps of a window in all; inputs of one channel.
  package let positions: Int, taps: Int, inputs: Int
  private var all: [Run] = []
  private var first: [Int] = [0]  // [taps + 1]; the runs of tap t are all[first[t]..<first[t + 1]]

  /// - input: the spatial lengths.
  package init(_ window: Window, _ input: [Int]) throws(LayersError) {
    output = try window.outputLengths(input)
    positions = output.reduce(1, *)
    taps = window.kernel.reduce(1, *)
    inputs = input.reduce(1, *)
    let tables = input.indices.map { Self.table(window, $0, input[$0], output[$0]) }
    var sources = [Int](repeating: 0, count: positions)
    for tap in 0..<taps {
      // Row-major over the dimensions: source = ((i0) * length1 + i1) * length2 + ...; -1 stays -1.
      for p in sources.indices { sources[p] = 0 }
      var rest = tap
      var scale = 1  // of the input index
      var inner = 1  // positions in the dimensions after this one
      for d in input.indices.reversed() {
        let k = rest % window.kernel[d]
        rest /= window.kernel[d]
        let length = output[d]
        for p in 0..<positions where sources[p] >= 0 {
          let index = tables[d][k * length + p / inner % length]
          sources[p] = index < 0 ? -1 : sources[p] + index * scale
        }
        scale *= input[d]
        inner *= length
      }
      append(sources)
    }
  }

  /// [kernel, output] along one dimension: the input's index, or -1 where there are zeros.
  private static func table(_ window: Window, _ d: Int, _ length: Int, _ output: Int) -> [Int] {
    let before = window.pads(d).before
    var table: [Int] = []
    for k in 0..<window.kernel[d] {
      for o in 0..<output {
        let index = o * window.stride[d] + k * window.dilation[d] - before
        table.append(window.mode.source(index, length) ?? -1)
      }
    }
    return table
  }

  private mutating func append(_ sources: [Int]) {
    for (position, source) in sources.enumerated() where source >= 0 {
      if all.count > first[first.count - 1], let last = all.last, last.source + last.count == source,
        last.position + last.count == position
      {
        all[all.count - 1].count += 1
      } else {
        all.append(Run(position: position, source: source, count: 1))
      }
    }
    first.append(all.count)
  }

  /// The runs of one tap, by position; what no run covers reads zeros.
  func runs(_ tap: Int) -> ArraySlice<Run> { all[first[tap]..<first[tap + 1]] }

  /// How many taps of each output position read an input. [positions]
  var coverage: [Int] {
    var count = [Int](repeating: 0, count: positions)
    for run in all {
      for p in run.position..<run.position + run.count { count[p] += 1 }
    }
    return count
  }
}
