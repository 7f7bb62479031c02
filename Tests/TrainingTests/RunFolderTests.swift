// One process in a run's folder; starts and saves that were cut off; a corpus that is found again from anywhere.
import AudioIO
import Files
import Foundation
import Glibc
import SafeTensors
import Signal
import TestSupport
import Testing
import WaveNet

@testable import Corpus
@testable import Training

@Suite struct RunFolderTests {
  static let configuration = try! Configuration(
    residualChannels: 4, dilationChannels: 5, skipChannels: 6, headChannels: 7, dilations: [1, 2, 4])

  static func options(steps: Int = 4) -> TrainingOptions {
    var options = TrainingOptions()
    (options.steps, options.clips, options.crop) = (steps, 2, 64)
    (options.warmUpSteps, options.evaluateEvery) = (2, steps)
    return options
  }

  static func run(_ files: RunFiles, steps: Int = 4, resume: Bool = false) throws -> TrainingRun {
    try TrainingRun(
      files: files, configuration: configuration, options: options(steps: steps),
      corpus: try Chords(seed: 1), threads: 1, resume: resume)
  }

  /// A whole run of some steps.
  static func make(_ path: String, steps: Int = 4) throws -> RunFiles {
    let files = RunFiles(folder: path)
    let folder = try RunFolder.begin(files)
    let run = try Self.run(files, steps: steps)
    run.folder = folder
    try run.save()
    try files.save(
      RunDescription(corpus: .chords(ChordOptions()), training: options(steps: steps)), try Chords(seed: 1))
    try run.run(shouldStop: { false }, report: { _ in })
    return files
  }

  @Test func oneProcessAtATime() throws {
    try withTemporaryFolder { scratch in
      let files = RunFiles(folder: scratch + "/r")
      var first: RunFolder? = try RunFolder.begin(files)
      let busy = FileError.busy(path: files.folder, process: getpid())
      #expect(throws: busy) { try RunFolder.begin(files) }
      #expect(throws: busy) { try RunFolder.requireNew(files) }
      try RunDescription(corpus: .chords(ChordOptions()), training: Self.options()).save(files)
      #expect(throws: busy) { try RunFolder.reopen(files) }
      _ = first
      first = nil
      let again = try RunFolder.reopen(files)
      #expect(throws: busy) { try RunFolder.reopen(files) }
      withExtendedLifetime(again) {}
    }
  }

  @Test func whatIsThereAlready() throws {
    try withTemporaryFolder { scratch in
      let files = try Self.make(scratch + "/r")
      #expect(throws: TrainingError.runExists(path: files.folder)) { try RunFolder.requireNew(files) }
      // A run of some steps that has lost its run.json is not written over.
      Disk.remove(files.description)
      #expect(throws: TrainingError.holdsModel(path: files.folder, file: files.state)) {
        try RunFolder.requireNew(files)
      }
      #expect(throws: TrainingError.noRun(path: files.folder)) { try RunFolder.reopen(files) }
      let model = RunFiles(folder: scratch + "/m")
      try ModelFolder.save(try ModelFolder.load(files.folder).model, to: model.folder)
      #expect(throws: TrainingError.self) { try RunFolder.requireNew(model) }
      try AtomicFile.write("x", to: scratch + "/file")
      #expect(throws: TrainingError.notAFolder(path: scratch + "/file")) {
        try RunFolder.requireNew(RunFiles(folder: scratch + "/file"))
      }
      #expect(!Disk.exists(model.lock), "asking makes nothing")
    }
  }

  /// Cut off anywhere before run.json: as if there had been nothing.
  @Test func aStartThatWasCutOff() throws {
    try withTemporaryFolder { scratch in
      let whole = RunFiles(folder: scratch + "/whole")
      _ = try Self.make(whole.folder)
      let names = ["training_state.safetensors", "model.safetensors", "README.md", "config.json"]
      for count in 0...names.count {
        let files = RunFiles(folder: "\(scratch)/\(count)")
        try Folder.create(files.folder)
        let begun = RunFiles(folder: "\(scratch)/begun\(count)")
        try Folder.create(begun.folder)
        try Self.run(begun).save()
        for name in names.prefix(count) {
          try FileManager.default.copyItem(
            atPath: "\(begun.folder)/\(name)", toPath: "\(files.folder)/\(name)")
        }
        try AtomicFile.write("mine", to: files.folder + "/notes.txt")
        #expect(throws: TrainingError.noRun(path: files.folder)) { try RunFolder.reopen(files) }
        _ = try Self.make(files.folder)
        #expect(
          try InputFile.contents(of: files.folder + "/model.safetensors", limit: 1 << 20)
            == InputFile.contents(of: whole.folder + "/model.safetensors", limit: 1 << 20),
          "after \(count) files")
        #expect(Disk.exists(files.folder + "/notes.txt"))
      }
    }
  }

  /// Killed between the state and the model of the last save, or the model lost: going on puts the model right.
  @Test func theModelFollowsTheState() throws {
    try withTemporaryFolder { scratch in
      let files = try Self.make(scratch + "/r")
      let path = files.folder + "/model.safetensors"
      let last = try InputFile.contents(of: path, limit: 1 << 20)
      let earlier = try Self.make(scratch + "/e", steps: 2)
      let older = try InputFile.contents(of: earlier.folder + "/model.safetensors", limit: 1 << 20)
      for bytes in [older, Array(last.prefix(100)), nil] {
        Disk.remove(path)
        if let bytes { try AtomicFile.write(bytes, to: path) }
        let run = try Self.run(files, resume: true)
        #expect(run.isFinished)
        #expect(try InputFile.contents(of: path, limit: 1 << 20) == last)
      }
      #expect(try files.shape().0 == Self.configuration && RunProgress.load(files).step == 4)
    }
  }

  /// A bit of a number that the disk forgot is noticed, and a state from before there was a checksum is read as ever.
  @Test func aBitThatFlips() throws {
    try withTemporaryFolder { scratch in
      let files = try Self.make(scratch + "/r", steps: 2)
      let whole = try InputFile.contents(of: files.state, limit: 1 << 22)
      for place in [1, 2, 5000, 9001].map({ whole.count - $0 }) where place > whole.count / 2 {
        var bytes = whole
        bytes[place] ^= 1
        try AtomicFile.write(bytes, to: files.state)
        #expect(throws: TrainingError.self, "byte \(place)") { try Self.run(files, steps: 2, resume: true) }
      }
      let reader = try SafeTensorsReader(bytes: whole, name: "state")
      var metadata = reader.metadata
      #expect(metadata.removeValue(forKey: "checksum") != nil)
      var writer = SafeTensorsWriter(metadata: metadata)
      for name in ["parameters", "adam.m", "adam.v", "average"] {
        writer.add(name, try reader.values(name) as [Float])
      }
      try writer.write(to: files.state)
      #expect(try Self.run(files, steps: 2, resume: true).isFinished)
    }
  }

  /// A second process that goes through the folder does not take away what the first is writing.
  @Test func temporaryFilesOfOthersStay() throws {
    try withTemporaryFolder { scratch in
      let files = try Self.make(scratch + "/r")
      let path = files.folder + "/.synth-theirs.tmp"
      try AtomicFile.write("half", to: scratch + "/half")
      try FileManager.default.moveItem(atPath: scratch + "/half", toPath: path)
      let descriptor = Disk.open(path, O_RDWR)
      defer { close(descriptor) }
      #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
      try Self.run(files, resume: true).save()
      #expect(Disk.exists(path))
    }
  }

  /// Whatever options and configurations allow, the estimate is a number.
  @Test func theMemoryOfTheLargestRun() throws {
    var options = TrainingOptions()
    (options.clips, options.crop) = (4096, 1 << 22)
    let wide = try Configuration(
      residualChannels: 4096, dilationChannels: 4096, skipChannels: 4096, headChannels: 4096, kernelSize: 64,
      dilations: [Int](repeating: 60, count: 1000))
    let needed = RunEstimate.memoryBytes(wide, options: options, threads: 1024)
    #expect(needed > 1 << 50 && needed < 1 << 60)
  }
}

@Suite struct RunCorpusTests {
  private static func recordings(_ folder: String) throws {
    try Folder.create(folder)
    for i in 0..<12 {
      var random = PhiloxGenerator(seed: UInt64(i), stream: 1)
      let samples = (0..<2000).map { _ in Float.random(in: -0.9...0.9, using: &random) }
      try SoundFile.write(Clip(samples: samples, sampleRate: 16000), to: "\(folder)/\(i).wav")
    }
  }

  private static func open(_ kept: RunCorpus) throws -> any Corpus {
    try kept.description.open(seed: 1, receptiveField: 8, cache: nil, past: kept.past)
  }

  /// run.json and corpus.json know the recordings from anywhere; moved, they are found by what they hold.
  @Test func fromAnywhere() throws {
    try withTemporaryFolder { scratch in
      try Self.recordings(scratch + "/rec")
      let files = RunFiles(folder: scratch + "/run")
      try Folder.create(files.folder)
      let description = CorpusDescription.folder(FolderOptions(paths: [scratch + "/./rec/"]))
      let corpus = try description.open(seed: 1, receptiveField: 8, cache: nil)
      let run = RunDescription(corpus: description, training: RunFolderTests.options())
      try files.save(run, corpus)
      let read = try RunDescription.load(files)
      guard case .folder(let options) = read.corpus else { throw TrainingError.noRun(path: "") }
      #expect(options.paths == [RecordedPath.absolute(scratch + "/rec")])
      let again = try Self.open(try RunCorpus(files, read.corpus))
      #expect(again.record == corpus.record && again.folderReport?.warnings == [])
      try FileManager.default.moveItem(atPath: scratch + "/rec", toPath: scratch + "/moved")
      let gone = #expect(throws: CorpusError.self) { try Self.open(try RunCorpus(files, read.corpus)) }
      #expect(gone?.description.contains("12 of the 12") == true)
      let moved = try Self.open(try RunCorpus(files, read.corpus, folders: [scratch + "/moved"]))
      #expect(
        moved.batch(step: 3, clips: 2, crop: 500, receptiveField: 8, jitter: 1)
          == corpus.batch(step: 3, clips: 2, crop: 500, receptiveField: 8, jitter: 1))
    }
  }

  /// A run from before there were records: where its folders are is said, or asked for.
  @Test func withoutARecord() throws {
    try withTemporaryFolder { scratch in
      let files = RunFiles(folder: scratch)
      func open(_ paths: [String], folders: [String] = []) throws -> RunCorpus {
        try RunCorpus(files, .folder(FolderOptions(paths: paths)), folders: folders)
      }
      let absolute = try open(["/a/b"])
      #expect(absolute.warnings.isEmpty && absolute.past != nil && absolute.past?.record == nil)
      let relative = try open(["rec", "/a"])
      #expect(relative.warnings.count == 1 && relative.warnings[0].contains("working directory"))
      #expect(
        relative.description
          == .folder(FolderOptions(paths: [FileManager.default.currentDirectoryPath + "/rec", "/a"])))
      for dots in [".", "./", "..", "../.."] {
        #expect(throws: TrainingError.corpusUnknown(path: scratch, folders: dots)) { try open([dots]) }
        #expect(try open([dots], folders: ["/x"]).description == .folder(FolderOptions(paths: ["/x"])))
      }
    }
  }
}
