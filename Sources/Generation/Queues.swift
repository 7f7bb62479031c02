// What generation remembers: for every block, the (K-1) * dilation newest rows of its input, as a ring. State only; the
// weights are elsewhere, so that a copy of the queues is a branch of the sound.
internal import Kernels

/// The queues of `clips` clips that advance in step. Memory: clips * (K-1) * sum(dilations) * queueRow floats.
///
/// Block by block a ring of slots, a slot [clips, queueRow] holding one time step of all clips. Tap j (oldest first) is
/// j * dilation slots after the oldest slot. A time step reads its past taps and then overwrites the oldest slot with the
/// present.
package final class Queues {
  /// One block's ring.
  struct Ring {
    let dilation: Int
    /// (K-1) * dilation: slots.
    let pastRows: Int
    fileprivate let start: Int  // first float, in `slots`
    /// The oldest slot.
    fileprivate(set) var head = 0
  }

  private let rest: RestState
  let clips: Int
  private let slots: AlignedBuffer
  private let rings: UnsafeMutablePointer<Ring>  // [L]
  private let blockCount: Int
  private let row: Int  // floats of an encoded row
  private let slot: Int  // floats in a slot

  /// Filled with silence.
  init(_ model: PackedModel, clips: Int) {
    precondition(clips > 0, "\(clips) clips")
    let c = model.configuration
    rest = model.rest
    self.clips = clips
    row = model.weights.layout.queueRow
    slot = clips * row
    blockCount = c.blockCount
    rings = .allocate(capacity: blockCount)
    var start = 0
    for (i, dilation) in c.dilations.enumerated() {
      let pastRows = (c.kernelSize - 1) * dilation
      (rings + i).initialize(to: Ring(dilation: dilation, pastRows: pastRows, start: start))
      start += pastRows * slot
    }
    slots = AlignedBuffer(count: start)
    reset()
  }

  deinit { rings.deallocate() }

  /// Endless silence before the next time step.
  func reset() {
    for i in 0..<blockCount {
      rings[i].head = 0
      let silence = rest.silence.pointer + i * row
      var place = slots.pointer + rings[i].start
      for _ in 0..<rings[i].pastRows * clips {
        place.update(from: silence, count: row)
        place += row
      }
    }
  }

  /// Becomes equal to `other`, which has the same model and number of clips.
  func copy(from other: Queues) {
    precondition(
      rest.silence === other.rest.silence && clips == other.clips,
      "queues of \(other.clips) clips into \(clips), or of another model")
    slots.copy(from: other.slots)
    rings.update(from: other.rings, count: blockCount)
  }

  /// Block `index`'s ring.
  @inline(__always)
  func ring(_ index: Int) -> Ring { rings[index] }

  /// First rows (clip 0) of block `index`'s past taps, oldest first.
  @inline(__always)
  func pastInputs(_ index: Int) -> PastInputs {
    let ring = rings[index]
    return PastInputs(
      ring: slots.pointer + ring.start, of: ring.pastRows * slot, at: ring.head * slot,
      step: ring.dilation * slot)
  }

  /// Block `index`'s oldest slot, [clips, queueRow]: read it, then put the present there, then `advance`.
  @inline(__always)
  func oldest(_ index: Int) -> UnsafeMutablePointer<Float> {
    slots.pointer + rings[index].start + rings[index].head * slot
  }

  /// The oldest slot of block `index` holds the present now.
  @inline(__always)
  func advance(_ index: Int) {
    let next = rings[index].head + 1
    rings[index].head = next == rings[index].pastRows ? 0 : next
  }

  /// Sets the newest rows of one clip in block `index`: `rows` [count, queueRow], encoded, oldest first, count up to the
  /// queue's length. Only right after `reset()`, when the oldest slot is slot 0.
  func load(_ index: Int, clip: Int, rows: UnsafePointer<Float>, count: Int) {
    let pastRows = rings[index].pastRows
    precondition(
      rings[index].head == 0 && count <= pastRows && clip < clips,
      "\(count) rows of clip \(clip) into a queue of \(pastRows)")
    let ring = slots.pointer + rings[index].start + clip * row
    for i in 0..<count {
      (ring + (pastRows - count + i) * slot).update(from: rows + i * row, count: row)
    }
  }
}
