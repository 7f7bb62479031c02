// The formats we write, and what is told about the ones we read (those are whatever libsndfile decodes).

internal import CSndfile

/// A format for writing. The ending of the file name says WAV or FLAC, this says the width too.
public enum SoundFormat: String, Hashable, Sendable, CaseIterable {
  /// WAV, 16-bit integers.
  case wav16
  /// WAV, 24-bit integers.
  case wav24
  /// WAV, 32-bit floating point.
  case wavFloat
  /// FLAC, 16 bit.
  case flac16
  /// FLAC, 24 bit.
  case flac24

  /// The 16-bit format that goes with the ending of a file name: `.wav`, `.wave` or `.flac`, in any case.
  /// - Throws: `unknownExtension`.
  public init(path: String) throws(AudioIOError) {
    switch SoundFormat.ending(of: path) {
    case "wav", "wave": self = .wav16
    case "flac": self = .flac16
    default: throw .unknownExtension(path: path)
    }
  }

  /// Whether a file name may carry this format: WAV and FLAC names want their own, other names take any.
  func fits(_ path: String) -> Bool {
    switch SoundFormat.ending(of: path) {
    case "wav", "wave": self == .wav16 || self == .wav24 || self == .wavFloat
    case "flac": self == .flac16 || self == .flac24
    default: true
    }
  }

  /// Lower-case ending of a file name, without the point; empty if there is none.
  static func ending(of path: String) -> String {
    let name = path.utf8.split(separator: UInt8(ascii: "/")).last ?? path.utf8[...]
    guard let point = name.lastIndex(of: UInt8(ascii: ".")), point != name.startIndex else { return "" }
    return String(Substring(name[name.index(after: point)...])).lowercased()
  }

  /// Samples that a file can hold, as 4 GiB of floats; nil if there is no limit but the disk's.
  package var mostSamples: Int? { rawValue.hasPrefix("wav") ? 1_000_000_000 : nil }

  /// libsndfile's number for it.
  var code: Int32 {
    switch self {
    case .wav16: Int32(SF_FORMAT_WAV | SF_FORMAT_PCM_16)
    case .wav24: Int32(SF_FORMAT_WAV | SF_FORMAT_PCM_24)
    case .wavFloat: Int32(SF_FORMAT_WAV | SF_FORMAT_FLOAT)
    case .flac16: Int32(SF_FORMAT_FLAC | SF_FORMAT_PCM_16)
    case .flac24: Int32(SF_FORMAT_FLAC | SF_FORMAT_PCM_24)
    }
  }
}

/// What a sound file says about itself.
public struct SoundFileInfo: Hashable, Sendable {
  /// As it was given.
  public let path: String
  /// Container, for example "WAV (Microsoft)".
  public let container: String
  /// Encoding, for example "Signed 16 bit PCM".
  public let encoding: String
  /// In Hz.
  public let sampleRate: Int
  /// Number of channels.
  public let channels: Int
  /// Samples per channel, as the header has it (MP3 files only estimate it), or counted where it does not know it and where
  /// a file holds several streams, at the rate of the first.
  public let frames: Int
  /// The COMMENT string, where `synth` keeps seed and settings.
  public let comment: String?
  /// The TITLE string.
  public let title: String?
  /// Its note and loop, where it says them to samplers.
  public let sampler: SamplerNote?

  /// Length in seconds.
  public var seconds: Double { Double(frames) / Double(sampleRate) }
}
