// ALSA behind the PCM protocol, and the list of its devices. Opened non-blocking, so that playing can be broken off;
// "default" and plughw devices convert rate and channels themselves.

internal import CALSA
import Glibc

final class ALSAPCM: PCM {
  let name: String
  let channels: Int
  let sampleRate: Int
  let periodFrames: Int
  let bufferFrames: Int
  private let handle: OpaquePointer

  /// Opens a device for 16-bit sound.
  /// - Parameters:
  ///   - sampleRate: in Hz
  ///   - latency: how much sound the device should hold, in seconds
  init(device: String, sampleRate: Int, channels: Int, latency: Double) throws(AudioIOError) {
    synth_alsa_silence()
    var opened: OpaquePointer?
    let code = snd_pcm_open(&opened, device, SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK)
    guard code >= 0, let handle = opened else {
      switch -code {
      case EBUSY, EAGAIN: throw .deviceRefused(device: device, reason: "another program uses it")
      case EACCES, EPERM:
        throw .deviceRefused(device: device, reason: "no permission: is the user in group audio?")
      default: throw .noDevice(device: device, reason: ALSAPCM.reason(code))
      }
    }
    var buffer: snd_pcm_uframes_t = 0
    var period: snd_pcm_uframes_t = 0
    var result = snd_pcm_set_params(
      handle, SND_PCM_FORMAT_S16_LE, SND_PCM_ACCESS_RW_INTERLEAVED, UInt32(channels),
      UInt32(clamping: sampleRate), 1, UInt32(max(0.01, min(latency, 10)) * 1e6))
    if result >= 0 { result = snd_pcm_get_params(handle, &buffer, &period) }
    if result < 0 {
      snd_pcm_close(handle)
      throw .deviceRefused(
        device: device,
        reason:
          "\(channels == 1 ? "mono" : "\(channels) channels"), 16 bit, \(sampleRate) Hz: \(ALSAPCM.reason(result))"
      )
    }
    name = device
    self.channels = channels
    self.sampleRate = sampleRate * channels
    self.handle = handle
    periodFrames = max(1, Int(period)) * channels
    bufferFrames = max(1, Int(buffer)) * channels
  }

  deinit { snd_pcm_close(handle) }

  static func reason(_ code: Int32) -> String { String(cString: snd_strerror(code)) }

  var state: PCMState {
    switch snd_pcm_state(handle) {
    case SND_PCM_STATE_PREPARED: .prepared
    case SND_PCM_STATE_RUNNING: .running
    case SND_PCM_STATE_DRAINING: .draining
    default: .stopped
    }
  }

  var delayFrames: Int {
    var delay: snd_pcm_sframes_t = 0
    return snd_pcm_delay(handle, &delay) == 0 ? max(0, Int(delay)) * channels : 0
  }

  var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  func write(_ samples: UnsafeBufferPointer<Int16>) -> Int {
    let frames = Int(snd_pcm_writei(handle, samples.baseAddress, snd_pcm_uframes_t(samples.count / channels)))
    return frames > 0 ? frames * channels : frames
  }

  func wait(milliseconds: Int32) -> Int32 { snd_pcm_wait(handle, milliseconds) }
  func recover(_ code: Int32) -> Int32 { snd_pcm_recover(handle, code, 1) }
  func start() -> Int32 { snd_pcm_start(handle) }
  func drop() { snd_pcm_drop(handle) }

  func drain() -> Int32 {
    let code = snd_pcm_drain(handle)
    if code == -EAGAIN { usleep(10_000) }
    return code
  }
}

/// A device that can play.
public struct AudioDevice: Hashable, Sendable {
  /// What to give to `Player(device:)`.
  public let name: String
  /// One line for people.
  public let description: String

  /// The devices that ALSA knows for playing, in its order; empty without a sound system. Most names convert whatever
  /// they are given; names that begin with "hw:" do not.
  public static func all() -> [AudioDevice] {
    synth_alsa_silence()
    var hints: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    guard snd_device_name_hint(-1, "pcm", &hints) >= 0, let hints else { return [] }
    defer { snd_device_name_free_hint(hints) }
    func text(_ hint: UnsafeMutableRawPointer, _ key: String) -> String? {
      guard let value = snd_device_name_get_hint(hint, key) else { return nil }
      defer { free(value) }
      return String(cString: value)
    }
    var devices: [AudioDevice] = []
    var next = hints
    while let hint = next.pointee {
      next += 1
      guard let name = text(hint, "NAME"), name != "null", text(hint, "IOID") ?? "Output" == "Output" else {
        continue
      }
      let lines = (text(hint, "DESC") ?? "").split(separator: "\n")
      devices.append(AudioDevice(name: name, description: lines.joined(separator: ", ")))
    }
    return devices
  }
}
