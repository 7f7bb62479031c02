// Loudness and true peak by libebur128 (ITU-R BS.1770, EBU R 128): integrated over the whole sound, gated. Sounds shorter
// than one gating block of 0.4 s have no integrated loudness; they are measured by their RMS.
internal import CEbur128
internal import Glibc
internal import Signal

struct LoudnessMeter: Hashable, Sendable {
  let sampleRate: Int

  /// Whether sounds of that many frames are measured by RMS.
  func usesRMS(frames: Int) -> Bool { Double(frames) < 0.4 * Double(sampleRate) }

  /// LUFS, or dB of full scale of the RMS for a short sound; nil for silence.
  func loudness(_ samples: [Float]) -> Double? {
    let value: Double
    if usesRMS(frames: samples.count) {
      value = Loudness.level(Clip(samples: samples, sampleRate: sampleRate))
      return value > -90 ? value : nil
    }
    var result = 0.0
    unsafe measure(samples, EBUR128_MODE_I) { unsafe ebur128_loudness_global($0, &result) }
    return result.isFinite ? result : nil
  }

  /// In dB of full scale between the samples too (four times oversampled up to 96 kHz); nil for zeros.
  func truePeak(_ samples: [Float]) -> Double? {
    var result = 0.0
    unsafe measure(samples, EBUR128_MODE_TRUE_PEAK) { unsafe ebur128_true_peak($0, 0, &result) }
    return result > 0 ? 20 * log10(result) : nil
  }

  private func measure(
    _ samples: [Float], _ mode: mode, _ read: (UnsafeMutablePointer<ebur128_state>) -> Int32
  ) {
    var state = unsafe ebur128_init(1, UInt(sampleRate), Int32(mode.rawValue))
    unsafe precondition(state != nil, "libebur128 takes no mono sound of \(sampleRate) Hz")
    defer { unsafe ebur128_destroy(&state) }
    // The tail of its interpolation filter: a peak in the last samples shows only with silence behind it.
    let padded = mode == EBUR128_MODE_TRUE_PEAK ? samples + [Float](repeating: 0, count: 64) : samples
    let added = unsafe ebur128_add_frames_float(state, padded, padded.count)
    precondition(added == 0, "libebur128 refused \(samples.count) frames: \(added)")
    let code = unsafe read(state!)
    precondition(code == 0, "libebur128 has no result: \(code)")
  }
}
