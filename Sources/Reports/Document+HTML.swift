// A document as one page that needs nothing else: style, plots, pictures and sounds inside, no scripts, no outside
// resources (the page's own policy forbids them). Every text is escaped, since names come from listeners and from folders.
internal import FoundationEssentials

extension Document {
  /// What the page may use: its own style sheet, and pictures and sounds that are in it.
  private static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:; base-uri 'none'; form-action 'none'"

  /// The whole page.
  package var html: String {
    let subtitle = subtitle.isEmpty ? "" : "\n<p class=\"subtitle\">\(Markup.escaped(subtitle))</p>"
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="\(Self.policy)">
      <title>\(Markup.escaped(title))</title>
      <style>
      \(PageStyle.css)
      </style>
      </head>
      <body>
      <main>
      <header>
      <p class="maker">\(Markup.escaped(maker))</p>
      <h1>\(Markup.escaped(title))</h1>\(subtitle)
      </header>
      \(sections)
      \(footer.isEmpty ? "" : "<footer>\(Markup.escaped(footer))</footer>\n")</main>
      </body>
      </html>

      """
  }

  /// Every heading begins a section; what comes before the first has none.
  private var sections: String {
    var lines: [String] = []
    var isOpen = false
    for block in blocks {
      if case .heading = block {
        if isOpen { lines.append("</section>") }
        lines.append("<section>")
        isOpen = true
      }
      lines.append(Self.html(block))
    }
    return (lines + (isOpen ? ["</section>"] : [])).joined(separator: "\n")
  }

  private static func html(_ block: Block) -> String {
    switch block {
    case .heading(let text): "<h2>\(Markup.escaped(text))</h2>"
    case .subheading(let text): "<h3>\(Markup.escaped(text))</h3>"
    case .text(let text): "<p>\(Markup.escaped(text))</p>"
    case .lead(let text): "<p class=\"lead\">\(Markup.escaped(text))</p>"
    case .notice(let word, let text):
      "<div class=\"notice\" role=\"note\"><strong>\(Markup.escaped(word))</strong> \(Markup.escaped(text))</div>"
    case .finding(let text): "<p class=\"finding\">\(Markup.escaped(text))</p>"
    case .headline(let headline): html(headline)
    case .tiles(let tiles): "<div class=\"tiles\">\n\(tiles.map(html).joined(separator: "\n"))\n</div>"
    case .table(let table): html(table)
    case .plot(let plot): figure(plot.title, plot.svg, plot.caption)
    case .curves(let plot): figure(plot.title, plot.svg, plot.caption)
    case .key(let entries):
      "<p class=\"lead\">\(entries.map { swatch($0.hue) + Markup.escaped($0.words) }.joined(separator: " &ensp; "))</p>"
    case .sounds(let sounds):
      "<div class=\"sounds\">\n\(sounds.map(html).joined(separator: "\n"))\n</div>"
    case .code(let text): "<p><code>\(Markup.escaped(text))</code></p>"
    case .list(let lines):
      "<ul>\n\(lines.map { "<li>\(Markup.escaped($0))</li>" }.joined(separator: "\n"))\n</ul>"
    case .details(let summary, let blocks):
      "<details><summary>\(Markup.escaped(summary))</summary>\n\(blocks.map(html).joined(separator: "\n"))\n</details>"
    }
  }

  private static func html(_ headline: Headline) -> String {
    let range = headline.range.map { "<span class=\"spread\">\(Markup.escaped($0))</span>" } ?? ""
    return """
      <div class="headline"><p class="value"><b>\(Markup.escaped(headline.value))</b> \(Markup.escaped(headline.unit))\(range)</p>
      <p>\(Markup.escaped(headline.words))</p></div>
      """
  }

  private static func html(_ tile: Tile) -> String {
    "<div class=\"tile \(tile.judgement.rawValue)\"><b>\(Markup.escaped(tile.value))</b> "
      + "<span>\(Markup.escaped(tile.words))</span></div>"
  }

  private static func figure(_ title: String, _ svg: String, _ caption: String) -> String {
    "<figure>\n<p class=\"plot-title\">\(Markup.escaped(title))</p>\n<div class=\"scroll\">\(svg)</div>"
      + (caption.isEmpty ? "" : "\n<figcaption>\(Markup.escaped(caption))</figcaption>") + "\n</figure>"
  }

  private static func html(_ sound: SoundFigure?) -> String {
    guard let sound else { return "<div></div>" }
    let name = Markup.escaped(sound.name)
    let picture = data("image/png", sound.picture.png(sound.clip))
    return """
      <figure><img alt="Spectrogram of \(name)" src="\(picture)">
      <audio controls preload="none" aria-label="\(name)" src="\(data("audio/wav", WaveBytes.wav(sound.clip)))"></audio>
      <figcaption>\(swatch(sound.hue))\(name)</figcaption></figure>
      """
  }

  private static func data(_ type: String, _ bytes: [UInt8]) -> String {
    "data:\(type);base64,\(Data(bytes).base64EncodedString())"
  }

  private static func swatch(_ hue: Hue) -> String { "<span class=\"swatch \(hue.rawValue)\"></span>" }

  private static func html(_ table: Table) -> String {
    func cells(_ tag: String, _ texts: [String], _ hue: Hue? = nil) -> String {
      zip(table.columns, texts).enumerated().map { index, cell in
        "<\(tag)\(cell.0.isNumber ? " class=\"number\"" : "")\(tag == "th" ? " scope=\"col\"" : "")>"
          + "\(index == 0 ? hue.map(swatch) ?? "" : "")\(Markup.escaped(cell.1))</\(tag)>"
      }.joined()
    }
    let rows = table.rows.map { row in
      "<tr\(row.weight == .plain ? "" : " class=\"\(row.weight.rawValue)\"")>\(cells("td", row.cells, row.hue))</tr>"
    }
    let caption = table.caption.isEmpty ? "" : "\n<caption>\(Markup.escaped(table.caption))</caption>"
    return """
      <div class="scroll"><table>\(caption)
      <thead><tr>\(cells("th", table.columns.map(\.title)))</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table></div>
      """
  }
}
