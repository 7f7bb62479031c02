// Which of a sound file's channels is heard where one is wanted: training and everything else here is mono. The mean is what a listener in
// the middle hears, and what cancels where channels are in opposite phase; a single channel never does.

/// One sound out of several channels.
package enum ChannelChoice: String, Codable, Hashable, Sendable, CaseIterable {
  /// Of all channels.
  case mean
  /// The first.
  case left
  /// The second, where there is one.
  case right
  /// The one with the greatest mean square over the whole file, of equal ones the first. Files are decoded twice.
  case loudest

  /// The channel of a file that has `channels`; nil for their mean.
  /// - levels: sums of squares of all channels, asked for by `loudest` alone.
  func index(of channels: Int, levels: [Double]) -> Int? {
    switch self {
    case .mean: return channels == 1 ? 0 : nil
    case .left: return 0
    case .right: return min(1, channels - 1)
    case .loudest:
      let heard = levels.prefix(channels)
      guard let most = heard.max() else { return 0 }
      return heard.firstIndex(of: most)!
    }
  }
}
