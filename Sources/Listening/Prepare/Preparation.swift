// synth listen prepare: from folders and models to a folder that never changes again. Built in a scratch folder that is
// renamed when complete, so that there is never half a test. Item by item, so that memory holds one item's sounds (and
// the models' renderings).
internal import Files
internal import Signal
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
  package var seed: UInt64
  package var loudness = TestPlan.Loudness.match
  /// Whether the mean of all channels is taken instead of the channels.
  package var mono = false
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

  /// What became of one item.
  package struct ItemReport: Encodable, Sendable {
    package let name: String
    package let seconds: Double
    /// What the longest version lost at its end.
    package let cutSeconds: Double
    package let lowestGainDb: Double
    package let residualLu: Double
    /// Whether RMS stood in for loudness, because it is shorter than 0.4 s.
    package let byRms: Bool
    /// 1 or 2, of every version.
    package let channels: Int
    /// Systems whose channels --mono folded, and systems of one channel that got the same twice beside others of two.
    package let folded, widened: [String]
    /// About its files.
    package let warnings: [String]
    package let twins: [Twins]
    package let shifts: [Shift]
  }

  /// Two systems whose sounds hardly differ after matching.
  package struct Twins: Encodable, Sendable {
    package let systems: [String]
    /// Of the difference against the sounds, in dB; nil if they are one and the same.
    package let differenceDb: Double?
  }

  /// One system's version that comes later than another's.
  package struct Shift: Encodable, Sendable {
    package let system, behind: String
    package let milliseconds: Double
  }

  /// - Parameters:
  ///   - folder: does not exist yet
  ///   - progress: told what is being done; returns whether to go on
  /// - Throws: `ListeningError`, `AudioIOError`, `GenerationError`; `CancellationError` when `progress` said so
  package func run(
    to folder: String, progress: @escaping @Sendable (String) -> Bool = { _ in true }
  ) throws -> (test: PreparedTest, items: [ItemReport]) {
    try check()
    var target = folder
    while target.count > 1, target.hasSuffix("/") { target.removeLast() }
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

  // MARK: The folder

  private func fill(
    _ folder: String, _ names: [String], _ sources: [Sounds], title: String,
    _ progress: (String) -> Bool
  ) throws -> [ItemReport] {
    let all = try keySystems()
    let anchors =
      method == .mushra
      ? [3500.0, 7000].map { LowPass(passband: $0, sampleRate: sampleRate) } : []
    try TestFiles.makeFolder("\(folder)/stimuli")
    var numbers = Array(0..<names.count * all.count)
    var random = PhiloxGenerator(seed: seed, stream: 0)
    TrialOrder.shuffle(&numbers, &random)
    let digits = "\(numbers.count)".count
    var items: [TestKey.Item] = []
    var reports: [ItemReport] = []
    var levels: [Double] = []
    let titles = SoundSet.titles(names)
    for (place, name) in names.enumerated() {
      if !progress("preparing \(place + 1) of \(names.count)") { throw CancellationError() }
      var versions = try sources.map { try version(name, $0) }
      let widened = Self.widen(&versions).map { all[$0].name }
      var sounds = versions.map(\.sound)
      var paths = versions.map(\.path)
      let frames = sounds.map(\.frames).min()!
      let longest = sounds.map(\.frames).max()!
      if Double(frames) < 0.02 * Double(sampleRate) {
        throw ListeningError.tooShort(item: titles[place], seconds: Double(frames) / Double(sampleRate))
      }
      let shifts = shifts(sounds)
      // Filtered before it is cut, so that the filter hears what comes after the end.
      var follows = [Int?](repeating: nil, count: sounds.count)
      for anchor in anchors {
        follows.append(sources.count - 1)
        sounds.append(anchor.apply(sounds[sources.count - 1]))
        paths.append(paths[sources.count - 1])
      }
      sounds = sounds.map { Fade.cut($0, to: frames) }
      let match = try LevelMatch(
        sounds, follows: follows, mode: loudness, item: titles[place], paths: paths)
      let files = try StimulusFormat.files(match.sounds, in: folder)
      levels += match.loudness.compactMap(\.self)
      var stimuli: [TestKey.Stimulus] = []
      for index in all.indices {
        let number = "\(numbers[place * all.count + index])"
        let file =
          "stimuli/" + String(repeating: "0", count: max(0, digits - number.count)) + number + "."
          + StimulusFormat.ending
        try TestFiles.write(files[index], to: "\(folder)/\(file)")
        TestFiles.protect("\(folder)/\(file)")
        stimuli.append(
          .init(
            system: all[index].name, file: file, gainDb: match.gains[index],
            loudnessLufs: match.loudness[index], truePeakDbtp: match.truePeaks[index],
            sha256: SHA256.hex(files[index])))
      }
      let channels = sounds[0].channels.count
      items.append(.init(name: titles[place], frames: frames, channels: channels, stimuli: stimuli))
      reports.append(
        ItemReport(
          name: titles[place], seconds: Double(frames) / Double(sampleRate),
          cutSeconds: Double(longest - frames) / Double(sampleRate), lowestGainDb: match.gains.min()!,
          residualLu: match.residual, byRms: LoudnessMeter.usesRMS(match.sounds[0]),
          channels: channels,
          folded: versions.indices.filter { versions[$0].foldedFrom != nil }.map { all[$0].name },
          widened: widened, warnings: versions.flatMap(\.warnings), twins: twins(match.sounds),
          shifts: shifts))
    }
    try refuseTwins(reports)
    let key = TestKey(
      systems: all, items: items, trainingItem: titles[TrialOrder.draw(below: names.count, &random)])
    let combinations = TrialOrder.combinations(key, method: method)
    _ = try TestWriter.write(
      key, to: folder, method: method, title: title, question: question, seed: seed, sampleRate: sampleRate,
      trials: trials ?? (method == .abx ? 16 : min(combinations, TestPlan.trialLimit)), loudness: loudness,
      levelLufs: levels.isEmpty ? -40 : levels.reduce(0, +) / Double(levels.count), page: page,
      version: version)
    for name in [PreparedTest.planFile, PreparedTest.keyFile, PreparedTest.sumsFile] {
      TestFiles.protect("\(folder)/\(name)")
    }
    return reports
  }

  private func keySystems() throws -> [TestKey.System] {
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
