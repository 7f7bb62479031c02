// Any sound file in: decoded by libsndfile, mixed down to the mean of its channels, resampled by libsoxr.

internal import CSndfile
public import Signal

/// Reading, writing and describing sound files.
public enum SoundFile {
  /// More mono samples than this are not read into memory: 4 GiB of them, 18 hours at 16 kHz.
  static let sampleLimit = 1 << 30

  /// A whole sound file as mono: WAV of every width, AIFF, CAF, FLAC, Ogg Vorbis, Opus, MP3 and what else libsndfile
  /// reads, of any rate and number of channels. Nothing is normalised or clipped.
  /// - Parameters:
  ///   - path: the file; "-" reads standard input to its end
  ///   - sampleRate: in Hz; `nil` keeps the file's own
  /// - Throws: a file that is missing, empty, cut off, damaged, or not sound.
  public static func read(_ path: String, sampleRate: Int? = nil) throws(AudioIOError) -> Clip {
    try readMixed(path, sampleRate: sampleRate).clip
  }

  /// The same, and how the two channels of a stereo file were correlated.
  package static func readMixed(_ path: String, sampleRate: Int? = nil) throws(AudioIOError) -> MixedSound {
    if let sampleRate { precondition(sampleRate > 0, "sample rate \(sampleRate) Hz") }
    let sound = try SoundHandle(reading: path)
    if let missing = sound.missingBytes {
      throw .truncated(
        path: sound.name, announced: "\(missing.announced) bytes of sound", found: "\(missing.found)")
    }
    let (samples, correlation) = try mono(sound)
    let rate = Int(sound.info.samplerate)
    guard let wanted = sampleRate, wanted != rate else {
      return MixedSound(clip: Clip(samples: samples, sampleRate: rate), channelCorrelation: correlation)
    }
    let resampled = try Resampler.resample(samples, from: rate, to: wanted, name: sound.name)
    return MixedSound(clip: Clip(samples: resampled, sampleRate: wanted), channelCorrelation: correlation)
  }

  /// What a file says about itself, without decoding it; "-" reads standard input to its end.
  public static func info(_ path: String) throws(AudioIOError) -> SoundFileInfo {
    let sound = try SoundHandle(reading: path)
    let info = sound.info
    func name(_ mask: Int) -> String {
      var format = SF_FORMAT_INFO(format: info.format & Int32(mask), name: nil, extension: nil)
      let size = Int32(MemoryLayout<SF_FORMAT_INFO>.size)
      guard sf_command(nil, Int32(SFC_GET_FORMAT_INFO), &format, size) == 0, let name = format.name else {
        return "unknown"
      }
      return String(cString: name)
    }
    return SoundFileInfo(
      path: path, container: name(SF_FORMAT_TYPEMASK), encoding: name(SF_FORMAT_SUBMASK),
      sampleRate: Int(info.samplerate), channels: Int(info.channels), frames: max(0, Int(info.frames)),
      comment: sound.string(SF_STR_COMMENT), title: sound.string(SF_STR_TITLE))
  }

  /// Mean of the channels of every frame, read to the end: the header's count is only compared afterwards.
  private static func mono(_ sound: SoundHandle) throws(AudioIOError) -> ([Float], correlation: Double?) {
    let channels = Int(sound.info.channels)
    guard channels > 0, sound.info.samplerate > 0 else {
      throw .notSound(path: sound.name, reason: "\(channels) channels at \(sound.info.samplerate) Hz")
    }
    let framesPerBlock = max(1, 65536 / channels)
    var block = [Float](repeating: 0, count: framesPerBlock * channels)  // [frame, channel]
    var samples: [Float] = []
    var pairs = StereoCorrelation()
    samples.reserveCapacity(min(max(0, Int(sound.info.frames)), 1 << 24))
    while true {
      let frames = Int(sf_readf_float(sound.handle, &block, sf_count_t(framesPerBlock)))
      if frames <= 0 { break }
      if samples.count + frames > sampleLimit {
        throw .tooLong(path: sound.name, limit: "\(sampleLimit) samples")
      }
      if let bad = block[..<(frames * channels)].firstIndex(where: { !$0.isFinite }) {
        throw .nonFinite(path: sound.name, frame: samples.count + bad / channels)
      }
      if channels == 1 {
        samples.append(contentsOf: block[..<frames])
      } else {
        for frame in 0..<frames {
          var sum = 0.0
          for channel in 0..<channels { sum += Double(block[frame * channels + channel]) }
          samples.append(Float(sum / Double(channels)))
        }
        if channels == 2 { pairs.add(block[..<(frames * 2)]) }
      }
    }
    if let code = sound.failure { throw .readFailed(path: sound.name, reason: Descriptor.reason(code)) }
    if sf_error(sound.handle) != 0 {
      throw .damaged(path: sound.name, reason: SoundHandle.reason(sound.handle))
    }
    let mpeg = Int(sound.info.format) & SF_FORMAT_TYPEMASK == SF_FORMAT_MPEG
    if !mpeg && samples.count < Int(sound.info.frames) {
      throw .truncated(path: sound.name, announced: "\(sound.info.frames) frames", found: "\(samples.count)")
    }
    if samples.isEmpty { throw .noSamples(path: sound.name) }
    return (samples, pairs.value)
  }
}
