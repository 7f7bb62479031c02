// What a model can be told, as far as a corpus has to know it: which labels, which controls, how long a frame is. The
// network's side is `Conditioning` in WaveNet, which stands above.
import Signal

/// The conditions that each clip of a corpus is to come with.
package struct WantedConditions: Hashable, Sendable {
  /// The model's vocabulary; empty: no labels.
  package var labels: [String]
  /// Empty: no controls.
  package var controls: [Control]
  /// Samples of a frame.
  package var frameSamples: Int

  /// Rows of controls that a crop has on either side of those that its steps read, where the clip has them: how far a
  /// network's layers over frames see.
  static let margin = 2

  package init(labels: [String], controls: [Control], frameSamples: Int) {
    precondition(frameSamples > 0, "frames of \(frameSamples) samples")
    (self.labels, self.controls, self.frameSamples) = (labels, controls, frameSamples)
  }

  /// What the steps are told that predict the samples at `places` of a clip.
  /// - label: the clip's, one of `labels`; nil tells none.
  /// - rows: of the whole clip; nil tells no controls.
  func conditions(label: String?, rows: ControlRows?, places: Range<Int>) -> Conditions {
    var told = Conditions(start: places.lowerBound)
    if let label { told.labels = labels.map { $0 == label ? 1 : 0 } }
    guard let rows else { return told }
    let read = max(0, places.lowerBound) / frameSamples..<max(0, places.upperBound - 1) / frameSamples + 1
    let first = max(0, read.lowerBound - WantedConditions.margin)
    let end = min(rows.frames, read.upperBound + WantedConditions.margin)
    precondition(first < end, "frames \(read) of a clip of \(rows.frames)")
    told.firstFrame = first
    told.controls = rows.values(first..<end)
    return told
  }
}
