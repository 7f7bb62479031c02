// What is to be followed beyond the pitches of the model's gestures, in words: it is on its own there, and may fall silent.
import Generation
import Instruments
import Reports
import Signal

extension GenerationPlan {
  /// Of the frames with a pitch, the share that is worth a word.
  private static let worthAWord = 0.05

  /// Nil where it has learnt what the first clip follows, or nothing says what it has learnt.
  var beyondLearnt: String? {
    let conditions = direction(clip: numbers.lowerBound).conditions
    guard let conditions, !conditions.controls.isEmpty, let gestures = recipe.gestures,
      let conditioning = recipe.model.configuration.conditioning,
      let learnt = LearntRange(gestures.curves(labels: conditions.labels.isEmpty ? nil : conditions.labels))
    else { return nil }
    let curves = conditioning.curves(conditions.controls, sampleRate: recipe.sampleRate)
    guard let beyond = learnt.beyond(curves), beyond.share >= Self.worthAWord else { return nil }
    let nearer = NumberText.plain(directions.transposition + 12 * Double(beyond.octaves))
    let share = NumberText.percent(beyond.share)
    let (there, known) = (Self.words(beyond.range), Self.words(learnt.all))
    return "\(share) of what it follows, \(there), is beyond what the model's gestures have, \(known): it "
      + "may play something else there, or nothing"
      + (beyond.octaves == 0 ? "" : ": --transpose \(nearer) is nearer")
  }

  private static func words(_ range: ClosedRange<Double>) -> String {
    let (low, high) = (Pitch(nearest: range.lowerBound), Pitch(nearest: range.upperBound))
    return low == high ? "\(low)" : "\(low) to \(high)"
  }
}
