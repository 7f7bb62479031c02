// Which test answers belong to: two over the same sounds and seed are two, in names, storage and files that come back. And files
// from exports of versions that knew tests by their key alone.

import Foundation
import TestSupport
import Testing

@testable import Listening

@Suite struct IdentityTests {
  /// Three tests over the same sounds, which differ in what the page asks beside them, or in the method.
  private func tests(_ folder: String) throws -> [PreparedTest] {
    var page = PageOptions()
    let first = try makeTest(folder + "/one", method: .ab, trials: 4, frames: 48)
    page.instructions = "Which one is louder?"
    let second = try makeTest(folder + "/two", method: .ab, trials: 4, frames: 48, page: page)
    return [first, second, try makeTest(folder + "/three", method: .cmos, trials: 4, frames: 48)]
  }

  @Test func sameSoundsAreNotTheSameTest() throws {
    try withTemporaryFolder { folder in
      let tests = try tests(folder)
      #expect(Set(tests.map(\.plan.keySha256)).count == 1, "the sounds are the same")
      #expect(Set(tests.map { TestPayload($0).id }).count == 3)
      #expect(Set(tests.map { StaticNames($0).sound(item: 0, system: 0, copy: 0) }).count == 3)
      #expect(Set(tests.map { StaticNames($0).seed(order: 0) }).count == 3)
      for test in tests {
        for other in tests {
          let returned = try Returned(test)
          if test.folder == other.folder { continue }
          do throws(ListeningError) {
            _ = try returned.merge(into: other)
            Issue.record("answers of \(test.folder) in \(other.folder)")
          } catch {
            #expect("\(error)".contains("answers to another test"), "\(error)")
          }
        }
      }
      // A copy is the same test.
      try FileManager.default.copyItem(atPath: folder + "/one", toPath: folder + "/copy")
      #expect(try PreparedTest.open(folder + "/copy").plan.identity == tests[0].plan.identity)
    }
  }

  /// Their orders and sounds are known from the key; what was asked is not, and is said.
  @Test func earlierExports() throws {
    try withTemporaryFolder { folder in
      let tests = try tests(folder)
      let returned = try Returned(tests[0], secret: tests[0].plan.keySha256)
      let file = try ReturnedFile(Array(returned.text.utf8), path: "f.txt")
      #expect(file.isFromEarlierExport(of: tests[0]))
      #expect(
        try file.merge(into: tests[0]) == .stored(session: returned.session, listener: "Zoë", answers: 4))
      let record = try #require(SessionRecord.readAll(of: tests[0]).first)
      let seed = StaticNames(tests[0], secret: tests[0].plan.keySha256).seed(order: 7)
      #expect(record.header.seed == seed && record.finished)
      // Another method's answers do not fit.
      do throws(ListeningError) {
        _ = try file.merge(into: tests[2])
        Issue.record("a preference is no comparison")
      } catch {
        #expect("\(error)".hasPrefix("f.txt: line 2"), "\(error)")
      }
      let new = try ReturnedFile(Array(try Returned(tests[0]).text.utf8), path: "f.txt")
      #expect(!new.isFromEarlierExport(of: tests[0]))
    }
  }
}
