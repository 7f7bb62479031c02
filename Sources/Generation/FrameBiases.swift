// The blocks' biases of one clip that is told something: they hold for one frame, and are made when the first step that needs
// them is prepared, which may be a few steps ahead (PastTaps); a few frames in one product, which reads the weights once for all
// of them. Many clips: BatchBiases.swift.
internal import Kernels
internal import WaveNet

/// Where one clip is in what it is told, and the biases of the frames around there.
final class FrameBiases {
  private let matrices: ConditionMatrices
  private(set) var told: ToldFrames?
  /// Of the sample that this step predicts.
  private var place = 0
  private var current: UnsafePointer<Float>  // [L * 2dp], for this step
  private var left = Int.max  // steps that it holds for, this one among them

  // A ring: frame i stands in slot i % count.
  private let slots: AlignedBuffer  // [count, L * 2dp]
  private let held: UnsafeMutablePointer<Int>  // [count] frames, -1 for none
  private let count: Int
  /// Most frames in one product. Frame by frame, one clip would read the condition weights, a fifth as many bytes as the others,
  /// anew every 64 samples, and push others out of the cache.
  private static let most = 8
  private let row: Int  // 2dp
  private let width: Int  // L * 2dp

  init(_ matrices: ConditionMatrices) {
    (self.matrices, current) = (matrices, matrices.plain)
    row = 2 * matrices.dims.dp
    width = matrices.dims.l * row
    // This step's frame, as many as begin within the steps that are prepared, and those that are made with the last of them.
    count = 1 + (PastTapSchedule.most - 1) / matrices.frameSamples + Self.most
    slots = AlignedBuffer(count: count * width)
    held = .allocate(capacity: count)
    held.initialize(repeating: -1, count: count)
  }

  deinit { held.deallocate() }

  /// Another text, from its beginning.
  func tell(_ told: ToldFrames?) {
    self.told = told
    held.update(repeating: -1, count: count)
    reset()
  }

  /// A text that goes on longer, from here.
  func tellOn(_ told: ToldFrames?) {
    let here = place
    tell(told)
    go(to: here)
  }

  /// Back to the beginning.
  func reset() { go(to: told?.start ?? 0) }

  /// To where `other` is.
  func copy(from other: FrameBiases) {
    place = other.place
    tellOn(other.told)
  }

  /// The step is done.
  @inline(__always)
  func advance() {
    place += 1
    left -= 1
    if left == 0 { go(to: place) }
  }

  /// Biases of block `index` for `steps` steps, of which the first one is `ahead` steps ahead: one row for all, or rows that are
  /// written to `sums` [steps, 2dp].
  @inline(__always)
  func rows(
    _ index: Int, ahead: Int, steps: Int, into sums: UnsafeMutablePointer<Float>
  ) -> Rows {
    if ahead + steps <= left { return .repeating(current + index * row) }
    return straddling(index, ahead, steps, sums)
  }

  private func straddling(_ index: Int, _ ahead: Int, _ steps: Int, _ sums: UnsafeMutablePointer<Float>)
    -> Rows
  {
    var done = 0
    while done < steps {
      let (biases, holds) = biases(at: place + ahead + done)
      for _ in 0..<min(holds, steps - done) {
        (sums + done * row).update(from: biases + index * row, count: row)
        done += 1
      }
    }
    return Rows(sums, stride: row)
  }

  private func go(to place: Int) {
    self.place = place
    (current, left) = biases(at: place)
  }

  /// [L * 2dp] for the step that predicts `place`, and for how many steps they hold.
  private func biases(at place: Int) -> (UnsafePointer<Float>, Int) {
    guard let told else { return (matrices.plain, .max) }
    let (frame, steps) = told.frame(at: place)
    guard let frame else { return (matrices.plain, steps) }
    let slot = frame % count
    let biases = slots.pointer + slot * width
    if held[slot] != frame {
      // Behind the controls there is one more row, of the labels alone.
      let frames = max(1, min(Self.most, count - slot, told.frames - frame))
      matrices.biases(frames: frames, told.y(from: frame), into: MutableRows(biases, stride: width))
      for i in 0..<frames { held[slot + i] = frame + i }
    }
    return (UnsafePointer(biases), steps)
  }
}
