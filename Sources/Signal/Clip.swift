// A piece of mono sound: samples and their rate. Reading and writing: AudioIO.SoundFile.

/// Mono sound. Full scale is [-1, 1]; values outside are allowed until something is written or coded.
public struct Clip: Hashable, Sendable {
  /// One value per sample.
  public var samples: [Float]
  /// Samples per second, in Hz.
  public var sampleRate: Int

  /// The rates that models and corpora may have, in Hz.
  public static let sampleRates = 1000...384_000

  /// - Parameters:
  ///   - samples: mono samples, full scale [-1, 1]
  ///   - sampleRate: in Hz, at least 1
  public init(samples: [Float], sampleRate: Int) {
    precondition(sampleRate > 0, "sample rate \(sampleRate) Hz")
    self.samples = samples
    self.sampleRate = sampleRate
  }

  /// Length in seconds.
  public var seconds: Double { Double(samples.count) / Double(sampleRate) }

  /// The part from `start` for `length` seconds, as far as it exists.
  public func part(from start: Double, seconds length: Double) -> Clip {
    func places(_ seconds: Double) -> Int {
      Int(min(max(0, (seconds * Double(sampleRate)).rounded()), Double(samples.count)))
    }
    let (first, count) = (places(start), places(length))
    return Clip(samples: Array(samples[first...].prefix(count)), sampleRate: sampleRate)
  }
}
