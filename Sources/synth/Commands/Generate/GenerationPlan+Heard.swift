// Whether a take plays the pitch that it was told, in a sentence: a network now and then stays on a neighbour, and nobody hears each take.
import Generation
import Reports
import Signal

extension GenerationPlan {
  /// Of the frames with a pitch, the share within 50 cents from which on a take is as it should be.
  private static let enough = 0.75
  /// Seconds of a take that are listened to, at most; of it, those with a pitch at the least.
  private static let (most, least) = (60.0, 0.2)

  /// Nil where the pitch is right, or where it was told none.
  func outOfTune(_ sound: Clip, clip: Int) -> String? {
    guard let conditioning = recipe.model.configuration.conditioning,
      let conditions = direction(clip: clip).conditions, !conditions.controls.isEmpty
    else { return nil }
    let sound = sound.part(from: 0, seconds: Self.most)
    let wanted = conditioning.wanted(
      conditions.controls, from: conditions.start, samples: sound.samples.count,
      sampleRate: recipe.sampleRate)
    guard wanted.curve(of: .pitch) != nil else { return nil }
    let heard = ControlCurves(sound, channels: wanted.channels, frame: wanted.frame)
    let found = CurveAgreement([(wanted, heard)])
    guard let right = found.pitchWithin50Cents, right < Self.enough,
      Double(found.voicedFrames * wanted.frame) >= Self.least * Double(recipe.sampleRate)
    else { return nil }
    return
      "\(NumberText.percent(1 - right)) of what it was to play with a pitch has none, or one more than 50 cents off: "
      + "another --seed may play it better"
  }
}
