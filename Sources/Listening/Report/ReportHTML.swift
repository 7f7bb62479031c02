// A report as one page that needs nothing else: style and plots inside, no scripts, no outside resources (the page's own
// policy forbids them). Every text is escaped, since names come from listeners and from folders.

enum HTML {
  /// For text and for attributes in double quotes.
  static func escape(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

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
    <title>\(HTML.escape(title))</title>
    <style>
    \(ReportStyle.css)
    </style>
    </head>
    <body>
    <main>
    <header>
    <h1>\(HTML.escape(title))</h1>
    <p class="subtitle">\(HTML.escape(subtitle))</p>
    </header>
    \(blocks.map(Self.html).joined(separator: "\n"))
    </main>
    </body>
    </html>

    """
  }

  private static func html(_ block: Block) -> String {
    switch block {
    case .heading(let text): "<h2>\(HTML.escape(text))</h2>"
    case .text(let text): "<p>\(HTML.escape(text))</p>"
    case .notice(let word, let text):
      "<div class=\"notice\" role=\"note\"><strong>\(HTML.escape(word))</strong> \(HTML.escape(text))</div>"
    case .finding(let text): "<p class=\"finding\">\(HTML.escape(text))</p>"
    case .table(let table): html(table)
    case .plot(let plot):
      "<figure>\n<p class=\"plot-title\">\(HTML.escape(plot.title))</p>\n<div class=\"scroll\">\(plot.svg)</div>\n"
        + "<figcaption>\(HTML.escape(plot.caption))</figcaption>\n</figure>"
    case .details(let summary, let blocks):
      "<details><summary>\(HTML.escape(summary))</summary>\n\(blocks.map(html).joined(separator: "\n"))\n</details>"
    }
  }

  private static func html(_ table: ReportTable) -> String {
    func cells(_ tag: String, _ texts: [String]) -> String {
      zip(table.columns, texts).map { column, text in
        "<\(tag)\(column.isNumber ? " class=\"number\"" : "")\(tag == "th" ? " scope=\"col\"" : "")>"
          + "\(HTML.escape(text))</\(tag)>"
      }.joined()
    }
    let rows = table.rows.map { "<tr>\(cells("td", $0))</tr>" }.joined(separator: "\n")
    return """
      <div class="scroll"><table>
      <caption>\(HTML.escape(table.caption))</caption>
      <thead><tr>\(cells("th", table.columns.map(\.title)))</tr></thead>
      <tbody>
      \(rows)
      </tbody>
      </table></div>
      """
  }
}
