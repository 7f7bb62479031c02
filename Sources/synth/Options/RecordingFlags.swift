// How recordings are heard: which channel, with or without their silent ends, and how much silence is trained on. Each is an option of the corpus
// (Corpus/FolderOptions.swift), which --set could give as well.
import ArgumentParser
import AudioIO

extension ChannelChoice: ExpressibleByArgument {}

struct RecordingFlags: ParsableArguments {
  @Option(
    help: """
      Which channel of stereo recordings is heard: their mean, which is empty where channels are in opposite phase, left, right, or the \
      loudest of each file (default: mean).
      """)
  var channel: ChannelChoice?

  @Option(
    help: ArgumentHelp(
      """
      Leave out the silent ends of each recording: what is so many dB below its own loudest 50 ms (with what fades into it within 6 dB \
      more). Pauses stay. 1 to 100 (default: nothing is left out).
      """, valueName: "dB"))
  var trim: Double?

  @Option(
    help: ArgumentHelp(
      """
      Share of silence in what is trained on, at most; crops around sound are drawn more often for it. 0 to 1 (default: 0.1).
      """, valueName: "share"))
  var silenceShare: Double?

  /// As `--set` takes them.
  var settings: [String] {
    [
      channel.map { "channel=\($0.rawValue)" }, trim.map { "trim=\($0)" },
      silenceShare.map { "silence_share=\($0)" },
    ].compactMap { $0 }
  }
}
