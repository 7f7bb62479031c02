// A recording to go on from: what is in front of a clip, and what of it the model is told. Tests: FollowingTests.
package import Signal
package import WaveNet

/// A recording's end. Of what it plays whole frames are told, so that the first frame behind it begins with the clip; what is left over at its
/// beginning is heard and told nothing.
package struct PrimedSound: Sendable {
  package let codes: [UInt16]
  /// Samples in those frames.
  fileprivate let told: Int
  /// What it plays itself; nil for a model without controls.
  private let curves: ControlCurves?

  /// - Parameters:
  ///   - clip: at the model's rate
  ///   - codes: of all its samples
  package init(_ clip: Clip, _ codes: [UInt16], _ conditioning: Conditioning) {
    let frame = conditioning.frameSamples
    self.codes = codes
    told = codes.count / frame * frame
    let channels = conditioning.controls.flatMap(\.channels)
    let end = Clip(samples: Array(clip.samples.suffix(told)), sampleRate: clip.sampleRate)
    curves = channels.isEmpty ? nil : ControlCurves(end, channels: channels, frame: frame)
  }

  /// The same of codes alone.
  init(_ codes: [UInt16], _ configuration: Configuration, _ conditioning: Conditioning) {
    let samples = MuLaw(levels: configuration.quantizationLevels).decode(codes)
    self.init(Clip(samples: samples, sampleRate: configuration.sampleRate), codes, conditioning)
  }

  fileprivate func followed(by told: ControlCurves) -> ControlCurves { curves?.followed(by: told) ?? told }
}

extension Direction {
  /// Curves of all of a model's channels, behind sound that is described by its own, where there is any.
  package init(_ told: ControlCurves, labels: [Float], behind sound: PrimedSound?, source: String?) {
    let curves = sound?.followed(by: told) ?? told
    self.init(
      Conditions(labels: labels, controls: curves.values, start: sound?.told ?? 0),
      prime: sound?.codes ?? [], source: source)
  }

  /// What is followed behind a gesture's codes, behind this sound instead.
  package func behind(_ sound: PrimedSound, _ conditioning: Conditioning, sampleRate: Int) -> Direction {
    let labels = conditions?.labels ?? []
    guard let conditions, !conditions.controls.isEmpty else {
      return Direction(
        labels.isEmpty ? nil : Conditions(labels: labels, start: sound.codes.count), prime: sound.codes,
        source: source)
    }
    let curves = conditioning.curves(conditions.controls, sampleRate: sampleRate)
    return Direction(
      curves.part(conditions.start / curves.frame..<curves.frames), labels: labels, behind: sound,
      source: source)
  }
}
