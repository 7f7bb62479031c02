// Where crops of recordings begin. Drawn evenly, a model learns as much silence as the recordings have, and recordings have much: so crops around
// sound are drawn beside those that fall where they fall, in such a proportion that silence is a set share of what is trained on. The
// proportion is found by drawing: what crops around sound have of silence depends on the recordings and on the crops' length.

/// How the crops of a corpus are drawn.
struct CropPlaces: Hashable, Sendable {
  /// Share of the crops that fall anywhere; 1 for all of them.
  var anywhere = 1.0
  /// Share of the crops that start at a clip's first sample.
  var atStart: Double

  /// What was found out about silence, all of it shares of samples, 0...1.
  struct Silence: Hashable, Sendable {
    /// In the recordings.
    var found: Double
    /// In crops that fall anywhere, in crops around sound, and in those that are drawn.
    var anywhere: Double
    var aroundSound: Double
    var drawn: Double
  }

  /// A crop's place.
  /// - random: of this crop alone
  /// - Returns: the segment, and the position in its file at which the crop begins
  func place(_ segments: Segments, crop: Int, _ random: inout ClipRandom) -> (segment: Segment, start: Int) {
    if anywhere < 1 && random.uniform() >= anywhere && segments.soundingBlocks > 0 {
      return aroundSound(segments, crop: crop, &random)
    }
    let segment = segments.at(random.integer(0...(segments.samples - 1)))
    let range = segment.range
    let isAtStart = random.uniform() < atStart
    let start = around(
      random.integer(range.lowerBound...(range.upperBound - 1)), in: range, crop: crop, &random)
    return (segment, isAtStart ? range.lowerBound : start)
  }

  /// The start of a crop that has a sample anywhere in it. Where crops may not reach beyond a recording, one whose start is drawn evenly
  /// hardly ever has its last samples; this has them half as often as those in the middle.
  private func around(_ sample: Int, in range: Range<Int>, crop: Int, _ random: inout ClipRandom) -> Int {
    let start = sample - random.integer(0...(crop - 1))
    return min(max(start, range.lowerBound), max(range.lowerBound, range.upperBound - crop))
  }

  /// A crop that holds a sample of a block that sounds: any such sample, anywhere in the crop. As many as elsewhere begin at a clip's first sample, of
  /// clips that begin with sound.
  private func aroundSound(
    _ segments: Segments, crop: Int, _ random: inout ClipRandom
  ) -> (segment: Segment, start: Int) {
    let (segment, block) = segments.sounding(random.integer(0...(segments.soundingBlocks - 1)))
    let range = segment.range
    let sample = random.integer(block.lowerBound...(block.upperBound - 1))
    let isAtStart = random.uniform() < atStart
    let start = around(sample, in: range, crop: crop, &random)
    let first = range.lowerBound..<min(range.upperBound, range.lowerBound + crop)
    if isAtStart && 2 * segment.tokens.silent(first) < first.count { return (segment, range.lowerBound) }
    return (segment, start)
  }

  /// Finds the proportion that leaves at most `share` of silence, by drawing crops of the length that is trained on.
  /// - Returns: what there is of silence, before and after.
  mutating func limit(_ segments: Segments, share: Double, crop: Int, seed: UInt64) -> Silence {
    let total = segments.samples
    let silent = segments.all.reduce(0) { $0 + $1.tokens.silent($1.range) }
    /// Share of silence in crops that are drawn so.
    func drawn(_ anywhere: Double) -> Double {
      var places = self
      places.anywhere = anywhere
      var (silence, all) = (0, 0)
      for i in 0..<CropPlaces.trials {
        var random = ClipRandom(seed: seed, purpose: .silence, split: .training, clip: UInt64(i))
        let (segment, start) = places.place(segments, crop: crop, &random)
        let range = start..<min(start + crop, segment.range.upperBound)
        silence += segment.tokens.silent(range)
        all += range.count
      }
      return Double(silence) / Double(max(1, all))
    }
    var result = Silence(
      found: Double(silent) / Double(max(1, total)), anywhere: drawn(1), aroundSound: drawn(0), drawn: 0)
    anywhere =
      result.anywhere <= share
      ? 1 : max(0, (share - result.aroundSound) / (result.anywhere - result.aroundSound))
    if result.aroundSound >= result.anywhere { anywhere = 1 }
    result.drawn = anywhere * result.anywhere + (1 - anywhere) * result.aroundSound
    return result
  }

  /// Crops that are tried: the shares are then within one or two hundredths.
  private static let trials = 4096
}
