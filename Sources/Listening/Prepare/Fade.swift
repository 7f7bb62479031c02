// Equal lengths without clicks: cut, then 5 ms of raised cosine at both ends.
internal import Glibc
internal import Signal

enum Fade {
  static let seconds = 0.005

  /// The first `frames` frames of every channel with both ends faded.
  static func cut(_ sound: ChannelClip, to frames: Int) -> ChannelClip {
    sound.map { cut($0, to: frames, sampleRate: sound.sampleRate) }
  }

  /// The first `frames` samples with both ends faded.
  static func cut(_ samples: [Float], to frames: Int, sampleRate: Int) -> [Float] {
    precondition(frames <= samples.count, "\(frames) of \(samples.count) samples")
    var result = Array(samples[..<frames])
    let length = min(frames / 2, Int((seconds * Double(sampleRate)).rounded()))
    for i in 0..<length {
      let gain = Float(0.5 - 0.5 * cos(.pi * (Double(i) + 0.5) / Double(length)))
      result[i] *= gain
      result[frames - 1 - i] *= gain
    }
    return result
  }
}
