// What stands at each place: a model's tensors, asked for by name, padded with zeros and packed for the products. At f32
// nothing is rounded or reassociated, so results stay those of the flat parameters.
internal import Kernels
internal import WaveNet

extension PackedLayout {
  /// Fills an arena of zeros.
  /// - Parameter inputScales: [L], what each block's input is multiplied by before it is rounded to integers (int8), else 1.
  func fill(_ arena: AlignedBuffer, from model: Model, inputScales: [Float]) {
    precondition(arena.count == count, "an arena of \(arena.count) floats for \(count)")
    let base = arena.pointer
    copy(model.tensor("embedding.weight"), rows: dims.q, dims.r, to: base + embedding, stride: dims.rp)
    for i in blocks.indices { fillBlock(i, base, model, inputScale: inputScales[i]) }
    for i in skips.indices { fillSkips(ofGroup: i, base, model) }
    fillHead(base, model)
    // Integers cannot say that something is not finite, nor weights that are not read: the logits do.
    if !model.parameters.elements.allSatisfy(\.isFinite) {
      (base + outputBias).update(repeating: .nan, count: dims.q)
    }
  }

  private func fillBlock(_ index: Int, _ base: UnsafeMutablePointer<Float>, _ model: Model, inputScale: Float)
  {
    let (block, name) = (blocks[index], "blocks.\(index)")
    let (r, d, dp, taps) = (dims.r, dims.d, dims.dp, dims.k)
    copy(model.tensor("\(name).dilated.bias"), rows: 2, d, to: base + block.dilatedBias, stride: dp)
    let dilated = model.tensor("\(name).dilated.weight")  // [2D, R, K]
    let matrix = AlignedBuffer(count: 2 * dp * r)  // [2dp, R] of one tap
    for tap in 0..<taps {
      for half in 0..<2 {
        for n in 0..<d {
          for k in 0..<r {
            matrix.pointer[(half * dp + n) * r + k] = dilated[((half * d + n) * r + k) * taps + tap]
          }
        }
      }
      arithmetic.pack(
        outputs: 2 * dp, inputs: r, Rows(matrix.rows(of: r)), step: 1 / inputScale,
        into: base + (tap < taps - 1 ? block.pastTaps + tap * tapStride : block.currentTap))
    }
    if index < dims.l - 1 {
      copy(model.tensor("\(name).residual.bias"), r, to: base + block.residualBias)
      arithmetic.pack(
        outputs: r, inputs: d, Rows(model.tensor("\(name).residual.weight").baseAddress!, stride: d),
        step: Arithmetic.gatedStep, into: base + block.residual)
    }
    let (sums, bias) = (base + skipBias, model.tensor("\(name).skip.bias"))
    for n in 0..<dims.s { sums[n] = index == 0 ? bias[n] : sums[n] + bias[n] }
  }

  /// The skip weights of a group's blocks side by side, as one matrix.
  private func fillSkips(ofGroup index: Int, _ base: UnsafeMutablePointer<Float>, _ model: Model) {
    let group = blocks(ofGroup: index)
    let k = group.count * dims.dp
    let matrix = AlignedBuffer(count: dims.s * k)
    for i in group {
      copy(
        model.tensor("blocks.\(i).skip.weight"), rows: dims.s, dims.d,
        to: matrix.pointer + (i - group.lowerBound) * dims.dp, stride: k)
    }
    arithmetic.pack(
      outputs: dims.s, inputs: k, Rows(matrix.rows(of: k)), step: Arithmetic.gatedStep,
      into: base + skips[index])
  }

  private func fillHead(_ base: UnsafeMutablePointer<Float>, _ model: Model) {
    let (s, h, q) = (dims.s, dims.h, dims.q)
    let hiddenWeight = Rows(model.tensor("head.hidden.weight").baseAddress!, stride: s)
    let outputWeight = Rows(model.tensor("head.output.weight").baseAddress!, stride: h)
    let step = 1 / Arithmetic.largestWhole
    copy(model.tensor("head.hidden.bias"), h, to: base + hiddenBias)
    copy(model.tensor("head.output.bias"), q, to: base + outputBias)
    arithmetic.pack(outputs: h, inputs: s, hiddenWeight, step: step, into: base + hidden)
    outputArithmetic.pack(outputs: q, inputs: h, outputWeight, into: base + output)
    if let hiddenSparse {
      arithmetic.packSparse(outputs: h, inputs: s, hiddenWeight, step: step, into: base + hiddenSparse)
    }
    if let outputSparse {
      outputArithmetic.packSparse(outputs: q, inputs: h, outputWeight, into: base + outputSparse)
    }
  }

  /// Copies rows of `columns` elements that follow one another to rows that are `stride` apart.
  private func copy(
    _ source: UnsafeBufferPointer<Float>, rows: Int = 1, _ columns: Int,
    to place: UnsafeMutablePointer<Float>,
    stride: Int = 0
  ) {
    for row in 0..<rows {
      (place + row * stride).update(from: source.baseAddress! + row * columns, count: columns)
    }
  }
}
