// Pages: well-formed, self-contained under one policy, escaped, and drawn in both styles; what the terminal shows of them.

import Foundation
import Signal
import Testing

@testable import Reports

@Suite struct DocumentTests {
  private static let nasty = "<script>alert(1)</script> \"quoted\" 'and' & more\u{1B}[2J"

  /// One of every block.
  private var document: Document {
    let nasty = Self.nasty
    var document = Document(maker: "synth \(nasty)", title: "T \(nasty)", subtitle: nasty)
    let axis = Axis(-1...1, ticks: [-1, 0, 1], title: nasty, reference: 0) { NumberText.signed($0, 0) }
    let row = RowPlot.Row(
      label: nasty,
      marks: [
        .bar(0.5), .error(0.2...0.7), .points([0.1, 0.1, .nan]), .median(0.3), .counts([(0, 3), (1, 0)]),
        .box(lowerQuartile: -0.5, median: 0, upperQuartile: 0.5, whiskers: -1...1),
        .interval(value: 0, range: -0.1...0.1, isFilled: false),
      ], note: nasty, hue: .second)
    document.blocks = [
      .notice("Note", nasty),
      .headline(.init(value: "7.045", unit: "bits", range: "7.0 to 7.1", words: nasty)),
      .heading("One \(nasty)"), .lead(nasty), .text(nasty), .finding(nasty), .subheading(nasty),
      .tiles([.init("3", nasty, .bad), .init("4", "fine")]),
      .table(
        Table(
          nasty, [.text(nasty), .number("n")],
          rows: [.init([nasty, "1"], weight: .soft, hue: .third), .init(["b", "-2"], weight: .strong)],
          isSummary: true)),
      .heading("Two"), .plot(RowPlot(title: nasty, caption: nasty, axis: axis, rows: [row])),
      .curves(
        CurvePlot(
          title: nasty, across: Axis(10...1000, ticks: [100], title: "", isLogarithmic: true) { "\($0)" },
          up: axis, curves: [.init([(x: 10, y: -1), (x: 100, y: .nan), (x: 1000, y: 1)], hue: .first)])),
      .key([(.first, nasty)]),
      .sounds([
        .init(
          name: nasty, clip: Clip(samples: [Float](repeating: 0.1, count: 4000), sampleRate: 8000),
          picture: SpectrogramPicture(), hue: .first), nil,
      ]),
      .code(nasty), .list([nasty]), .details(nasty, [.text(nasty)]),
    ]
    document.footer = nasty
    return document
  }

  @Test func aPageEscapesEverythingAndNeedsNothing() {
    let html = document.html
    #expect(!html.contains("<script") && !html.contains("\u{1B}") && html.contains("&lt;script&gt;"))
    for outside in ["http:", "https:", "url(", "@import", "<link", "href="] {
      #expect(!html.contains(outside), "\(outside)")
    }
    let sources = html.components(separatedBy: "src=\"").dropFirst()
    #expect(sources.count == 2 && sources.allSatisfy { $0.hasPrefix("data:") })
    #expect(html.components(separatedBy: "Content-Security-Policy").count == 2)
    #expect(html.contains("default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:"))
    #expect(html.components(separatedBy: "<style>").count == 2)
    #expect(!html.contains("\"nan\"") && !html.contains("nan,") && !html.contains(",nan"))
  }

  @Test func everyElementIsClosed() {
    let html = document.html
    for tag in [
      "svg", "table", "figure", "div", "tr", "details", "g", "p", "h2", "h3", "main", "section", "ul", "li",
      "code",
      "span", "audio", "footer", "header",
    ] {
      let open = html.components(separatedBy: "<\(tag)").dropFirst().count { [">", " "].contains($0.first) }
      #expect(open > 0 && open == html.components(separatedBy: "</\(tag)>").count - 1, "\(tag): \(open)")
    }
  }

  /// Every class that a page uses has its rule, in light and dark: a colour that is forgotten would be black on black.
  @Test func everyClassHasARule() {
    let html = document.html
    let style = PageStyle.css
    let used = Set(
      html.components(separatedBy: "class=\"").dropFirst().flatMap {
        $0.prefix { $0 != "\"" }.split(separator: " ").map(String.init)
      })
    for name in used where !["neutral", "plain", "tile"].contains(name) {
      #expect(style.contains(".\(name)"), "\(name)")
    }
    let names = style.components(separatedBy: "var(").dropFirst().map { String($0.prefix { $0 != ")" }) }
    for name in Set(names) where name != "--hue" {
      #expect(style.components(separatedBy: "\(name):").count == 3, "\(name) in light and dark")
    }
  }

  @Test func theTerminalShowsWhatMattersAndNoControlCharacters() {
    let text = document.text
    #expect(text.contains("NOTE ") && text.contains("7.045 bits, 7.0 to 7.1.") && !text.contains("\u{1B}"))
    #expect(text.contains("\u{FFFD}[2J") && text.hasSuffix("\n") && !text.contains("<section"))
  }

  @Test func escaping() {
    #expect(Markup.escaped("a\u{1B}[2J<>&\"'") == "a\u{FFFD}[2J&lt;&gt;&amp;&quot;&#39;")
  }

  @Test(arguments: [0.9, 1, 7.3, 8, 100, 0.013, 1e-7, 3e9]) func amountsHaveRoundTicks(most: Double) {
    let axis = Axis.amounts(upTo: most, title: "")
    #expect(
      (4...10).contains(axis.ticks.count) && axis.ticks[0] == 0 && axis.ticks.last! <= axis.range.upperBound)
    #expect(Set(axis.labels).count == axis.labels.count, "\(axis.labels)")
  }

  @Test func sharesOfAnAxis() {
    let even = Axis(-1...3, ticks: [], title: "") { "\($0)" }
    #expect(even.share(0) == 0.25 && even.share(-9) == 0 && even.share(9) == 1)
    let octaves = Axis(100...1600, ticks: [], title: "", isLogarithmic: true) { "\($0)" }
    #expect(abs(octaves.share(400) - 0.5) < 1e-12 && octaves.share(0) == 0)
  }

  @Test func wavesComeBack() {
    let bytes = WaveBytes.wav(Clip(samples: [0, 1, -1, 2], sampleRate: 16000))
    #expect(bytes.count == 52 && Array(bytes[..<4]) == Array("RIFF".utf8) && bytes[4] == 44)
    #expect(Array(bytes[44...]) == [0, 0, 0xFF, 0x7F, 0x01, 0x80, 0xFF, 0x7F])
  }
}
