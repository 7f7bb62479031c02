// What a model can be told while it plays, by the names that config.json uses. A control has one or more channels
// (ControlCurves.swift), a value a frame each. What a network does with them: WaveNet (paper, section 2.5).

/// A control, by its name in `config.json`.
public enum Control: Hashable, Sendable {
  /// `pitch`: octaves above A4 (440 Hz); of the next frame with a pitch where there is none.
  case pitch
  /// `pitch.phase`: where a pitch stands within periods of 12, 6, 3 and 1.5 semitones, as cosine and sine of each; eight channels.
  /// They say sharply what `pitch` alone says coarsely: which of two neighbouring notes, and how far from it.
  case pitchPhase
  /// `pitch.ahead`: `pitch` and `pitch.phase` of 48 ms later; nine channels. What is heard of a pitch is late where a note begins.
  case pitchAhead
  /// `voicing`: 1 where there is a pitch, else 0.
  case voicing
  /// `loudness`: (dB of full scale + 40) / 20.
  case loudness
  /// `mel.N`: the power in N mel bands. 1 to 512.
  case mel(Int)

  /// Most mel bands.
  public static let mostBands = 512

  /// The control of that name, or nil.
  public init?(_ name: String) {
    switch name {
    case "pitch": self = .pitch
    case "pitch.phase": self = .pitchPhase
    case "pitch.ahead": self = .pitchAhead
    case "voicing": self = .voicing
    case "loudness": self = .loudness
    default:
      guard name.hasPrefix("mel."), let bands = Int(name.dropFirst(4)), (1...Self.mostBands).contains(bands),
        name == "mel.\(bands)"
      else { return nil }
      self = .mel(bands)
    }
  }

  /// Its name in `config.json`.
  public var name: String {
    switch self {
    case .pitch: "pitch"
    case .pitchPhase: "pitch.phase"
    case .pitchAhead: "pitch.ahead"
    case .voicing: "voicing"
    case .loudness: "loudness"
    case .mel(let bands): "mel.\(bands)"
    }
  }

  /// Every name, for messages.
  public static let names = ["pitch", "pitch.phase", "pitch.ahead", "voicing", "loudness", "mel.N"]

  /// Values of a frame.
  public var width: Int {
    switch self {
    case .pitch, .voicing, .loudness: 1
    case .pitchPhase: 8
    case .pitchAhead: 9
    case .mel(let bands): bands
    }
  }

  /// Its channels, in order.
  package var channels: [ControlChannel] {
    switch self {
    case .pitch: [.pitch]
    case .pitchPhase: (0..<width).map { .pitchPhase($0) }
    case .pitchAhead: (0..<width).map { .pitchAhead($0) }
    case .voicing: [.voicing]
    case .loudness: [.loudness]
    case .mel(let count): (0..<count).map { .mel(band: $0, count: count) }
    }
  }
}
