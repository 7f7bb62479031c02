// A clip out to WAV or FLAC: whole or not at all, reproducible to the byte (no time stamps in it), nothing normalised.
internal import CSndfile
internal import Files
import Glibc
public import Signal

extension SoundFile {
  /// Writes a clip. Samples beyond full scale are clipped in integer formats. The file appears whole or not at all.
  /// - Parameters:
  ///   - path: where to; "-" writes 16-bit WAV to standard output
  ///   - format: `nil` takes the 16-bit format that the ending of the name stands for
  ///   - comment: kept in the file's COMMENT string
  ///   - sampler: what a sampler has to know of it; of a WAV file that is no pipe alone
  /// - Throws: a sample that is not finite, a name or folder that does not do, a disk that is full.
  public static func write(
    _ clip: Clip, to path: String, format: SoundFormat? = nil, comment: String? = nil,
    sampler: SamplerNote? = nil
  ) throws(AudioIOError) {
    if let index = PCM16.firstNonFinite(clip.samples) { throw .unwritableSample(path: path, index: index) }
    if path == "-" || isStream(path) {
      if let format, format != .wav16 { throw .formatMismatch(path: path, format: "\(format) in a stream") }
      if sampler != nil { throw .formatMismatch(path: path, format: "a stream with a key") }
      return try stream(clip, to: path)
    }
    let chosen: SoundFormat
    if let format { chosen = format } else { chosen = try SoundFormat(path: path) }
    if !chosen.fits(path) { throw .formatMismatch(path: path, format: chosen.rawValue) }
    if let most = chosen.mostSamples, clip.samples.count > most {
      throw .tooLong(path: path, limit: "a WAV file can be: write FLAC")
    }
    if sampler != nil && [.flac16, .flac24].contains(chosen) {
      throw .formatMismatch(path: path, format: "\(chosen) with a key")
    }
    try AtomicFile.replace(path, failure: AudioIOError.file) { descriptor throws(AudioIOError) in
      try encode(
        clip.samples, channels: 1, sampleRate: clip.sampleRate, code: chosen.code, comment: comment,
        sampler: sampler, to: VirtualFile(descriptor: descriptor), path: path)
    }
  }

  /// Writes sound with its channels, to a file and not to a pipe; everything else is as for a clip.
  package static func write(
    _ sound: ChannelClip, to path: String, format: SoundFormat
  ) throws(AudioIOError) {
    let samples = try writable(sound, path, format)
    try AtomicFile.replace(path, failure: AudioIOError.file) { descriptor throws(AudioIOError) in
      try encode(
        samples, channels: sound.channels.count, sampleRate: sound.sampleRate, code: format.code,
        comment: nil, descriptor: descriptor, path: path)
    }
  }

  /// The same bytes as of the file, for whoever changes them before they are written.
  /// - Parameter path: where they will go, for messages
  package static func bytes(
    _ sound: ChannelClip, as format: SoundFormat, path: String
  ) throws(AudioIOError) -> [UInt8] {
    let samples = try writable(sound, path, format)
    let file = VirtualFile()
    try encode(
      samples, channels: sound.channels.count, sampleRate: sound.sampleRate, code: format.code, comment: nil,
      to: file, path: path)
    return file.memory
  }

  private static func writable(
    _ sound: ChannelClip, _ path: String, _ format: SoundFormat
  ) throws(AudioIOError) -> [Float] {
    let samples = sound.interleaved
    if let index = PCM16.firstNonFinite(samples) { throw .unwritableSample(path: path, index: index) }
    if !format.fits(path) { throw .formatMismatch(path: path, format: format.rawValue) }
    if let most = format.mostSamples, samples.count > most {
      throw .tooLong(path: path, limit: "a WAV file can be: write FLAC")
    }
    return samples
  }

  /// Interleaved frames through libsndfile, in any of its formats: the public formats as integers that we round
  /// ourselves (libsndfile rounds down), the others, for tests, as floats.
  static func encode(
    _ samples: [Float], channels: Int, sampleRate: Int, code: Int32, comment: String?, descriptor: Int32,
    path: String
  ) throws(AudioIOError) {
    try encode(
      samples, channels: channels, sampleRate: sampleRate, code: code, comment: comment,
      to: VirtualFile(descriptor: descriptor), path: path)
  }

  private static func encode(
    _ samples: [Float], channels: Int, sampleRate: Int, code: Int32, comment: String?,
    sampler: SamplerNote? = nil, to file: VirtualFile, path: String
  ) throws(AudioIOError) {
    var info = SF_INFO()
    info.format = code
    info.channels = Int32(channels)
    info.samplerate = Int32(clamping: sampleRate)
    guard let handle = file.open(Int32(SFM_WRITE), &info) else {
      throw .cannotCreate(path: path, reason: SoundHandle.reason(nil))
    }
    sf_command(handle, Int32(SFC_SET_CLIPPING), nil, Int32(SF_TRUE))
    sf_command(handle, Int32(SFC_SET_ADD_PEAK_CHUNK), nil, Int32(SF_FALSE))  // it holds the time of day
    if let comment { sf_set_string(handle, Int32(SF_STR_COMMENT), comment) }
    if var chunk = sampler?.chunk {
      sf_command(
        handle, Int32(SFC_SET_INSTRUMENT), &chunk, Int32(MemoryLayout<SF_INSTRUMENT>.size))
    }
    let frames = sf_count_t(samples.count / channels)
    let written: sf_count_t
    switch Int(code) & SF_FORMAT_SUBMASK {
    case SF_FORMAT_PCM_16: written = sf_writef_short(handle, PCM16.quantize(samples), frames)
    case SF_FORMAT_PCM_24: written = sf_writef_int(handle, samples.map { PCM16.quantize24($0) }, frames)
    default: written = sf_writef_float(handle, samples, frames)
    }
    let failed = sf_error(handle) != 0 || written != frames
    let reason = SoundHandle.reason(handle)
    let closed = withExtendedLifetime(file) { sf_close(handle) }
    if let code = file.failure { throw .writeFailed(path: path, reason: Descriptor.reason(code)) }
    if failed { throw .writeFailed(path: path, reason: "\(written) of \(frames) frames: \(reason)") }
    if closed != 0 { throw .writeFailed(path: path, reason: String(cString: sf_error_number(closed))) }
  }

  /// Whether a path is something to write into rather than to replace: a pipe or a device.
  private static func isStream(_ path: String) -> Bool {
    [.pipe, .device].contains(Disk.status(path)?.kind)
  }

  private static func stream(_ clip: Clip, to path: String) throws(AudioIOError) {
    let descriptor = path == "-" ? dup(STDOUT_FILENO) : Disk.open(path, O_WRONLY)
    if descriptor < 0 { throw .cannotCreate(path: path, reason: Descriptor.reason()) }
    defer { close(descriptor) }
    let writer = try StreamWriter(
      fileDescriptor: descriptor, sampleRate: clip.sampleRate, name: path == "-" ? "standard output" : path,
      totalSamples: clip.samples.count)
    try writer.write(clip.samples)
    try writer.finish()
  }
}
