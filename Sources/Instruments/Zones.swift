// Which keys and velocities play which recording: all of them, each once. Tests: ZoneTests.
import Glibc

/// A namespace.
package enum Zones {
  /// Every MIDI key.
  package static let allKeys = 0...127
  /// Every velocity of a key that is struck; 0 is a release.
  package static let velocities = 1...127

  /// `bounds` cut at the midpoints between neighbours, so that each centre has what is nearest to it; what is as near to two is the
  /// higher one's. Nobody is left without: where centres lie too close, those above give way downwards.
  /// - centres: ascending, as many as `bounds` has numbers at most
  package static func split(_ bounds: ClosedRange<Int>, centres: [Double]) -> [ClosedRange<Int>] {
    precondition(
      !centres.isEmpty && centres.count <= bounds.count && zip(centres, centres.dropFirst()).allSatisfy(<),
      "\(centres) in \(bounds)")
    var starts = [bounds.lowerBound]
    for (i, (a, b)) in zip(centres, centres.dropFirst()).enumerated() {
      let middle = Int(((a + b) / 2).rounded(.up))
      // One number at least for each below and above.
      let most = bounds.upperBound - (centres.count - 2 - i)
      starts.append(min(most, max(starts[i] + 1, middle)))
    }
    return starts.indices.map { i in
      starts[i]...(i + 1 < starts.count ? starts[i + 1] - 1 : bounds.upperBound)
    }
  }

  /// For keys that are recorded, ascending: which keys play each.
  package static func keys(_ recorded: [Int]) -> [ClosedRange<Int>] {
    split(allKeys, centres: recorded.map(Double.init))
  }
}

/// Recordings of one level, and the velocities that play them.
///
/// Samplers make a note softer by 40 log10(velocity / 127) dB (SFZ's `amp_veltrack` of 100, which is its default). Recordings that
/// are softer themselves would be so twice. So each layer is made louder by as much as that takes away at its centre, and the
/// centres lie where the law has the levels of the recordings: what is heard is one law over all velocities, without a step
/// from layer to layer, and a layer's recordings sound at its centre as the model played them: or all layers' softer by the same, where
/// the softest would have to be louder by more than SFZ allows.
package struct VelocityLayer: Hashable, Sendable {
  /// What the model is told, in dB of full scale; nil if it is told no level.
  package let level: Double?
  /// The velocity at which a recording sounds as it is, but for what all are softer.
  package let centre: Int
  package let velocities: ClosedRange<Int>
  /// Louder by so many dB than the recording, before the velocity makes it softer. Within SFZ's range.
  package let volume: Double
  /// dB that SFZ allows; players stop there, each layer for itself, and the softest would come out too soft.
  package static let volumes = -144.0...6

  /// Of levels, softest first; the loudest is played as it is at velocity 127, or softer by as much as all are.
  /// - Returns: nil if there are more of them than velocities, or levels are not ascending.
  package static func layers(_ levels: [Double]) -> [VelocityLayer]? {
    guard let loudest = levels.last, levels.count <= Zones.velocities.count,
      zip(levels, levels.dropFirst()).allSatisfy(<)
    else { return nil }
    let centres = levels.map { 127 * exp((($0 - loudest) / 40) * M_LN10) }
    let zones = Zones.split(Zones.velocities, centres: centres)
    let softer = max(0, loudest - levels[0] - volumes.upperBound)
    return levels.indices.map { i in
      let centre = min(max(Int(centres[i].rounded()), zones[i].lowerBound), zones[i].upperBound)
      return VelocityLayer(
        level: levels[i], centre: centre, velocities: zones[i], volume: loudest - levels[i] - softer)
    }
  }

  /// One for all velocities.
  package static let only = VelocityLayer(level: nil, centre: 127, velocities: Zones.velocities, volume: 0)

  package init(level: Double?, centre: Int, velocities: ClosedRange<Int>, volume: Double) {
    (self.level, self.centre, self.velocities, self.volume) = (level, centre, velocities, volume)
  }
}
