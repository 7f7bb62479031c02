// A collection of recordings that is too large to be held as samples: each, or a part of it, is decoded when it is asked
// for.
package import Corpus
package import Signal

/// Recordings of one sample rate, by number.
package struct Recordings: Sendable {
  package let names: [String]
  /// In samples.
  package let lengths: [Int]
  private let load: @Sendable (Int, Range<Int>) -> Clip

  package var count: Int { names.count }
  package var samples: Int { lengths.reduce(0, +) }

  /// As the model hears them.
  package init(_ coded: [CodedRecording], levels: Int, sampleRate: Int) {
    let law = MuLaw(levels: levels)
    names = coded.map(\.name)
    lengths = coded.map(\.codes.count)
    load = { Clip(samples: coded[$0].codes[$1].map { law.decode($0) }, sampleRate: sampleRate) }
  }

  package init(_ clips: [MemorizationReport.Named]) {
    names = clips.map(\.name)
    lengths = clips.map(\.clip.samples.count)
    load = { Clip(samples: Array(clips[$0].clip.samples[$1]), sampleRate: clips[$0].clip.sampleRate) }
  }

  /// All of recording `index`, or the part of `range` that exists.
  package func clip(_ index: Int, _ range: Range<Int>? = nil) -> Clip {
    let whole = 0..<lengths[index]
    return load(index, range?.clamped(to: whole) ?? whole)
  }
}
