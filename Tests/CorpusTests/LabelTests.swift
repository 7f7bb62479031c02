// Which recording is what: by sub-folders and by tables, every refusal, and that a run keeps what it has.
import AudioIO
import Files
import Foundation
import Signal
import Testing

@testable import Corpus

@Suite struct LabelTests {
  private static func open(
    _ paths: [String], _ labels: String, past: CorpusPast? = nil, seed: UInt64 = 1
  ) throws -> FolderCorpus {
    var options = FolderOptions(paths: paths)
    options.labels = FolderOptions.labelSource(labels)
    return try FolderCorpus(options: options, seed: seed, receptiveField: 20, cache: nil, past: past)
  }

  /// Labels by the last part of a path.
  private static func labels(_ corpus: FolderCorpus) throws -> [String: String?] {
    let files = try #require(corpus.record).files
    return Dictionary(uniqueKeysWithValues: files.map { (Disk.split($0.path).name, $0.label) })
  }

  private static func expect(
    _ words: [String], _ body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: CorpusError.self, sourceLocation: sourceLocation) { try body() }
    for word in words {
      #expect(
        error?.description.contains(word) == true, "\(String(describing: error)): \(word)",
        sourceLocation: sourceLocation)
    }
  }

  /// flute: 4 files, one below a further folder; voice: 2.
  private static func band() throws -> Scratch {
    let scratch = try Scratch()
    for (i, name) in ["flute/1", "flute/2", "flute/deep/3", "flute/4", "voice/5", "voice/6"].enumerated() {
      try scratch.wav("\(name).wav", frames: 1000 + i) { n, _ in noise(n, i) }
    }
    return scratch
  }

  @Test func namesOfFoldersOfTheFirstLevel() throws {
    let scratch = try Self.band()
    for path in [scratch.path, scratch.path + "/"] {
      let corpus = try Self.open([path], "folders")
      #expect(
        try Self.labels(corpus) == [
          "1.wav": "flute", "2.wav": "flute", "3.wav": "flute", "4.wav": "flute", "5.wav": "voice",
          "6.wav": "voice",
        ])
      #expect(corpus.labels == ["flute", "voice"] && corpus.report.warnings.isEmpty)
    }
    // Of each folder that is given, its own; of any bytes.
    let other = try Scratch()
    let odd = FileName.text([0x7A, 0xFF])
    try FileManager.default.createDirectory(atPath: other.path + "/x", withIntermediateDirectories: true)
    try other.wav("x/7.wav", frames: 900) { n, _ in noise(n, 70) }
    try other.wav("x/8.wav", frames: 901) { n, _ in noise(n, 71) }
    try Folder.create("\(other.path)/\(odd)")
    let bytes = try Data(
      contentsOf: URL(fileURLWithPath: try other.wav("t", frames: 902) { n, _ in noise(n, 72) }))
    try AtomicFile.write([UInt8](bytes), to: "\(other.path)/\(odd)/9.wav")
    let both = try Self.open([scratch.path, other.path], "folders")
    #expect(both.labels.map(FileName.key) == ["flute", "voice", "x", odd].map(FileName.key))
    #expect(try Self.labels(both)["7.wav"] == "x")
  }

  /// However few recordings a label has.
  @Test(arguments: 1...8 as ClosedRange<UInt64>) func ofEachLabelSomethingIsHeldOut(seed: UInt64) throws {
    let scratch = try Self.band()
    try scratch.wav("one/only.wav", frames: 3000) { n, _ in noise(n, 50) }
    let corpus = try Self.open([scratch.path], "folders", seed: seed)
    for segments in [corpus.training.all, corpus.held.all] {
      #expect(Set(segments.map(\.label)) == ["flute", "voice", "one"])
    }
  }

  @Test func recordingsWithoutAFolder() throws {
    let scratch = try Self.band()
    try scratch.wav("stray.wav", frames: 500) { n, _ in noise(n, 40) }
    Self.expect(["1 of 7", "\(scratch.path)/stray.wav", "sub-folder"]) {
      _ = try Self.open([scratch.path], "folders")
    }
    Self.expect(["2 of 2", "5.wav", "6.wav"]) { _ = try Self.open([scratch.path + "/voice"], "folders") }
    Self.expect(["1 of 1"]) { _ = try Self.open([scratch.path + "/voice/5.wav"], "folders") }
  }

  @Test func copiesAndNames() throws {
    let scratch = try Self.band()
    try FileManager.default.copyItem(
      atPath: scratch.path + "/flute/1.wav", toPath: scratch.path + "/voice/copy.wav")
    Self.expect(["copies", "flute/1.wav", "voice/copy.wav"]) {
      _ = try Self.open([scratch.path], "folders")
    }
    try FileManager.default.removeItem(atPath: scratch.path + "/voice/copy.wav")
    let table = try scratch.file("t.csv", Array("path,label\n".utf8))
    func write(_ labels: [String]) throws {
      let names = ["flute/1", "flute/2", "flute/deep/3", "flute/4", "voice/5", "voice/6"]
      let rows = names.enumerated().map { "\($1).wav,\(labels[$0 % labels.count])\n" }
      try scratch.file("t.csv", Array(("path,label\n" + rows.joined()).utf8))
    }
    try write(["e\u{301}", "\u{E9}"])
    Self.expect(["look the same"]) { _ = try Self.open([scratch.path], table) }
    try write([String(repeating: "x", count: 256), "b"])
    Self.expect(["longer than 255"]) { _ = try Self.open([scratch.path], table) }
    try write([String(repeating: "x", count: 255), "b"])
    #expect(try Self.open([scratch.path], table).labels.count == 2)
  }

  @Test func tables() throws {
    let scratch = try Self.band()
    try scratch.wav("odd, \"name\".wav", frames: 700) { n, _ in noise(n, 41) }
    let elsewhere = try Scratch()
    try FileManager.default.createSymbolicLink(
      atPath: elsewhere.path + "/link", withDestinationPath: scratch.path)
    let good =
      "id,label,path\r\n1,Flute,flute/1.wav\n2,Flute,./flute/2.wav\n3,\"Flute\",flute/deep/../deep/3.wav\n"
      + "4,Flute,\(elsewhere.path)/link/flute/4.wav\n5,a b,voice/5.wav\n6,a b,\(scratch.path)/voice/6.wav\n"
      + "7,\"say \"\"x\"\"\",\"odd, \"\"name\"\".wav\"\n"
    let table = try scratch.file("labels.csv", Array(good.utf8))
    let corpus = try Self.open([scratch.path], table)
    #expect(corpus.labels == ["Flute", "a b", "say \"x\""] && corpus.report.warnings.isEmpty)
    #expect(try Self.labels(corpus)["4.wav"] == "Flute" && Self.labels(corpus)["5.wav"] == "a b")

    // Rows of nothing are named.
    try scratch.file("labels.csv", Array((good + "8,x,flute/9.wav\n9,x,gone.wav\n").utf8))
    let lines = try Self.open([scratch.path], table).report.warnings
    #expect(lines.count == 1 && lines[0].contains("2 files") && lines[0].contains("flute/9.wav, gone.wav"))

    for (text, words) in [
      ("path,label\nflute/1.wav,a\n", ["6 of 7", "flute/2.wav", "1 more", "labels.csv"]),
      ("flute/1.wav,a\n", ["first line", "path and label", "\"flute/1.wav\""]), ("", ["labels.csv"]),
      (good + "8,Horn,flute/1.wav\n", ["lines 2 and 9", "\"Flute\"", "\"Horn\""]),
      ("path,label\nflute/1.wav,\n", ["line 2", "label is empty: fill it in"]),
      ("path,label\n,a\n", ["line 2", "path is empty: fill it in"]),
      ("path,label\nflute/1.wav\n", ["line 2", "1 field,"]),
      ("path,label\n\"flute/1.wav,a\n", ["line 2", "quoted"]),
    ] {
      try scratch.file("labels.csv", Array(text.utf8))
      Self.expect(words) { _ = try Self.open([scratch.path], table) }
    }
    Self.expect(["none.csv", "no such file"]) { _ = try Self.open([scratch.path], "/none.csv") }
  }

  @Test func aRunKeepsItsLabels() throws {
    let scratch = try Self.band()
    let first = try Self.open([scratch.path], "folders")
    let record = try #require(first.record)
    let kept = try SnakeJSON.decode(
      CorpusRecord.self, Array(SnakeJSON.text(record).utf8), path: "corpus.json")
    #expect(kept == record)
    // A file that is in another folder by now, one that has joined, and one that no label is known of.
    let old = try Self.labels(first)
    try FileManager.default.moveItem(
      atPath: scratch.path + "/flute/2.wav", toPath: scratch.path + "/voice/2.wav")
    try scratch.wav("voice/new.wav", frames: 600) { n, _ in noise(n, 42) }
    try scratch.wav("stray.wav", frames: 601) { n, _ in noise(n, 43) }
    let again = try Self.open([scratch.path], "folders", past: CorpusPast(kept))
    #expect(try Self.labels(again) == old && again.labels == first.labels)
    let lines = again.report.warnings
    #expect(lines.contains { $0.contains("flute -> voice") && $0.contains("keep the one") }, "\(lines)")
    Self.expect(["stray.wav", "no label"]) {
      _ = try Self.open([scratch.path], "folders", past: CorpusPast(kept, takesNewFiles: true))
    }
    try FileManager.default.removeItem(atPath: scratch.path + "/stray.wav")
    let joined = try Self.open([scratch.path], "folders", past: CorpusPast(kept, takesNewFiles: true))
    #expect(try Self.labels(joined)["new.wav"] == "voice" && Self.labels(joined)["2.wav"] == "flute")
    // The model knows what it was begun with.
    let wanted = WantedConditions(labels: ["flute"], controls: [], frameSamples: 64)
    Self.expect(["the label voice", "only flute"]) { _ = try joined.telling(wanted, threads: 1) }
    #expect(
      try joined.telling(.init(labels: ["flute", "voice"], controls: [], frameSamples: 64), threads: 1)
        .batch(step: 0, clips: 2, crop: 5, receptiveField: 2, jitter: 0).conditions.count == 2)
  }

  @Test func aRunGoesOnWithoutItsTable() throws {
    let scratch = try Self.band()
    let names = ["flute/1", "flute/2", "flute/deep/3", "flute/4", "voice/5", "voice/6"]
    let text = "path,label\n" + names.map { "\($0).wav,\($0.count % 2)\n" }.joined()
    let table = try scratch.file("t.csv", Array(text.utf8))
    let first = try Self.open([scratch.path], table)
    try FileManager.default.removeItem(atPath: table)
    let again = try Self.open([scratch.path], table, past: CorpusPast(first.record))
    #expect(try Self.labels(again) == Self.labels(first))
    #expect(again.report.warnings.count == 1 && again.report.warnings[0].contains("is gone"))
    // Moved as a whole, the recordings are not what the table names, and nobody minds.
    let other = try Scratch()
    for name in ["flute", "voice"] {
      try FileManager.default.moveItem(atPath: "\(scratch.path)/\(name)", toPath: "\(other.path)/\(name)")
    }
    try scratch.file("t.csv", Array(text.utf8))
    let moved = try Self.open([other.path], table, past: CorpusPast(first.record))
    #expect(try Self.labels(moved) == Self.labels(first))
    #expect(moved.report.warnings.count == 1 && moved.report.warnings[0].contains("moved"))
  }
}
