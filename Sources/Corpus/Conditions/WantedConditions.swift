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
    let (first, end) = Conditions.rows(places, frameSamples: frameSamples, of: rows.frames)
    precondition(first < end, "places \(places) of a clip of \(rows.frames) frames")
    told.firstFrame = first
    told.controls = rows.values(first..<end)
    return told
  }
}
