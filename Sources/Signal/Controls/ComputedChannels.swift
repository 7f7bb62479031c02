// Channels that follow from the pitch: where it stands within periods of some semitones, and where it goes. They are computed
// over all frames of a clip, and again where curves are joined, cut for good or changed.
import Glibc

extension ControlChannel {
  /// Whether it follows from `pitch`.
  package var isComputed: Bool {
    switch self {
    case .pitchPhase, .pitchAhead: true
    case .pitch, .voicing, .loudness, .mel: false
    }
  }

  /// Frames that `pitch.ahead` is ahead, of `frame` samples each.
  package static func lead(frame: Int, sampleRate: Int) -> Int {
    max(1, Int((leadSeconds * Double(sampleRate) / Double(frame)).rounded()))
  }
  /// A window that hears half of a note before and half of the next one tells of neither. Measured on legato of a soundfont whose
  /// notes are known: a pitch is heard right in 28 % of the frames 20 ms behind the onset, in 84 % at 48 ms. Told no sooner, a
  /// network has begun a note before it knows which.
  private static let leadSeconds = 0.048

  /// Frames behind a row that its channels are computed of.
  package static func reach(_ channels: [ControlChannel], frame: Int, sampleRate: Int) -> Int {
    let looksAhead = channels.contains { if case .pitchAhead = $0 { true } else { false } }
    return looksAhead ? lead(frame: frame, sampleRate: sampleRate) : 0
  }

  /// Rows of all channels from rows of those that do not follow from others, in the same order.
  /// - Parameters:
  ///   - kept: `[frames, channels that are not computed]`
  ///   - frame: samples of a frame
  /// - Returns: `[frames, channels]`
  package static func complete(
    _ kept: [Float], _ channels: [ControlChannel], frame: Int, sampleRate: Int
  ) -> [Float] {
    let known = channels.indices.filter { !channels[$0].isComputed }
    if known.count == channels.count { return kept }
    precondition(
      !known.isEmpty && kept.count % known.count == 0, "\(kept.count) values of \(known.count) channels")
    var rows = [Float](repeating: 0, count: kept.count / known.count * channels.count)
    for (i, value) in kept.enumerated() {
      rows[i / known.count * channels.count + known[i % known.count]] = value
    }
    compute(channels, in: &rows, frame: frame, sampleRate: sampleRate)
    return rows
  }

  /// Computes those channels of `rows`, `[frames, channels]`, that follow from others.
  package static func compute(
    _ channels: [ControlChannel], in rows: inout [Float], frame: Int, sampleRate: Int
  ) {
    let computed = channels.indices.filter { channels[$0].isComputed }
    if computed.isEmpty { return }
    guard let pitch = channels.firstIndex(of: .pitch) else {
      preconditionFailure("\(channels) without pitch")
    }
    let (width, lead) = (channels.count, lead(frame: frame, sampleRate: sampleRate))
    let last = rows.count / width - 1
    for row in 0..<last + 1 {
      let now = Double(rows[row * width + pitch])
      let then = Double(rows[min(last, row + lead) * width + pitch])
      for column in computed {
        rows[row * width + column] = Float(channels[column].value(now: now, then: then))
      }
    }
  }

  /// - Parameters:
  ///   - now: octaves above A4 in the frame
  ///   - then: the same `lead` frames later
  private func value(now: Double, then: Double) -> Double {
    switch self {
    case .pitchPhase(let part): Self.phase(part, of: now)
    case .pitchAhead(0): then
    case .pitchAhead(let part): Self.phase(part - 1, of: then)
    case .pitch, .voicing, .loudness, .mel: preconditionFailure("\(self) follows from nothing")
    }
  }

  /// Channel `part` of `pitch.phase` at `octaves` above A4.
  static func phase(_ part: Int, of octaves: Double) -> Double {
    let angle = 2 * .pi * octaves * Double(1 << (part / 2))
    return part % 2 == 0 ? cos(angle) : sin(angle)
  }
}

extension ControlCurves {
  /// With the channels computed that follow from others.
  func computed() -> ControlCurves {
    var values = values
    ControlChannel.compute(channels, in: &values, frame: frame, sampleRate: sampleRate)
    return ControlCurves(frame: frame, sampleRate: sampleRate, channels: channels, values: values)
  }

  /// Rows of `wanted` channels, `[frames, wanted]`, as far as they are here or follow from what is.
  /// - Returns: nil if one is not.
  package func rows(_ wanted: [ControlChannel]) -> [Float]? {
    let known = wanted.filter { !$0.isComputed }
    let places = known.compactMap { channels.firstIndex(of: $0) }
    if places.count < known.count { return nil }
    let kept = (0..<frames).flatMap { row in places.map { values[row * channels.count + $0] } }
    return ControlChannel.complete(kept, wanted, frame: frame, sampleRate: sampleRate)
  }

  /// These, and then others of the same channels.
  package func followed(by others: ControlCurves) -> ControlCurves {
    precondition(
      channels == others.channels && frame == others.frame && sampleRate == others.sampleRate,
      "\(channels) before \(others.channels)")
    return ControlCurves(
      frame: frame, sampleRate: sampleRate, channels: channels, values: values + others.values
    ).computed()
  }
}
