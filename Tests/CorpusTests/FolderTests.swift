// Folders of recordings: clips never joined, short ones padded, broken ones named, nothing held out that was trained on.
import AudioIO
import Foundation
import Signal
import Testing

@testable import Corpus

/// A folder that is gone when the test is over.
final class Scratch {
  let path = FileManager.default.temporaryDirectory.path + "/synth-corpus-" + UUID().uuidString

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A 16-bit WAV: `frames` of one value per channel, or of what `value(frame, channel)` says.
  @discardableResult func wav(
    _ name: String, frames: Int, rate: Int = 16000, channels: Int = 1, value: (Int, Int) -> Double
  ) throws -> String {
    var bytes = Array("RIFF".utf8)
    func number(_ value: Int, _ width: Int) {
      for i in 0..<width { bytes.append(UInt8(value >> (8 * i) & 255)) }
    }
    let size = frames * channels * 2
    number(36 + size, 4)
    bytes += Array("WAVEfmt ".utf8)
    for (value, width) in [
      (16, 4), (1, 2), (channels, 2), (rate, 4), (rate * channels * 2, 4), (channels * 2, 2), (16, 2),
    ] { number(value, width) }
    bytes += Array("data".utf8)
    number(size, 4)
    for frame in 0..<frames {
      for channel in 0..<channels { number(Int(value(frame, channel) * 32767) & 0xffff, 2) }
    }
    return try file(name, bytes)
  }

  @discardableResult func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let full = path + "/" + name
    let folder = URL(fileURLWithPath: full).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: full))
    return full
  }

  func corpus(
    seed: UInt64 = 1, field: Int = 100, cache: TokenCache? = nil, _ assignments: [String] = []
  ) throws -> FolderCorpus {
    try FolderCorpus(
      options: FolderOptions(paths: [path]).setting(assignments), seed: seed, receptiveField: field,
      cache: cache)
  }
}

func noise(_ n: Int, _ salt: Int) -> Double {
  Philox(seed: UInt64(salt), stream: 0).uniform(at: UInt64(n)) - 0.5
}

@Suite struct FolderTests {
  @Test func clipsAreNeverJoined() throws {
    let scratch = try Scratch()
    for (i, level) in [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7].enumerated() {
      try scratch.wav("\(i).wav", frames: 1000 + 50 * i) { _, _ in level }
    }
    let corpus = try scratch.corpus()
    var seen = Set<UInt16>()
    for step in 0..<60 as Range<UInt64> {
      let batch = corpus.batch(step: step, clips: 4, crop: 600, receptiveField: 250, jitter: 0)
      expectAligned(batch, clips: 4, crop: 600, receptiveField: 250)
      for b in 0..<4 {
        let inputs = Set(batch.inputs[b * 849..<(b + 1) * 849]).subtracting([128])
        let targets = Set(batch.targets[b * 600..<(b + 1) * 600])
        #expect(inputs.count == 1 && inputs == targets, "one file's value, and silence only before it")
        seen.formUnion(targets)
      }
    }
    #expect(seen.count == 6)
    let held = corpus.validation(clips: 20, crop: 600, receptiveField: 250)
    #expect(Set(held.targets).count == 1 && seen.isDisjoint(with: held.targets))
    #expect(corpus.validationClips().count == 1 && Set(corpus.validationClips()[0]) == Set(held.targets))
    #expect(corpus.report.files.count == 7 && corpus.report.files.count { $0.use == .validation } == 1)
  }

  @Test func shortClipsArePaddedWithSilence() throws {
    let scratch = try Scratch()
    try scratch.wav("a.wav", frames: 50) { _, _ in 0.5 }
    let corpus = try scratch.corpus(field: 10)
    let length = corpus.report.trainingSamples
    #expect(length == 35 && corpus.report.validationSamples == 5)
    let batch = corpus.batch(step: 0, clips: 1, crop: 200, receptiveField: 30, jitter: 5)
    #expect(batch.counts == [length] && batch.realTargets == length, "a clip ends where it ends")
    #expect(batch.targets[..<length].allSatisfy { $0 == batch.targets[0] && $0 != 128 })
    #expect(batch.targets[length...].allSatisfy { $0 == 128 })
    #expect(batch.inputs[..<30].allSatisfy { $0 == 128 }, "before the clip")
    #expect(batch.inputs[(30 + length)...].allSatisfy { $0 == 128 }, "after it, in spite of jitter")
    #expect(batch.inputs[30..<(30 + length)].contains { $0 != batch.targets[0] }, "jitter on the clip itself")
  }

  @Test func aBatchDependsOnSeedAndStepAlone() throws {
    let scratch = try Scratch()
    for i in 0..<5 { try scratch.wav("\(i).wav", frames: 4000) { n, _ in noise(n, i) } }
    let a = try scratch.corpus()
    let b = try scratch.corpus()
    _ = b.batch(step: 0, clips: 3, crop: 10, receptiveField: 3, jitter: 1)
    #expect(
      a.batch(step: 9, clips: 3, crop: 500, receptiveField: 99, jitter: 4)
        == b.batch(step: 9, clips: 3, crop: 500, receptiveField: 99, jitter: 4))
    #expect(
      a.batch(step: 9, clips: 3, crop: 500, receptiveField: 99, jitter: 0)
        != b.batch(step: 10, clips: 3, crop: 500, receptiveField: 99, jitter: 0))
  }

  @Test func everythingUnreadableIsNamed() throws {
    let scratch = try Scratch()
    try scratch.wav("deep/er/good.wav", frames: 3000) { n, _ in noise(n, 1) }
    try scratch.wav("stereo48k.wav", frames: 9000, rate: 48000, channels: 2) { n, c in noise(n, 2 + c) }
    try SoundFile.write(
      Clip(samples: (0..<2000).map { Float(noise($0, 5)) }, sampleRate: 8000),
      to: scratch.path + "/eight.flac")
    try scratch.wav("cut.wav", frames: 3000) { _, _ in 0.1 }
    let whole = try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/cut.wav"))
    try scratch.file("cut.wav", Array(whole.prefix(1000)))
    try scratch.file("text.wav", Array("this is not a sound file".utf8))
    try scratch.file("empty.wav", [])
    let corpus = try scratch.corpus()
    let names = corpus.report.skipped.map { URL(fileURLWithPath: $0.path).lastPathComponent }
    #expect(names == ["cut.wav", "empty.wav", "text.wav"])
    #expect(corpus.report.skipped.allSatisfy { !$0.reason.isEmpty && !$0.reason.contains(scratch.path) })
    let lengths = corpus.report.files.map(\.samples)
    #expect(lengths == [3000, 4000, 3000], "deep/er/good, eight (8 to 16 kHz), stereo48k (48 to 16 kHz)")
    #expect(abs(corpus.report.seconds - 10_000 / 16000.0) < 1e-9)
  }

  @Test func nothingToTrainOnIsAnError() throws {
    let scratch = try Scratch()
    #expect(throws: CorpusError.noFiles(paths: [scratch.path])) { try scratch.corpus() }
    try scratch.file("text.wav", Array("this is not a sound file".utf8))
    let error = #expect(throws: CorpusError.self) { try scratch.corpus() }
    guard case .nothingReadable(let skipped) = error else { throw error! }
    #expect(skipped.count == 1 && error!.description.contains("text.wav"))
    #expect(throws: CorpusError.self) {
      try FolderCorpus(
        options: FolderOptions(paths: [scratch.path + "/none"]), seed: 1, receptiveField: 2, cache: nil)
    }
    try scratch.wav("one.wav", frames: 1) { _, _ in 0.5 }
    #expect(throws: CorpusError.self) { try scratch.corpus() }
  }

  /// A rising ramp, so that a code tells where it comes from.
  @Test(arguments: [100, 3000, 100_000]) func aSingleFileIsCutWithAGap(field: Int) throws {
    let scratch = try Scratch()
    try scratch.wav("ramp.wav", frames: 20_000) { n, _ in Double(n) / 10_000 - 1 }
    let corpus = try scratch.corpus(field: field)
    let law = MuLaw(levels: 256)
    let trainEnd = max(18_000 - field, 9000)
    #expect(corpus.report.trainingSamples == trainEnd && corpus.report.validationSamples == 2000)
    func code(_ n: Int) -> UInt16 { law.encode(Float(Int16((Double(n) / 10_000 - 1) * 32767)) / 32768) }
    let trained = code(trainEnd - 1)
    for step in 0..<20 as Range<UInt64> {
      let batch = corpus.batch(step: step, clips: 4, crop: 500, receptiveField: min(field, 12_000), jitter: 0)
      #expect(batch.inputs.allSatisfy { $0 <= trained || $0 == 128 })
      #expect(batch.targets.allSatisfy { $0 <= trained || $0 == 128 })
    }
    let held = corpus.validation(clips: 30, crop: 500, receptiveField: min(field, 12_000))
    #expect(held.targets.allSatisfy { $0 >= code(18_000) })
    // Inputs reach into the gap, never into what was trained; silence (128) where the gap is too short.
    #expect(held.inputs.allSatisfy { $0 >= trained || $0 == 128 })
    #expect(held.inputs.contains(128) == (field > 9000))
  }

  @Test func copiesStayOnOneSideAndNamesDoNotMatter() throws {
    let (first, second) = (try Scratch(), try Scratch())
    for i in 0..<8 {
      try first.wav("x\(i).wav", frames: 500 + i) { n, _ in noise(n, i / 2 * 2) * (i % 2 == 0 ? 1 : 0.5) }
      try second.wav("y/z\(9 - i).wav", frames: 500 + i) { n, _ in
        noise(n, i / 2 * 2) * (i % 2 == 0 ? 1 : 0.5)
      }
    }
    try first.wav("again.wav", frames: 500) { n, _ in noise(n, 0) }
    let a = try first.corpus(["validation_fraction=0.25"])
    let b = try second.corpus(["validation_fraction=0.25"])
    #expect([2, 3].contains(b.report.files.count { $0.use == .validation }), "a quarter of the time")
    #expect(a.report.warnings.contains { $0.hasPrefix("the same recording") && $0.contains("again.wav") })
    // Each second one is the one before it, softer.
    #expect(a.report.warnings.contains { $0.contains("in other bytes") && $0.contains("x2.wav and ") })
    let sides = Set(
      a.report.files.filter { $0.path.hasSuffix("again.wav") || $0.path.hasSuffix("x0.wav") }.map(\.use))
    #expect(sides.count == 1)
    #expect(
      b.validation(clips: 2, crop: 50, receptiveField: 9)
        == (try second.corpus(["validation_fraction=0.25"])).validation(clips: 2, crop: 50, receptiveField: 9)
    )
    let heldLengths = Set(b.report.files.filter { $0.use == .validation }.map(\.samples))
    let seeds = try (2..<12).map { seed in
      Set(try second.corpus(seed: seed).report.files.filter { $0.use == .validation }.map(\.samples))
    }
    #expect(seeds.contains { $0 != heldLengths }, "another seed, another choice")
  }

  @Test func longFilesAreDrawnMoreOften() throws {
    let scratch = try Scratch()
    for (i, frames) in [9000, 1000, 4000].enumerated() {
      try scratch.wav("\(i).wav", frames: frames) { _, _ in 0.2 * Double(i + 1) }
    }
    let corpus = try scratch.corpus()
    #expect(corpus.report.trainingSamples == 9000 - 1400 - 100 + 1000 + 4000, "the longest is cut")
    var counts = [UInt16: Int]()
    for step in 0..<200 as Range<UInt64> {
      for code in corpus.batch(step: step, clips: 10, crop: 1, receptiveField: 2, jitter: 0).targets {
        counts[code, default: 0] += 1
      }
    }
    let law = MuLaw(levels: 256)
    for (i, samples) in [7500, 1000, 4000].enumerated() {
      let share = Double(counts[law.encode(Float(0.2 * Double(i + 1))), default: 0]) / 2000
      #expect(abs(share - Double(samples) / Double(corpus.report.trainingSamples)) < 0.05)
    }
    #expect(counts.count == 3)
  }
}

@Suite struct OutOfPhaseTests {
  /// The warning names the file, and comes again when the codes come from the cache.
  @Test func cancellingChannelsAreNamed() throws {
    let (scratch, store) = (try Scratch(), try Scratch())
    try scratch.wav("good.wav", frames: 3000, channels: 2) { n, _ in noise(n, 1) }
    try scratch.wav("mono.wav", frames: 3001) { n, _ in noise(n, 2) }
    try scratch.wav("bad.wav", frames: 3002, channels: 2) { n, channel in
      (channel == 0 ? 1 : -0.8) * noise(n, 3) + 0.1 * noise(n, 4 + channel)
    }
    let cache = TokenCache(folder: store.path)
    for cache in [nil, cache, cache] {
      let warnings = try scratch.corpus(cache: cache).report.warnings
      #expect(warnings.count == 1 && warnings[0].contains("bad.wav") && warnings[0].contains("out of phase"))
    }
    let corpus = try scratch.corpus()
    let training = try #require(corpus.trainingRecordings())
    let held = corpus.heldOutRecordings("")
    #expect(training.count == 3 && held.count == 1 && held[0].codes == corpus.validationClips()[0])
    #expect(Set((training + held).map(\.name)) == Set(corpus.report.files.map(\.path)))
    #expect(held[0].codes.count == corpus.report.validationSamples)
    #expect(training.reduce(0) { $0 + $1.codes.count } == corpus.report.trainingSamples)
    #expect(
      corpus.heldOutRecordings(count: 5, samples: 100).map(\.codes)
        == corpus.validationClips(count: 5, samples: 100))
  }
}

@Suite struct ReadingTests {
  /// A float WAV of one channel.
  private func float(_ scratch: Scratch, _ name: String, level: Double) throws {
    let path = scratch.path + "/" + name
    try SoundFile.write(
      Clip(samples: (0..<4000).map { Float(level * noise($0, 5)) }, sampleRate: 16000), to: path,
      format: .wavFloat)
  }

  /// Said when the file is read, and again when its codes come from the cache.
  @Test func beyondFullScaleIsSaidWithAndWithoutCache() throws {
    let (scratch, store) = (try Scratch(), try Scratch())
    try float(scratch, "hot.wav", level: 4)
    try float(scratch, "good.wav", level: 1.5)
    let cache = TokenCache(folder: store.path)
    for corpus in [try scratch.corpus(), try scratch.corpus(cache: cache), try scratch.corpus(cache: cache)] {
      let warnings = corpus.report.warnings.filter { $0.contains("beyond full scale") }
      #expect(
        warnings.count == 1 && warnings[0].contains("hot.wav") && warnings[0].contains("peak 2.0"),
        "\(warnings)")
      #expect(
        warnings.first?.contains("50.") == true || warnings.first?.contains("49.") == true, "\(warnings)")
    }
  }

  @Test func soundOfOtherFormatsIsListed() throws {
    let scratch = try Scratch()
    for name in ["a.m4a", "b.wma", "c.webm"] { try scratch.file(name, [1, 2, 3]) }
    do {
      _ = try scratch.corpus()
      Issue.record("nothing to read, and read")
    } catch CorpusError.nothingReadable(let skipped) {
      #expect(skipped.map(\.path) == ["a.m4a", "b.wma", "c.webm"].map { scratch.path + "/" + $0 })
      #expect(skipped.allSatisfy { $0.reason.contains("ffmpeg") && !$0.reason.contains(scratch.path) })
    }
    for i in 0..<2 { try scratch.wav("\(i).wav", frames: 3000) { n, _ in noise(n, i) } }
    #expect(try scratch.corpus().report.skipped.count == 3)
  }
}
