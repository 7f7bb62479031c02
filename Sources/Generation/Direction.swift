// What one clip of a conditioned model follows, and what it goes on from. Which of the model's gestures that is, if nothing
// else is given, is a function of (seed, clip) alone, like everything else about a clip.
package import Signal
package import WaveNet

/// Where a clip is led. Codes in front of it are told what `conditions` say of places before its start.
package struct Direction: Hashable, Sendable {
  /// Nil: it is told nothing.
  package var conditions: Conditions?
  /// Codes in front of the clip; empty: it starts from silence.
  package var prime: [UInt16] = []
  /// What it follows, for people; nil if it follows nothing.
  package var source: String?

  package init(_ conditions: Conditions? = nil, prime: [UInt16] = [], source: String? = nil) {
    (self.conditions, self.prime, self.source) = (conditions, prime, source)
  }
}

/// A conditioned model's gestures, to be drawn from.
package struct GestureDraw: Sendable {
  private let conditioning: Conditioning
  private let sampleRate: Int
  private let gestures: [Gesture]

  /// Nil for a model that is told nothing, or has no gestures.
  package init?(_ configuration: Configuration, _ gestures: [Gesture]) {
    guard let conditioning = configuration.conditioning, !gestures.isEmpty else { return nil }
    (self.conditioning, self.gestures, sampleRate) = (conditioning, gestures, configuration.sampleRate)
  }

  /// Follows a gesture, and when it is over others, for `samples` samples.
  /// - labels: shares of the model's labels in place of the gesture's own; gestures of a label with a share are drawn, if there
  ///   are any.
  /// - once: no others follow: where it is over, its last frame holds.
  package func following(
    seed: UInt64, clip: UInt64, samples: Int, labels: [Float]? = nil, once: Bool = false
  ) -> Direction {
    let drawn = gesture(seed, clip, 0, labels)
    var conditions = drawn.conditions(conditioning)
    if let labels { conditions.labels = labels }
    var source = drawn.source
    let width = conditioning.controlChannels
    if width > 0 {
      let (frame, channels) = (conditioning.frameSamples, conditioning.controls.flatMap(\.channels))
      let read = (drawn.codes.count + samples + frame - 1) / frame + Conditions.lookAhead
      // And those that what is read is computed of, or the end of a clip would depend on how long it is.
      let wanted = read + ControlChannel.reach(channels, frame: frame, sampleRate: sampleRate)
      // Whole frames, so that what follows begins with one.
      conditions.controls.removeLast(conditions.controls.count - drawn.samples / frame * width)
      let last = conditions.controls.suffix(width)
      while once && conditions.controls.count < wanted * width { conditions.controls += last }
      var turn: UInt64 = 1
      while conditions.controls.count < wanted * width {
        let next = gesture(seed, clip, turn, labels)
        let rows = next.codes.count / frame..<next.samples / frame
        if conditions.controls.count < read * width { source += ", " + next.source }
        conditions.controls += next.controls[rows.lowerBound * width..<rows.upperBound * width]
        turn += 1
      }
      conditions.controls.removeLast(conditions.controls.count - wanted * width)
      // What is ahead of a gesture's end is the next one.
      ControlChannel.compute(channels, in: &conditions.controls, frame: frame, sampleRate: sampleRate)
    }
    return Direction(conditions, prime: drawn.codes, source: source)
  }

  /// Goes on from a gesture's codes and is told nothing but a label.
  package func free(seed: UInt64, clip: UInt64, labels: [Float]? = nil) -> Direction {
    let drawn = gesture(seed, clip, 0, labels)
    let own = labels ?? drawn.conditions(conditioning).labels
    return Direction(
      own.isEmpty ? nil : Conditions(labels: own, start: drawn.codes.count), prime: drawn.codes)
  }

  /// Samples of the longest one.
  package var longest: Int { gestures.map(\.length).max() ?? 0 }

  /// The curves of all gestures that `following` draws from.
  package func curves(labels: [Float]? = nil) -> [ControlCurves] {
    candidates(labels).map { conditioning.curves($0.controls, sampleRate: sampleRate) }
  }

  /// Those of a label with a share; all where no gesture is of one.
  private func candidates(_ labels: [Float]?) -> [Gesture] {
    let wanted = gestures.filter { gesture in
      guard let labels, let label = gesture.label else { return labels == nil }
      return labels[label] > 0
    }
    return wanted.isEmpty ? gestures : wanted
  }

  /// The gesture of a turn. Samples are drawn at indices from 0 up, gestures at those from the other end.
  private func gesture(_ seed: UInt64, _ clip: UInt64, _ turn: UInt64, _ labels: [Float]?) -> Gesture {
    let candidates = candidates(labels)
    let uniform = Philox(seed: seed, stream: clip).uniform(at: .max - turn)
    return candidates[min(candidates.count - 1, Int(uniform * Double(candidates.count)))]
  }
}
