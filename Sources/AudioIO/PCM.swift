// What playback needs of a sound device, as a protocol, so that tests can put a device with a clock, underruns and
// short writes in its place. The real one is ALSAPCM. Return codes are ALSA's: negative error numbers.

/// Where a device stands.
enum PCMState: Hashable, Sendable {
  /// Takes samples, does not play yet.
  case prepared
  case running
  /// Plays what it has and then stops.
  case draining
  /// Stopped, by an underrun or otherwise.
  case stopped
}

/// A device for 16-bit sound that never blocks. Samples of several channels come interleaved and are all counted: two
/// channels are twice as many samples a second. Used from one thread at a time.
protocol PCM: AnyObject {
  /// As the user named it.
  var name: String { get }
  /// Samples come in whole frames of so many.
  var channels: Int { get }
  /// Samples per second, of all channels together.
  var sampleRate: Int { get }
  /// Samples from one wake-up to the next.
  var periodFrames: Int { get }
  /// Samples the device can hold.
  var bufferFrames: Int { get }
  var state: PCMState { get }
  /// Samples written and not heard yet.
  var delayFrames: Int { get }
  /// Seconds of a clock that only goes forward.
  var now: Double { get }
  /// Takes some of the samples: how many, or -EAGAIN (full), -EPIPE (underrun), -ESTRPIPE (suspended), ...
  func write(_ samples: UnsafeBufferPointer<Int16>) -> Int
  /// Waits until there is room: 1, 0 after the time, or an error.
  func wait(milliseconds: Int32) -> Int32
  /// Makes it ready again after an error: 0, or the error if it cannot.
  func recover(_ code: Int32) -> Int32
  func start() -> Int32
  /// Lets it play out: 0 when silent, -EAGAIN while it still plays.
  func drain() -> Int32
  /// Silence at once.
  func drop()
}
