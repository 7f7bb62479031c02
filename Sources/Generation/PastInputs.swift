// Where a block's past taps find their inputs: in a queue's ring, or in rows that follow one another.

/// Runs of rows, one for each past tap, oldest tap first. A value: where the first one stands, and how to come to the next.
struct PastInputs {
  private var run: UnsafePointer<Float>
  private let step: Int
  private let ring: Int
  private var left: Int  // floats to the end of the ring

  /// Runs `step` floats apart.
  @inline(__always)
  init(_ oldest: UnsafePointer<Float>, step: Int) {
    (run, self.step, ring, left) = (oldest, step, 0, .max)
  }

  /// Runs `step` floats apart on a ring of `ring` floats, at the `place`-th of which the oldest one stands.
  @inline(__always)
  init(ring start: UnsafePointer<Float>, of ring: Int, at place: Int, step: Int) {
    (run, self.step, self.ring, left) = (start + place, step, ring, ring - place)
  }

  /// The first row of the run of the oldest tap that was not asked for yet.
  @inline(__always)
  mutating func next() -> UnsafePointer<Float> {
    let row = run
    run += step
    left -= step
    if left <= 0 {
      run -= ring
      left += ring
    }
    return row
  }
}
