// What pictures, pages and tables may replace: their own kind. Sounds: EarlierSoundTests.
import AudioIO
import Foundation
import Signal
import TestSupport
import Testing

@Suite struct ReplacingTests {
  private static func scratch() throws -> Scratch {
    let scratch = Scratch()
    let tone = Clip(
      samples: (0..<8000).map { Float(0.3 * sin(2 * .pi * Double($0) * 330 / 16_000)) }, sampleRate: 16_000)
    try SoundFile.write(tone, to: scratch("a.wav"))
    try SoundFile.write(tone, to: scratch("take.wav"))
    return scratch
  }

  /// Refused, and what was there is still there.
  private func refused(
    _ arguments: String, by code: Int32, _ words: String, keeping name: String, in scratch: Scratch
  ) throws {
    let before = scratch.bytes(name)
    let outcome = try Binary.run(arguments.split(separator: " ").map(String.init), in: scratch)
    #expect(outcome.code == code && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
    #expect(scratch.bytes(name) == before, "\(arguments)")
  }

  @Test func whatIsOfAnotherKindStays() throws {
    let scratch = try Self.scratch()
    try refused("inspect a.wav --picture take.wav", by: 64, "end in .png", keeping: "take.wav", in: scratch)
    try refused("inspect a.wav --controls take.wav", by: 64, "end in .csv", keeping: "take.wav", in: scratch)
    try refused("inspect a.wav --picture p.svg", by: 64, "end in .png", keeping: "a.wav", in: scratch)
    for name in ["photo.png", "notes", "own.csv", "page.html", "page.json", "drawing.svg"] {
      scratch.put("mine\n1\n", name)
    }
    let kinds = [
      ("inspect a.wav --picture photo.png", "no PNG picture", "photo.png"),
      ("inspect a.wav --picture notes", "no PNG picture", "notes"),
      ("inspect a.wav --controls own.csv", "begins with 'time,pitch_hz", "own.csv"),
      ("lab series own.csv --count 5", "begins with 'hour,load_mw'", "own.csv"),
      ("lab blocks --svg drawing.svg", "no SVG picture", "drawing.svg"),
      ("lab forecast --series 20 --models last --picture drawing.svg", "no SVG picture", "drawing.svg"),
      ("lab forecast --series 20 --models last --export-data notes", "no safetensors", "notes"),
      ("evaluate sines --count 1 --seconds 0.1 --page page.html", "no HTML page", "page.html"),
    ]
    for (arguments, words, name) in kinds {
      try refused(arguments, by: 73, words, keeping: name, in: scratch)
    }
    scratch.put("<!doctype html>\n", "page.html")
    try refused(
      "evaluate sines --count 1 --seconds 0.1 --page page.html", by: 73, "no JSON file", keeping: "page.json",
      in: scratch)
    try refused(
      "lab forecast --series 20 --models last --picture both --export-data both", by: 64, "name one file",
      keeping: "a.wav", in: scratch)
    #expect(!scratch.exists("both") && !scratch.exists("p.svg"))
  }

  @Test func itsOwnKindIsReplaced() throws {
    let scratch = try Self.scratch()
    for arguments in [
      ["inspect", "a.wav", "--picture", "p.png"], ["lab", "series", "s.csv", "--count", "5"],
      ["lab", "blocks", "--svg", "b.svg"],
      ["lab", "forecast", "--series", "20", "--models", "last", "--picture", "f.svg", "--export-data", "d"],
    ] {
      #expect(try Binary.run(arguments, in: scratch).code == 0)
      let again = try Binary.run(arguments, in: scratch)
      #expect(again.code == 0 && again.errors.contains("replacing"), "\(again.errors)")
    }
  }

  /// Nothing tells a curve that was drawn or changed by hand from one that was heard.
  @Test func aCurveIsNotReplacedByAnother() throws {
    let scratch = try Self.scratch()
    let arguments = ["inspect", "a.wav", "--controls", "c.csv"]
    for _ in 0..<2 { #expect(try Binary.run(arguments, in: scratch).code == 0) }
    let heard = scratch.text("c.csv")
    scratch.put(heard + "0.6,440,1,-20\n", "c.csv")
    try refused("inspect a.wav --controls c.csv", by: 73, "--overwrite", keeping: "c.csv", in: scratch)
    #expect(try Binary.run(arguments + ["--overwrite"], in: scratch).code == 0)
    #expect(scratch.text("c.csv") == heard)
  }
}
