// How stimuli are stored and sent: FLAC of 24 bits, without loss, which browsers decode by themselves. All sounds of an item
// have one size: in ABX the size of X would otherwise tell whose copy it is, and elsewhere it would tell the low-passed
// anchors and the sounds of one channel from the others. What padding costs is the time that the largest one takes anyhow.
internal import AudioIO
internal import Signal

enum StimulusFormat {
  static let ending = "flac"
  static let mediaType = "audio/flac"

  /// The files of one item's sounds.
  /// - Parameters:
  ///   - sounds: with samples that 24 bits can hold (PCM16.rounded24)
  ///   - folder: where they will go, for messages
  static func files(_ sounds: [ChannelClip], in folder: String) throws(ListeningError) -> [[UInt8]] {
    var streams: [[UInt8]] = []
    for sound in sounds {
      let path = "\(folder)/stimuli"
      do throws(AudioIOError) {
        streams.append(try SoundFile.bytes(sound, as: .flac24, path: path))
      } catch {
        throw .writeFailed(path: path, reason: error.reason)
      }
    }
    return FLACPadding.equalised(streams)
  }

  static func read(_ path: String) throws(ListeningError) -> ChannelClip {
    do throws(AudioIOError) { return try SoundFile.readChannels(path).sound } catch {
      throw .damaged(path: path, reason: error.reason)
    }
  }
}
