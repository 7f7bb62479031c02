// What tones a model of a synthetic corpus is meant to make, from the corpus's options.
package import Corpus
internal import Glibc

/// A tone that belongs into a clip.
package struct Tone: Hashable, Sendable {
  package let hertz: Double
  /// Levels that it may have, in dB of full scale of its amplitude; empty if that is not known.
  package let levelsDb: [Double]

  package init(hertz: Double, levelsDb: [Double]) {
    self.hertz = hertz
    self.levelsDb = levelsDb
  }
}

/// What is right for a clip.
package enum TonalTarget: Hashable, Sendable {
  /// One of these chords, complete.
  case chords([[Tone]])
  /// Any of these tones.
  case notes([Tone])
  /// Any frequency and level: nothing is out of tune, missing or too much.
  case free

  /// Nil for recordings.
  package init?(_ corpus: CorpusDescription) {
    switch corpus {
    case .folder: return nil
    case .sines: self = .free
    case .chords(let options):
      if options.chords.isEmpty {
        self = .notes(options.notes.map { options.tone($0, of: nil) })
      } else {
        self = .chords(options.chords.map { chord in chord.map { options.tone($0, of: chord.count) } })
      }
    }
  }
}

extension ChordOptions {
  /// - of: how many notes sound together; nil if that is open
  fileprivate func tone(_ note: Int, of count: Int?) -> Tone {
    var levels: [Double] = []
    for level in levelsDb {
      switch levelRule {
      case .note: levels += relativeLevelsDb.map { $0 + level }
      // Sums over the notes' relative levels are known only if all of these are the same.
      case .peakSum:
        if let count, relativeLevelsDb.count == 1 { levels.append(level - 20 * log10(Double(count))) }
      case .rms:
        if let count, relativeLevelsDb.count == 1 { levels.append(level - 10 * log10(Double(count) / 2)) }
      }
    }
    return Tone(hertz: frequency(note), levelsDb: levels)
  }
}
