// What one clip is told, as the blocks of a model hear it: all of it once, when the clip is told. The biases that come of
// it, frame by frame while it plays: FrameBiases.swift (one clip), BatchBiases.swift (many). Slow twin:
// NaiveGenerator+Conditions.swift.
internal import Kernels
internal import Signal
internal import WaveNet

/// y (`Conditioner`) of every frame of a clip. A value; what it points to is never written again.
package struct ToldFrames {
  /// The place of the first sample to be generated: see `Conditions.start`.
  let start: Int
  /// Frames of the controls.
  let frames: Int
  let frameSamples: Int
  private let y: AlignedBuffer  // [frames + 1, cp]; the last row is what holds behind the controls
  private let cp: Int
  private let hasLabels: Bool

  /// - Parameter conditioner: of the model of `matrices`
  init(_ told: Conditions, _ conditioner: Conditioner, _ matrices: ConditionMatrices) {
    precondition(told.firstFrame == 0, "controls of a clip from frame \(told.firstFrame) on")
    precondition(
      told.controls.allSatisfy(\.isFinite) && told.labels.allSatisfy(\.isFinite), "told what is not finite")
    let f = matrices.dims.f
    precondition(
      told.controls.isEmpty || f > 0, "\(told.controls.count) values of controls for a model without")
    (start, frameSamples, cp) = (told.start, matrices.frameSamples, matrices.dims.cp)
    frames = f == 0 ? 0 : told.controls.count / f
    hasLabels = !told.labels.isEmpty
    y = conditioner.hear(told, frames: 0..<frames + 1, matrices.matrices.pointer)
  }

  /// The frame that the step that predicts the sample at `place` reads, `frames` for all behind the last one, nil if it is
  /// told nothing; and for how many steps from this one on the same holds.
  @inline(__always)
  func frame(at place: Int) -> (frame: Int?, steps: Int) {
    if place < 0 { return (nil, -place) }
    let frame = place / frameSamples
    if frame >= frames { return (hasLabels ? frames : nil, .max) }
    return (frame, (frame + 1) * frameSamples - place)
  }

  /// y of `frame` and those that follow, cp floats each.
  @inline(__always)
  func y(from frame: Int) -> Rows { Rows(y.rows(of: cp, from: frame)) }
}

extension PackedModel {
  /// What a clip is told, or nil if that is nothing. A programmer error if the model cannot be told it.
  func hear(_ conditions: Conditions?) -> ToldFrames? {
    guard let conditions, !(conditions.labels.isEmpty && conditions.controls.isEmpty) else { return nil }
    guard let matrices = condition else {
      preconditionFailure(
        "\(conditions.labels.count) labels and \(conditions.controls.count) values for a model that is told nothing"
      )
    }
    return ToldFrames(conditions, Conditioner(matrices, kernels: kernels), matrices)
  }
}
