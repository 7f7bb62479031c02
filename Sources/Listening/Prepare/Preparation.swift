// synth listen prepare: from folders and models to a folder that never changes again. Built in a scratch folder that is
// renamed when complete, so that there is never half a test. What fills it: Preparation+Items.swift.
internal import Files
package import WaveNet

/// What to prepare. The command line fills it.
package struct Preparation: Sendable {
  package enum Source: Sendable {
    case folder(String)
    case model(LoadedModel, RenderSettings)
  }

  package struct System: Sendable {
    package let name: String
    package let source: Source

    package init(name: String, source: Source) {
      self.name = name
      self.source = source
    }
  }

  /// Of a test that was not given one.
  static let title = "Listening test"

  package var method: Method
  package var systems: [System]
  /// Folder of the true sounds.
  package var reference: String?
  package var trials: Int?
  /// How many are to take part.
  package var listeners: Int?
  /// Whether a plan that the report would call too small is an error.
  package var refusesSmallPlans = false
  /// From how many answers on a session counts; nil is all of them.
  package var leastAnswers: Int?
  /// Whether only those count who passed the headphone check.
  package var needsHeadphones = false
  package var seed: UInt64
  package var loudness = TestPlan.Loudness.match
  /// Whether the mean of all channels is taken instead of the channels.
  package var mono = false
  /// Whether what comes later than others loses its beginning.
  package var align = false
  /// Of all stimuli. At 48 kHz no browser and no device has to resample, or to refuse.
  package var sampleRate = 48_000
  /// Of models that are compared with nothing but models.
  package var items = 8
  package var seconds = 4.0
  package var title: String?
  package var question: String?
  package var page = PageOptions()
  package var version = ""

  package init(method: Method, systems: [System], seed: UInt64) {
    self.method = method
    self.systems = systems
    self.seed = seed
  }

  /// - Parameters:
  ///   - folder: does not exist yet
  ///   - progress: told what is being done; returns whether to go on
  /// - Throws: `ListeningError`, `AudioIOError`, `GenerationError`; `CancellationError` when `progress` said so
  package func run(
    to folder: String, progress: @escaping @Sendable (String) -> Bool = { _ in true }
  ) throws -> (test: PreparedTest, items: [ItemReport]) {
    try check()
    let target = TestFiles.trimmed(folder)
    if Disk.exists(target) { throw ListeningError.exists(path: target) }
    let scratch = try TestFiles.scratchFolder(for: target)
    let made: [ItemReport]
    do {
      let (names, sources) = try collect(progress)
      made = try fill(scratch.path, names, sources, title: title ?? Self.title, progress)
      try TestFiles.commit(scratch)
    } catch {
      scratch.abandon()
      throw error
    }
    return (try PreparedTest.open(target), made)
  }

  private func check() throws(ListeningError) {
    let count = method.systems
    if !count.contains(systems.count) {
      let wanted = count.count == 1 ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
      throw .usage("--method \(method.rawValue) compares \(wanted) systems, not \(systems.count)")
    }
    for (index, system) in systems.enumerated() {
      if TestKey.reserved.contains(system.name) {
        throw .usage("'\(system.name)' is a name of ours: choose another")
      }
      if systems[..<index].contains(where: { $0.name == system.name }) {
        throw .usage("two systems are called '\(system.name)'")
      }
    }
    if method.needsReference != (reference != nil) {
      throw .usage(
        reference == nil
          ? "--method \(method.rawValue) needs --reference DIR, the true sounds; without them use --method multi"
          : "--reference is for mushra, dcr and abchr, not for \(method.rawValue)")
    }
    if method == .mushra && sampleRate < 16_000 { throw .rateTooLow(rate: sampleRate, needed: 16_000) }
  }

  func keySystems() throws -> [TestKey.System] {
    var all = try systems.map { system in
      switch system.source {
      case .folder(let path): TestKey.System(name: system.name, kind: .folder, source: path)
      case .model(let loaded, let settings):
        TestKey.System(
          name: system.name, kind: .model, source: loaded.path,
          settings: try settings.recorded(loaded, testSeed: seed))
      }
    }
    if let reference { all.append(.init(name: TestKey.reference, kind: .reference, source: reference)) }
    if method == .mushra {
      for (name, hz) in [(TestKey.anchor35, "3500"), (TestKey.anchor70, "7000")] {
        all.append(.init(name: name, kind: .anchor, source: TestKey.reference, settings: ["low_pass_hz": hz]))
      }
    }
    return all
  }
}
