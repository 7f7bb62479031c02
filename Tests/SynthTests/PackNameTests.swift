// Names of a pack's files, from words that anybody may have written.
import Testing

@testable import synth

@Suite struct PackNameTests {
  @Test(arguments: [
    ("my flute (2)", "my-flute-2"), ("\u{D6}pen hat", "Open-hat"), ("O\u{308}pen hat", "Open-hat"),
    ("gr\u{F6}\u{DF}e", "gro\u{DF}e"), ("\u{142}\u{F8}\u{1EC7}", "loe"),
    ("\u{65E5}\u{672C}", "\u{65E5}\u{672C}"),
    ("\u{433}\u{439}\u{433}", "\u{433}\u{439}\u{433}"), ("\u{D55C}", "\u{D55C}"),
    ("a/b\\c=d<e>$f", "a-b-c-d-e-f"),
    ("", "x"), ("!?", "x"), ("\u{10FFE4}", "x"), ("--a--", "a"), ("snare_1", "snare_1"),
  ]) func plain(text: String, name: String) {
    #expect(Array(PlainName.of(text, instead: "x").utf8) == Array(name.utf8))
  }

  /// In bytes, and never in the middle of a letter.
  @Test func long() {
    #expect(PlainName.of(String(repeating: "a", count: 300), instead: "x").utf8.count == 100)
    #expect(PlainName.of(String(repeating: "\u{65E5}", count: 300), instead: "x").utf8.count == 99)
  }

  @Test func distinct() {
    let many = String(repeating: "a", count: 120)
    #expect(
      PlainName.distinct(
        ["open", "\u{F6}pen", "OPEN", "?", "!", "open-2", many, many + "b"], instead: "label")
        == [
          "open", "open-2", "OPEN-3", "label", "label-2", "open-2-2", String(many.prefix(100)),
          many.prefix(100) + "-2",
        ])
  }
}
