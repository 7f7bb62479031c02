// What a stretch of a clip was told to play, as it can be compared with what is heard in it: CurveAgreement.
package import Signal
package import WaveNet

extension Conditioning {
  /// Pitch, voicing and loudness, as far as the model is told them, of the frames that begin with the sample at place `start`.
  /// - Parameters:
  ///   - controls: of the clip, from its first frame on
  ///   - samples: that there are
  package func wanted(
    _ controls: [Float], from start: Int, samples: Int, sampleRate: Int
  ) -> ControlCurves {
    let told = curves(controls, sampleRate: sampleRate)
    let melody = ControlCurves.melody.filter { told.channels.contains($0) }
    let first = start / frameSamples
    let end = min(told.frames, first + samples / frameSamples)
    return ControlCurves(
      frame: frameSamples, sampleRate: sampleRate, channels: melody,
      values: told.part(min(first, end)..<end).rows(melody) ?? [])
  }
}
