// The items of a test, in two passes: each is read, brought into one shape and measured, then all are brought to their
// levels and written. Between the passes its sounds wait on the disk, so that memory holds one item's (and the models'
// renderings).
internal import Files
internal import Signal

extension Preparation {
  /// One item between the passes.
  private struct Draft {
    let title: String
    let frames, longest: Int
    let channels: Int
    let byRms: Bool
    let levels: LevelMatch.Levels
    let folded, widened, warnings: [String]
    let shifts: [Shift]
    let aligned: [Cut]
    /// Where its sounds wait.
    let waiting: WaitingSounds
  }

  func fill(
    _ folder: String, _ names: [String], _ sources: [Sounds], title: String, _ progress: (String) -> Bool
  ) throws -> [ItemReport] {
    let all = try keySystems()
    let anchors =
      method == .mushra
      ? [3500.0, 7000].map { LowPass(passband: $0, sampleRate: sampleRate) } : []
    try TestFiles.makeFolder("\(folder)/stimuli")
    let titles = SoundSet.titles(names)
    let steps = 2 * names.count
    var drafts: [Draft] = []
    for (place, name) in names.enumerated() {
      if !progress("preparing \(100 * place / steps) %") { throw CancellationError() }
      let file = "\(folder)/waiting-\(place)"
      drafts.append(try draft(name, titles[place], sources, anchors, all.map(\.name), waitingAt: file))
    }
    // What all items can be brought to without making any louder.
    let common = loudness == .match ? drafts.compactMap(\.levels.lufs).min() : nil

    var random = PhiloxGenerator(seed: seed, stream: 0)
    var numbers = Array(0..<names.count * all.count)
    TrialOrder.shuffle(&numbers, &random)
    let digits = "\(numbers.count)".count
    var items: [TestKey.Item] = []
    var reports: [ItemReport] = []
    for (place, draft) in drafts.enumerated() {
      if !progress("preparing \(100 * (names.count + place) / steps) %") { throw CancellationError() }
      let itemGain = common.flatMap { common in draft.levels.lufs.map { common - $0 } } ?? 0
      let match = try LevelMatch(
        try draft.waiting.take(), draft.levels.lowered(by: itemGain), mode: loudness, item: draft.title)
      let files = try StimulusFormat.files(match.sounds, in: folder)
      var stimuli: [TestKey.Stimulus] = []
      for index in all.indices {
        let number = "\(numbers[place * all.count + index])"
        let padding = String(repeating: "0", count: max(0, digits - number.count))
        let file = "stimuli/\(padding)\(number).\(StimulusFormat.ending)"
        try TestFiles.write(files[index], to: "\(folder)/\(file)")
        TestFiles.protect("\(folder)/\(file)")
        stimuli.append(
          .init(
            system: all[index].name, file: file, gainDb: match.gains[index],
            loudnessLufs: match.loudness[index], truePeakDbtp: match.truePeaks[index],
            sha256: SHA256.hex(files[index])))
      }
      items.append(
        .init(name: draft.title, frames: draft.frames, channels: draft.channels, stimuli: stimuli))
      reports.append(
        ItemReport(
          name: draft.title, seconds: Double(draft.frames) / Double(sampleRate),
          cutSeconds: Double(draft.longest - draft.frames) / Double(sampleRate),
          lowestGainDb: match.gains.min()!, residualLu: match.residual, levelLufs: match.meanLufs,
          itemGainDb: itemGain, byRms: draft.byRms, channels: draft.channels, stimulusBytes: files[0].count,
          folded: draft.folded, widened: draft.widened, warnings: draft.warnings,
          twins: twins(match.sounds), shifts: draft.shifts, aligned: draft.aligned))
    }
    try refuseTwins(reports)
    let key = TestKey(
      systems: all, items: items, trainingItem: titles[TrialOrder.draw(below: names.count, &random)])
    try write(key, to: folder, title: title, levels: reports.compactMap(\.levelLufs))
    return reports
  }

  /// - levels: of the items
  private func write(_ key: TestKey, to folder: String, title: String, levels: [Double]) throws {
    let combinations = TrialOrder.combinations(key, method: method)
    let count = trials ?? (method == .abx ? 16 : min(combinations, TestPlan.trialLimit))
    if refusesSmallPlans, let problem = Planning.tooSmall(method, trials: count, listeners: listeners) {
      throw ListeningError.usage(problem)
    }
    if let leastAnswers, leastAnswers > count {
      throw ListeningError.usage("--least-answers \(leastAnswers), but there are \(count) trials")
    }
    _ = try TestWriter.write(
      key, to: folder, method: method, title: title, question: question, seed: seed, sampleRate: sampleRate,
      trials: count, listeners: listeners, leastAnswers: leastAnswers,
      needsHeadphones: needsHeadphones ? true : nil, loudness: loudness,
      levelLufs: levels.isEmpty ? -40 : levels.reduce(0, +) / Double(levels.count), page: page,
      version: version)
    for name in [PreparedTest.planFile, PreparedTest.keyFile, PreparedTest.sumsFile] {
      TestFiles.protect("\(folder)/\(name)")
    }
  }

  /// The first pass over one item.
  /// - systems: names of all, with reference and anchors
  private func draft(
    _ name: String, _ title: String, _ sources: [Sounds], _ anchors: [LowPass], _ systems: [String],
    waitingAt file: String
  ) throws -> Draft {
    var versions = try sources.map { try version(name, $0) }
    let widened = Self.widen(&versions).map { systems[$0] }
    var sounds = versions.map(\.sound)
    var paths = versions.map(\.path)
    var cuts: [Cut] = []
    if align { (sounds, cuts) = aligned(sounds) }
    let frames = sounds.map(\.frames).min()!
    let longest = sounds.map(\.frames).max()!
    if Double(frames) < 0.02 * Double(sampleRate) {
      throw ListeningError.tooShort(item: title, seconds: Double(frames) / Double(sampleRate))
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
    let levels = try LevelMatch.Levels(sounds, follows: follows, mode: loudness, paths: paths)
    return Draft(
      title: title, frames: frames, longest: longest, channels: sounds[0].channels.count,
      byRms: LoudnessMeter.usesRMS(sounds[0]), levels: levels,
      folded: versions.indices.filter { versions[$0].foldedFrom != nil }.map { systems[$0] },
      widened: widened, warnings: versions.flatMap(\.warnings), shifts: shifts, aligned: cuts,
      waiting: try WaitingSounds(sounds, at: file))
  }
}

/// Sounds of one shape in a file of the scratch folder, until all items are measured.
private struct WaitingSounds {
  private let path: String
  private let count, channels, frames, sampleRate: Int

  init(_ sounds: [ChannelClip], at path: String) throws(ListeningError) {
    self.path = path
    (count, channels) = (sounds.count, sounds[0].channels.count)
    (frames, sampleRate) = (sounds[0].frames, sounds[0].sampleRate)
    try TestFiles.write(RawFloats.bytes(sounds.flatMap { $0.channels.flatMap(\.self) }), to: path)
  }

  /// Once: the file goes.
  func take() throws(ListeningError) -> [ChannelClip] {
    let samples = RawFloats.samples(try TestFiles.read(path, limit: .max))
    Disk.remove(path)
    precondition(samples.count == count * channels * frames, "\(path): \(samples.count) samples")
    return (0..<count).map { sound in
      ChannelClip(
        channels: (0..<channels).map { channel in
          let start = (sound * channels + channel) * frames
          return Array(samples[start..<start + frames])
        }, sampleRate: sampleRate)
    }
  }
}
