// The report as one HTML page that needs nothing else: numbers, plots as SVG, spectrograms and sounds as data URIs. No
// scripts. What each section shows is in Page+....swift; the looks are in PageStyle.swift.
internal import Signal

/// An evaluation page.
package struct Page: Sendable {
  /// A sound to be shown.
  package typealias Named = MemoryReport.Named

  let report: EvaluationReport
  let generated: [Named]
  let heldOut: [Named]

  /// - generated, heldOut: the clips of the report; the first few of each are shown side by side
  package init(_ report: EvaluationReport, generated: [Named], heldOut: [Named]) {
    self.report = report
    self.generated = generated
    self.heldOut = heldOut
  }

  /// The document.
  package var html: String {
    let name = Markup.escaped(report.model)
    let sections = [bits, tones, comparison, memory, clips, notes].filter { !$0.isEmpty }
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(name): evaluation</title><style>\(Page.style)</style></head><body><main>
      \(header)
      \(sections.joined(separator: "\n"))
      <footer>Made by <code>synth evaluate</code>. Everything on this page, with more digits, is in the JSON file beside it.</footer>
      </main></body></html>

      """
  }

  private var header: String {
    let bits = report.bits
    let range = bits.interval.map {
      "<span class=\"range\">\(Text.fixed($0.low, 3)) to \(Text.fixed($0.high, 3))</span>"
    }
    return """
      <header><p class="kicker">synth evaluate</p><h1>\(Markup.escaped(report.model))</h1>
      <div class="hero"><div class="number"><b>\(Text.fixed(bits.bitsPerSample, 3))</b> <span>bits per sample</span>\(range ?? "")</div>
      <p>\(Markup.escaped(bits.verdict))</p></div></header>
      """
  }

  private var notes: String {
    let lines =
      report.warnings + report.skipped.map { "skipped " + $0.reason }
      + report.bits.tooShort.map {
        "\($0.path): \($0.samples) samples, too few for linear prediction: left out of that comparison"
      }
    if lines.isEmpty { return "" }
    let items = lines.map { "<li>\(Markup.escaped($0))</li>" }.joined()
    return Page.section("What else there was to say", "", "<ul>\(items)</ul>")
  }

  // MARK: pieces

  static func section(_ title: String, _ lead: String, _ body: String) -> String {
    "<section><h2>\(Markup.escaped(title))</h2>" + (lead.isEmpty ? "" : "<p class=\"lead\">\(lead)</p>")
      + body
      + "</section>"
  }

  /// The last two parts of a path: what is read in a table.
  static func short(_ path: String) -> String {
    let parts = path.split(separator: "/")
    return parts.count > 2 ? "\u{2026}/" + parts.suffix(2).joined(separator: "/") : path
  }

  /// A table; the first column is text, the others are numbers, or `words` that may run over lines. Cells are HTML.
  static func table(_ head: [String], _ rows: [[String]], classes: [String] = [], words: Bool = false)
    -> String
  {
    func row(_ cells: [String], _ tag: String, _ kind: String) -> String {
      "<tr\(kind.isEmpty ? "" : " class=\"\(kind)\"")>" + cells.map { "<\(tag)>\($0)</\(tag)>" }.joined()
        + "</tr>"
    }
    let body = rows.enumerated().map { row($1, "td", $0 < classes.count ? classes[$0] : "") }.joined()
    return
      "<div class=\"scroll\"><table\(words ? " class=\"words\"" : "")><thead>\(row(head, "th", ""))</thead><tbody>\(body)</tbody></table></div>"
  }
}
