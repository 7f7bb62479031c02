// From streams to one mono sound at one rate, with what can be found out about it. The header's count is only compared
// once everything is read.

internal import CSndfile
internal import Signal

struct SoundMixer {
  private let name: String
  private let shouldStop: () -> Bool
  /// Of the result; that of the first stream if nil was asked for.
  private var sampleRate: Int?
  private var samples: [Float] = []
  private var pairs = StereoCorrelation()
  private var traits = SoundTraits()
  private var decoded = 0
  private var beyond = 0

  init(name: String, sampleRate: Int?, shouldStop: @escaping () -> Bool) {
    (self.name, self.sampleRate, self.shouldStop) = (name, sampleRate, shouldStop)
  }

  func finish() throws(AudioIOError) -> MixedSound {
    if decoded == 0 { throw .noSamples(path: name) }
    var traits = traits
    traits.channelCorrelation = pairs.value
    traits.shareBeyondFullScale = Double(beyond) / Double(decoded)
    return MixedSound(clip: Clip(samples: samples, sampleRate: sampleRate!), traits: traits)
  }

  /// Decodes a stream to its end.
  mutating func add(_ part: SoundPart, of source: SoundSource) throws(AudioIOError) {
    let (_, text) = try LibraryMessages.caught { () throws(AudioIOError) in try decode(part, of: source) }
    if let line = text.split(separator: "\n").first(where: { $0.contains("error") }) {
      let words = line.split(separator: "error: ", maxSplits: 1).last ?? line
      throw .damaged(path: name, reason: "its MPEG frames: \(words)")
    }
    if part.isOpenEnded { traits.isOpenEnded = true }
  }

  private mutating func decode(_ part: SoundPart, of source: SoundSource) throws(AudioIOError) {
    let sound = try source.open(part)
    let (channels, rate) = (Int(sound.info.channels), Int(sound.info.samplerate))
    guard channels > 0, rate > 0 else {
      throw .notSound(path: name, reason: "\(channels) channels at \(rate) Hz")
    }
    let target = sampleRate ?? rate
    sampleRate = target
    let resampler = target == rate ? nil : try ResamplerStream(from: rate, to: target, name: name)
    let framesPerBlock = max(1, 65536 / channels)
    var block = [Float](repeating: 0, count: framesPerBlock * channels)  // [frame, channel]
    var mono: [Float] = []
    let expected = Double(sound.announcedFrames ?? 0) * Double(target) / Double(rate)
    samples.reserveCapacity(samples.count + Int(min(expected + 1, 0x1p24)))
    let isExact = sound.isFloat
    var (peak, frames) = (Float(0), 0)
    var partBeyond = 0
    while true {
      if shouldStop() { throw .cancelled }
      let count = Int(sf_readf_float(sound.handle, &block, sf_count_t(framesPerBlock)))
      if count <= 0 { break }
      if let bad = block[..<(count * channels)].firstIndex(where: { !$0.isFinite }) {
        throw .nonFinite(path: name, frame: decoded + frames + bad / channels)
      }
      if channels == 2 { pairs.add(block[..<(count * 2)]) }
      mix(block, channels, count, &mono)
      for sample in mono where abs(sample) > 1 {
        peak = max(peak, abs(sample))
        partBeyond += 1
      }
      frames += count
      if samples.count + count > SoundFile.sampleLimit && resampler == nil {
        throw .tooLong(path: name, limit: "\(SoundFile.sampleLimit) samples")
      }
      if let resampler {
        try resampler.add(mono[...], to: &samples)
      } else {
        samples.append(contentsOf: mono)
      }
    }
    try check(sound, part, frames)
    try resampler?.finish(&samples)
    decoded += frames
    let share = Double(partBeyond) / Double(max(1, frames))
    if isExact || share > SoundTraits.harmlessShare || peak > SoundTraits.harmlessPeak {
      traits.peak = max(traits.peak, peak)
      beyond += partBeyond
    }
  }

  /// The mean of the channels of every frame.
  private func mix(_ block: [Float], _ channels: Int, _ count: Int, _ mono: inout [Float]) {
    mono.removeAll(keepingCapacity: true)
    if channels == 1 {
      mono.append(contentsOf: block[..<count])
      return
    }
    for frame in 0..<count {
      var sum = 0.0
      for channel in 0..<channels { sum += Double(block[frame * channels + channel]) }
      mono.append(Float(sum / Double(channels)))
    }
  }

  /// Whether a stream that has ended was all there.
  private func check(_ sound: SoundHandle, _ part: SoundPart, _ frames: Int) throws(AudioIOError) {
    if let code = sound.failure { throw .readFailed(path: name, reason: Descriptor.reason(code)) }
    if sf_error(sound.handle) != 0 { throw .damaged(path: name, reason: SoundHandle.reason(sound.handle)) }
    if let announced = sound.announcedFrames, !sound.isMPEG, frames < announced {
      throw .truncated(path: name, announced: "\(announced) frames", found: "\(frames)")
    }
    if frames < part.leastFrames {
      throw .damaged(path: name, reason: "\(frames) of at least \(part.leastFrames) frames can be decoded")
    }
  }
}
