// A few notes one after the other, so that somebody hears at once what a pack is. Tests: NoteTrimTests.
package import Signal

/// A namespace.
package enum Showing {
  /// Seconds of a note, of its fall at the end, and between two.
  static let (length, fall, gap) = (0.8, 0.1, 0.05)

  /// The beginnings of all clips, which have one rate.
  package static func row(_ clips: [Clip]) -> Clip {
    let rate = clips.first?.sampleRate ?? 1
    func samples(_ seconds: Double) -> Int { Int((seconds * Double(rate)).rounded()) }
    var row: [Float] = []
    for clip in clips {
      precondition(clip.sampleRate == rate, "\(clip.sampleRate) Hz among \(rate) Hz")
      var note = Array(clip.samples.prefix(samples(length)))
      if note.count < clip.samples.count {
        let fall = min(samples(fall), note.count)
        for i in 0..<fall {
          let left = Float(fall - 1 - i) / Float(max(1, fall))
          note[note.count - fall + i] *= left * left * (3 - 2 * left)
        }
      }
      row += note + [Float](repeating: 0, count: samples(gap))
    }
    return Clip(samples: row, sampleRate: rate)
  }
}
