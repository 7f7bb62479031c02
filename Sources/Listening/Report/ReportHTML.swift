// A report as one page that needs nothing else: style and plots inside, no scripts, no outside resources (the page's own
// policy forbids them). Every text is escaped, since names come from listeners and from folders.
internal import Signal

extension ReportDocument {
  /// The whole page.
  var html: String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>\(Markup.escaped(title))</title>
    <style>
    \(ReportStyle.css)
    </style>
    </head>
    <body>
    <main>
    <header>
    <h1>\(Markup.escaped(title))</h1>
    <p class="subtitle">\(Markup.escaped(subtitle))</p>
    </header>
    \(blocks.map(Self.html).joined(separator: "\n"))
    </main>
    </body>
    </html>

    """
  }

  private static func html(_ block: Block) -> String {
    switch block {
    case .heading(let text): "<h2>\(Markup.escaped(text))</h2>"
    case .text(let text): "<p>\(Markup.escaped(text))</p>"
    case .notice(let word, let text):
      "<div class=\"notice\" role=\"note\"><strong>\(Markup.escaped(word))</strong> \(Markup.escaped(text))</div>"
    case .finding(let text): "<p class=\"finding\">\(Markup.escaped(text))</p>"
    case .table(let table): html(table)
    case .plot(let plot):
      "<figure>\n<p class=\"plot-title\">\(Markup.escaped(plot.title))</p>\n<div class=\"scroll\">\(plot.svg)</div>\n"
        + "<figcaption>\(Markup.escaped(plot.caption))</figcaption>\n</figure>"
    case .details(let summary, let blocks):
      "<details><summary>\(Markup.escaped(summary))</summary>\n\(blocks.map(html).joined(separator: "\n"))\n</details>"
    }
  }

  private static func html(_ table: ReportTable) -> String {
    func cells(_ tag: String, _ texts: [String]) -> String {
      zip(table.columns, texts).map { column, text in
        "<\(tag)\(column.isNumber ? " class=\"number\"" : "")\(tag == "th" ? " scope=\"col\"" : "")>"
          + "\(Markup.escaped(text))</\(tag)>"
      }.joined()
    }
    let rows = table.rows.map { "<tr>\(cells("td", $0))</tr>" }.joined(separator: "\n")
    return """
      <div class="scroll"><table>
      <caption>\(Markup.escaped(table.caption))</caption>
      <thead><tr>\(cells("th", table.columns.map(\.title)))</tr></thead>
      <tbody>
      \(rows)
      </tbody>
      </table></div>
      """
  }
}
