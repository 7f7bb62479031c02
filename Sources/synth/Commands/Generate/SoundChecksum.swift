// Which samples synth wrote, as the last word of a file's comment: programs that edit sounds keep the comment, which then speaks of a
// sound that is no longer there. What reads it: EarlierSound.swift.
import AudioIO
import Files
import Signal

/// Of the samples of a file, their rate, and what it says to samplers.
struct SoundChecksum {
  static let key = "checksum="
  private var sum: UInt64

  private init(sampleRate: Int, _ sampler: SamplerNote?) {
    sum = UInt64(sampleRate)
    guard let sampler else { return }
    let loop = sampler.loop.map { [$0.lowerBound, $0.upperBound] } ?? []
    for number in [sampler.key, sampler.cents] + loop {
      sum = Checksum.joined(sum, UInt64(bitPattern: Int64(number)))
    }
  }

  private mutating func add(_ samples: some Sequence<Float>) {
    for sample in samples { sum = Checksum.joined(sum, UInt64(sample.bitPattern)) }
  }

  private var word: String { Self.key + String(sum >> 32, radix: 16) }

  /// Of a clip, as it comes back from a file of this format.
  static func word(_ clip: Clip, _ format: SoundFormat, sampler: SamplerNote? = nil) -> String {
    // What is no number is refused by who writes it.
    let samples = clip.samples.map { $0.isFinite ? $0 : 0 }
    var checksum = SoundChecksum(sampleRate: clip.sampleRate, sampler)
    switch format {
    case .wav16, .flac16: checksum.add(PCM16.quantize(samples).map { Float($0) / 32768 })
    case .wav24, .flac24: checksum.add(PCM16.rounded24(samples))
    case .wavFloat: checksum.add(samples)
    }
    return checksum.word
  }

  /// Of what a file holds, which is mono.
  static func word(reading path: String, _ info: SoundFileInfo) throws -> String {
    var checksum = SoundChecksum(sampleRate: info.sampleRate, info.sampler)
    _ = try SoundFile.readPieces(path, sampleRate: info.sampleRate) { checksum.add($0) }
    return checksum.word
  }
}
