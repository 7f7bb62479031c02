// What a clip is told, in plain loops over the checkpoint's tensors: two convolutions over frames with zeros around them, and a
// mixture of the labels' rows. Its own arithmetic, not Conditioner's, whose oracle it is.
internal import Kernels
internal import Signal
internal import WaveNet

extension NaiveGenerator {
  /// y [C] that the step hears which predicts the code at a place, or nil where it is told nothing.
  static func told(
    _ model: Model, _ conditions: Conditions?, _ kernels: KernelTable
  ) -> (_ place: Int) -> [Float]? {
    guard let conditions else { return { _ in nil } }
    precondition(conditions.firstFrame == 0, "controls from frame \(conditions.firstFrame) on")
    let conditioning = model.configuration.conditioning!
    let f = conditioning.controlChannels
    let frames = f == 0 ? 0 : conditions.controls.count / f
    // [frames][F], then [frames][C]
    var controls = (0..<frames).map { Array(conditions.controls[$0 * f..<($0 + 1) * f]) }
    if frames > 0 {
      controls = overFrames(controls, 0, model, kernels).map { $0.map { max($0, 0) } }
      controls = overFrames(controls, 1, model, kernels)
    }
    let labels = conditions.labels.isEmpty ? nil : mixture(conditions.labels, model, kernels)
    return { place in
      if place < 0 { return nil }
      let frame = place / conditioning.frameSamples
      if frame >= frames { return labels }
      guard let labels else { return controls[frame] }
      return zip(labels, controls[frame]).map { $0 + $1 }
    }
  }

  /// A layer of three taps over frames x [frames][inputs]: [frames][C].
  private static func overFrames(
    _ x: [[Float]], _ layer: Int, _ model: Model, _ kernels: KernelTable
  ) -> [[Float]] {
    let weight = model.tensor("conditioning.controls.\(layer).weight")  // [C, inputs, 3]
    let bias = model.tensor("conditioning.controls.\(layer).bias")
    let inputs = x[0].count
    return x.indices.map { frame in
      bias.indices.map { c in
        var sum = bias[c]
        for tap in 0..<3 where x.indices.contains(frame + tap - 1) {
          for k in 0..<inputs {
            sum = multiplyAdd(x[frame + tap - 1][k], weight[(c * inputs + k) * 3 + tap], sum, kernels)
          }
        }
        return sum
      }
    }
  }

  /// The sum of the labels' rows, each times its share: [C].
  private static func mixture(_ shares: [Float], _ model: Model, _ kernels: KernelTable) -> [Float] {
    let weight = model.tensor("conditioning.labels.weight")  // [labels, C]
    var row = [Float](repeating: 0, count: weight.count / shares.count)
    for (label, share) in shares.enumerated() {
      for c in row.indices { row[c] = multiplyAdd(share, weight[label * row.count + c], row[c], kernels) }
    }
    return row
  }
}
