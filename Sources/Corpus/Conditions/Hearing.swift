// What is heard of a recording in one go: controls that come out of the same analysis. A corpus hears each at most once
// (Cache/ControlCache.swift), whichever of its controls a model is told. The analysis itself: Signal/Controls.
import Signal

/// Controls that are heard together.
package enum Hearing: Hashable, Sendable {
  /// `pitch` and what follows from it, `voicing`: by far the slowest.
  case pitch
  case loudness
  case mel(Int)

  /// The one that a control comes from.
  package init(of control: Control) {
    self =
      switch control {
      case .pitch, .pitchPhase, .pitchAhead, .voicing: .pitch
      case .loudness: .loudness
      case .mel(let bands): .mel(bands)
      }
  }

  /// Of several controls, each once, in their order.
  package static func all(of controls: [Control]) -> [Hearing] {
    controls.reduce(into: []) { all, control in
      let hearing = Hearing(of: control)
      if !all.contains(hearing) { all.append(hearing) }
    }
  }

  var channels: [ControlChannel] {
    switch self {
    case .pitch: [Control.pitch, .pitchPhase, .pitchAhead, .voicing].flatMap(\.channels)
    case .loudness: Control.loudness.channels
    case .mel(let bands): Control.mel(bands).channels
    }
  }

  /// Those that are kept of it: what follows from them is computed when it is read.
  var kept: [ControlChannel] { channels.filter { !$0.isComputed } }

  /// Where a control's channels are among those of its hearing.
  static func columns(of control: Control) -> [Int] {
    let all = Hearing(of: control).channels
    return control.channels.map { channel in
      guard let column = all.firstIndex(of: channel) else { preconditionFailure("\(control) is not heard") }
      return column
    }
  }

  var name: String {
    switch self {
    case .pitch: "pitch"
    case .loudness: "loudness"
    case .mel(let bands): "mel.\(bands)"
    }
  }
}
