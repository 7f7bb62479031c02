// The beginning that nobody needs to hear: a model that starts from silence takes a while to settle on what it plays.

/// Samples that are generated first and thrown away, and the fade that follows them.
public struct LeadIn: Hashable, Sendable {
  /// Samples to throw away; 0 keeps the clip as it is, from its very first sample.
  public let samples: Int
  /// Samples of the smooth rise after them, so that the clip does not start with a click; 0 without a lead-in.
  public let fade: Int

  /// Nothing is thrown away, and the clip does not rise.
  public static let none = LeadIn(seconds: 0, sampleRate: 1)

  /// - Parameters:
  ///   - seconds: length of the lead-in
  ///   - sampleRate: in Hz; the fade takes 4 ms
  public init(seconds: Double, sampleRate: Int) {
    precondition(seconds >= 0 && sampleRate > 0, "a lead-in of \(seconds) s at \(sampleRate) Hz")
    samples = Int((seconds * Double(sampleRate)).rounded())
    fade = samples == 0 ? 0 : sampleRate / 250
  }

  /// What is kept of a piece of samples, -1 ... 1, whose first one is number `position` of everything generated.
  public func kept(_ piece: [Float], at position: Int = 0) -> [Float] {
    let first = min(max(0, samples - position), piece.count)
    if position >= samples + fade { return piece }
    return piece[first...].enumerated().map { offset, value in
      let place = position + first + offset - samples
      if place >= fade { return value }
      return value * Self.rise(Double(place) / Double(fade))
    }
  }

  /// 3t^2 - 2t^3: smooth from 0 to 1 with level ends.
  static func rise(_ t: Double) -> Float { Float(t * t * (3 - 2 * t)) }
}
