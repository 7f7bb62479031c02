// A report as a sequence of blocks: whoever reports fills it once, and it is shown as a page (Document+HTML.swift) and on
// the terminal (Document+Text.swift). Holds plain text and numbers only, no markup; whoever shows it escapes it.
package import Signal

/// What people look at.
package struct Document: Sendable {
  package enum Block: Sendable {
    /// Opens a section.
    case heading(String)
    /// Within a section.
    case subheading(String)
    case text(String)
    /// What a section shows and how to read it.
    case lead(String)
    /// Something that must not be overlooked: a word and its explanation.
    case notice(String, String)
    /// What was found, in one sentence.
    case finding(String)
    case headline(Headline)
    case tiles([Tile])
    case table(Table)
    case plot(RowPlot)
    case curves(CurvePlot)
    /// What the hues of a plot or of figures stand for.
    case key([(hue: Hue, words: String)])
    /// Sounds in rows of two; nil leaves a place empty.
    case sounds([SoundFigure?])
    /// Something to be typed.
    case code(String)
    case list([String])
    /// Shown on request; not on the terminal.
    case details(String, [Block])
  }

  /// Tells what belongs together, never what it is: a key, a label or a shape does that.
  package enum Hue: String, Sendable { case first, second, third }

  /// The one number that it is about.
  package struct Headline: Sendable {
    package let value, unit: String
    /// How far it could be off; nil if that is not known.
    package let range: String?
    /// What it means.
    package let words: String

    package init(value: String, unit: String, range: String?, words: String) {
      (self.value, self.unit, self.range, self.words) = (value, unit, range, words)
    }
  }

  /// A number among others.
  package struct Tile: Sendable {
    package enum Judgement: String, Sendable { case neutral, good, bad }
    package let value, words: String
    package let judgement: Judgement

    package init(_ value: String, _ words: String, _ judgement: Judgement = .neutral) {
      (self.value, self.words, self.judgement) = (value, words, judgement)
    }
  }

  /// A sound with its spectrogram.
  package struct SoundFigure: Sendable {
    package let name: String
    package let clip: Clip
    package let picture: SpectrogramPicture
    package let hue: Hue

    package init(name: String, clip: Clip, picture: SpectrogramPicture, hue: Hue) {
      (self.name, self.clip, self.picture, self.hue) = (name, clip, picture, hue)
    }
  }

  /// The command that made it.
  package let maker: String
  package let title, subtitle: String
  package var blocks: [Block] = []
  /// The last line of a page; empty for none.
  package var footer = ""

  package init(maker: String, title: String, subtitle: String = "") {
    (self.maker, self.title, self.subtitle) = (maker, title, subtitle)
  }
}
