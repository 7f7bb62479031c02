// The end of a clip: a model stops in the middle of its sound, and a sound that stops at full level clicks.

/// The smooth fall at the end of a clip, the mirror image of LeadIn's rise.
package struct FadeOut: Hashable, Sendable {
  /// Samples of the whole clip.
  package let samples: Int
  /// How many of them fall, down to 0 at the last.
  package let fade: Int

  /// 4 ms, or half of a clip that is shorter than 8.
  package init(samples: Int, sampleRate: Int) {
    precondition(samples >= 0 && sampleRate > 0, "a fade of \(samples) samples at \(sampleRate) Hz")
    self.samples = samples
    fade = min(sampleRate / 250, samples / 2)
  }

  /// A piece of the clip whose first sample is number `position` of it. The clip is the same however it is cut.
  package func applied(_ piece: [Float], at position: Int = 0) -> [Float] {
    let first = samples - fade
    if position + piece.count <= first { return piece }
    var piece = piece
    for i in max(0, first - position)..<piece.count {
      let left = max(0, samples - 1 - (position + i))
      piece[i] *= LeadIn.rise(Double(left) / Double(fade))
    }
    return piece
  }
}
