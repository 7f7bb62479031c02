// What a listener could not judge, or would judge by something else than the sound: versions that are the same, and
// versions that are not in step (Likeness.swift). Said when the test is prepared, before people's time goes into it.
internal import Reports
internal import Signal

extension Preparation {
  /// - sounds: the systems' in order, then reference and anchors, all of one length
  func twins(_ sounds: [ChannelClip]) -> [Twins] {
    systems.indices.flatMap { i in
      systems.indices.dropFirst(i + 1).compactMap { j in
        let difference = Likeness.difference(sounds[i], sounds[j])
        if difference > Likeness.hardlyAnything { return nil }
        return Twins(
          systems: [systems[i].name, systems[j].name],
          differenceDb: difference < Likeness.nothing ? nil : difference)
      }
    }
  }

  /// Who comes later than the reference, or than the first system of recordings where there is none. What models make
  /// begins where it begins.
  /// - sounds: the systems' in order, then the reference, as they were read
  func shifts(_ sounds: [ChannelClip]) -> [Shift] {
    if method == .mos { return [] }  // each is heard alone
    let recorded = systems.indices.filter { if case .folder = systems[$0].source { true } else { false } }
    guard let base = reference == nil ? recorded.first : systems.count else { return [] }
    return recorded.filter { $0 != base }.compactMap { index in
      guard let frames = Likeness.shift(sounds[base], sounds[index]) else { return nil }
      let seconds = Double(frames) / Double(sampleRate)
      let (own, other) = (systems[index].name, base < systems.count ? systems[base].name : TestKey.reference)
      return seconds > 0
        ? Shift(system: own, behind: other, milliseconds: seconds * 1000)
        : Shift(system: other, behind: own, milliseconds: -seconds * 1000)
    }
  }

  /// A test in which nothing differs from anything has no answer.
  func refuseTwins(_ items: [ItemReport]) throws(ListeningError) {
    let pairs = systems.count * (systems.count - 1) / 2
    if pairs > 0 && items.allSatisfy({ $0.twins.count { $0.differenceDb == nil } == pairs }) {
      throw .identical(systems: systems.map(\.name), items: items.count)
    }
  }

  /// What somebody who prepares a test should know, in words.
  package static func notes(_ items: [ItemReport]) -> [String] {
    var notes: [String] = []
    if items.count == 1 {
      notes.append("one sound: what is found holds for it alone; several tell more")
    }
    for pair in Self.inOrder(items.flatMap { $0.twins.map(\.systems) }) {
      func places(_ isOne: (Twins) -> Bool) -> String? {
        let names = items.filter { $0.twins.contains { $0.systems == pair && isOne($0) } }.map(\.name)
        return names.isEmpty ? nil : Self.places(names, of: items.count)
      }
      if let same = places({ $0.differenceDb == nil }) {
        notes.append(
          "\(pair[0]) and \(pair[1]) are one and the same sound in \(same): nobody can tell them apart there; replace "
            + "one of them, or leave it out")
      }
      if let near = places({ $0.differenceDb != nil }) {
        notes.append(
          "\(pair[0]) and \(pair[1]) hardly differ in \(near), by less than \(Int(-Likeness.hardlyAnything)) dB below "
            + "the sound: are these the files that you mean?")
      }
    }
    for pair in Self.inOrder(items.flatMap { $0.shifts.map { [$0.system, $0.behind] } }) {
      let found = items.flatMap { item in
        item.shifts.filter { [$0.system, $0.behind] == pair }.map { (item.name, $0.milliseconds) }
      }
      let sizes = found.map { $0.1 }.sorted()
      let (low, high) = (NumberText.fixed(sizes[0], 1), NumberText.fixed(sizes[sizes.count - 1], 1))
      notes.append(
        "\(pair[0]) comes \(low == high ? low : "\(low) to \(high)") ms after \(pair[1]) in "
          + "\(Self.places(found.map { $0.0 }, of: items.count)): switching between them jumps, which tells them apart "
          + "by itself; cut the beginning of \(pair[0]), so that they start together")
    }
    return notes
  }

  /// Each once, as they come.
  private static func inOrder(_ pairs: [[String]]) -> [[String]] {
    var seen: Set<[String]> = []
    return pairs.filter { seen.insert($0).inserted }
  }

  private static func places(_ names: [String], of all: Int) -> String {
    if all == 1 { return "'\(names[0])'" }
    let some = names.prefix(3).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 3 ? " ..." : "")
    return "\(names.count) of \(all) items (\(some))"
  }
}
