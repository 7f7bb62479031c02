// A piece of sound with the channels it came with. What has one channel by its nature is a Clip; nothing here says which
// channel is heard where: the first two are left and right. Reading and writing: AudioIO.SoundFile.

/// Sound of one channel or more. Full scale is [-1, 1], as in a clip.
package struct ChannelClip: Hashable, Sendable {
  /// One list of samples per channel, all of one length. `[channel][frame]`
  package let channels: [[Float]]
  /// Frames per second, in Hz.
  package let sampleRate: Int

  package init(channels: [[Float]], sampleRate: Int) {
    precondition(sampleRate > 0 && !channels.isEmpty, "\(channels.count) channels at \(sampleRate) Hz")
    precondition(
      channels.allSatisfy { $0.count == channels[0].count }, "channels of \(channels.map(\.count)) frames")
    (self.channels, self.sampleRate) = (channels, sampleRate)
  }

  package init(_ clip: Clip) { self.init(channels: [clip.samples], sampleRate: clip.sampleRate) }

  package var frames: Int { channels[0].count }

  /// Length in seconds.
  package var seconds: Double { Double(frames) / Double(sampleRate) }

  /// The mean of the channels: in opposite phase they cancel.
  package var mean: Clip {
    if channels.count == 1 { return Clip(samples: channels[0], sampleRate: sampleRate) }
    let samples = (0..<frames).map { frame in
      Float(channels.reduce(0.0) { $0 + Double($1[frame]) } / Double(channels.count))
    }
    return Clip(samples: samples, sampleRate: sampleRate)
  }

  /// One channel as two that are equal, heard on both sides; more as they are.
  package var onBothSides: ChannelClip {
    channels.count == 1 ? ChannelClip(channels: channels + channels, sampleRate: sampleRate) : self
  }

  /// Left, right, left, right, ... `[frame, channel]`, row-major
  package var interleaved: [Float] {
    if channels.count == 1 { return channels[0] }
    var samples: [Float] = []
    samples.reserveCapacity(frames * channels.count)
    for frame in 0..<frames {
      for channel in channels { samples.append(channel[frame]) }
    }
    return samples
  }

  /// The same done to every channel.
  package func map<Failure: Error>(
    _ change: ([Float]) throws(Failure) -> [Float]
  ) throws(Failure) -> ChannelClip {
    var changed: [[Float]] = []
    for channel in channels { changed.append(try change(channel)) }
    return ChannelClip(channels: changed, sampleRate: sampleRate)
  }
}
