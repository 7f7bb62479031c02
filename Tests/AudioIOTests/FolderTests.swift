// Folders of sound files: the whole tree, in order, hidden and foreign files left out, links entered once.

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
}
