// Names of any bytes go through Strings and come back.
import Glibc
import TestSupport
import Testing

@testable import Files

struct FileNameTests {
  static let names: [[UInt8]] = [
    Array("plain.wav".utf8), [0x80], [0xFF, 0x61, 0xC3], Array("caf\u{E9}".utf8), Array("cafe\u{301}".utf8),
    [0xC3, 0x28], [0xE2, 0x82], [0xF0, 0x9F, 0x98], Array("\u{10FF80}\u{10FFFF}".utf8), [0xED, 0xA0, 0x80],
    Array("a\u{1B}[2Jb\n".utf8), [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80],
  ]

  @Test(arguments: names) func bytesComeBack(name: [UInt8]) {
    #expect(FileName.bytes(FileName.text(name)) == name)
  }

  @Test func everyPairOfBytesComesBack() {
    for high in UInt8.min...UInt8.max {
      for low in UInt8.min...UInt8.max {
        #expect(FileName.bytes(FileName.text([high, low])) == [high, low])
      }
    }
  }

  @Test func validTextIsItself() {
    for text in ["a/b.wav", "\u{E9}\u{4F60}\u{1F600}", ""] { #expect(FileName.text(text.utf8) == text) }
  }

  /// Swift calls them equal; a file system does not.
  @Test func normalisationMakesTwoNames() {
    let (one, two) = ("caf\u{E9}", "cafe\u{301}")
    #expect(one == two)
    #expect(FileName.key(one) != FileName.key(two))
    #expect(FileName.precedes(two, one) && !FileName.precedes(one, two))
  }

  @Test func peopleSeeNoControlCharacters() {
    #expect(FileName.shown(FileName.text([0x61, 0x1B, 0x5B, 0xFF, 0x7F])) == "a\\x1b[\\xff\\x7f")
    #expect(FileName.shown("caf\u{E9}") == "caf\u{E9}")
  }

  @Test func filesOfAnyNameAreWrittenAndFound() throws {
    try withTemporaryFolder { folder in
      let names = Self.names.filter { !$0.isEmpty }.map { FileName.text($0) }
      for (i, name) in names.enumerated() { try AtomicFile.write([UInt8(i)], to: "\(folder)/\(name)") }
      #expect(
        Disk.names(in: folder)?.map(FileName.bytes)
          == names.map(FileName.bytes).sorted { $0.lexicographicallyPrecedes($1) })
      for (i, name) in names.enumerated() {
        #expect(try InputFile.contents(of: "\(folder)/\(name)", limit: 9) == [UInt8(i)])
      }
    }
  }

  @Test func pathsAreCutAndMadeAbsolute() {
    #expect(
      Disk.split("a/b") == ("a", "b") && Disk.split("b") == (".", "b") && Disk.split("/b") == ("/", "b"))
    #expect(Disk.split("a/") == ("a", ""))
    #expect(Disk.absolutePath("/x") == "/x")
    #expect(Disk.absolutePath("x").hasSuffix("/x") && Disk.absolutePath("x").hasPrefix("/"))
    #expect(!Disk.absolutePath(".").hasSuffix("."))
  }
}
