// From the order of a checkpoint to that of the matrices, and back: for every tensor of ParameterLayout, which says where its
// elements stand in the flat buffer, where the kernels' matrices have them.

extension MatrixLayout {
  /// A tensor, or one tap of one half of the gate, as a matrix of outputs and inputs. A bias is a matrix of one input.
  ///
  /// Element (o, i) stands in the flat buffer at `flat + o * outputStride + i * inputStride`, in the forward matrices at
  /// `matrix + i * width + o`, and in their transposes at `transposed + o * transposedWidth + i`, unless that is nil.
  struct Parameters: Sendable {
    let outputs, inputs: Int
    let flat, outputStride, inputStride: Int
    let matrix, width: Int
    var transposed: (start: Int, width: Int)?
  }

  /// Every parameter of `layout`, each once.
  func parameters(_ layout: ParameterLayout) -> [Parameters] {
    let (r, d, rp, dp, sp, hp, taps) = (dims.r, dims.d, dims.rp, dims.dp, dims.sp, dims.hp, dims.k)
    var all: [Parameters] = []

    // A [outputs, inputs, 1] tensor; element (o, i) goes to matrix[i, o] and transposed[o, i].
    func dense(_ name: String, _ matrix: Int, _ width: Int, _ transposed: Int, _ transposedWidth: Int) {
      let (shape, range) = (layout[name].shape, layout[name].range)
      all.append(
        Parameters(
          outputs: shape[0], inputs: shape[1], flat: range.lowerBound, outputStride: shape[1], inputStride: 1,
          matrix: matrix, width: width, transposed: (transposed, transposedWidth)))
    }
    // `count` elements of a tensor from `first` on, side by side in both.
    func row(_ name: String, first: Int = 0, count: Int? = nil, _ matrix: Int) {
      let range = layout[name].range
      all.append(
        Parameters(
          outputs: count ?? range.count, inputs: 1, flat: range.lowerBound + first, outputStride: 1,
          inputStride: 0, matrix: matrix, width: 0))
    }

    // A code is an input, and its row stands as it does in the checkpoint. No product reads the transpose.
    all.append(
      Parameters(
        outputs: r, inputs: dims.q, flat: layout["embedding.weight"].range.lowerBound, outputStride: 1,
        inputStride: r, matrix: embedding, width: rp))
    for block in 0..<dims.l {
      let name = "blocks.\(block)"
      let dilated = layout["\(name).dilated.weight"].range.lowerBound  // of [2D, R, K]
      for half in 0..<2 {
        for tap in 0..<taps {
          all.append(
            Parameters(
              outputs: d, inputs: r, flat: dilated + half * d * r * taps + tap, outputStride: r * taps,
              inputStride: taps, matrix: self.dilated[block][tap] + half * dp, width: 2 * dp,
              transposed: (dilatedT[block][tap] + half * dp * rp, rp)))
        }
        row("\(name).dilated.bias", first: half * d, count: d, dilatedBias[block] + half * dp)
      }
      if block < dims.l - 1 {
        dense("\(name).residual.weight", residual[block], rp, residualT[block], dp)
        row("\(name).residual.bias", residualBias[block])
      }
      dense("\(name).skip.weight", skip + block * dp * sp, sp, skipT[block], dp)
      row("\(name).skip.bias", skipBias)  // the biases of all blocks add up to one
    }
    dense("head.hidden.weight", hidden, hp, hiddenT, sp)
    row("head.hidden.bias", hiddenBias)
    dense("head.output.weight", output, dims.q, outputT, hp)
    row("head.output.bias", outputBias)
    if let condition { tell(condition, layout, &all) }
    let count = all.reduce(0) { $0 + $1.outputs * $1.inputs }
    precondition(count == layout.count, "places for \(count) of \(layout.count) parameters")
    return all
  }

  /// Those of what the model is told.
  private func tell(_ condition: Condition, _ layout: ParameterLayout, _ all: inout [Parameters]) {
    let (c, d, dp, cp) = (dims.c, dims.d, dims.dp, dims.cp)
    let width = dims.l * 2 * dp
    for block in 0..<dims.l {
      let first = layout["blocks.\(block).condition.weight"].range.lowerBound  // of [2D, C]
      for half in 0..<2 {
        let column = (2 * block + half) * dp
        all.append(
          Parameters(
            outputs: d, inputs: c, flat: first + half * d * c, outputStride: c, inputStride: 1,
            matrix: condition.blocks + column, width: width,
            transposed: (condition.blocksT + column * cp, cp)))
      }
    }
    if dims.labels > 0 {
      // A label is an input, like a code.
      all.append(
        Parameters(
          outputs: c, inputs: dims.labels, flat: layout["conditioning.labels.weight"].range.lowerBound,
          outputStride: 1, inputStride: c, matrix: condition.labels, width: cp))
    }
    for (layer, taps) in condition.taps.enumerated() {
      let name = "conditioning.controls.\(layer)"
      let first = layout["\(name).weight"].range.lowerBound  // of [C, inputs, 3]
      let inputs = layer == 0 ? dims.f : c
      for tap in 0..<3 {
        all.append(
          Parameters(
            outputs: c, inputs: inputs, flat: first + tap, outputStride: 3 * inputs, inputStride: 3,
            matrix: taps[tap], width: cp, transposed: layer == 0 ? nil : (condition.tapsT[tap], cp)))
      }
      all.append(
        Parameters(
          outputs: c, inputs: 1, flat: layout["\(name).bias"].range.lowerBound, outputStride: 1,
          inputStride: 0,
          matrix: condition.biases[layer], width: 0))
    }
  }
}
