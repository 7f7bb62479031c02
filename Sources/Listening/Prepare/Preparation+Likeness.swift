// What a listener could not judge, or would judge by something else than the sound: versions that are the same, and
// versions that are not in step (Likeness.swift), which --align brings into step.
internal import Signal

extension Preparation {
  /// - sounds: the systems' in order, then reference and anchors, all of one length
  func twins(_ sounds: [ChannelClip]) -> [Twins] {
    let names = systems.map(\.name) + (reference == nil ? [] : [TestKey.reference])
    return systems.indices.flatMap { i in
      names.indices.dropFirst(i + 1).compactMap { j in
        let difference = Likeness.difference(sounds[i], sounds[j])
        if difference > Likeness.hardlyAnything { return nil }
        return Twins(
          systems: [names[i], names[j]], differenceDb: difference < Likeness.nothing ? nil : difference)
      }
    }
  }

  /// What is compared with each other in time: the reference, or the first system of recordings where there is none, and
  /// all other recordings. What models make begins where it begins.
  private var recorded: (base: Int, others: [Int])? {
    let recorded = systems.indices.filter { if case .folder = systems[$0].source { true } else { false } }
    guard let base = reference == nil ? recorded.first : systems.count else { return nil }
    return (base, recorded.filter { $0 != base })
  }

  private func name(_ index: Int) -> String {
    index < systems.count ? systems[index].name : TestKey.reference
  }

  private func milliseconds(_ frames: Int) -> Double { 1000 * Double(frames) / Double(sampleRate) }

  /// Who comes later than whom.
  /// - sounds: the systems' in order, then the reference, as they were read
  func shifts(_ sounds: [ChannelClip]) -> [Shift] {
    if method == .mos { return [] }  // each is heard alone
    guard let (base, others) = recorded else { return [] }
    return others.compactMap { index in
      guard let frames = Likeness.shift(sounds[base], sounds[index]) else { return nil }
      return frames > 0
        ? Shift(system: name(index), behind: name(base), milliseconds: milliseconds(frames))
        : Shift(system: name(base), behind: name(index), milliseconds: milliseconds(-frames))
    }
  }

  /// Cuts the beginning of what comes later, to the sample, until all recordings start together.
  /// - sounds: the systems' in order, then the reference, as they were read
  func aligned(_ sounds: [ChannelClip]) -> (sounds: [ChannelClip], cuts: [Cut]) {
    guard let (base, others) = recorded else { return (sounds, []) }
    let lags = [(base, 0)] + others.map { ($0, Likeness.lag(sounds[base], sounds[$0])) }
    let earliest = lags.map { $0.1 }.min()!
    var (sounds, cuts) = (sounds, [Cut]())
    for (index, lag) in lags where lag > earliest {
      sounds[index] = sounds[index].map { Array($0.dropFirst(lag - earliest)) }
      cuts.append(Cut(system: name(index), milliseconds: milliseconds(lag - earliest)))
    }
    return (sounds, cuts)
  }

  /// A test in which nothing differs from anything has no answer.
  func refuseTwins(_ items: [ItemReport]) throws(ListeningError) {
    let pairs = systems.count * (systems.count - 1) / 2
    let isNothing = items.allSatisfy { item in
      item.twins.count { $0.differenceDb == nil && !$0.systems.contains(TestKey.reference) } == pairs
    }
    if pairs > 0 && isNothing { throw .identical(systems: systems.map(\.name), items: items.count) }
  }
}
