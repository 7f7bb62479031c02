// Preparing: what is paired with what, what the folder holds, what is refused, and that the same seed gives the same bytes.

import AudioIO
import Foundation
import Generation
import Kernels
import Signal
import TestSupport
import Testing
import WaveNet

@testable import Files
@testable import Listening

@Suite struct PreparationTests {
  private func put(
    _ folder: String, _ name: String, seconds: Double = 0.6, hz: Double = 300, level: Double = 0.3,
    rate: Int = 16_000
  ) throws {
    let path = "\(folder)/\(name)"
    let parent = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    let samples = (0..<Int(seconds * Double(rate))).map { i in
      Float(level * sin(2 * .pi * hz * Double(i) / Double(rate)))
    }
    try SoundFile.write(Clip(samples: samples, sampleRate: rate), to: path)
  }

  private func folders(_ root: String, _ names: [String] = ["a", "b"]) throws -> [Preparation.System] {
    for (index, name) in names.enumerated() {
      try put(
        "\(root)/\(name)", "one.wav", seconds: 0.5 + 0.1 * Double(index), level: 0.1 + 0.1 * Double(index))
      try put(
        "\(root)/\(name)", "deep/two.\(index == 0 ? "wav" : "flac")", hz: 500,
        rate: index == 0 ? 16_000 : 22_050)
    }
    return names.map { .init(name: $0, source: .folder("\(root)/\($0)")) }
  }

  private func tree(_ folder: String) -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in names(in: folder) + names(in: folder + "/stimuli").map({ "stimuli/" + $0 }) {
      files[name] = FileManager.default.contents(atPath: "\(folder)/\(name)").map { [UInt8]($0) }
    }
    return files
  }

  /// Two names that a file system keeps apart and Swift's strings do not: each sound has its own partner, item and title.
  @Test func namesThatDifferInNormalisation() throws {
    try withTemporaryFolder { root in
      let names = [("\u{E9}", 0.5), ("e\u{301}", 0.7)]
      for (system, hz) in [("a", 300.0), ("b", 500.0)] {
        for (name, seconds) in names { try put("\(root)/\(system)", "\(name).wav", seconds: seconds, hz: hz) }
      }
      let systems = ["a", "b"].map { Preparation.System(name: $0, source: .folder("\(root)/\($0)")) }
      let (test, items) = try Preparation(method: .ab, systems: systems, seed: 4).run(to: "\(root)/test")
      #expect(test.key.items.map(\.frames) == [33_600, 24_000] && items.allSatisfy { $0.cutSeconds < 0.01 })
      #expect(Set(test.key.items.map(\.name)).count == 2, "\(test.key.items.map(\.name))")
      try FileManager.default.removeItem(atPath: "\(root)/b/e\u{301}.wav")
      #expect(throws: ListeningError.self) {
        try Preparation(method: .ab, systems: systems, seed: 4).run(to: "\(root)/other")
      }
    }
  }

  @Test func folderHoldsWhatTheKeySays() throws {
    try withTemporaryFolder { root in
      var preparation = Preparation(method: .ab, systems: try folders(root), seed: 4)
      preparation.title = "Two"
      let (test, items) = try preparation.run(to: "\(root)/test/")
      #expect(test.plan.trials == 2 && test.plan.title == "Two" && test.plan.sampleRate == 48_000)
      #expect(test.key.items.map(\.name) == ["deep/two", "one"] && test.plan.itemFrames == [28_800, 24_000])
      #expect(items[1].cutSeconds > 0.09 && items[1].cutSeconds < 0.11 && items[1].residualLu <= 0.1)
      for item in test.key.items {
        let levels = try item.stimuli.map { stimulus in
          let sound = try test.sound(stimulus)
          let samples = sound.channels[0]
          #expect(sound.channels.count == 1 && sound.sampleRate == 48_000)
          #expect(samples.count == item.frames && abs(samples[0]) < 1e-3 && abs(samples.last!) < 1e-3)
          #expect(stimulus.gainDb <= 0)
          let level = try #require(LoudnessMeter.loudness(sound))
          #expect(level == stimulus.loudnessLufs && LoudnessMeter.truePeak(sound) == stimulus.truePeakDbtp)
          return level
        }
        #expect(levels.max()! - levels.min()! <= 0.1 && abs(levels[0] - test.plan.levelLufs) <= 0.1)
      }
      // 300 Hz stay where it was: the rate was changed, not the pitch.
      let one = try test.sound(test.key.items[1].stimuli[0]).channels[0]
      let partials = PartialAnalysis.detect(Clip(samples: one, sampleRate: 48_000))
      #expect(abs(partials[0].frequency - 300) < 0.5)
      #expect(
        Set(tree("\(root)/test").keys) == [
          "SHA256SUMS", "key.json", "test.json", "stimuli/0.flac", "stimuli/1.flac",
          "stimuli/2.flac", "stimuli/3.flac",
        ])
      #expect(!names(in: root).contains { $0.hasPrefix(".") })
      // The open half names nothing of the secret one.
      let open = String(decoding: tree("\(root)/test")["test.json"]!, as: UTF8.self)
      for secret in ["deep", "\"one", root, "folder"] { #expect(!open.contains(secret)) }
    }
  }

  @Test func sameSeedSameBytes() throws {
    try withTemporaryFolder { root in
      let systems = try folders(root)
      for (name, seed) in [("x", UInt64(7)), ("y", 7), ("z", 8)] {
        var preparation = Preparation(method: .abx, systems: systems, seed: seed)
        preparation.title = "T"
        _ = try preparation.run(to: "\(root)/\(name)")
      }
      #expect(tree("\(root)/x") == tree("\(root)/y"))
      #expect(tree("\(root)/x") != tree("\(root)/z"))
    }
  }

  @Test func mushra() throws {
    try withTemporaryFolder { root in
      let systems = try folders(root, ["a", "b", "true"])
      var preparation = Preparation(method: .mushra, systems: Array(systems.prefix(2)), seed: 1)
      preparation.reference = "\(root)/true"
      let (test, _) = try preparation.run(to: "\(root)/test")
      #expect(test.key.systems.map(\.name) == ["a", "b", "reference", "anchor35", "anchor70"])
      #expect(test.key.systems.map(\.kind) == [.folder, .folder, .reference, .anchor, .anchor])
      let item = test.key.items[0]
      let reference = try test.sound(item.stimuli[2]).channels[0]
      // A sine of 500 Hz passes both anchors unchanged, apart from the ends.
      for index in [3, 4] {
        let anchor = try test.sound(item.stimuli[index]).channels[0]
        #expect(item.stimuli[index].gainDb == item.stimuli[2].gainDb)
        for i in 1000..<(item.frames - 1000) { #expect(abs(anchor[i] - reference[i]) < 1e-3) }
      }
      preparation.sampleRate = 12_000
      #expect(throws: ListeningError.rateTooLow(rate: 12_000, needed: 16_000)) {
        try preparation.run(to: "\(root)/low")
      }
    }
  }

  @Test func modelsAreRenderedWithRecordedSeeds() throws {
    try withTemporaryFolder { root in
      let configuration = try Configuration(
        sampleRate: 8000, residualChannels: 4, dilationChannels: 4, skipChannels: 8, headChannels: 8,
        kernelSize: 2,
        dilations: [1, 2, 4])
      var random = PhiloxGenerator(seed: 1, stream: 0)
      let model = Model(
        configuration: configuration, parameters: Initialization.parameters(configuration, using: &random))
      try ModelFolder.save(model, to: "\(root)/model", defaults: .init(temperature: 0.8, leadInSeconds: 0.1))
      let loaded = try ModelFolder.load("\(root)/model")
      let hot = try RenderSettings(
        [("temperature", "1.2"), ("precision", "bf16"), ("seed", "9")], system: "hot")
      var preparation = Preparation(
        method: .abx,
        systems: [
          .init(name: "cool", source: .model(loaded, RenderSettings())),
          .init(name: "hot", source: .model(loaded, hot)),
        ], seed: 5)
      preparation.items = 3
      preparation.seconds = 0.5
      preparation.loudness = .off
      preparation.sampleRate = 8000
      let (test, _) = try preparation.run(to: "\(root)/test")
      #expect(test.key.items.map(\.name) == ["clip-001", "clip-002", "clip-003"])
      let cool = test.key.systems[0].settings
      #expect(cool["temperature"] == "0.8" && cool["seed"] == "5" && cool["lead_in_samples"] == "800")
      let settings = test.key.systems[1].settings
      #expect(settings["temperature"] == "1.2" && settings["seed"] == "9" && settings["precision"] == "bf16")
      // The second clip again, by the generator itself.
      let generator = Generator(model, sampling: .init(temperature: 0.8), seed: 5, clip: 1)
      let law = MuLaw(levels: 256)
      let codes = try generator.generate(800 + 4000)
      let wanted = LeadIn(seconds: 0.1, sampleRate: 8000).kept(law.decode(codes))
      let stimulus = test.key.items[1].stimuli[0]
      let samples = try test.sound(stimulus).channels[0]
      let factor = Float(pow(10, stimulus.gainDb / 20))
      for i in 40..<3960 { #expect(abs(samples[i] - wanted[i] * factor) < 1e-6) }
    }
  }

  @Test func modelsBesideRecordings() throws {
    try withTemporaryFolder { root in
      var systems = Array(try folders(root, ["a"]))
      let loaded = try #require(try ShippedModel.load("sines"))
      systems.append(.init(name: "m", source: .model(loaded, RenderSettings())))
      let (test, _) = try Preparation(method: .mos, systems: systems, seed: 5).run(to: "\(root)/test")
      #expect(test.key.items.map(\.name) == ["deep/two", "one"] && test.plan.trials == 4)
    }
  }

  @Test func refusals() throws {
    try withTemporaryFolder { root in
      let systems = try folders(root)
      func refused(_ method: Listening.Method, _ systems: [Preparation.System], reference: String? = nil)
        -> ListeningError?
      {
        var preparation = Preparation(method: method, systems: systems, seed: 1)
        preparation.reference = reference
        do {
          _ = try preparation.run(to: "\(root)/test")
          return nil
        } catch { return error as? ListeningError }
      }
      #expect(caseName(refused(.abx, [systems[0]])) == "usage")
      #expect(caseName(refused(.abx, [systems[0], systems[0]])) == "usage")
      #expect(caseName(refused(.ab, [systems[0], .init(name: "tie", source: systems[1].source)])) == "usage")
      #expect(refused(.mushra, systems)?.description.contains("--reference") == true)
      #expect(caseName(refused(.abx, systems, reference: root)) == "usage")
      let nowhere = Preparation.System(name: "n", source: .folder("\(root)/nowhere"))
      #expect(refused(.abx, [systems[0], nowhere])?.description.contains("nowhere") == true)
      try FileManager.default.createDirectory(atPath: "\(root)/empty", withIntermediateDirectories: true)
      #expect(
        refused(.abx, [systems[0], .init(name: "e", source: .folder("\(root)/empty"))])
          == .noSounds(path: "\(root)/empty"))
      try put("\(root)/a", "three.wav")
      try put("\(root)/b", "four.wav")
      #expect(refused(.abx, systems) == .unpaired(missing: ["a: four", "b: three"]))
      try put("\(root)/b", "three.wav", seconds: 0.015)
      try put("\(root)/a", "four.wav", level: 0)
      #expect(refused(.abx, systems) == .silent(path: "\(root)/a/four.wav"))
      try put("\(root)/a", "four.wav")
      #expect(refused(.abx, systems).map { "\($0)".contains("'three'") } == true)
      try put("\(root)/b", "three.flac")
      #expect(refused(.abx, systems).map { "\($0)".contains("three.flac") } == true)
      #expect(!names(in: root).contains { $0.contains("test") }, "\(names(in: root))")
      try FileManager.default.createDirectory(atPath: "\(root)/test", withIntermediateDirectories: true)
      #expect(refused(.abx, systems) == .exists(path: "\(root)/test"))
    }
  }

  @Test(arguments: [
    [("temperature", "hot")], [("temperature", "-1")], [("top_k", "1.5")], [("top_k", "0")],
    [("precision", "f64")],
    [("seed", "-1")], [("colour", "red")],
  ])
  func wrongSettings(pairs: [(String, String)]) {
    let error = #expect(throws: ListeningError.self) {
      try RenderSettings(pairs.map { (key: $0.0, value: $0.1) }, system: "hot")
    }
    #expect(caseName(error) == "usage" && "\(error!)".contains("hot"))
  }

  // MARK: what nobody could judge

  private func noise(_ path: String, seed: UInt64, lag: Int = 0, gain: Float = 1) throws {
    var random = SeededValues(seed: seed)
    let sound = (0..<9600).map { _ in gain * Float(random.value(0.2)) }
    let parent = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    try SoundFile.write(
      Clip(samples: [Float](repeating: 0, count: lag) + sound, sampleRate: 16_000), to: path)
  }

  private func pair(_ root: String, _ a: String, _ b: String) -> Preparation {
    var preparation = Preparation(
      method: .abx,
      systems: [
        .init(name: "A", source: .folder("\(root)/\(a)")), .init(name: "B", source: .folder("\(root)/\(b)")),
      ],
      seed: 1)
    preparation.sampleRate = 16_000
    return preparation
  }

  @Test func singleFilesAreOneItem() throws {
    try withTemporaryFolder { root in
      try noise("\(root)/mine.wav", seed: 1)
      try noise("\(root)/theirs.flac", seed: 2)
      try noise("\(root)/f/mine.wav", seed: 3)
      let (test, items) = try pair(root, "mine.wav", "theirs.flac").run(to: "\(root)/t")
      #expect(test.key.items.map(\.name) == ["sound"] && test.key.systems[1].source.hasSuffix("theirs.flac"))
      #expect(Preparation.notes(items).first?.hasPrefix("one sound:") == true)
      #expect(try pair(root, "mine.wav", "f/mine.wav").run(to: "\(root)/t2").test.key.items[0].name == "mine")
      let error = #expect(throws: ListeningError.self) {
        try pair(root, "mine.wav", "f").run(to: "\(root)/t3")
      }
      #expect("\(error!)".contains("single file") && "\(error!)".contains("\(root)/f "))
      #expect(names(in: root).allSatisfy { !$0.hasPrefix(".") && $0 != "t3" })
    }
  }

  @Test func identicalSoundsAreRefusedOrNamed() throws {
    try withTemporaryFolder { root in
      for (name, seeds) in [("a", [1, 2]), ("b", [1, 2]), ("c", [1, 3])] as [(String, [UInt64])] {
        for (item, seed) in seeds.enumerated() { try noise("\(root)/\(name)/\(item).wav", seed: seed) }
        for (item, seed) in seeds.enumerated() {
          try noise("\(root)/soft-\(name)/\(item).wav", seed: seed, gain: 0.5)
        }
      }
      let error = #expect(throws: ListeningError.identical(systems: ["A", "B"], items: 2)) {
        try pair(root, "a", "b").run(to: "\(root)/t")
      }
      #expect("\(error!)".contains("A and B: one and the same sound in all 2 items"))
      #expect(!names(in: root).contains { $0.hasPrefix(".") || $0 == "t" })
      let (_, items) = try pair(root, "a", "c").run(to: "\(root)/t")
      #expect(items.map(\.twins.count) == [1, 0])
      #expect(Preparation.notes(items).contains { $0.contains("same sound in 1 of 2 items ('0')") })
      // Half as loud, which matching undoes but for the rounding of the files.
      let (_, soft) = try pair(root, "a", "soft-b").run(to: "\(root)/t2")
      #expect(Preparation.notes(soft).contains { $0.contains("A and B hardly differ in 2 of 2 items") })
    }
  }

  @Test func shiftsAreNamedInMilliseconds() throws {
    try withTemporaryFolder { root in
      for item in 0..<2 as Range<UInt64> {
        try noise("\(root)/a/\(item).wav", seed: item)
        try noise("\(root)/b/\(item).wav", seed: item, lag: 320, gain: 0.7)
        try noise("\(root)/c/\(item).wav", seed: item, lag: 8, gain: 0.7)
      }
      let notes = Preparation.notes(try pair(root, "a", "b").run(to: "\(root)/t").items)
      #expect(notes.count == 1 && notes[0].hasPrefix("B comes 20.0 ms after A in 2 of 2 items"), "\(notes)")
      let turned = Preparation.notes(try pair(root, "b", "a").run(to: "\(root)/t2").items)
      #expect(turned.count == 1 && turned[0].hasPrefix("A comes 20.0 ms after B"), "\(turned)")
      let near = try pair(root, "a", "c").run(to: "\(root)/t3").items
      #expect(near.allSatisfy { $0.shifts.isEmpty })
    }
  }

  /// What a killed process has left goes with the next test; what somebody still fills stays, and so does the rest.
  @Test func scratchFoldersOfTheDeadAreCleared() throws {
    try withTemporaryFolder { root in
      try noise("\(root)/a/x.wav", seed: 1)
      try noise("\(root)/b/x.wav", seed: 2)
      let dead = "\(root)/.synth-dead.tmp"
      try FileManager.default.createDirectory(atPath: "\(dead)/stimuli", withIntermediateDirectories: true)
      writePlainly([1, 2, 3], to: "\(dead)/stimuli/1.flac")
      try FileManager.default.createSymbolicLink(atPath: "\(dead)/link", withDestinationPath: "\(root)/a")
      try FileManager.default.createDirectory(
        atPath: "\(root)/.synth-mine", withIntermediateDirectories: true)
      let living = try ScratchFolder(for: "\(root)/other")
      // As another process would: this one clears a folder only once.
      Temporary.forget()
      _ = try pair(root, "a", "b").run(to: "\(root)/t")
      #expect(!FileManager.default.fileExists(atPath: dead))
      #expect(FileManager.default.fileExists(atPath: living.path) && names(in: "\(root)/a") == ["x.wav"])
      #expect(FileManager.default.fileExists(atPath: "\(root)/.synth-mine"))
      living.abandon()
      #expect(!FileManager.default.fileExists(atPath: living.path))
      // Stopped half way: nothing stays.
      #expect(throws: CancellationError.self) {
        try pair(root, "a", "b").run(to: "\(root)/t2") { _ in false }
      }
      #expect(!names(in: root).contains { $0.hasSuffix(".tmp") || $0 == "t2" })
    }
  }
}
