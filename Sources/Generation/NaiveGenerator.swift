// The oracle: every sample from its whole receptive field, layer by layer, in plain loops over the checkpoint's tensors.
// Never optimised. It shares with the fast path the order of accumulation (CKernels.h), which makes the two equal to the
// bit, the gate's approximation (one `gate` call per row) and the sampler; no packing, no queues, no products.
package import Kernels
package import Signal
package import WaveNet

package enum NaiveGenerator {
  /// Logits [Q] of the code after `history`, with silence before it.
  /// - Parameters:
  ///   - conditions: what the clip is told
  ///   - generated: how many of the newest codes are the clip's own, from `conditions.start` on; the others are its prime
  ///   - gatedSteps: gated outputs are rounded to 1 / `gatedSteps`, as int8 does
  package static func logits(
    _ model: Model, history: [UInt16], conditions: Conditions? = nil, generated: Int = 0,
    kernels: KernelTable = .active, gatedSteps: Float? = nil
  ) -> [Float] {
    let c = model.configuration
    let (r, d, s, h, q) = (
      c.residualChannels, c.dilationChannels, c.skipChannels, c.headChannels, c.quantizationLevels
    )
    let heard = history.suffix(c.receptiveField)
    let silence = [UInt16](repeating: MuLaw(levels: q).silence, count: c.receptiveField - heard.count)

    let embedding = model.tensor("embedding.weight")
    var x = (silence + heard).map { code in (0..<r).map { embedding[Int(code) * r + $0] } }  // [time][R]
    var skips = [Float](repeating: 0, count: s)
    for i in 0..<c.blockCount {
      let bias = model.tensor("blocks.\(i).skip.bias")
      for n in 0..<s { skips[n] = i == 0 ? bias[n] : skips[n] + bias[n] }
    }
    let told = Self.told(model, conditions, kernels)
    for (i, dilation) in c.dilations.enumerated() {
      let weight = model.tensor("blocks.\(i).dilated.weight")  // [2D, R, K]
      let bias = model.tensor("blocks.\(i).dilated.bias")
      let past = (c.kernelSize - 1) * dilation
      var next: [[Float]] = []
      for t in past..<x.count {
        // Of the code that this step predicts.
        let place = (conditions?.start ?? 0) + generated - (x.count - 1 - t)
        var a = Array(bias)
        if let y = told(place) { a = dense(y, model.tensor("blocks.\(i).condition.weight"), a, kernels) }
        for n in 0..<2 * d {
          for tap in 0..<c.kernelSize {
            let row = x[t - (c.kernelSize - 1 - tap) * dilation]
            for k in 0..<r {
              a[n] = multiplyAdd(row[k], weight[(n * r + k) * c.kernelSize + tap], a[n], kernels)
            }
          }
        }
        var z = gate(a, d, kernels)
        if let gatedSteps {
          for n in 0..<d { z[n] = (z[n] * gatedSteps).rounded(.toNearestOrEven) / gatedSteps }
        }
        if t == x.count - 1 {
          let skip = model.tensor("blocks.\(i).skip.weight")
          skips = dense(z, skip, skips, kernels)
        }
        if i < c.blockCount - 1 {
          let residual = dense(
            z, model.tensor("blocks.\(i).residual.weight"), Array(model.tensor("blocks.\(i).residual.bias")),
            kernels)
          next.append((0..<r).map { residual[$0] + x[t][$0] })
        }
      }
      x = next
    }
    let hidden = dense(
      skips.map { max($0, 0) }, model.tensor("head.hidden.weight"), Array(model.tensor("head.hidden.bias")),
      kernels)
    precondition(hidden.count == h && skips.count == s, "\(hidden.count) hidden channels")
    return dense(
      hidden.map { max($0, 0) }, model.tensor("head.output.weight"), Array(model.tensor("head.output.bias")),
      kernels)
  }

  /// What `Generator` gives for the same arguments, after `prime`.
  package static func generate(
    _ model: Model, count: Int, sampling: SamplingOptions = .init(), seed: UInt64 = 0, clip: UInt64 = 0,
    prime: [UInt16] = [], conditions: Conditions? = nil, kernels: KernelTable = .active
  ) throws(GenerationError) -> [UInt16] {
    let scratch = SamplerScratch(levels: model.configuration.quantizationLevels)
    let random = Philox(seed: seed, stream: clip)
    var history = prime
    for index in 0..<count {
      let warm = prime.isEmpty && index < sampling.warmUpSamples
      let code = Sampler.code(
        logits: logits(
          model, history: history, conditions: conditions, generated: index, kernels: kernels),
        options: warm ? SamplingOptions() : sampling,
        uniform: random.uniform(at: UInt64(index)), scratch: scratch, kernels: kernels)
      guard let code else { throw .nonFiniteLogits(clip: clip, sample: index) }
      history.append(code)
    }
    return Array(history.dropFirst(prime.count))
  }

  /// One step of a chain of sums, rounded once where the kernels have a fused multiply-add, else twice.
  static func multiplyAdd(_ x: Float, _ w: Float, _ sum: Float, _ kernels: KernelTable) -> Float {
    kernels.instructionSet == .portable ? sum + x * w : sum.addingProduct(x, w)
  }

  /// initial[n] + sum over k of x[k] * weight[n, k].
  static func dense(
    _ x: [Float], _ weight: UnsafeBufferPointer<Float>, _ initial: [Float], _ kernels: KernelTable
  ) -> [Float] {
    var y = initial
    for n in y.indices {
      for k in x.indices { y[n] = multiplyAdd(x[k], weight[n * x.count + k], y[n], kernels) }
    }
    return y
  }

  /// tanh(a[0..<d]) * sigmoid(a[d..<2d]), through the kernel, which wants padded rows.
  private static func gate(_ a: [Float], _ d: Int, _ kernels: KernelTable) -> [Float] {
    let n = KernelTable.padded(d)
    let row = AlignedBuffer(count: 2 * n)
    let z = AlignedBuffer(count: n)
    for i in 0..<d { (row[i], row[n + i]) = (a[i], a[d + i]) }
    kernels.gate(rows: 1, channels: n, row.pointer, into: z.rows(of: n))
    return Array(z.elements.prefix(d))
  }
}
