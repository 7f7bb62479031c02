// Curves made, cut and changed: another key, another level, other channels.

extension ControlCurves {
  /// The channels that say everything: all others follow from them, but for mel bands.
  package static let melody: [ControlChannel] = [.pitch, .voicing, .loudness]

  /// A shift of the key. Where there is no pitch the held one is shifted too.
  package func transposed(semitones: Double) -> ControlCurves {
    changed(.pitch) { $0 + Float(semitones / 12) }.computed()
  }

  /// A change of the level; nothing becomes softer than `LevelCurve.floor`.
  package func louder(decibels: Double) -> ControlCurves {
    let floor = Float((LevelCurve.floor + 40) / 20)
    return changed(.loudness) { max(floor, $0 + Float(decibels / 20)) }
  }

  private func changed(_ channel: ControlChannel, _ change: (Float) -> Float) -> ControlCurves {
    guard let place = channels.firstIndex(of: channel) else { return self }
    var values = values
    for i in stride(from: place, to: values.count, by: channels.count) { values[i] = change(values[i]) }
    return ControlCurves(frame: frame, sampleRate: sampleRate, channels: channels, values: values)
  }

  /// Some of the frames.
  package func part(_ range: Range<Int>) -> ControlCurves {
    ControlCurves(
      frame: frame, sampleRate: sampleRate, channels: channels,
      values: Array(values[range.lowerBound * channels.count..<range.upperBound * channels.count]))
  }
}
