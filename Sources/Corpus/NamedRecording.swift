// A sound file as a run hears its recordings: of the channel, and without the silent ends, that its options say; and which of
// the run's recordings it is, wherever it stands now. For measuring files that are named.
import AudioIO
import Signal

/// One file, read.
package struct NamedRecording: Sendable {
  package let codes: [UInt16]
  /// The samples that they are of.
  package let clip: Clip
  /// Equal for equal recordings.
  package let content: [UInt64]

  /// - sound: all of a file, of the channel of `options`, at their rate.
  package init(_ sound: MixedSound, _ options: FolderOptions) {
    let all = MuLaw(levels: options.quantizationLevels).encode(sound.clip.samples)
    let tokens = Tokens(all, levels: options.quantizationLevels, sampleRate: options.sampleRate)
    let range = options.trim.map { tokens.blocks.trimmed(decibels: $0) } ?? 0..<all.count
    codes = Array(all[range])
    clip = Clip(samples: Array(sound.clip.samples[range]), sampleRate: sound.clip.sampleRate)
    content = [tokens.checksum, UInt64(range.count)]
  }
}

extension CorpusRecord {
  /// The run's recording that a file has the content of; nil if it has none.
  package func file(of recording: NamedRecording) -> File? {
    files.first { $0.content == recording.content }
  }
}

/// Labels of files that a run does not know, by the table that it had its labels from.
package struct TableLabels {
  private let table: LabelTable?
  /// Why there is none, in words; nil if there is one, or if there never was.
  package let trouble: String?

  package init(_ options: FolderOptions) {
    let source = options.labels.flatMap { $0 == Labelling.folders ? nil : $0 }
    do throws(CorpusError) {
      table = try source.map { source throws(CorpusError) in try LabelTable(source) }
      trouble = nil
    } catch {
      (table, trouble) = (nil, "files that this run does not know are told no label: \(error)")
    }
  }

  package func label(of path: String) -> String? { table?.label(of: path) }
}
