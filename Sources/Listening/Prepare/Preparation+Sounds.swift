// Where the sounds of a test come from: files, paired by name, and models, rendered. The folder made of them:
// Preparation.swift.
internal import AudioIO
internal import Files
internal import Signal

extension Preparation {
  /// The sounds of one system: files that are read when their turn comes, or renderings.
  enum Sounds {
    case files(SoundSet)
    case clips([[UInt8]: Clip])  // by the bytes of the name
  }

  func collect(
    _ progress: @escaping @Sendable (String) -> Bool
  ) throws -> (names: [String], sources: [Sounds]) {
    var sets: [(name: String, set: SoundSet)] = []
    for system in systems {
      if case .folder(let path) = system.source { sets.append((system.name, try SoundSet(folder: path))) }
    }
    if let reference { sets.append((TestKey.reference, try SoundSet(folder: reference))) }
    sets = try SoundSet.single(sets)
    let onlyModels = sets.isEmpty
    let names =
      try onlyModels
      ? (1...items).map { number in
        "clip-" + String(repeating: "0", count: max(0, 3 - "\(number)".count)) + "\(number)"
      }
      : SoundSet.common(sets)
    // Beside recordings a model makes as much as the recording lasts.
    let hasModels = systems.contains { if case .model = $0.source { true } else { false } }
    let seconds = try names.map { name in
      if onlyModels { return self.seconds }
      return try hasModels ? SoundFile.read(sets[0].set.path(name)).seconds : 0
    }
    var sources: [Sounds] = []
    for system in systems {
      switch system.source {
      case .folder: sources.append(.files(sets.first { $0.name == system.name }!.set))
      case .model(let loaded, let settings):
        let total = seconds.reduce(0, +) * Double(loaded.model.configuration.sampleRate)
        let clips = try settings.render(loaded, seconds: seconds, testSeed: seed) { done in
          progress("rendering \(system.name): \(Int(100 * min(1, Double(done) / max(1, total)))) %")
        }
        sources.append(.clips(Dictionary(uniqueKeysWithValues: zip(names.map(FileName.key), clips))))
      }
    }
    if reference != nil { sources.append(.files(sets.last!.set)) }
    return (names, sources)
  }

  /// One system's sound of an item as it was read.
  struct Version {
    var sound: ChannelClip
    /// For messages.
    let path: String
    /// Channels of the file, where --mono made their mean of them.
    var foldedFrom: Int?
    /// What the owner of the file should know.
    var warnings: [String] = []
  }

  /// - Throws: also `manyChannels`
  func version(_ name: String, _ source: Sounds) throws -> Version {
    switch source {
    case .files(let files):
      let path = files.path(name)
      let read = try SoundFile.readChannels(path, sampleRate: sampleRate)
      let channels = read.sound.channels.count
      // A stimulus is attenuated until nothing is beyond full scale; channels that are kept do not cancel.
      var traits = SoundTraits(isOpenEnded: read.traits.isOpenEnded)
      if channels > 1 && mono { traits.channelCorrelation = read.traits.channelCorrelation }
      var version = Version(sound: read.sound, path: path, warnings: traits.warnings(path: path))
      if channels > 1 && mono {
        (version.sound, version.foldedFrom) = (ChannelClip(read.sound.mean), channels)
      } else if channels > 2 {
        throw ListeningError.manyChannels(path: FileName.shown(path), channels: channels)
      }
      return version
    case .clips(let clips):
      let clip = clips[FileName.key(name)]!
      if clip.sampleRate == sampleRate { return Version(sound: ChannelClip(clip), path: name) }
      let samples = try Resampler.resample(clip.samples, from: clip.sampleRate, to: sampleRate, name: name)
      return Version(sound: ChannelClip(channels: [samples], sampleRate: sampleRate), path: name)
    }
  }

  /// Where one version has two channels, those of one get the same twice: as they are heard anyhow.
  /// - Returns: the numbers of those that were changed
  static func widen(_ versions: inout [Version]) -> [Int] {
    guard versions.contains(where: { $0.sound.channels.count == 2 }) else { return [] }
    let narrow = versions.indices.filter { versions[$0].sound.channels.count == 1 }
    for index in narrow { versions[index].sound = versions[index].sound.onBothSides }
    return narrow
  }
}
