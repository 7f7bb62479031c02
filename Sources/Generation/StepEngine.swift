// One time step of some clips: codes in, logits out, queues advanced. O(layers) per sample, no allocation. One clip and many
// are two ways to do it, StreamEngine and BatchEngine, with the same bits; `PackedModel.engine(clips:)` chooses. Slow twin:
// NaiveGenerator.
package import Signal

/// Queues and scratch of clips that advance in step. One thread at a time.
package protocol StepEngine: AnyObject {
  /// The weights, shared.
  var model: PackedModel { get }
  /// What the clips have heard.
  var queues: Queues { get }
  /// [clips, Q] after `step`.
  var logits: UnsafePointer<Float> { get }

  /// Endless silence before the next time step, and the beginning of what the clips are told; `prime` then, which knows
  /// where that is.
  func reset()

  /// What one clip is told from its beginning on, nil for nothing. Only right after `reset()`.
  func tell(clip: Int, _ conditions: Conditions?)

  /// What it is told.
  func told(clip: Int) -> ToldFrames?

  /// Advances the first `running` clips by one sample: `codes` [running] are the newest samples, `logits` then belong to
  /// the samples after them. The other clips' queues become meaningless.
  func step(_ codes: UnsafePointer<UInt16>, running: Int)
}
