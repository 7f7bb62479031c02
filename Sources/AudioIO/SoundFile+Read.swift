// Any sound file in: each of its streams decoded by libsndfile, mixed down to the mean of its channels (or with all
// of them, by readChannels), resampled by libsoxr, block by block, so that it can be broken off at once. How the streams are found: SoundPart.swift.

internal import CSndfile
public import Signal

/// Reading, writing and describing sound files.
public enum SoundFile {
  /// More mono samples than this are not read into memory: 4 GiB of them, 18 hours at 16 kHz.
  static let sampleLimit = 1 << 30

  /// A whole sound file as mono: WAV of every width, AIFF, CAF, FLAC, Ogg Vorbis, Opus, MP3 and what else libsndfile
  /// reads, of any rate and number of channels. Streams that follow one another in a file are read all, each at its own
  /// rate. Nothing is normalised or clipped.
  /// - Parameters:
  ///   - path: the file; "-" reads standard input to its end
  ///   - sampleRate: in Hz; `nil` keeps the file's own, that of its first stream
  ///   - shouldStop: asked every few milliseconds, for programs that must not end while they read
  /// - Throws: a file that is missing, empty, cut off, damaged, or not sound; `cancelled` once `shouldStop` says so.
  public static func read(
    _ path: String, sampleRate: Int? = nil, shouldStop: @escaping () -> Bool = { false }
  ) throws(AudioIOError) -> Clip {
    try readMixed(path, sampleRate: sampleRate, shouldStop: shouldStop).clip
  }

  /// The same, and what was found out on the way.
  /// - channel: which of its channels is heard
  package static func readMixed(
    _ path: String, sampleRate: Int? = nil, channel: ChannelChoice = .mean,
    shouldStop: @escaping () -> Bool = { false }
  ) throws(AudioIOError) -> MixedSound {
    if let sampleRate { precondition(sampleRate > 0, "sample rate \(sampleRate) Hz") }
    let source = try SoundSource(reading: path, shouldStop: shouldStop)
    var mixer = SoundMixer(
      name: source.name, sampleRate: sampleRate, channel: channel,
      levels: try levels(source, channel, sampleRate, shouldStop), shouldStop: shouldStop)
    for part in source.parts { try mixer.add(part, of: source) }
    return try mixer.finish()
  }

  /// The same, but piece by piece, so that memory does not grow with the file.
  /// - channel: which of its channels is heard
  /// - body: called with one piece after the other, none of them empty unless the file is
  /// - Throws: as `read`, and what `body` throws
  package static func readPieces(
    _ path: String, sampleRate: Int, channel: ChannelChoice = .mean,
    shouldStop: @escaping () -> Bool = { false },
    _ body: @escaping (ArraySlice<Float>) throws(AudioIOError) -> Void
  ) throws(AudioIOError) -> SoundTraits {
    precondition(sampleRate > 0, "sample rate \(sampleRate) Hz")
    let source = try SoundSource(reading: path, shouldStop: shouldStop)
    var mixer = SoundMixer(
      name: source.name, sampleRate: sampleRate, channel: channel,
      levels: try levels(source, channel, sampleRate, shouldStop), shouldStop: shouldStop, consume: body)
    for part in source.parts { try mixer.add(part, of: source) }
    return try mixer.finalTraits()
  }

  /// How loud each channel is, for a choice that has to know.
  private static func levels(
    _ source: SoundSource, _ channel: ChannelChoice, _ sampleRate: Int?, _ shouldStop: @escaping () -> Bool
  ) throws(AudioIOError) -> [Double] {
    if channel != .loudest { return [] }
    var meter = SoundMixer(
      name: source.name, sampleRate: sampleRate, onlyMeters: true, shouldStop: shouldStop)
    for part in source.parts { try meter.add(part, of: source) }
    return meter.channelLevels
  }

  /// A whole sound file with all its channels; everything else is as in `read`.
  /// - Throws: also `manyLayouts`, for a file whose streams differ in their number of channels.
  package static func readChannels(
    _ path: String, sampleRate: Int? = nil, shouldStop: @escaping () -> Bool = { false }
  ) throws(AudioIOError) -> KeptSound {
    if let sampleRate { precondition(sampleRate > 0, "sample rate \(sampleRate) Hz") }
    let source = try SoundSource(reading: path, shouldStop: shouldStop)
    var mixer = SoundMixer(
      name: source.name, sampleRate: sampleRate, keepsChannels: true, shouldStop: shouldStop)
    for part in source.parts { try mixer.add(part, of: source) }
    return try mixer.finishChannels()
  }

  /// What a file says about itself, decoded only where its header does not know its length; "-" reads standard input to
  /// its end. Of several streams the first one speaks, but for the length.
  public static func info(_ path: String) throws(AudioIOError) -> SoundFileInfo {
    let source = try SoundSource(reading: path, shouldStop: { false })
    let sound = try LibraryMessages.caught { () throws(AudioIOError) in try source.open(source.parts[0]) }
      .result
    let info = sound.info
    func name(_ mask: Int) -> String {
      var format = SF_FORMAT_INFO(format: info.format & Int32(mask), name: nil, extension: nil)
      let size = Int32(MemoryLayout<SF_FORMAT_INFO>.size)
      guard sf_command(nil, Int32(SFC_GET_FORMAT_INFO), &format, size) == 0, let name = format.name else {
        return "unknown"
      }
      return String(cString: name)
    }
    var frames = sound.announcedFrames
    if frames == nil || source.parts.count > 1 {
      // What no header knows is counted.
      var mixer = SoundMixer(name: source.name, sampleRate: nil, shouldStop: { false })
      for part in source.parts { try mixer.add(part, of: source) }
      frames = try mixer.finish().clip.samples.count
    }
    return SoundFileInfo(
      path: path, container: name(SF_FORMAT_TYPEMASK), encoding: name(SF_FORMAT_SUBMASK),
      sampleRate: Int(info.samplerate), channels: Int(info.channels), frames: frames ?? 0,
      comment: sound.string(SF_STR_COMMENT), title: sound.string(SF_STR_TITLE), sampler: sound.sampler)
  }
}
