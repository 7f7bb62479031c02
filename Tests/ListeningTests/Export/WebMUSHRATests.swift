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
    for method in Listening.Method.allCases where method != .cmos && method != .dcr {
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

  @Test func pagesByMethod() throws {
    func yaml(_ method: Listening.Method) throws -> String {
      try WebMUSHRA(
        ReportFixture(method, systems: ["A", "B", "C"].prefix(method == .abx ? 2 : 3).map { $0 }, items: 2)
          .test
      ).yaml
    }
    func count(_ text: String, _ part: String) -> Int { text.components(separatedBy: part).count - 1 }
    let mushra = try yaml(.mushra)
    #expect(count(mushra, "- type: mushra") == 2 && count(mushra, "reference: \"") == 2)
    // Our anchors, not theirs; the hidden reference is webMUSHRA's.
    #expect(mushra.contains("\"anchor35\": ") && mushra.contains("createAnchor35: false"))
    #expect(!mushra.contains("\"reference\": "))
    #expect(count(try yaml(.abx), "- type: paired_comparison") == 4)
    let ab = try yaml(.ab)
    #expect(count(ab, "- type: paired_comparison") == 6 && count(ab, "unforced:") == 6)
    #expect(count(try yaml(.abchr), "- type: bs1116") == 6)
    #expect(count(try yaml(.mos), "- value: ") == 2 * 5)
    #expect(count(try yaml(.multi), "- value: ") == 2 * 11)
    for method in [Listening.Method.cmos, .dcr] {
      #expect(throws: ListeningError.self) { try yaml(method) }
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
