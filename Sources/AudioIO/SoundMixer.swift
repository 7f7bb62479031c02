// From streams to one sound at one rate, mono or with its channels, with what can be found out about it. The header's count is only compared
// once everything is read.

internal import CSndfile
internal import Signal

struct SoundMixer {
  private let name: String
  private let shouldStop: () -> Bool
  /// Of the result; that of the first stream if nil was asked for.
  private var sampleRate: Int?
  private let keepsChannels: Bool
  /// The mean alone, or every channel; empty before the first stream. `[lane][frame]`
  private var lanes: [[Float]] = []
  private var pairs = StereoCorrelation()
  private var meter = ChannelMeter()
  private var traits = SoundTraits()
  private var decoded = 0
  private var beyond = 0
  private var sum = 0.0
  private var mostChannels = 0
  private let channel: ChannelChoice
  /// Of a first decoding, for `.loudest`.
  private let levels: [Double]
  /// Takes what was made so far; nil keeps all of it.
  private let consume: ((ArraySlice<Float>) throws(AudioIOError) -> Void)?
  /// Whether nothing but the channels' levels is wanted.
  private let onlyMeters: Bool

  init(
    name: String, sampleRate: Int?, keepsChannels: Bool = false, channel: ChannelChoice = .mean,
    levels: [Double] = [], onlyMeters: Bool = false, shouldStop: @escaping () -> Bool,
    consume: ((ArraySlice<Float>) throws(AudioIOError) -> Void)? = nil
  ) {
    (self.name, self.sampleRate, self.shouldStop) = (name, sampleRate, shouldStop)
    (self.keepsChannels, self.channel, self.levels) = (keepsChannels, channel, levels)
    (self.onlyMeters, self.consume) = (onlyMeters, consume)
  }

  /// Sums of squares of the channels. `[channel]`
  var channelLevels: [Double] { meter.squares }

  func finish() throws(AudioIOError) -> MixedSound {
    precondition(!keepsChannels, "\(name) was read with its channels")
    let traits = try finalTraits()
    return MixedSound(
      clip: Clip(samples: lanes[0], sampleRate: sampleRate!), traits: traits, channels: mostChannels)
  }

  func finishChannels() throws(AudioIOError) -> KeptSound {
    let traits = try finalTraits()
    return KeptSound(sound: ChannelClip(channels: lanes, sampleRate: sampleRate!), traits: traits)
  }

  func finalTraits() throws(AudioIOError) -> SoundTraits {
    if decoded == 0 { throw .noSamples(path: name) }
    var traits = traits
    if channel == .mean {
      traits.channelCorrelation = pairs.value
      traits.deadChannels = SoundTraits.dead(meter.powers)
    }
    // Of a moment of sound, the mean says nothing.
    if decoded >= sampleRate! { traits.offset = sum / Double(decoded) }
    traits.clippedShare = Double(meter.clipped) / Double(meter.frames * max(1, meter.squares.count))
    traits.shareBeyondFullScale = Double(beyond) / Double(decoded)
    return traits
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

  /// Hz: beyond them a header is damaged. A second of it, or what it becomes at another rate, would take gigabytes.
  private static let rates = 100...16_000_000

  private mutating func decode(_ part: SoundPart, of source: SoundSource) throws(AudioIOError) {
    let sound = try source.open(part)
    let (channels, rate) = (Int(sound.info.channels), Int(sound.info.samplerate))
    guard channels > 0, Self.rates.contains(rate) else {
      throw .notSound(path: name, reason: "\(channels) channels at \(rate) Hz")
    }
    mostChannels = max(mostChannels, channels)
    let target = sampleRate ?? rate
    sampleRate = target
    let count = keepsChannels ? channels : 1
    if lanes.isEmpty { lanes = [[Float]](repeating: [], count: count) }
    if lanes.count != count { throw .manyLayouts(path: name, channels: [lanes.count, count]) }
    var resamplers: [ResamplerStream] = []
    if target != rate {
      for _ in lanes { resamplers.append(try ResamplerStream(from: rate, to: target, name: name)) }
    }
    let framesPerBlock = max(1, 65536 / channels)
    var block = [Float](repeating: 0, count: framesPerBlock * channels)  // [frame, channel]
    var decodedLanes = [[Float]](repeating: [], count: count)
    let expected = Double(sound.announcedFrames ?? 0) * Double(target) / Double(rate)
    for lane in lanes.indices where consume == nil && !onlyMeters {
      lanes[lane].reserveCapacity(lanes[lane].count + Int(min(expected + 1, 0x1p24)))
    }
    let isExact = sound.isFloat
    let chosen = keepsChannels ? nil : channel.index(of: channels, levels: levels)
    var (peak, frames) = (Float(0), 0)
    var partBeyond = 0
    while true {
      if shouldStop() { throw .cancelled }
      let count = Int(sf_readf_float(sound.handle, &block, sf_count_t(framesPerBlock)))
      if count <= 0 { break }
      if let bad = block[..<(count * channels)].firstIndex(where: { !$0.isFinite }) {
        throw .nonFinite(path: name, frame: decoded + frames + bad / channels)
      }
      frames += count
      meter.add(block[..<(count * channels)], channels: channels)
      if onlyMeters { continue }
      if channels == 2 { pairs.add(block[..<(count * 2)]) }
      split(block, channels, count, chosen, &decodedLanes)
      for lane in decodedLanes {
        for sample in lane where abs(sample) > 1 {
          peak = max(peak, abs(sample))
          partBeyond += 1
        }
      }
      for sample in decodedLanes[0] { sum += Double(sample) }
      if (lanes[0].count + count) * lanes.count > SoundFile.sampleLimit && resamplers.isEmpty {
        throw .tooLong(path: name, limit: "\(SoundFile.sampleLimit) samples")
      }
      for lane in lanes.indices {
        if resamplers.isEmpty {
          lanes[lane].append(contentsOf: decodedLanes[lane])
        } else {
          try resamplers[lane].add(decodedLanes[lane][...], to: &lanes[lane])
        }
      }
      try deliver()
    }
    try check(sound, part, frames)
    if onlyMeters { return }
    for lane in resamplers.indices { try resamplers[lane].finish(&lanes[lane]) }
    try deliver()
    decoded += frames
    // A share of frames, not of all channels' samples.
    partBeyond = (partBeyond + lanes.count - 1) / lanes.count
    let share = Double(partBeyond) / Double(max(1, frames))
    if isExact || share > SoundTraits.harmlessShare || peak > SoundTraits.harmlessPeak {
      traits.peak = max(traits.peak, peak)
      beyond += partBeyond
    }
  }

  /// Hands on what there is.
  private mutating func deliver() throws(AudioIOError) {
    guard let consume else { return }
    try consume(lanes[0][...])
    lanes[0].removeAll(keepingCapacity: true)
  }

  /// Every channel, the chosen one, or the mean of the channels of every frame.
  private func split(
    _ block: [Float], _ channels: Int, _ count: Int, _ chosen: Int?, _ lanes: inout [[Float]]
  ) {
    for lane in lanes.indices { lanes[lane].removeAll(keepingCapacity: true) }
    if channels == 1 {
      lanes[0].append(contentsOf: block[..<count])
    } else if let chosen {
      for frame in 0..<count { lanes[0].append(block[frame * channels + chosen]) }
    } else if keepsChannels {
      for frame in 0..<count {
        for channel in 0..<channels { lanes[channel].append(block[frame * channels + channel]) }
      }
    } else {
      for frame in 0..<count {
        var sum = 0.0
        for channel in 0..<channels { sum += Double(block[frame * channels + channel]) }
        lanes[0].append(Float(sum / Double(channels)))
      }
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
