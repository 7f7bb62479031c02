// What was made here is no corpus; silence is said.
import AudioIO
import Foundation
import Signal
import Testing

@testable import Corpus

@Suite struct MadeTests {
  @Test func foldersOfRunsModelsAndTestsAreNotEntered() throws {
    let scratch = try Scratch()
    for i in 0..<3 { try scratch.wav("deep/\(i).wav", frames: 2000 + i) { n, _ in noise(n, i) } }
    for (folder, marks) in [
      ("run", ["run.json"]), ("deep/begun", ["training_state.safetensors"]),
      ("model", ["config.json", "model.safetensors"]), ("test", ["test.json", "key.json"]),
    ] {
      for mark in marks { try scratch.file("\(folder)/\(mark)", []) }
      try scratch.wav("\(folder)/samples/step.wav", frames: 3000) { n, _ in noise(n, 50) }
    }
    try scratch.wav("cache/x.wav", frames: 3000) { n, _ in noise(n, 60) }
    try scratch.wav("out/take.wav", frames: 3000) { n, _ in noise(n, 70) }
    // Neither of these makes a folder one of ours.
    try scratch.file("deep/config.json", [])
    try scratch.file("deep/test.json", [])
    let corpus = try FolderCorpus(
      options: FolderOptions(paths: [scratch.path]), seed: 1, receptiveField: 9,
      cache: TokenCache(folder: scratch.path + "/cache"), output: scratch.path + "/./out")
    #expect(corpus.report.files.map(\.samples) == [2000, 2001, 2002])
    let lines = corpus.report.warnings.filter { $0.contains("not entered") }
    #expect(lines.count == 1)
    for name in ["run", "deep/begun", "model", "test", "cache"] {
      #expect(lines[0].contains("\(scratch.path)/\(name)") || lines[0].contains("1 more"), "\(name)")
    }
    // Nothing else there.
    let error = #expect(throws: CorpusError.self) {
      try FolderCorpus(
        options: FolderOptions(paths: [scratch.path + "/run"]), seed: 1, receptiveField: 9, cache: nil)
    }
    #expect(error == .onlyMadeHere(folders: [scratch.path + "/run"]))
  }

  @Test func generatedFilesAreNamed() throws {
    let scratch = try Scratch()
    for i in 0..<3 { try scratch.wav("\(i).wav", frames: 2000 + i) { n, _ in noise(n, i) } }
    let clip = Clip(samples: (0..<1000).map { Float(noise($0, 4)) }, sampleRate: 16000)
    for (name, comment) in [
      ("take.wav", "synth 0.1.0: model=m seed=1 clip=1"), ("take.flac", "synth 0.1.0: model=m seed=1 clip=1"),
      ("step.wav", "synth training sample, step 5, seed 1"), ("mine.wav", "a synth seed=2 of mine"),
      ("other.wav", "synth pad in C"),
    ] { try SoundFile.write(clip, to: "\(scratch.path)/\(name)", comment: comment) }
    let lines = try scratch.corpus().report.warnings.filter { $0.contains("made by synth") }
    #expect(lines.count == 1)
    #expect(["take.wav", "take.flac", "step.wav"].allSatisfy { lines[0].contains($0) })
    #expect(!lines[0].contains("mine.wav") && !lines[0].contains("other.wav"))
  }
}

@Suite struct SilenceTests {
  private static func share(_ levels: Int, _ value: (Int) -> Double) -> Double {
    let codes = MuLaw(levels: levels).encode((0..<16000).map { Float(value($0)) })
    return Double(Silence(levels: levels, sampleRate: 16000).samples(codes)) / 16000
  }

  @Test(arguments: [256, 512, 1024]) func whatIsSilent(levels: Int) {
    #expect(Self.share(levels) { _ in 0 } == 1)
    #expect(Self.share(levels) { _ in 0.3 } == 1, "an offset")
    #expect(Self.share(levels) { 2 * noise($0, 1) / 32768 } == 1, "dither")
    #expect(Self.share(levels) { 0.001 * sin(Double($0) * 0.02) } == 0, "quiet")
    #expect(Self.share(levels) { 0.5 * sin(2 * Double.pi * 20 * Double($0) / 16000) } == 0, "the lowest tone")
    #expect(Self.share(levels) { $0 < 8000 ? 0 : noise($0, 2) } == 0.5)
  }

  @Test func aSilentCorpusIsSaid() throws {
    let scratch = try Scratch()
    for i in 0..<9 { try scratch.wav("\(i).wav", frames: 4000 + i) { _, _ in 0 } }
    #expect(
      try scratch.corpus().report.warnings.contains {
        $0.hasPrefix("100 % of the recordings to train on is silence")
      }
    )
    try scratch.wav("sound.wav", frames: 40_000) { n, _ in noise(n, 1) }
    let mixed = try scratch.corpus().report
    #expect(
      mixed.silentShare > 0.4 && mixed.silentShare < 0.5
        && !mixed.warnings.contains { $0.contains("silence") })
  }
}
