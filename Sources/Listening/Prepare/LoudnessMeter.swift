// Loudness and true peak by libebur128 (ITU-R BS.1770, EBU R 128): integrated over the whole sound and all its channels,
// gated. As it is heard: a sound of one channel is played on both sides and counts twice, so that it and the same sound as
// two equal channels have one loudness. Sounds shorter than one gating block of 0.4 s have no integrated loudness; they are
// measured by their RMS, summed over the sides in the same way.
internal import CEbur128
internal import Glibc
internal import Signal

enum LoudnessMeter {
  /// Whether a sound is measured by RMS.
  static func usesRMS(_ sound: ChannelClip) -> Bool { Double(sound.frames) < 0.4 * Double(sound.sampleRate) }

  /// LUFS, or dB of full scale of the RMS for a short sound; nil for silence.
  static func loudness(_ sound: ChannelClip) -> Double? {
    if usesRMS(sound) {
      let powers = sound.channels.map { samples in
        pow(10, Loudness.level(Clip(samples: samples, sampleRate: sound.sampleRate)) / 10)
      }
      let value = 10 * log10(powers.count == 1 ? 2 * powers[0] : powers.reduce(0, +))
      return value > -87 ? value : nil
    }
    var result = 0.0
    unsafe measure(sound, EBUR128_MODE_I) { unsafe ebur128_loudness_global($0, &result) }
    return result.isFinite ? result : nil
  }

  /// In dB of full scale between the samples too (four times oversampled up to 96 kHz), of the highest channel; nil for
  /// zeros.
  static func truePeak(_ sound: ChannelClip) -> Double? {
    var highest = 0.0
    unsafe measure(sound, EBUR128_MODE_TRUE_PEAK) { state in
      for channel in sound.channels.indices {
        var result = 0.0
        let code = unsafe ebur128_true_peak(state, UInt32(channel), &result)
        if code != 0 { return code }
        highest = max(highest, result)
      }
      return 0
    }
    return highest > 0 ? 20 * log10(highest) : nil
  }

  private static func measure(
    _ sound: ChannelClip, _ mode: mode, _ read: (UnsafeMutablePointer<ebur128_state>) -> Int32
  ) {
    let channels = sound.channels.count
    var state = unsafe ebur128_init(UInt32(channels), UInt(sound.sampleRate), Int32(mode.rawValue))
    unsafe precondition(
      state != nil, "libebur128 takes no sound of \(channels) channels at \(sound.sampleRate) Hz")
    defer { unsafe ebur128_destroy(&state) }
    if channels == 1 {
      let code = unsafe ebur128_set_channel(state, 0, Int32(EBUR128_DUAL_MONO.rawValue))
      precondition(code == 0, "libebur128 knows no dual mono: \(code)")
    }
    // The tail of its interpolation filter: a peak in the last samples shows only with silence behind it.
    let tail = [Float](repeating: 0, count: mode == EBUR128_MODE_TRUE_PEAK ? 64 * channels : 0)
    let padded = sound.interleaved + tail
    let added = unsafe ebur128_add_frames_float(state, padded, padded.count / channels)
    precondition(added == 0, "libebur128 refused \(sound.frames) frames: \(added)")
    let code = unsafe read(state!)
    precondition(code == 0, "libebur128 has no result: \(code)")
  }
}
