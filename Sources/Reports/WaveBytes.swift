// A sound as the bytes of a WAV file, for the players of a page. Files and streams are AudioIO's.
package import Signal

/// 16-bit mono WAV in memory. A namespace.
package enum WaveBytes {
  package static func wav(_ clip: Clip) -> [UInt8] {
    func little(_ value: Int, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let size = 2 * clip.samples.count
    var bytes = Array("RIFF".utf8) + little(36 + size, 4) + Array("WAVEfmt ".utf8)
    for (value, width) in [
      (16, 4), (1, 2), (1, 2), (clip.sampleRate, 4), (2 * clip.sampleRate, 4), (2, 2), (16, 2),
    ] {
      bytes += little(value, width)
    }
    bytes += Array("data".utf8) + little(size, 4)
    bytes.reserveCapacity(bytes.count + size)
    for sample in clip.samples { bytes += little(Int((max(-1, min(1, sample)) * 32767).rounded()), 2) }
    return bytes
  }
}
