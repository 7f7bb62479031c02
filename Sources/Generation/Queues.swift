// What generation remembers: for every block, the (K-1) * dilation newest rows of its input, as a ring. State only; the
// weights are elsewhere, so that a copy of the queues is a branch of the sound.
internal import Kernels

/// The queues of `clips` clips that advance in step. Memory: clips * (K-1) * sum(dilations) * queueRow floats.
///
/// Layout: block by block a ring of slots, a slot [clips, queueRow] holding one time step of all clips. `heads[i]` is the
/// oldest slot of block i; tap j (oldest first) is j * dilation slots after it. A time step reads its past taps and then
/// overwrites the oldest slot with the present.
package final class Queues {
  let weights: PackedWeights
  package let clips: Int
  private let slots: AlignedBuffer
  private let heads: UnsafeMutablePointer<Int>  // [L], in slots
  private let starts: UnsafeMutablePointer<Int>  // [L], first float of each ring
  private let blockCount: Int
  private let row: Int  // floats of an encoded row
  private let slot: Int  // floats in a slot

  /// Filled with silence.
  package init(_ weights: PackedWeights, clips: Int) {
    precondition(clips > 0, "\(clips) clips")
    self.weights = weights
    self.clips = clips
    row = weights.queueRow
    slot = clips * row
    blockCount = weights.blocks.count
    heads = .allocate(capacity: blockCount)
    starts = .allocate(capacity: blockCount)
    var start = 0
    for (i, block) in weights.blocks.enumerated() {
      (starts + i).initialize(to: start)
      (heads + i).initialize(to: 0)
      start += block.pastRows * slot
    }
    slots = AlignedBuffer(count: start)
    reset()
  }

  deinit {
    heads.deallocate()
    starts.deallocate()
  }

  /// Endless silence before the next time step.
  package func reset() {
    for (i, block) in weights.blocks.enumerated() {
      heads[i] = 0
      let silence = weights.silence.pointer + i * row
      var place = slots.pointer + starts[i]
      for _ in 0..<block.pastRows * clips {
        place.update(from: silence, count: row)
        place += row
      }
    }
  }

  /// Becomes equal to `other`, which has the same weights and number of clips.
  package func copy(from other: Queues) {
    precondition(
      weights === other.weights && clips == other.clips, "queues of \(other.clips) clips into \(clips)")
    slots.copy(from: other.slots)
    heads.update(from: other.heads, count: blockCount)
  }

  /// The oldest slot of block `index`.
  @inline(__always)
  func head(_ index: Int) -> Int { heads[index] }

  /// First rows (clip 0) of block `index`'s past taps, oldest first.
  @inline(__always)
  func readTaps(
    _ index: Int, dilation: Int, pastRows: Int, into past: UnsafeMutablePointer<UnsafePointer<Float>>
  ) {
    let ring = slots.pointer + starts[index]
    var place = heads[index]
    var tap = 0
    var left = pastRows
    while left > 0 {
      past[tap] = UnsafePointer(ring + place * slot)
      tap += 1
      left -= dilation
      place += dilation
      if place >= pastRows { place -= pastRows }
    }
  }

  /// Block `index`'s oldest slot, [clips, queueRow]: read it, then put the present there, then `advance`.
  @inline(__always)
  func oldest(_ index: Int) -> Floats { slots.pointer + starts[index] + heads[index] * slot }

  /// The oldest slot of block `index` holds the present now.
  @inline(__always)
  func advance(_ index: Int, pastRows: Int) {
    let next = heads[index] + 1
    heads[index] = next == pastRows ? 0 : next
  }

  /// Sets the newest rows of one clip in block `index`: `rows` [count, queueRow], encoded, oldest first, count up to the queue's length.
  /// Only right after `reset()`, when the oldest slot is slot 0.
  func load(_ index: Int, clip: Int, rows: UnsafePointer<Float>, count: Int) {
    let pastRows = weights.blocks[index].pastRows
    precondition(
      heads[index] == 0 && count <= pastRows && clip < clips, "\(count) rows into a queue of \(pastRows)")
    let ring = slots.pointer + starts[index] + clip * row
    for i in 0..<count {
      (ring + (pastRows - count + i) * slot).update(from: rows + i * row, count: row)
    }
  }
}
