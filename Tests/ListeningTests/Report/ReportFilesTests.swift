// The four files: well-formed, self-contained, escaped, the same every time.
import FoundationEssentials
import Reports
import Signal
import TestSupport
import Testing

@testable import Listening

@Suite struct ReportFilesTests {
  private static let nasty = "<script>alert(1)</script> \"quoted\", 'and' & more"

  private func report(_ method: Listening.Method = .multi) throws -> ListeningReport {
    let fixture = ReportFixture(method, systems: ["A", Self.nasty], items: 3, title: "T <b>&")
    return try fixture.report(
      (1...3).map {
        fixture.session("p\($0) \(Self.nasty)", seed: $0, answer: ReportFixture.rate(["A": 80], noise: 9))
      })
  }

  @Test func htmlEscapesEverythingAndNeedsNothing() throws {
    let html = try report().html
    #expect(!html.contains("<script") && !html.contains("<b>&") && html.contains("&lt;script&gt;"))
    #expect(html.contains("T &lt;b&gt;&amp;"))
    for outside in ["http:", "https:", "src=", "url(", "@import", "<link", "href="] {
      #expect(!html.contains(outside), "\(outside)")
    }
    // Every element that is opened is closed.
    for tag in ["svg", "table", "figure", "div", "tr", "details", "g", "p", "h2", "main"] {
      let open = html.components(separatedBy: "<\(tag)").dropFirst().count { [">", " "].contains($0.first) }
      #expect(open == html.components(separatedBy: "</\(tag)>").count - 1, "\(tag): \(open)")
    }
    #expect(Markup.escaped("a\u{1B}[2J<>&\"'") == "a\u{FFFD}[2J&lt;&gt;&amp;&quot;&#39;")
  }

  @Test func textShowsNoControlCharacters() throws {
    let fixture = ReportFixture(.multi, systems: ["A", "B\u{1B}[31m"], items: 2)
    let report = try fixture.report(
      (1...2).map { fixture.session("p\($0)", seed: $0, answer: ReportFixture.rate([:], noise: 9)) })
    #expect(!report.text.contains("\u{1B}") && report.text.contains("\u{FFFD}[31m"))
    #expect(!report.html.contains("\u{1B}"))
  }

  @Test func csvIsOneRowPerRating() throws {
    let report = try report()
    let lines = report.csv.components(separatedBy: "\r\n")
    #expect(lines.last == "" && lines.count == 2 + 3 * 3 * 2)
    #expect(lines[0].hasPrefix("session,listener,kind,started,finished,used,trial,item,position,system,"))
    #expect(report.csv.contains("\"<script>alert(1)</script> \"\"quoted\"\", 'and' & more\""))
    #expect(ListeningReport.field("plain") == "plain")
    #expect(ListeningReport.field("a\nb") == "\"a\nb\"" && ListeningReport.field("a\r\nb") == "\"a\r\nb\"")
    #expect(ListeningReport.field("a\r\n\"b") == "\"a\r\n\"\"b\"")
  }

  /// A spreadsheet runs what begins so, in quotes or not; numbers stay numbers.
  @Test func namesAreNoFormulas() throws {
    for text in [
      "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "=HYPERLINK(\"x\",\"y\")", "-inf",
      "\u{FF1D}1",
    ] {
      let field = ListeningReport.field(text)
      #expect(field.hasPrefix("'") || field.hasPrefix("\"'"), "\(text): \(field)")
    }
    for text in ["-2", "-2.5", "+3", "1e-5", "plain", "a=b", "A=1 X=2", "", "2026-11-28T16:00:00Z", "'a"] {
      #expect(ListeningReport.field(text) == text)
    }
    let fixture = ReportFixture(.multi, systems: ["A", "=cmd|' /C calc'!A0"], items: 1)
    let report = try fixture.report([
      fixture.session("@SUM(1+1)", seed: 1, answer: ReportFixture.rate([:], noise: 9))
    ])
    let cells = report.csv.components(separatedBy: "\r\n").flatMap { $0.components(separatedBy: ",") }
    #expect(cells.contains("'@SUM(1+1)") && cells.contains("'=cmd|' /C calc'!A0"))
    #expect(!cells.contains { $0.hasPrefix("=") || $0.hasPrefix("@") || $0.hasPrefix("\"=") })
  }

  @Test func csvOfEveryMethod() throws {
    func rows(_ method: Listening.Method, _ answer: Answer, order: [String]) throws -> [[String]] {
      let fixture = ReportFixture(method, items: 1, trials: 1)
      let record = AnswerRecord(
        sequence: 1, trial: 0, item: "item0", order: order, answer: answer, seconds: 2.5,
        plays: ["X": 2, "A": 1],
        switches: 1, looped: true, comment: "clicks")
      let header = SessionHeader(
        session: "s", listener: "p", kind: .person, seed: 1, method: method, trials: 1, started: "now")
      let report = try fixture.report([SessionRecord(header: header, answers: [record], finished: true)])
      return report.csv.components(separatedBy: "\r\n").dropFirst().dropLast().map {
        $0.components(separatedBy: ",")
      }
    }
    let front = ["s", "p", "person", "now", "true", "true", "1", "item0"]
    let back = ["2.5", "A=1 X=2", "1", "true", "clicks"]
    #expect(
      try rows(.abx, .identified(x: "B", chosen: "A"), order: ["A", "B"])
        == [front + ["2", "B", "A", "A", "0"] + back])
    #expect(
      try rows(.ab, .preferred(first: "B", second: "A", nil), order: ["B", "A"])
        == [front + ["1", "B", "A", "tie", "0"] + back])
    #expect(
      try rows(.cmos, .compared(first: "B", second: "A", rating: -2), order: ["B", "A"])
        == [front + ["1", "B", "A", "", "-2"] + back])
    #expect(
      try rows(.mos, .opinion(system: "A", rating: 4), order: ["A"]) == [
        front + ["1", "A", "", "", "4"] + back
      ])
    #expect(
      try rows(.multi, .ratings(["A": 71, "B": 40.5]), order: ["B", "A"])
        == [front + ["1", "B", "", "", "40.5"] + back, front + ["2", "A", "", "", "71"] + back])
    #expect(
      try rows(.abchr, .impairment(system: "A", rating: 3.4, reference: 5), order: ["reference", "A"])
        == [front + ["2", "A", "", "", "3.4"] + back, front + ["1", "reference", "", "", "5"] + back])
  }

  @Test func jsonIsJSONAndRepeatable() throws {
    let (first, second) = (try report(), try report())
    #expect(first.json == second.json && first.html == second.html && first.csv == second.csv)
    struct Outline: Decodable {
      struct Recipe: Decodable { let seed: Int }
      struct Listener: Decodable { let listener, kind: String }
      let formatVersion: Int
      let method: String
      let recipe: Recipe
      let listeners: [Listener]
      let cautions: [String]
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let outline = try decoder.decode(Outline.self, from: Data(first.json.utf8))
    #expect(outline.formatVersion == 3 && outline.method == "multi" && outline.listeners.count == 3)
    #expect(outline.recipe.seed == 5)
  }

  @Test func filesAreWrittenAndTestsLeftAlone() throws {
    let report = try report()
    try withTemporaryFolder { folder in
      try report.write(to: "\(folder)/out")
      try report.write(to: "\(folder)/out")  // replaces its own
      #expect(names(in: "\(folder)/out") == ["listeners.csv", "report.html", "report.json", "responses.csv"])
      #expect(FileManager.default.contents(atPath: "\(folder)/out/report.html") == Data(report.html.utf8))
      writePlainly(Array("{}".utf8), to: "\(folder)/out/test.json")
      #expect(throws: ListeningError.self) { try report.write(to: "\(folder)/out") }
      #expect(throws: ListeningError.self) { try report.write(to: "\(folder)/none/such") }
    }
  }
}
