// Curves made, cut and changed: another key, another level, other channels.
import Glibc

extension ControlCurves {
  /// The channels that say everything: all others follow from them, but for mel bands.
  package static let melody: [ControlChannel] = [.pitch, .voicing, .loudness]

  /// A shift of the key. Where there is no pitch the held one is shifted too.
  package func transposed(semitones: Double) -> ControlCurves {
    let shift = Float(semitones / 12)
    let pitch = channels.firstIndex(of: .pitch)
    return changed { row, channel, value in
      switch channels[channel] {
      case .pitch: value + shift
      case .pitchPhase(let part):
        pitch.map { Float(ControlChannel.phase(part, of: Double(values[row * channels.count + $0] + shift))) }
          ?? value
      case .voicing, .loudness, .mel: value
      }
    }
  }

  /// A change of the level; nothing becomes softer than `LevelCurve.floor`.
  package func louder(decibels: Double) -> ControlCurves {
    let floor = Float((LevelCurve.floor + 40) / 20)
    return changed { _, channel, value in
      channels[channel] == .loudness ? max(floor, value + Float(decibels / 20)) : value
    }
  }

  private func changed(_ change: (_ row: Int, _ channel: Int, _ value: Float) -> Float) -> ControlCurves {
    let width = channels.count
    return ControlCurves(
      frame: frame, sampleRate: sampleRate, channels: channels,
      values: values.indices.map { change($0 / width, $0 % width, values[$0]) })
  }

  /// Rows of `wanted` channels, `[frames, wanted]`, as far as they are here or follow from what is.
  /// - Returns: nil if one is not.
  package func rows(_ wanted: [ControlChannel]) -> [Float]? {
    let known = wanted.filter { !$0.isComputed }
    let places = known.compactMap { channels.firstIndex(of: $0) }
    if places.count < known.count { return nil }
    var rows: [Float] = []
    rows.reserveCapacity(frames * wanted.count)
    for row in 0..<frames {
      ControlChannel.complete(places.map { values[row * channels.count + $0] }, wanted, into: &rows)
    }
    return rows
  }

  /// Some of the frames.
  package func part(_ range: Range<Int>) -> ControlCurves {
    ControlCurves(
      frame: frame, sampleRate: sampleRate, channels: channels,
      values: Array(values[range.lowerBound * channels.count..<range.upperBound * channels.count]))
  }
}
