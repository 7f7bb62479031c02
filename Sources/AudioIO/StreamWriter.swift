// Sound into a pipe while it is being made: WAV with its own 44-byte header, or bare 16-bit samples.
// libsndfile cannot do this (a WAV header wants to be rewritten at the end, and a pipe does not seek).

import Glibc

/// Writes mono 16-bit sound to a file descriptor, piece by piece. The descriptor stays open and the caller's.
public final class StreamWriter {
  /// What surrounds the samples.
  public enum Container: Hashable, Sendable {
    /// A 44-byte WAV header first.
    case wav
    /// Nothing: little-endian signed 16-bit samples.
    case raw
  }

  /// Data size of a WAV stream whose end is not known: just under 2 GiB, which players take without a warning.
  static let unknownSize: UInt32 = 0x7FFF_F000

  /// Samples written so far.
  public private(set) var sampleCount = 0
  private let descriptor: Int32
  private let name: String
  private let container: Container
  private let totalSamples: Int?
  private let sampleRate: Int
  /// Where the header began, if it can be put right at the end.
  private var headerOffset: off_t?

  /// Writes the header at once.
  /// - Parameters:
  ///   - fileDescriptor: standard output unless told otherwise
  ///   - sampleRate: in Hz
  ///   - container: WAV or bare samples
  ///   - name: for messages
  ///   - totalSamples: if known, the header says so
  /// - Throws: `brokenPipe` or `writeFailed`.
  public init(
    fileDescriptor: Int32 = STDOUT_FILENO, sampleRate: Int, container: Container = .wav,
    name: String = "standard output", totalSamples: Int? = nil
  ) throws(AudioIOError) {
    precondition(sampleRate > 0, "sample rate \(sampleRate) Hz")
    descriptor = fileDescriptor
    self.name = name
    self.container = container
    self.totalSamples = totalSamples
    self.sampleRate = sampleRate
    guard container == .wav else { return }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      fcntl(descriptor, F_GETFL) & O_APPEND == 0
    {
      let offset = lseek(descriptor, 0, SEEK_CUR)
      if offset >= 0 { headerOffset = offset }
    }
    let header = StreamWriter.header(sampleRate: sampleRate, dataBytes: StreamWriter.size(of: totalSamples))
    try Descriptor.writeAll(descriptor, header, name: name)
  }

  /// Adds samples; beyond full scale they are clipped.
  /// - Throws: `unwritableSample`, `brokenPipe` if the reader has gone, `writeFailed`.
  public func write(_ samples: [Float]) throws(AudioIOError) {
    if let index = PCM16.firstNonFinite(samples) {
      throw .unwritableSample(path: name, index: sampleCount + index)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(samples.count * 2)
    for sample in samples {
      let value = UInt16(bitPattern: PCM16.quantize(sample))
      bytes.append(UInt8(truncatingIfNeeded: value))
      bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    }
    try Descriptor.writeAll(descriptor, bytes, name: name)
    sampleCount += samples.count
  }

  /// Ends the sound. If standard output is an ordinary file, its header now tells the true length.
  public func finish() throws(AudioIOError) {
    guard let headerOffset, sampleCount != totalSamples else { return }
    let header = StreamWriter.header(sampleRate: sampleRate, dataBytes: StreamWriter.size(of: sampleCount))
    let count = pwrite(descriptor, header, header.count, headerOffset)
    if count != header.count { throw .writeFailed(path: name, reason: Descriptor.reason()) }
  }

  /// Bytes of that many samples, or the size that stands for "unknown" where it is not known or does not fit.
  static func size(of samples: Int?) -> UInt32 {
    guard let samples, samples * 2 <= 0xFFFF_FF00 else { return unknownSize }
    return UInt32(samples * 2)
  }

  /// The 44 bytes before mono 16-bit samples.
  static func header(sampleRate: Int, dataBytes: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    func text(_ s: String) { bytes += Array(s.utf8) }
    func word32(_ v: UInt32) {
      for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: v >> UInt32(shift))) }
    }
    func word16(_ v: UInt16) { bytes += [UInt8(truncatingIfNeeded: v), UInt8(truncatingIfNeeded: v >> 8)] }
    text("RIFF")
    word32(dataBytes &+ 36)
    text("WAVEfmt ")
    word32(16)
    word16(1)  // integers
    word16(1)  // one channel
    word32(UInt32(clamping: sampleRate))
    word32(UInt32(clamping: sampleRate * 2))
    word16(2)  // bytes per frame
    word16(16)  // bits
    text("data")
    word32(dataBytes)
    return bytes
  }
}
