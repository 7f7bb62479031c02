// A gated WaveNet that forecasts numbers, run by the engine that makes sound. What differs between the two is the ends:
// numbers instead of codes go in, one number instead of logits comes out. Both fit the audio model without a change to
// it. Numbers are rounded to 1024 even levels, and the table of the levels' rows, weight * level + bias, is the embedding;
// the row of the answer is the first row of the output matrix. So packed weights, queues and blocks are the same, a step
// costs O(layers), and the naive generator is the oracle here too. Slow twin: MultiStep.recomputed.
internal import Generation
internal import Kernels
package import Layers
package import WaveNet

/// Many steps ahead through queues.
package struct StreamedForecast: Sendable {
  /// The same network as an audio model: Q = 1024 levels; logit h is the h-th number of the answer.
  package let model: Model
  /// Distance between two levels.
  package let step: Float
  private let packed: PackedModel

  /// Levels of the input; the middle one is 0.
  package static let levels = 1024

  /// - limit: largest absolute value to be represented; larger ones are taken for it.
  package init(_ stack: GatedStack, limit: Float) throws(ConfigurationError) {
    precondition(limit > 0, "limit \(limit)")
    let shape = stack.shape
    let configuration = try Configuration(
      quantizationLevels: Self.levels, residualChannels: shape.residual, dilationChannels: shape.dilation,
      skipChannels: shape.skip, headChannels: shape.head, kernelSize: shape.kernel, dilations: shape.dilations
    )
    let layout = ParameterLayout(configuration)
    let parameters = AlignedBuffer(count: layout.count)
    let step = limit / Float(Self.levels / 2 - 1)
    let (weight, bias) = (stack.tensor("input.weight").values, stack.tensor("input.bias").values)
    for tensor in layout.tensors {
      let start = tensor.range.lowerBound
      if tensor.name == "embedding.weight" {
        for code in 0..<Self.levels {
          let level = Self.level(code, step)
          for r in 0..<shape.residual {
            parameters[start + code * shape.residual + r] = weight[r] * level + bias[r]
          }
        }
      } else {
        // The output matrix has rows to spare: they stay zero.
        for (i, value) in stack.tensor(tensor.name).values.enumerated() { parameters[start + i] = value }
      }
    }
    self.step = step
    model = Model(configuration: configuration, parameters: parameters)
    packed = PackedModel(model)
  }

  /// Nearest level of a number.
  package func code(_ value: Float) -> UInt16 {
    let half = Float(Self.levels / 2)
    return UInt16(min(max((value / step).rounded() + half, 0), 2 * half - 1))
  }

  /// The number that a level stands for.
  package func level(_ code: UInt16) -> Float { Self.level(Int(code), step) }

  private static func level(_ code: Int, _ step: Float) -> Float { Float(code - levels / 2) * step }

  /// Forecasts [N, steps] for some examples of a part, each fed back. Windows at least as long as the receptive field.
  package func forecasts(_ part: ForecastData.Part, _ examples: Range<Int>, steps: Int, threads: Int)
    -> Tensor
  {
    precondition(
      part.window >= model.configuration.receptiveField,
      "window \(part.window) for a receptive field of \(model.configuration.receptiveField)")
    let chunk = 32
    let jobs = (examples.count + chunk - 1) / chunk
    let chunks = Parallel.map(jobs: jobs, threads: threads) { job, _ in
      let first = examples.lowerBound + job * chunk
      let some = first..<min(first + chunk, examples.upperBound)
      let engine = packed.engine(clips: some.count)
      var newest: [UInt16] = []
      for (clip, n) in some.enumerated() {
        let codes = part.window(n).map { code($0) }
        engine.prime(clip: clip, codes)
        newest.append(codes[codes.count - 1])
      }
      var values = [Float](repeating: 0, count: some.count * steps)
      for s in 0..<steps {
        unsafe engine.step(newest, running: some.count)
        for clip in newest.indices {
          let forecast = unsafe engine.logits[clip * Self.levels]
          values[clip * steps + s] = forecast
          newest[clip] = code(forecast)
        }
      }
      return values
    }
    return Tensor(shape: [examples.count, steps], chunks.flatMap { $0 })
  }
}
