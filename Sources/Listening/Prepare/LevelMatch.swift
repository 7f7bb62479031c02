// The levels of one item: everything is attenuated to its quietest version, nothing is ever made louder, and if a peak
// would still stand above -1 dBTP all of the item goes down together. Afterwards it is measured again, and differences
// above 0.1 LU are an error.
internal import AudioIO
internal import Glibc
internal import Signal

/// What was done to one item and what came out.
struct LevelMatch: Sendable {
  static let mostResidual = 0.1
  static let highestPeak = -1.0

  /// In dB, one per sound, never positive.
  let gains: [Double]
  /// After the gain; nil is silence.
  let loudness: [Double?]
  let truePeaks: [Double?]
  /// Loudest minus quietest of the sounds that were matched, in LU, measured after the gain.
  let residual: Double
  /// Rounded to 24 bits, as they are stored.
  let sounds: [ChannelClip]

  /// - Parameters:
  ///   - sounds: of equal length
  ///   - follows: for a sound that is not matched itself, the number of the sound whose gain it takes: an anchor is the
  ///     reference, filtered, and BS.1534 knows no other change of it
  ///   - paths: of the sounds, for messages
  init(
    _ sounds: [ChannelClip], follows: [Int?], mode: TestPlan.Loudness, item: String, paths: [String]
  ) throws(ListeningError) {
    precondition(
      sounds.count == follows.count && sounds.count == paths.count, "\(item): \(sounds.count) sounds")
    let before = sounds.map { LoudnessMeter.loudness($0) }
    var gains = [Double](repeating: 0, count: sounds.count)
    if mode == .match {
      var quietest = Double.infinity
      for index in sounds.indices where follows[index] == nil {
        guard let value = before[index] else { throw .silent(path: paths[index]) }
        quietest = min(quietest, value)
      }
      for index in sounds.indices where follows[index] == nil {
        gains[index] = min(0, quietest - before[index]!)
      }
      for index in sounds.indices { if let other = follows[index] { gains[index] = gains[other] } }
    }
    let peaks = sounds.indices.compactMap { index in
      LoudnessMeter.truePeak(sounds[index]).map { $0 + gains[index] }
    }
    // A hair more than needed, since rounding may lift the peak again.
    let over = max(0, (peaks.max() ?? -.infinity) - Self.highestPeak + 1e-4)
    if over > 1e-4 { gains = gains.map { $0 - over } }
    let made = sounds.indices.map { index in
      let factor = Float(pow(10, gains[index] / 20))
      return sounds[index].map { PCM16.rounded24(gains[index] == 0 ? $0 : $0.map { $0 * factor }) }
    }
    let after = made.map { LoudnessMeter.loudness($0) }
    let matched = sounds.indices.filter { follows[$0] == nil }.compactMap { after[$0] }
    let residual = (matched.max() ?? 0) - (matched.min() ?? 0)
    if mode == .match && residual > Self.mostResidual { throw .unmatched(item: item, residual: residual) }
    let truePeaks = made.map { LoudnessMeter.truePeak($0) }
    precondition(
      truePeaks.allSatisfy { ($0 ?? -.infinity) <= Self.highestPeak }, "\(item): true peaks \(truePeaks)")
    self.gains = gains
    self.residual = residual
    self.truePeaks = truePeaks
    loudness = after
    self.sounds = made
  }
}
