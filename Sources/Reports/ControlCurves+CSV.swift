// Control curves as CSV (RFC 4180): a header, then a line per frame, in the units that people use: seconds, Hz, dB of full scale.
internal import Glibc
package import Signal

extension ControlCurves {
  /// `time,pitch_hz,voicing,loudness_db,mel_0,...`, as far as the channels go; times are those of the frames' middles.
  package var csv: String {
    var lines = [(["time"] + channels.map(Self.column)).joined(separator: ",")]
    for k in 0..<frames {
      let row = channels.indices.map { Self.cell(channels[$0], Double(values[k * channels.count + $0])) }
      lines.append(([NumberText.fixed(time(k), 6)] + row).joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func column(_ channel: ControlChannel) -> String {
    switch channel {
    case .pitch: "pitch_hz"
    case .pitchPhase(let part): "pitch_phase_\(part)"
    case .pitchAhead(let part): "pitch_ahead_\(part)"
    case .voicing: "voicing"
    case .loudness: "loudness_db"
    case .mel(let band, _): "mel_\(band)"
    }
  }

  private static func cell(_ channel: ControlChannel, _ value: Double) -> String {
    switch channel {
    case .pitch: NumberText.fixed(440 * exp2(value), 3)
    case .pitchPhase, .pitchAhead: NumberText.fixed(value, 4)
    case .voicing: NumberText.fixed(value, 0)
    case .loudness: NumberText.fixed(20 * value - 40, 2)
    case .mel: NumberText.fixed(value, 4)
    }
  }
}
