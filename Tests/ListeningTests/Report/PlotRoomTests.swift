// What stands in and beside the plots of a report: nothing is cut off, nothing covers a name or a number, and what a plot says
// stands in a table as well.

import Foundation
import Testing

@testable import Listening

@Suite struct PlotRoomTests {
  private func attributes(_ pattern: String, _ text: String) throws -> [[String]] {
    try Regex(pattern).matches(in: text)
  }

  /// Three systems on the line of Bradley and Terry.
  @Test func placesOnTheLine() throws {
    let fixture = ReportFixture(.ab, systems: ["A", "B", "C"], items: 4)
    let report = try fixture.report(
      (1...8).map { seed in
        fixture.session("p\(seed)", seed: seed) { _, order, _, random in
          .preferred(first: order[0], second: order[1], random.uniform() < 0.6 ? order.min()! : order.max()!)
        }
      })
    let scale = try #require(report.analysis.pairs?.scale)
    #expect(scale.count == 3 && scale.allSatisfy { $0.value.interval != nil })
    let html = report.html
    // 194 units are between the notes' beginning and the edge; a character of 13 takes 8 at most.
    for note in try attributes("class=\"note\"[^>]*>([^<]*)<", html) {
      #expect(note[0].count <= 24, "\(note[0])")
    }
    let table = try #require(html.components(separatedBy: "Places on the line of Bradley and Terry").last)
    let body = try #require(table.components(separatedBy: "</table>").first)
    for system in ["A", "B", "C"] { #expect(body.contains(">\(system)</td>"), "\(body)") }
    #expect(body.components(separatedBy: " to ").count == 4)
  }

  /// The largest disc stands on an end of the scale: names end at 176, numbers begin at 706.
  @Test(arguments: [Listening.Method.dcr, .mos, .cmos]) func discs(method: Listening.Method) throws {
    let fixture = ReportFixture(method, systems: ["A", "B"], items: 4)
    let report = try fixture.report(
      (1...8).map { seed in
        fixture.session("p\(seed)", seed: seed) { _, order, _, _ in
          method == .cmos
            ? .compared(first: order[0], second: order[1], rating: order[0] == "A" ? 3 : seed < 5 ? -3 : 3)
            : .opinion(system: order[0], rating: order[0] == "A" ? 1 : 5)
        }
      })
    let discs = try attributes("class=\"disc\" cx=\"([0-9.]+)\" cy=\"[0-9.]+\" r=\"([0-9.]+)\"", report.html)
      .map { (x: Double($0[0])!, radius: Double($0[1])!) }
    #expect(discs.contains { $0.radius == 14 } && discs.contains { $0.x < 300 && $0.radius > 10 })
    for disc in discs {
      #expect(disc.x - disc.radius >= 190 && disc.x + disc.radius <= 690, "\(disc)")
    }
    // A dashed line goes behind the counts, not through them.
    let style = try attributes("svg \\.count \\{([^}]*)\\}", report.html)
    #expect(style.first?[0].contains("paint-order: stroke; stroke: var(--card)") == true, "\(style)")
  }

  /// In the order of the items, not in that of the first listener's trials.
  @Test func exemptItems() throws {
    let fixture = ReportFixture(.mushra, systems: ["A", "B"], items: 8)
    let levels = ["reference": 98.0, "anchor70": 97, "anchor35": 20, "A": 75, "B": 50]
    let sessions = (1...6).map {
      fixture.session("p\($0)", seed: $0, answer: ReportFixture.rate(levels, noise: 1))
    }
    let items = (0..<8).map { "item\($0)" }
    #expect(sessions[0].answers.map(\.item) != items)
    let report = try fixture.report(sessions)
    #expect(report.analysis.postScreening?.exemptItems == items)
    #expect(report.html.contains("excludes nobody: \(items.joined(separator: ", "))."))
  }
}

extension Regex {
  /// The groups of every match.
  fileprivate func matches(in text: String) throws -> [[String]] where Output == AnyRegexOutput {
    text.matches(of: self).map { match in
      (1..<match.output.count).map { String(match.output[$0].substring ?? "") }
    }
  }
}
