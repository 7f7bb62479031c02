// What a recording plays, for a model that is to play the same: `synth generate --like` for programs.
public import Signal
public import WaveNet

extension Conditions {
  /// What is heard in a recording, frame by frame from its first sample on, as a model is told it; for ``Generator/tell(_:)``.
  /// - Parameters:
  ///   - clip: at the model's sample rate (`SoundFile.read(_:sampleRate:)` resamples)
  ///   - configuration: of the model; of one without controls only the labels are told
  ///   - labels: how much of each label, as many as the model has, or none
  public init(heardIn clip: Clip, for configuration: Configuration, labels: [Float] = []) {
    precondition(
      clip.sampleRate == configuration.sampleRate,
      "a recording at \(clip.sampleRate) Hz for a model at \(configuration.sampleRate)")
    var controls: [Float] = []
    if let conditioning = configuration.conditioning, !conditioning.controls.isEmpty {
      let channels = conditioning.controls.flatMap(\.channels)
      let heard = ControlCurves(
        clip, channels: channels.filter { !$0.isComputed }, frame: conditioning.frameSamples)
      guard let rows = heard.rows(channels) else { preconditionFailure("\(heard.channels) for \(channels)") }
      controls = rows
    }
    self.init(labels: labels, controls: controls)
  }
}
