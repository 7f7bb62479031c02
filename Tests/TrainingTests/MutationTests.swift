// What a run wrote is not trusted when it is read back: files of a run that were changed in any way are refused by a typed
// error, or are a run that can go on.
import Files
import Foundation
import SafeTensors
import Signal
import TestSupport
import Testing
import WaveNet

@testable import Corpus
@testable import Training

@Suite struct MutationTests {
  /// As `--resume` does; one step if nothing is refused.
  private static func resume(_ files: RunFiles) throws {
    let folder = try RunFolder.reopen(files)
    let description = try RunDescription.load(files)
    let (configuration, _) = try files.shape()
    try description.check(against: configuration, files)
    let kept = try RunCorpus(files, description.corpus)
    // What `train` asks the machine for first; here ten times what the ordinary run takes.
    if RunEstimate.memoryBytes(configuration, options: description.training, threads: 1) > 50 << 20 { return }
    let corpus = try kept.description.open(
      seed: description.training.seed, receptiveField: configuration.receptiveField, cache: nil,
      past: kept.past)
    _ = try RunProgress.load(files)
    let run = try TrainingRun(
      files: files, configuration: configuration, options: description.training, corpus: corpus, threads: 1,
      resume: true)
    run.folder = folder
    var steps = 0
    try run.run(shouldStop: { steps > 0 }, report: { _ in steps += 1 })
  }

  /// Whether it is one of ours; Swift's own would be printed raw.
  private static func isTyped(_ error: any Error) -> Bool {
    error is TrainingError || error is FileError || error is CorpusError || error is SafeTensorsError
      || error is CheckpointError || error is ConfigurationError
  }

  private static let numbers = [
    "0", "-1", "1", "1e9", "1e18", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
    "1e300",
    "-1e300", "1e-300", "0.5", "1e999", "null", "true", "\"7\"", "[]", "{}", "[1,2]", "nan", "",
  ]

  /// Every number of a text replaced by others, and bytes flipped, dropped and cut.
  private static func mutations(_ text: String, _ random: inout PhiloxGenerator, flips: Int) -> [[UInt8]] {
    var all: [[UInt8]] = []
    for match in text.matches(of: /:\s*(-?[0-9][0-9.eE+-]*)/) {
      for number in numbers {
        all.append(
          Array(text.replacingCharacters(in: match.1.startIndex..<match.1.endIndex, with: number).utf8))
      }
    }
    let bytes = Array(text.utf8)
    for _ in 0..<flips {
      var changed = bytes
      let at = Int.random(in: bytes.indices, using: &random)
      switch Int.random(in: 0...2, using: &random) {
      case 0: changed[at] = UInt8.random(in: 0...255, using: &random)
      case 1: changed.remove(at: at)
      default: changed.removeSubrange(at...)
      }
      all.append(changed)
    }
    return all
  }

  private static func check(_ files: RunFiles, _ path: String, _ mutations: [[UInt8]]) throws {
    let original = try InputFile.contents(of: path, limit: 1 << 24)
    let state = try InputFile.contents(of: files.state, limit: 1 << 24)
    var refused = 0
    for (i, bytes) in mutations.enumerated() {
      try put(bytes, path)
      do {
        try resume(files)
        try put(state, files.state)
      } catch {
        refused += 1
        #expect(
          isTyped(error),
          "mutation \(i) of \(path): \(String(decoding: bytes.prefix(600), as: UTF8.self)): \(error)")
        let words = "\(error)"
        #expect(!words.contains("DecodingError") && !words.contains("CodingKeys"), "\(words)")
      }
    }
    try put(original, path)
    #expect(refused > mutations.count / 4 && mutations.count > 100, "\(refused) of \(mutations.count)")
    try resume(files)
    try put(state, files.state)
  }

  private static func put(_ bytes: [UInt8], _ path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  /// Arithmetic that a generator has and training has not, or nobody.
  @Test(arguments: ["int8", "f16", ""]) func precisionsWithoutTraining(name: String) throws {
    try withTemporaryFolder { scratch in
      let files = try RunFolderTests.make(scratch + "/r")
      let text = String(
        decoding: try InputFile.contents(of: files.description, limit: 1 << 20), as: UTF8.self)
      let changed = text.replacing(/"precision" *: *"f32"/, with: "\"precision\": \"\(name)\"")
      #expect(changed != text)
      try Self.put(Array(changed.utf8), files.description)
      do {
        try Self.resume(files)
        Issue.record("trained at \(name)")
      } catch {
        #expect(error is TrainingError && "\(error)".contains("training.precision"), "\(error)")
      }
    }
  }

  @Test func theDescription() throws {
    try withTemporaryFolder { scratch in
      let files = try RunFolderTests.make(scratch + "/r")
      var random = PhiloxGenerator(seed: 1, stream: 1)
      let text = String(
        decoding: try InputFile.contents(of: files.description, limit: 1 << 20), as: UTF8.self)
      try Self.check(files, files.description, Self.mutations(text, &random, flips: 150))
    }
  }

  /// The header's metadata, with its length put right, and numbers of the tensors.
  @Test func theState() throws {
    try withTemporaryFolder { scratch in
      let files = try RunFolderTests.make(scratch + "/r")
      var random = PhiloxGenerator(seed: 2, stream: 1)
      let bytes = try InputFile.contents(of: files.state, limit: 1 << 24)
      let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
      let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
      func file(_ header: [UInt8], _ tensors: ArraySlice<UInt8>) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + tensors
      }
      var all: [[UInt8]] = []
      for match in header.matches(of: /:(\\?"?)(-?[0-9][0-9.eE+-]*)/) {
        for number in Self.numbers {
          let changed = header.replacingCharacters(in: match.2.startIndex..<match.2.endIndex, with: number)
          all.append(file(Array(changed.utf8), bytes[(8 + length)...]))
        }
      }
      for _ in 0..<60 {
        var tensors = bytes[(8 + length)...]
        let at = Int.random(in: 0..<tensors.count / 4, using: &random) * 4 + tensors.startIndex
        let value = [Float.nan, .infinity, -.infinity, -3e38].randomElement(using: &random)!
        for k in 0..<4 { tensors[at + k] = UInt8(truncatingIfNeeded: value.bitPattern >> (8 * k)) }
        all.append(file(Array(header.utf8), tensors))
        var flipped = bytes
        flipped[Int.random(in: 0..<8 + length, using: &random)] ^=
          1 << UInt8.random(in: 0...7, using: &random)
        all.append(flipped)
        all.append(Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random))))
      }
      try Self.check(files, files.state, all)
    }
  }

  @Test func rangesAreThoseOfTheFlags() {
    let wrong: [(inout TrainingOptions) -> Void] = [
      { $0.steps = 0 }, { $0.clips = 0 }, { $0.clips = 5000 }, { $0.crop = 0 }, { $0.learningRate = .nan },
      { $0.learningRate = .infinity }, { $0.finalFraction = -1 }, { $0.warmUpSteps = -1 }, { $0.beta1 = 1 },
      { $0.beta2 = .nan }, { $0.epsilon = 0 }, { $0.clipNorm = 0 }, { $0.averageDecay = 1 },
      { $0.jitter = -0.1 },
      { $0.finalJitter = 1e9 }, { $0.evaluateEvery = 0 },
    ]
    #expect(TrainingOptions().problem == nil)
    for (i, change) in wrong.enumerated() {
      var options = TrainingOptions()
      change(&options)
      #expect(options.problem != nil, "change \(i)")
    }
  }
}
