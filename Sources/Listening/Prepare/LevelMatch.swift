// The levels of one item: everything is attenuated to its quietest version, nothing is ever made louder, and if a peak
// would still stand above -1 dBTP all of the item goes down together; so it does where all items are brought to one
// loudness. Afterwards it is measured again, and differences above 0.1 LU are an error.
internal import AudioIO
internal import Glibc
internal import Signal

/// What was done to one item and what came out.
struct LevelMatch: Sendable {
  static let mostResidual = 0.1
  static let highestPeak = -1.0

  /// What has to be done.
  struct Levels: Sendable {
    /// In dB, one per sound, never positive.
    let gains: [Double]
    /// For a sound that is not matched itself, the number of the sound whose gain it takes: an anchor is the reference,
    /// filtered, and BS.1534 knows no other change of it.
    let follows: [Int?]
    /// What the matched sounds come to; nil where they are not.
    let lufs: Double?

    /// - Parameters:
    ///   - sounds: of equal length
    ///   - paths: of the sounds, for messages
    init(
      _ sounds: [ChannelClip], follows: [Int?], mode: TestPlan.Loudness, paths: [String]
    ) throws(ListeningError) {
      precondition(
        sounds.count == follows.count && sounds.count == paths.count, "\(paths): \(sounds.count) sounds")
      var gains = [Double](repeating: 0, count: sounds.count)
      var quietest: Double?
      if mode != .off {
        let before = sounds.map { LoudnessMeter.loudness($0) }
        for index in sounds.indices where follows[index] == nil {
          guard let value = before[index] else { throw .silent(path: paths[index]) }
          quietest = min(quietest ?? value, value)
        }
        for index in sounds.indices where follows[index] == nil {
          gains[index] = min(0, quietest! - before[index]!)
        }
        for index in sounds.indices { if let other = follows[index] { gains[index] = gains[other] } }
      }
      let peaks = sounds.indices.compactMap { index in
        LoudnessMeter.truePeak(sounds[index]).map { $0 + gains[index] }
      }
      // A hair more than needed, since rounding may lift the peak again.
      let over = max(0, (peaks.max() ?? -.infinity) - highestPeak + 1e-4)
      let down = over > 1e-4 ? over : 0
      self.init(gains: gains.map { $0 - down }, follows: follows, lufs: quietest.map { $0 - down })
    }

    /// All of it by so many dB, which are not positive.
    func lowered(by gain: Double) -> Levels {
      Levels(gains: gains.map { $0 + gain }, follows: follows, lufs: lufs.map { $0 + gain })
    }

    private init(gains: [Double], follows: [Int?], lufs: Double?) {
      (self.gains, self.follows, self.lufs) = (gains, follows, lufs)
    }
  }

  let gains: [Double]
  /// After the gain; nil is silence.
  let loudness: [Double?]
  let truePeaks: [Double?]
  /// Loudest minus quietest of the sounds that were matched, in LU, measured after the gain.
  let residual: Double
  /// Of the sounds that follow no other; nil if all are silent.
  let meanLufs: Double?
  /// Rounded to 24 bits, as they are stored.
  let sounds: [ChannelClip]

  init(
    _ sounds: [ChannelClip], _ levels: Levels, mode: TestPlan.Loudness, item: String
  ) throws(ListeningError) {
    precondition(levels.gains.allSatisfy { $0 <= 0 }, "\(item): gains of \(levels.gains)")
    let made = sounds.indices.map { index in
      let gain = levels.gains[index]
      let factor = Float(pow(10, gain / 20))
      return sounds[index].map { PCM16.rounded24(gain == 0 ? $0 : $0.map { $0 * factor }) }
    }
    let after = made.map { LoudnessMeter.loudness($0) }
    let matched = made.indices.filter { levels.follows[$0] == nil }.compactMap { after[$0] }
    let residual = (matched.max() ?? 0) - (matched.min() ?? 0)
    if mode != .off && residual > Self.mostResidual { throw .unmatched(item: item, residual: residual) }
    let truePeaks = made.map { LoudnessMeter.truePeak($0) }
    precondition(
      truePeaks.allSatisfy { ($0 ?? -.infinity) <= Self.highestPeak }, "\(item): true peaks \(truePeaks)")
    gains = levels.gains
    self.residual = residual
    self.truePeaks = truePeaks
    meanLufs = matched.isEmpty ? nil : matched.reduce(0, +) / Double(matched.count)
    loudness = after
    self.sounds = made
  }
}
