// The export for webMUSHRA: every method's page, every file it names is there with the prepared samples, and the text is
// YAML whatever the names are.
import AudioIO
import Foundation
import Signal
import TestSupport
import Testing

@testable import Listening

@Suite struct WebMUSHRATests {
  @Test func filesAreThereAndExact() throws {
    for method in Listening.Method.allCases where ![.ab, .cmos, .dcr].contains(method) {
      try withTemporaryFolder { root in
        let channels = method == .mushra ? 2 : 1
        let test = try makeTest("\(root)/t", method: method, systems: 2, items: 2, channels: channels)
        let path = try WebMUSHRA(test).write(to: "\(root)/out")
        let yaml = String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
        let named = Set(
          yaml.components(separatedBy: "\"").filter { $0.hasPrefix("configs/resources/") })
        #expect(!named.isEmpty, "\(method)")
        for file in named {
          let exported = try SoundFile.readChannels("\(root)/out/\(file)").sound
          #expect(exported.sampleRate == 48_000 && exported.channels.count == 2)
          let numbers = file.split(separator: "/").last!.dropLast(4).split(separator: "-").map {
            Int($0)! - 1
          }
          let stored = try test.sound(test.key.items[numbers[0]].stimuli[numbers[1]])
          #expect(
            exported.channels[0] == stored.channels[0]
              && exported.channels[1] == stored.channels[channels - 1])
        }
        // The list of systems is complete on every page of a method that shows all.
        let tested = test.names(test.key.tested)
        #expect(tested.allSatisfy { yaml.contains("\"\($0)\": ") }, "\(method)")
        #expect(yaml.contains("- type: finish") && yaml.contains("    - random"))
        // Again into the same folder, as people do.
        #expect(try WebMUSHRA(test).write(to: "\(root)/out") == path)
        #expect(throws: ListeningError.self) { try WebMUSHRA(test).write(to: "\(root)/t") }
      }
    }
  }

  // MARK: What webMUSHRA's pages want

  /// A page of the configuration: its fields, and what stands below stimuli and response.
  private struct Page {
    var type = ""
    var fields: [String: String] = [:]
    var stimuli: [String: String] = [:]
    var responses = 0

    /// From the YAML that we write, which is less than YAML.
    static func all(_ yaml: String) -> [Page] {
      var pages: [Page] = []
      var list = ""
      for line in yaml.components(separatedBy: "\n") {
        var text = line.trimmingCharacters(in: .whitespaces)
        if text.hasPrefix("- type: ") {
          pages.append(Page(type: String(text.dropFirst(8))))
          list = ""
          continue
        }
        if pages.isEmpty || text.isEmpty || text == "-" { continue }
        if text.hasPrefix("- value: ") && list == "response" { pages[pages.count - 1].responses += 1 }
        if text.hasPrefix("- ") || (list == "response" && text.hasPrefix("label")) { continue }
        text = text.replacingOccurrences(of: "\"", with: "")
        let parts = text.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        if text.hasSuffix(":") {
          list = parts[0]
        } else if list == "stimuli" && parts[1].hasSuffix(".wav") {
          pages[pages.count - 1].stimuli[parts[0]] = parts[1]
        } else {
          list = ""
          pages[pages.count - 1].fields[parts[0]] = parts[1]
        }
      }
      return pages
    }

    /// Found by reading lib/webmushra/pages of webMUSHRA and by loading every page there: what is missing here hangs or is
    /// played as "undefined".
    var defect: String? {
      func missing(_ names: [String]) -> String? { names.first { fields[$0]?.isEmpty != false } }
      switch type {
      case "generic": return missing(["id", "name", "content"])
      case "finish": return missing(["name", "content", "showResults", "writeResults"])
      case "volume": return missing(["id", "name", "content", "stimulus", "defaultVolume"])
      case "mushra", "bs1116", "paired_comparison":
        if let name = missing(["id", "name", "content", "reference", "enableLooping", "showWaveform"]) {
          return name
        }
        if type != "paired_comparison" && fields["createAnchor35"] != "false" { return "anchors of its own" }
        if type == "mushra" && fields["strict"] != "false" {
          return "strict refuses sounds of more than 12 s"
        }
        // It adds the hidden reference by itself: one that is named comes twice.
        if stimuli.values.contains(fields["reference"]!) { return "the reference among the stimuli" }
      case "likert_single_stimulus", "likert_multi_stimulus":
        if let name = missing(["id", "name", "content", "mustRate", "mustPlayback"]) { return name }
        // The event of its player that unlocks a scale.
        if fields["mustPlayback"] != "processUpdate" { return "mustPlayback" }
        if responses < 2 { return "response" }
      default: return "no such page"
      }
      return type == "generic" || type == "finish" || type == "volume" || !stimuli.isEmpty ? nil : "stimuli"
    }
  }

  @Test func pagesAreWhatItWants() throws {
    func pages(_ method: Listening.Method, systems: Int) throws -> [Page] {
      let names = ["A", "B", "C"].prefix(systems).map { $0 }
      let pages = Page.all(try WebMUSHRA(ReportFixture(method, systems: names, items: 2).test).yaml)
      for page in pages { #expect(page.defect == nil, "\(method): \(page)") }
      #expect(pages.first?.type == "generic" && pages[1].type == "volume" && pages.last?.type == "finish")
      let ids = pages.compactMap { $0.fields["id"] }
      #expect(Set(ids).count == ids.count && ids.count == pages.count - 1)
      return Array(pages.dropFirst(2).dropLast())
    }
    let mushra = try pages(.mushra, systems: 3)
    #expect(mushra.map(\.type) == ["mushra", "mushra"])
    #expect(mushra.allSatisfy { Set($0.stimuli.keys) == ["A", "B", "C", "anchor35", "anchor70"] })
    // Each as the reference once, with the other beside it.
    let abx = try pages(.abx, systems: 2)
    #expect(
      abx.map { $0.stimuli.keys.first } == ["B", "A", "B", "A"] && abx.allSatisfy { $0.stimuli.count == 1 })
    #expect(Set(abx.map { $0.fields["reference"]! }).count == 4)
    let abchr = try pages(.abchr, systems: 3)
    #expect(abchr.count == 6 && abchr.allSatisfy { $0.type == "bs1116" && $0.stimuli.count == 1 })
    #expect(try pages(.mos, systems: 3).map { [$0.stimuli.count, $0.responses] } == [[3, 5], [3, 5]])
    #expect(try pages(.multi, systems: 3).map { [$0.stimuli.count, $0.responses] } == [[3, 11], [3, 11]])
    for method in [Listening.Method.cmos, .dcr, .ab] {
      let error = #expect(throws: ListeningError.self) { try pages(method, systems: 2) }
      #expect("\(error!)".contains("--method multi"))
    }
    // The checker knows what hung: a paired comparison of nothing with anything, and a reference beside itself.
    var page = abx[0]
    page.fields["reference"] = nil
    #expect(page.defect == "reference")
    page.fields["reference"] = page.stimuli.values.first
    #expect(page.defect != nil)
    page = abx[0]
    page.stimuli = [:]
    #expect(page.defect == "stimuli")
  }

  /// The key is the same for all of these; results and files must not meet.
  @Test func eachTestHasItsOwnName() throws {
    try withTemporaryFolder { root in
      var named: Set<String> = []
      for (index, method) in [Listening.Method.abx, .mos, .multi, .multi].enumerated() {
        let test = try makeTest("\(root)/\(index)", method: method, trials: index == 3 ? 5 : 4)
        named.insert(try WebMUSHRA(test).write(to: "\(root)/out"))
      }
      #expect(named.count == 4 && names(in: "\(root)/out/configs/resources").count == 4)
    }
  }

  @Test func namesCannotBreakOut() throws {
    let yaml = try WebMUSHRA(
      ReportFixture(.multi, systems: ["a\": b\n- evil", "\u{7}bell\\"], items: 1, title: "T: #1 \"x\"").test
    ).yaml
    #expect(yaml.contains("\"a\\\": b\\n- evil\": ") && yaml.contains("\"\\u0007bell\\\\\": "))
    #expect(yaml.contains("testname: \"T: #1 \\\"x\\\"\"") && !yaml.contains("\n- evil"))
  }
}
