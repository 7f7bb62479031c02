// Folders of sound files: the whole tree, in order, hidden and foreign files left out, links entered once.

import Files
import Foundation
import Testing

@testable import AudioIO

@Suite struct FolderTests {
  @Test func wholeTree() throws {
    let scratch = Scratch()
    for folder in ["b", "a/deep/er", ".hidden", "B"] {
      try FileManager.default.createDirectory(atPath: scratch(folder), withIntermediateDirectories: true)
    }
    for name in [
      "z.wav", "b/x.FLAC", "b/x.txt", "b/._x.wav", "a/deep/er/y.mp3", ".hidden/no.wav", "B/k.opus", "b/noend",
      "b/é.ogg",
    ] { put([0], scratch(name)) }
    let wanted = ["B/k.opus", "a/deep/er/y.mp3", "b/x.FLAC", "b/é.ogg", "z.wav"].map { scratch($0) }
    #expect(try soundFiles(under: [scratch.path]) == wanted)
    #expect(try soundFiles(under: [scratch.path + "/", scratch.path]).count == 5)
    // A file is taken by name, whatever it ends in; twice is once.
    #expect(
      try soundFiles(under: [scratch("b"), scratch("b/x.txt"), scratch("b/x.FLAC")])
        == ["b/x.FLAC", "b/x.txt", "b/é.ogg"].map { scratch($0) })
    // Links: one in a circle, one that leads nowhere.
    symlink(scratch.path, scratch("b/circle"))
    symlink("nowhere.wav", scratch("b/gone.wav"))
    let found = try SoundFolder(under: [scratch.path])
    #expect(found.files == wanted)
    #expect(found.skipped == [.missing(path: scratch("b/gone.wav"))])
    #expect(error { _ = try soundFiles(under: [scratch("none")]) } == .missing(path: scratch("none")))
    #expect(try soundFiles(under: []) == [])
  }

  /// Any bytes are a name, and names that only look alike are two.
  @Test func namesAreBytes() throws {
    let scratch = Scratch()
    let folder = FileName.text(FileName.bytes(scratch.path) + [0x2F, 0xE9, 0x20, 0xFF])
    try Folder.create(folder)
    let clip = sine(440, seconds: 0.1)
    let names: [[UInt8]] = [
      Array("e\u{301}.wav".utf8), Array("\u{301}.wav".utf8), [0xA0, 0xFE] + Array(".WAV".utf8),
      Array("\u{E9}.wav".utf8), [0xE9] + Array(".wav".utf8),
    ]
    let paths = names.map { FileName.text(FileName.bytes(folder) + [0x2F] + $0) }
    for path in paths { try SoundFile.write(clip, to: path) }
    for path in [scratch.path, folder] {
      let found = try soundFiles(under: [path, folder + "/", path])
      #expect(Set(found.map(FileName.key)).isSuperset(of: paths.map(FileName.key)), "\(found)")
      let order = found.map(FileName.key)
      #expect(order == order.sorted { $0.lexicographicallyPrecedes($1) })
    }
    let sorted = try soundFiles(under: [folder])
    #expect(sorted.map(FileName.key) == paths.map(FileName.key).sorted { $0.lexicographicallyPrecedes($1) })
    for path in sorted { #expect(try SoundFile.read(path).samples.count == clip.samples.count) }
    #expect(try SoundFile.info(paths[4]).frames == clip.samples.count)
    // What is said of such a file can be read, and holds nothing that a terminal obeys.
    let gone = FileName.text(FileName.bytes(folder) + Array("/\u{1B}[2J".utf8) + [0xFF])
    let problem = error { _ = try SoundFile.read(gone) }
    #expect(problem == .missing(path: gone))
    #expect(problem?.description.contains("/\\xe9 \\xff/\\x1b[2J\\xff: ") == true, "\(problem!)")
  }

  /// Sound that cannot be read is named with the remedy, by its ending or by its first bytes.
  @Test func foreignFormatsAreNamed() throws {
    let scratch = Scratch()
    let foreign = [
      "m4a", "AAC", "wma", "webm", "mka", "wv", "ape", "mpc", "tta", "dsf", "amr", "3gp", "mp4", "mov",
    ]
    for ending in foreign { put([0], scratch("x." + ending)) }
    for name in ["notes.txt", "cover.jpg", "x.json", ".hidden.m4a"] { put([0], scratch(name)) }
    var found = try SoundFolder(under: [scratch.path])
    #expect(found.files.isEmpty)
    #expect(
      found.skipped
        == foreign.sorted().map { .foreignFormat(path: scratch("x." + $0), format: $0.lowercased()) })
    for problem in found.skipped { #expect("\(problem)".contains("ffmpeg -i"), "\(problem)") }
    // Without a known ending the content tells.
    let content = Scratch()
    try SoundFile.write(sine(440, seconds: 0.1), to: scratch("a.wav"))
    put(bytes(scratch("a.wav")), content("take 1"))
    put([0, 0, 0, 0x20] + Array("ftypM4A mp42isom____".utf8), content("b.bin"))
    put(Array("RIFF____WEBPVP8 ________".utf8), content("c.webp"))
    put(Array("RIFF".utf8), content("short"))
    found = try SoundFolder(under: [content.path])
    #expect(found.files.isEmpty)
    #expect(
      found.skipped == [
        .foreignFormat(path: content("b.bin"), format: "m4a"),
        .unnamedFormat(path: content("take 1"), ending: "wav"),
      ])
    #expect(try soundFiles(under: [content("take 1")]) == [content("take 1")])
  }
}
