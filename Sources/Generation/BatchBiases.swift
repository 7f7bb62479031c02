// The blocks' biases of many clips that advance in step, each told something of its own or nothing. One clip:
// FrameBiases.swift.
internal import Kernels
internal import WaveNet

/// A row of biases for each clip, which holds for one frame of it.
final class BatchBiases {
  private let matrices: ConditionMatrices
  private(set) var told: [ToldFrames?]
  private let rows: AlignedBuffer  // [clips, L * 2dp]
  private let y: AlignedBuffer  // [clips, cp], of frames that begin
  private let ends: UnsafeMutablePointer<Int>  // [clips] the step for which a clip's row no longer holds
  private var step = 0
  private var next = 0  // the first of `ends`
  private let width: Int  // L * 2dp
  /// Whether any clip is told anything.
  private var isTold = false

  init(_ matrices: ConditionMatrices, clips: Int) {
    self.matrices = matrices
    told = Array(repeating: nil, count: clips)
    width = matrices.dims.l * 2 * matrices.dims.dp
    rows = AlignedBuffer(count: clips * width)
    y = AlignedBuffer(count: clips * matrices.dims.cp)
    ends = .allocate(capacity: clips)
    ends.initialize(repeating: 0, count: clips)
  }

  deinit { ends.deallocate() }

  /// Tells one clip. Only at the beginning.
  func tell(_ clip: Int, _ told: ToldFrames?) {
    precondition(step == 0, "clip \(clip) is told something after \(step) steps")
    self.told[clip] = told
    isTold = self.told.contains { $0 != nil }
    reset()
  }

  /// Back to the beginning.
  func reset() {
    ends.update(repeating: 0, count: told.count)
    (step, next) = (0, 0)
  }

  /// Sees to this step of the first `running` clips. Returns whether any is told anything.
  @inline(__always)
  func begin(running: Int) -> Bool {
    if !isTold { return false }
    if step == next { renew(running) }
    step += 1
    return true
  }

  /// Biases of block `index` for this step, a row for each clip.
  @inline(__always)
  func rows(_ index: Int) -> Rows { Rows(rows.pointer + index * 2 * matrices.dims.dp, stride: width) }

  /// New rows where they no longer hold: one product for clips that follow one another.
  private func renew(_ running: Int) {
    let cp = matrices.dims.cp
    var first = 0  // of the clips whose `y` is filled in
    next = .max
    func multiply(upTo clip: Int) {
      if clip > first {
        matrices.biases(
          frames: clip - first, Rows(y.pointer + first * cp, stride: cp),
          into: MutableRows(rows.pointer + first * width, stride: width))
      }
      first = clip + 1
    }
    for clip in 0..<running {
      if ends[clip] > step {
        multiply(upTo: clip)
      } else {
        let place = (told[clip]?.start ?? 0) + step
        let (frame, steps) = told[clip]?.frame(at: place) ?? (nil, .max)
        ends[clip] = steps == .max ? .max : step + steps
        if let frame {
          (y.pointer + clip * cp).update(from: told[clip]!.y(from: frame).start, count: cp)
        } else {
          multiply(upTo: clip)
          (rows.pointer + clip * width).update(from: matrices.plain, count: width)
        }
      }
      next = min(next, ends[clip])
    }
    multiply(upTo: running)
  }
}
