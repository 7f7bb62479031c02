// Sound through ALSA while it is being made: samples go into a queue, a thread of its own feeds the device, so that
// slow or irregular making does not starve it. The queue is bounded: making that is faster than playing waits.

/// Plays sound. `write` as samples come, then `drain`; or `drop` at any time, from any thread.
public final class Player: Sendable {
  private let feed: PlayerFeed

  /// Opens a device and gets ready; nothing is heard before the pre-roll is there.
  /// - Parameters:
  ///   - device: an ALSA name; see `AudioDevice.all()`
  ///   - sampleRate: in Hz
  ///   - channels: of the samples, which then come interleaved
  ///   - preRoll: seconds of sound to collect before starting; see `Player.preRoll(seconds:speed:)`
  ///   - latency: seconds of sound that the device itself should hold
  /// - Throws: `noDevice` or `deviceRefused`.
  public convenience init(
    device: String = "default", sampleRate: Int, channels: Int = 1, preRoll: Double = 0.2,
    latency: Double = 0.4
  ) throws(AudioIOError) {
    precondition(sampleRate > 0 && channels > 0, "\(channels) channels at \(sampleRate) Hz")
    self.init(
      pcm: try ALSAPCM(device: device, sampleRate: sampleRate, channels: channels, latency: latency),
      preRoll: preRoll)
  }

  init(pcm: any PCM, preRoll: Double) {
    feed = PlayerFeed(pcm: pcm, preRoll: preRoll)
    feed.launch()
  }

  deinit { feed.end(.drop) }

  /// How much to collect before starting, in seconds, so that sound made at `speed` times real time never runs out
  /// before `seconds` of it are played: the shortfall, plus half a second for irregularity.
  public static func preRoll(seconds: Double, speed: Double) -> Double {
    precondition(seconds >= 0 && speed > 0, "\(seconds) s at \(speed) x real time")
    return min(seconds, seconds * max(0, 1 - speed) + 0.5)
  }

  /// Adds samples in whole frames, clipped at full scale. Waits while the queue is full.
  /// - Throws: `unwritableSample`, or `deviceFailed` if the device has stopped since.
  public func write(_ samples: [Float]) throws(AudioIOError) {
    if let index = PCM16.firstNonFinite(samples) {
      throw .unwritableSample(path: feed.name, index: index)
    }
    try feed.append(PCM16.quantize(samples))
  }

  /// Waits until everything is heard. Afterwards nothing more can be played.
  /// - Throws: `deviceFailed`.
  public func drain() throws(AudioIOError) {
    feed.end(.drain)
    try feed.check()
  }

  /// Silence at once. Afterwards nothing more can be played.
  public func drop() { feed.end(.drop) }

  /// Gaps so far because samples came too late.
  public var underruns: [Underrun] { feed.report.underruns }

  /// Seconds of sound that have been heard.
  public var playedSeconds: Double { feed.report.played }
}
