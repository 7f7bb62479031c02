// The report as a document that needs nothing else: numbers, plots, spectrograms and sounds. What each section shows is
// in Page+....swift; how a document becomes a page, and its looks, are Reports'.
internal import Files
internal import Reports

/// An evaluation page.
package struct Page: Sendable {
  /// A sound to be shown.
  package typealias Named = MemorizationReport.Named

  let report: EvaluationReport
  let generated: [Named]
  let heldOut: [Named]

  /// - generated, heldOut: the clips of the report; the first few of each are shown side by side
  package init(_ report: EvaluationReport, generated: [Named], heldOut: [Named]) {
    self.report = report
    self.generated = generated
    self.heldOut = heldOut
  }

  /// The page.
  package var html: String { document.html }

  var document: Document {
    var document = Document(maker: "synth evaluate", title: FileName.shown(report.model))
    document.blocks = [headline] + bits + controls + tones + comparison + memorization + clips + notes
    document.footer = "Everything on this page, with more digits, is in the JSON file beside it."
    return document
  }

  private var headline: Document.Block {
    let bits = report.bits
    return .headline(
      .init(
        value: NumberText.fixed(bits.bitsPerSample, 3), unit: "bits per sample",
        range: bits.interval.map { Page.range($0) }, words: bits.verdict))
  }

  private var notes: [Document.Block] {
    let lines =
      report.warnings + report.skipped.map { "skipped " + $0.reason }
      + report.bits.tooShort.map {
        "\($0.path): \($0.samples) samples, too few for linear prediction: left out of that comparison"
      }
    return lines.isEmpty ? [] : [.heading("What else there was to say"), .list(lines.map(FileName.shown))]
  }

  /// The command that makes the generated clips again.
  var command: [Document.Block] { report.generated.map { [.code(FileName.shown($0.command))] } ?? [] }

  static func range(_ interval: Interval) -> String {
    "\(NumberText.fixed(interval.low, 3)) to \(NumberText.fixed(interval.high, 3))"
  }

  /// The last two parts of a path: what is read in a table.
  static func short(_ path: String) -> String {
    let parts = FileName.shown(path).split(separator: "/")
    return parts.count > 2 ? "\u{2026}/" + parts.suffix(2).joined(separator: "/") : FileName.shown(path)
  }
}

extension Document.Hue {
  /// What the hues of a page stand for.
  static let generated = Document.Hue.first
  static let heldOut = Document.Hue.second
  static let training = Document.Hue.third
}
