// A generator of a model with gestures follows them for as long as it is listened to: what it is told grows ahead of what is heard,
// so that a clip is the same however it is asked for. Tests: FollowingTests.
internal import Signal
internal import WaveNet

/// What a generator follows by itself.
struct Following {
  let draw: GestureDraw
  let conditioning: Conditioning
  /// By which gestures are drawn.
  let seed, clip: UInt64
  /// What it goes on from in place of the first gesture's own sound.
  var sound: PrimedSound?
  /// Samples of the clip that it has been told of.
  var samples: Int

  init(_ draw: GestureDraw, _ conditioning: Conditioning, seed: UInt64, clip: UInt64, samples: Int = 16_000) {
    (self.draw, self.conditioning, self.seed, self.clip) = (draw, conditioning, seed, clip)
    self.samples = samples
  }

  func direction(sampleRate: Int) -> Direction {
    let drawn = draw.following(seed: seed, clip: clip, samples: samples)
    return sound.map { drawn.behind($0, conditioning, sampleRate: sampleRate) } ?? drawn
  }
}

extension Generator {
  /// Back to the beginning of the clip, led by gestures from there on.
  func follow(_ following: Following) {
    let direction = following.direction(sampleRate: configuration.sampleRate)
    tell(direction.conditions)
    begin(direction.prime)
    self.following = following
  }

  /// Is told enough for `count` more samples: twice what it was, so that asking piece by piece costs no more than all at once.
  func followOn(_ count: Int) {
    guard var following, position + count > following.samples else { return }
    following.samples = max(position + count, 2 * following.samples)
    conditions = following.direction(sampleRate: configuration.sampleRate).conditions
    engine.tellOn(conditions)
    self.following = following
  }
}
