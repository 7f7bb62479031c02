// What a sample costs, counted from the configuration, and which of the machine's ceilings that meets first. The only
// place where `synth bench` counts.
//
// Operations: a multiply-add of a product is two; gates, softmax and the table lookup of the input are left out (they are
// paid for, so the fraction of a ceiling that is reached is a little higher than reported). Bytes: the weights alone, read
// once per time step of however many clips advance together; queues and activations are left out likewise.
package import Generation
package import Kernels
package import WaveNet

package struct Cost: Sendable, Equatable {
  /// Operations per sample, by the arithmetic that they are done in.
  package var operations: [Precision: Double]
  /// Bytes of weights that are read for one time step of generation; 0 where the weights hardly matter (training).
  package var weightBytes = 0.0

  /// All operations of a sample.
  package var totalOperations: Double { operations.values.reduce(0, +) }

  // MARK: counting

  /// One generated sample. With 8-bit weights the output layer is bfloat16, and what inputs of two bytes cost more is not
  /// counted.
  /// - Parameter stream: of one clip, whose past taps are multiplied for several time steps at a time, so that their weights
  ///   count with that part of a read, and whose head reads the weights of inputs above zero only. Operations count as if it
  ///   read all. `nil`: of many clips.
  /// - Parameter keepsFloats: weights of bfloat16 are read as floats.
  package static func generation(
    _ c: Configuration, precision: Precision, stream: HeadDensity? = nil, keepsFloats: Bool = false
  ) -> Cost {
    let bf16Bytes = keepsFloats ? 4 : 2
    var work = readingAll(c, precision, bf16Bytes: bf16Bytes)
    guard let stream else { return work }
    let perBlock = Double((c.kernelSize - 1) * 2 * c.dilationChannels * c.residualChannels)
    let notNow = (0..<c.blockCount).reduce(0.0) { $0 + 1 - PastTapSchedule.reads(c, block: $1) }
    let silent = (
      hidden: (1 - stream.hidden) * Double(c.skipChannels * c.headChannels),
      output: (1 - stream.output) * Double(c.headChannels * c.quantizationLevels)
    )
    let bytes = precision == .f32 ? 4.0 : precision == .bf16 ? Double(bf16Bytes) : 1
    work.weightBytes -=
      bytes * (notNow * perBlock + silent.hidden) + max(bytes, Double(bf16Bytes)) * silent.output
    return work
  }

  private static func readingAll(_ c: Configuration, _ precision: Precision, bf16Bytes: Int) -> Cost {
    let (body, head) = (c.blockMultiplyAdds, c.headMultiplyAdds)
    let rows =
      c.blockCount * (2 * c.dilationChannels * c.kernelSize + c.residualChannels + c.skipChannels)
      + c.headChannels
    // Biases of the blocks and the head (the skips' are one sum), and a row of the embedding: always f32.
    let plain =
      c.blockCount * 2 * c.dilationChannels + c.blockCount * c.residualChannels + c.skipChannels
      + c.headChannels + c.quantizationLevels
    switch precision {
    case .f32:
      return Cost(
        operations: [.f32: Double(2 * (body + head))], weightBytes: Double(4 * (body + head + plain)))
    case .bf16:
      return Cost(
        operations: [.bf16: Double(2 * (body + head))],
        weightBytes: Double(bf16Bytes * (body + head) + 4 * plain))
    case .int8:
      let output = c.headChannels * c.quantizationLevels
      let integers = body + head - output
      return Cost(
        operations: [.int8: Double(2 * integers), .bf16: Double(2 * output)],
        weightBytes: Double(integers + bf16Bytes * output + 4 * plain + 8 * rows))  // two numbers per row
    }
  }

  /// The forward pass over a sequence that predicts `crop` samples, per predicted sample: blocks also work on the part of
  /// the receptive field before the first of them that later blocks need.
  package static func forward(
    _ c: Configuration, crop: Int, arithmetic: Precision = .f32
  ) -> Cost {
    let (r, d) = (c.residualChannels, c.dilationChannels)
    var positions = crop + c.receptiveField - 1
    var sum = 0.0
    for (i, dilation) in c.dilations.enumerated() {
      positions -= (c.kernelSize - 1) * dilation
      let last = i == c.blockCount - 1
      sum += Double(positions * (2 * d * r * c.kernelSize + (last ? 0 : r * d)))
    }
    sum += Double(crop * (c.blockCount * d * c.skipChannels + c.headMultiplyAdds))
    return Cost(operations: [arithmetic: 2 * sum / Double(crop)])
  }

  /// A training step, per predicted sample: the gradients of inputs and of weights cost a forward pass each.
  package static func training(
    _ c: Configuration, crop: Int, arithmetic: Precision = .f32
  ) -> Cost {
    Cost(operations: forward(c, crop: crop, arithmetic: arithmetic).operations.mapValues { 3 * $0 })
  }

  /// Priming with one receptive field, per code of it: no skips, no head, and each block only where later ones listen.
  package static func priming(_ c: Configuration) -> Cost {
    let perPosition =
      2 * c.dilationChannels * c.residualChannels * c.kernelSize
      + c.residualChannels * c.dilationChannels
    var positions = c.receptiveField - 1
    var sum = 0.0
    for dilation in c.dilations.dropLast() {
      positions -= (c.kernelSize - 1) * dilation
      sum += Double(positions * perPosition)
    }
    return Cost(operations: [.f32: 2 * sum / Double(c.receptiveField)])
  }

  // MARK: ceilings

  /// The ceiling that binds, and how much of it was reached.
  package struct Fraction: Sendable, Equatable {
    package var ceiling: String
    package var value: Double
  }

  /// How much of the ceilings `threads` threads reach at `samplesPerSecond`: the larger of what the arithmetic alone and
  /// what reading the weights alone would need, over what was needed.
  /// - Parameters:
  ///   - clipsPerRead: clips that share one read of the weights
  ///   - splitsWeights: whether each thread reads its part of the weights, instead of all for clips of its own
  package func fraction(
    of ceilings: Ceilings, samplesPerSecond: Double, threads: Int, clipsPerRead: Int = 1,
    splitsWeights: Bool = false
  ) -> Fraction? {
    var found: [Fraction] = []
    let kinds = Precision.allCases.filter { operations[$0, default: 0] > 0 }
    let seconds = kinds.map { kind in
      ceilings.operationsPerSecond(kind, threads: threads).map { operations[kind]! / $0 }
    }
    if !seconds.isEmpty, !seconds.contains(nil) {
      let name = kinds.map(\.rawValue).joined(separator: "+")
      found.append(Fraction(ceiling: name, value: seconds.reduce(0) { $0 + $1! } * samplesPerSecond))
    }
    let level = CacheLevel.holding(Int(weightBytes) / (splitsWeights ? threads : 1))
    if weightBytes > 0, let rate = ceilings.bytesPerSecond(level, threads: threads) {
      found.append(
        Fraction(
          ceiling: "\(level.rawValue) read",
          value: weightBytes / Double(clipsPerRead) * samplesPerSecond / rate))
    }
    return found.max { $0.value < $1.value }
  }
}
