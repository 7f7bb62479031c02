// Recordings of a corpus, as excerpts are chosen from them.
package import Corpus
package import Generation

extension DescribedRecording {
  package init(_ recording: CodedRecording) {
    self.init(name: recording.name, codes: recording.codes, conditions: recording.conditions)
  }
}
