// What is to be followed beyond the pitches and levels of the model's gestures, in words: it is on its own there, and may fall silent.
import Generation
import Instruments
import Reports
import Signal

extension GenerationPlan {
  /// Of the frames with a pitch, the share that is worth a word.
  private static let worthAWord = 0.05

  /// Empty where it has learnt what the first clip follows, or nothing says what it has learnt.
  var beyondLearnt: [String] {
    let conditions = direction(clip: numbers.lowerBound).conditions
    guard let conditions, !conditions.controls.isEmpty, let gestures = recipe.gestures,
      let conditioning = recipe.model.configuration.conditioning,
      let learnt = LearntRange(gestures.curves(labels: conditions.labels.isEmpty ? nil : conditions.labels))
    else { return [] }
    let curves = conditioning.curves(conditions.controls, sampleRate: recipe.sampleRate)
    return [
      sentence(
        learnt.beyond(curves), known: learnt.all, flag: "transpose", directions.transposition,
        remark: "it may play something else there, or nothing", words: Self.pitches),
      sentence(
        learnt.beyondInLevel(curves), known: learnt.loudness, flag: "level", directions.levelChange,
        remark: "it may play out of tune there", words: Self.levels),
    ].compactMap { $0 }
  }

  private func sentence(
    _ beyond: LearntRange.Beyond?, known: ClosedRange<Double>, flag: String, _ given: Double,
    remark: String, words: (ClosedRange<Double>) -> String
  ) -> String? {
    guard let beyond, beyond.share >= Self.worthAWord else { return nil }
    return
      "\(NumberText.percent(beyond.share)) of what it follows, \(words(beyond.range)), is beyond what the model's "
      + "gestures have, \(words(known)): \(remark)"
      + (beyond.nearer == 0 ? "" : ": --\(flag) \(NumberText.plain(given + beyond.nearer)) is nearer")
  }

  private static func pitches(_ range: ClosedRange<Double>) -> String {
    let (low, high) = (Pitch(nearest: range.lowerBound), Pitch(nearest: range.upperBound))
    return low == high ? "\(low)" : "\(low) to \(high)"
  }

  private static func levels(_ range: ClosedRange<Double>) -> String {
    let (low, high) = (range.lowerBound.rounded(), range.upperBound.rounded())
    return (low == high ? "" : "\(NumberText.plain(low)) to ") + "\(NumberText.plain(high)) dB"
  }
}
