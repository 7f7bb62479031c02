// What is known about a sound beside its samples, and what of that is worth a warning: channels that cancel in the mean,
// samples beyond full scale, which every integer format and the mu-law codes cut off, and an end that may be missing.
internal import Files
import Glibc

/// Gathered while a file is read.
package struct SoundTraits: Hashable, Sendable {
  /// Correlation coefficient of the two channels of a stereo file, -1...1; nil for other files, and where a channel is
  /// silent.
  package var channelCorrelation: Double?
  /// Greatest magnitude of the mean of the channels; 1 is full scale.
  package var peak: Float
  /// Share of the samples of that mean which are beyond full scale, 0...1.
  package var shareBeyondFullScale: Double
  /// Whether nothing in the file says that it is complete.
  package var isOpenEnded: Bool
  /// Channels that are silent while another one sounds, where the mean is taken.
  package var deadChannels: Int
  /// Mean of the samples, 1 is full scale; 0 of less than a second.
  package var offset: Double
  /// Share of the samples of all channels that stand at full scale three times in a row or more, 0...1: the wave was cut off.
  package var clippedShare: Double

  package init(
    channelCorrelation: Double? = nil, peak: Float = 0, shareBeyondFullScale: Double = 0,
    isOpenEnded: Bool = false, deadChannels: Int = 0, offset: Double = 0, clippedShare: Double = 0
  ) {
    (self.channelCorrelation, self.peak) = (channelCorrelation, peak)
    (self.shareBeyondFullScale, self.isOpenEnded) = (shareBeyondFullScale, isOpenEnded)
    (self.deadChannels, self.offset, self.clippedShare) = (deadChannels, offset, clippedShare)
  }

  /// Below -80 dB while another channel is above -60.
  static func dead(_ powers: [Double]) -> Int {
    powers.contains { $0 > 1e-6 } ? powers.count { $0 < 1e-8 } : 0
  }

  /// From this share of clipped samples on it is worth a warning.
  static let muchClipped = 1e-3
  /// From this offset on, -40 dB of full scale: it takes codes from the softest sounds, and clicks where a clip begins.
  static let muchOffset = 0.01

  /// Below this correlation the mean of two channels loses much of what both of them hold.
  package static let cancelling = -0.3
  /// Lossy codecs overshoot full scale here and there where nothing is to be heard of it.
  static let (harmlessShare, harmlessPeak) = (1e-3, Float(2))

  /// What the owner of the file should know; empty for most files.
  package func warnings(path: String) -> [String] {
    let name = FileName.shown(path)
    var warnings: [String] = []
    if let channelCorrelation, channelCorrelation < SoundTraits.cancelling {
      warnings.append(
        "\(name): its two channels are out of phase (correlation \(rounded(channelCorrelation, 100))) and cancel in the "
          + "mean that is taken of them: invert one channel, or keep only one")
    }
    if peak > 1 {
      warnings.append(
        "\(name): goes beyond full scale (peak \(rounded(Double(peak), 100)), "
          + "\(shareBeyondFullScale < 0.001 ? "less than 0.1" : "\(rounded(shareBeyondFullScale * 100, 10))") % of the "
          + "samples), and what lies beyond is cut off: export it again, lower by "
          + "\((200 * log10(Double(peak))).rounded(.up) / 10) dB")
    }
    if deadChannels > 0 {
      warnings.append(
        "\(name): \(deadChannels == 1 ? "one of its channels is" : "\(deadChannels) of its channels are") silent, and the mean is "
          + "softer for it: train --channel loudest takes the one that sounds; for other commands export that one "
          + "alone")
    }
    if clippedShare >= SoundTraits.muchClipped {
      warnings.append(
        "\(name): \(rounded(clippedShare * 100, 10)) % of its samples are clipped (cut off at full scale), which a model learns as "
          + "it is: record or export it again, softer")
    }
    if abs(offset) >= SoundTraits.muchOffset {
      warnings.append(
        "\(name): stands off zero by \(rounded(offset, 1000)) of full scale (a constant offset): take it out, by a high-pass filter at "
          + "20 Hz for instance")
    }
    if isOpenEnded {
      warnings.append(
        "\(name): has no end mark, or a header that announces less than the file holds, so that nobody can tell whether it "
          + "is complete: if it is shorter than it should be, copy it again")
    }
    return warnings
  }
}

private func rounded(_ value: Double, _ steps: Double) -> Double { (value * steps).rounded() / steps }
