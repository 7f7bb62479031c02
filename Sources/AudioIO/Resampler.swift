// Change of sample rate by libsoxr, very high quality, linear phase: aliases below -160 dB, exact length.
// Peaks may overshoot full scale; nothing is clipped here. Block by block it makes the same bits as at once.

internal import CSoxr

package enum Resampler {
  /// `samples` at another rate: `count * to / from` of them, rounded. One thread, so that files can run in parallel.
  /// - Throws: `resampling` with libsoxr's reason, or `tooLong`.
  package static func resample(
    _ samples: [Float], from: Int, to: Int, name: String
  ) throws(AudioIOError) -> [Float] {
    let stream = try ResamplerStream(from: from, to: to, name: name)
    var output: [Float] = []
    output.reserveCapacity(Int((Double(samples.count) * Double(to) / Double(from)).rounded(.up)) + 1)
    try stream.add(samples[...], to: &output)
    try stream.finish(&output)
    return output
  }
}

/// The same for sound that comes in blocks.
final class ResamplerStream {
  private let soxr: soxr_t
  private let from, to: Int
  private let name: String
  private var block = [Float](repeating: 0, count: 1 << 16)
  init(from: Int, to: Int, name: String) throws(AudioIOError) {
    var io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I)
    var quality = soxr_quality_spec(UInt(SOXR_VHQ), 0)
    var runtime = soxr_runtime_spec(1)
    var error: soxr_error_t?
    guard let made = soxr_create(Double(from), Double(to), 1, &error, &io, &quality, &runtime) else {
      throw .resampling(
        path: name, from: from, to: to, reason: error.map { String(cString: $0) } ?? "no memory")
    }
    (soxr, self.from, self.to, self.name) = (made, from, to, name)
  }

  deinit { soxr_delete(soxr) }

  /// Adds samples, and appends what can be made of them so far.
  func add(_ samples: ArraySlice<Float>, to output: inout [Float]) throws(AudioIOError) {
    var at = samples.startIndex
    while at < samples.endIndex {
      var used = 0
      var count = 0
      let error = samples[at...].withUnsafeBufferPointer {
        soxr_process(soxr, $0.baseAddress, $0.count, &used, &block, block.count, &count)
      }
      try accept(error, count, &output)
      at += used
      if used == 0 && count == 0 { break }
    }
  }

  /// Appends the rest: `samples in * to / from` of them in all, rounded.
  func finish(_ output: inout [Float]) throws(AudioIOError) {
    while true {
      var count = 0
      let error = soxr_process(soxr, nil, 0, nil, &block, block.count, &count)
      try accept(error, count, &output)
      if count == 0 { return }
    }
  }

  private func accept(_ error: soxr_error_t?, _ count: Int, _ output: inout [Float]) throws(AudioIOError) {
    if let error { throw .resampling(path: name, from: from, to: to, reason: String(cString: error)) }
    if output.count + count > SoundFile.sampleLimit {
      throw .tooLong(path: name, limit: "\(SoundFile.sampleLimit) samples at \(to) Hz")
    }
    output.append(contentsOf: block[..<count])
  }
}
