// Change of sample rate by libsoxr, very high quality, linear phase: aliases below -160 dB, exact length.
// Peaks may overshoot full scale; nothing is clipped here.

internal import CSoxr

package enum Resampler {
  /// `samples` at another rate: `count * to / from` of them, rounded up. One thread, so that files can run in parallel.
  /// - Throws: `resampling` with libsoxr's reason, or `tooLong`.
  package static func resample(
    _ samples: [Float], from: Int, to: Int, name: String
  ) throws(AudioIOError) -> [Float] {
    let exact = (Double(samples.count) * Double(to) / Double(from)).rounded(.up)
    guard exact <= Double(SoundFile.sampleLimit) else {
      throw .tooLong(path: name, limit: "\(SoundFile.sampleLimit) samples at \(to) Hz")
    }
    var output = [Float](repeating: 0, count: Int(exact) + 1)
    var used = 0
    var made = 0
    var io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I)
    var quality = soxr_quality_spec(UInt(SOXR_VHQ), 0)
    var runtime = soxr_runtime_spec(1)
    let error = soxr_oneshot(
      Double(from), Double(to), 1, samples, samples.count, &used, &output, output.count, &made, &io, &quality,
      &runtime)
    if let error { throw .resampling(path: name, from: from, to: to, reason: String(cString: error)) }
    output.removeLast(output.count - made)
    return output
  }
}
