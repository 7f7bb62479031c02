// Opening a prepared test: whatever is changed afterwards is found and named.

import Foundation
import TestSupport
import Testing

@testable import Listening

@Suite struct PreparedTestTests {
  @Test func opens() throws {
    try withTemporaryFolder { folder in
      let made = try makeTest(folder, method: .mushra, systems: 3)
      let test = try PreparedTest.open(folder + "/")
      #expect(test.plan == made.plan && test.key == made.key && test.folder == folder)
      #expect(test.key.systems.map(\.name).suffix(3) == ["reference", "anchor35", "anchor70"])
      let read = try test.sound(test.key.items[1].stimuli[2])
      #expect(read.channels == [sound(item: 1, system: 2, frames: 4800, rate: 48_000)])
      #expect(read.sampleRate == 48_000)
    }
  }

  /// Versions differ in more than a number: what is not this program's is refused before anything else is expected.
  @Test(arguments: [1, 3]) func otherVersions(version: Int) throws {
    try withTemporaryFolder { folder in
      _ = try makeTest(folder)
      let path = "\(folder)/test.json"
      writePlainly(Array("{\"format_version\": \(version)}".utf8), to: path)
      let sums = try String(contentsOfFile: "\(folder)/SHA256SUMS", encoding: .utf8)
      let lines = sums.split(separator: "\n").map { line in
        line.hasSuffix(" test.json")
          ? "\(SHA256.hex(Array("{\"format_version\": \(version)}".utf8)))  test.json" : String(line)
      }
      writePlainly(Array((lines.joined(separator: "\n") + "\n").utf8), to: "\(folder)/SHA256SUMS")
      let error = #expect(throws: ListeningError.otherVersion(path: path, version: version)) {
        try PreparedTest.open(folder)
      }
      #expect("\(error!)".contains("prepare the test again") == (version == 1))
    }
  }

  @Test func everyFileIsChecked() throws {
    try withTemporaryFolder { folder in
      _ = try makeTest(folder)
      var files = names(in: folder + "/stimuli").map { "stimuli/" + $0 }
      files += ["test.json", "key.json", "SHA256SUMS"]
      #expect(files.count == 9)
      for file in files {
        let path = "\(folder)/\(file)"
        let bytes = [UInt8](FileManager.default.contents(atPath: path)!)
        var other = bytes
        other[bytes.count / 2] ^= 1
        for changed in [other, Array(bytes.dropLast(4)), []] {
          writePlainly(changed, to: path)
          #expect(throws: ListeningError.self, "\(file)") { try PreparedTest.open(folder) }
        }
        unlink(path)
        let error = #expect(throws: ListeningError.self) { try PreparedTest.open(folder) }
        #expect("\(error!)".contains(folder))
        writePlainly(bytes, to: path)
      }
      _ = try PreparedTest.open(folder)
    }
  }

  @Test func agreesWithSha256sum() throws {
    try withTemporaryFolder { folder in
      _ = try makeTest(folder)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
      process.arguments = ["-c", "--quiet", "SHA256SUMS"]
      process.currentDirectoryURL = URL(fileURLWithPath: folder)
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
  }

  @Test func keysThatDoNotFit() throws {
    let good = makeKey(.mushra, systems: 2, items: 2, frames: 10)
    try withTemporaryFolder { folder in
      let plan = try makeTest(folder, method: .mushra, items: 2, frames: 10).plan
      #expect(good.defect(for: plan) == nil)
      for bad in [
        makeKey(.multi, systems: 2, items: 2, frames: 10),
        makeKey(.mushra, systems: 10, items: 2, frames: 10),
        makeKey(.mushra, systems: 2, items: 3, frames: 10),
        makeKey(.mushra, systems: 2, items: 2, frames: 11),
        TestKey(systems: good.systems, items: good.items, trainingItem: "other"),
        TestKey(systems: good.systems + [good.systems[0]], items: good.items, trainingItem: "piece_0"),
        TestKey(systems: good.systems.reversed(), items: good.items, trainingItem: "piece_0"),
      ] { #expect(bad.defect(for: plan) != nil) }
    }
  }
}
