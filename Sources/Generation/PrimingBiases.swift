// The biases of one block for a tile of time steps of a clip that is told something: for priming, which goes block by block.
// Step by step: FrameBiases.swift, BatchBiases.swift.
internal import Kernels
internal import WaveNet

/// Rows of biases, one for each time step.
struct PrimingBiases {
  private let matrices: ConditionMatrices
  private let told: ToldFrames
  private let frames: AlignedBuffer  // [steps, 2dp], those of the frames
  private let rows: AlignedBuffer  // [steps, 2dp], those of the steps

  /// For up to `steps` steps at a time; nil if the clip is told nothing.
  init?(_ model: PackedModel, _ told: ToldFrames?, steps: Int) {
    guard let matrices = model.condition, let told else { return nil }
    (self.matrices, self.told) = (matrices, told)
    let row = 2 * matrices.dims.dp
    (frames, rows) = (AlignedBuffer(count: steps * row), AlignedBuffer(count: steps * row))
  }

  /// [steps, 2dp] of block `index`, for steps of which the first predicts the sample at `place`.
  func rows(_ index: Int, place: Int, steps: Int) -> Rows {
    let row = 2 * matrices.dims.dp
    var first: Int?  // frame of these steps
    var done = 0
    while done < steps {
      let (frame, holds) = told.frame(at: place + done)
      var biases = matrices.plain + index * row
      if let frame {
        if first == nil {
          // One product for all of them.
          let last = told.frame(at: place + steps - 1).frame ?? told.frames - 1
          matrices.biases(
            frames: last - frame + 1, told.y(from: frame), block: index,
            into: frames.rows(of: row))
        }
        first = first ?? frame
        biases = UnsafePointer(frames.pointer) + (frame - first!) * row
      }
      for _ in 0..<min(holds, steps - done) {
        (rows.pointer + done * row).update(from: biases, count: row)
        done += 1
      }
    }
    return Rows(rows.rows(of: row))
  }
}
