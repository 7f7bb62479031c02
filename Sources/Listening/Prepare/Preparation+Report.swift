// What became of a preparation's items, and what of it somebody who prepares a test should know before people's time goes
// into it, in words.
internal import Reports

extension Preparation {
  /// What became of one item.
  package struct ItemReport: Encodable, Sendable {
    package let name: String
    package let seconds: Double
    /// What the longest version lost at its end.
    package let cutSeconds: Double
    package let lowestGainDb: Double
    package let residualLu: Double
    /// Of the versions after their gains, anchors aside: the mean, in LUFS as heard; nil for silence.
    package let levelLufs: Double?
    /// What all versions of it were lowered by, so that all items have one loudness.
    package let itemGainDb: Double
    /// Whether RMS stood in for loudness, because it is shorter than 0.4 s.
    package let byRms: Bool
    /// 1 or 2, of every version.
    package let channels: Int
    /// Of each of its stimuli, which all have one size.
    package let stimulusBytes: Int
    /// Systems whose channels --mono folded, and systems of one channel that got the same twice beside others of two.
    package let folded, widened: [String]
    /// About its files.
    package let warnings: [String]
    package let twins: [Twins]
    /// What is left of shifts, and what was cut off at the beginning by --align.
    package let shifts: [Shift]
    package let aligned: [Cut]
  }

  /// Two systems whose sounds hardly differ after matching, the reference counted among them.
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

  /// What one system's version lost at its beginning.
  package struct Cut: Encodable, Sendable {
    package let system: String
    package let milliseconds: Double
  }

  /// Items further apart than this are named, in dB.
  private static let mostSpread = 4.0
  /// More than this is taken off for the sake of one quiet item only with a word, in dB.
  private static let muchAttenuation = 12.0

  package static func notes(_ items: [ItemReport]) -> [String] {
    var notes: [String] = []
    if items.count == 1 {
      notes.append("one sound: what is found holds for it alone; several tell more")
    }
    for item in items { notes += item.warnings }
    return notes + channelNotes(items) + levelNotes(items) + twinNotes(items) + shiftNotes(items)
  }

  private static func channelNotes(_ items: [ItemReport]) -> [String] {
    func systems(_ list: (ItemReport) -> [String]) -> [(system: String, places: String)] {
      inOrder(items.flatMap { list($0).map { [$0] } }).map { name in
        (name[0], places(items.filter { list($0).contains(name[0]) }.map(\.name), of: items.count))
      }
    }
    return systems(\.folded).map {
      "\($0.system): the mean of its channels in \($0.places), as --mono asks"
    }
      + systems(\.widened).map {
        "\($0.system) has one channel and others two in \($0.places): it is played as two equal channels, at the same "
          + "loudness; whether a sound is wide tells them apart by itself"
      }
  }

  private static func levelNotes(_ items: [ItemReport]) -> [String] {
    let levels = items.compactMap { item in item.levelLufs.map { (name: item.name, lufs: $0) } }
    guard let low = levels.min(by: { $0.lufs < $1.lufs }), let high = levels.max(by: { $0.lufs < $1.lufs })
    else { return [] }
    if high.lufs - low.lufs > mostSpread {
      return [
        "items differ by \(NumberText.fixed(high.lufs - low.lufs, 1)) dB in loudness, from '\(low.name)' to "
          + "'\(high.name)': no one volume suits them all; --loudness match makes them equal"
      ]
    }
    let most = -(items.map(\.itemGainDb).min() ?? 0)
    guard most > 0.5, let quietest = items.first(where: { $0.itemGainDb == 0 }) else { return [] }
    let said =
      "all items were brought to the loudness of the quietest, '\(quietest.name)' at \(NumberText.fixed(low.lufs, 1)) LUFS: "
      + "up to \(NumberText.fixed(most, 1)) dB less; --loudness items leaves that to the recordings"
    return [
      most > muchAttenuation
        ? said + "; '\(quietest.name)' is very quiet beside the others: make it louder, or leave it out"
        : said
    ]
  }

  private static func twinNotes(_ items: [ItemReport]) -> [String] {
    var notes: [String] = []
    for pair in inOrder(items.flatMap { $0.twins.map(\.systems) }) {
      func places(_ isOne: (Twins) -> Bool) -> String? {
        let names = items.filter { $0.twins.contains { $0.systems == pair && isOne($0) } }.map(\.name)
        return names.isEmpty ? nil : Self.places(names, of: items.count)
      }
      let other = pair[1] == TestKey.reference ? "the reference" : pair[1]
      if let same = places({ $0.differenceDb == nil }) {
        notes.append(
          "\(pair[0]) and \(other) are one and the same sound in \(same): nobody can tell them apart there; replace "
            + "one of them, or leave it out")
      }
      if let near = places({ $0.differenceDb != nil }) {
        notes.append(
          "\(pair[0]) and \(other) hardly differ in \(near), by less than \(Int(-Likeness.hardlyAnything)) dB below "
            + "the sound: are these the files that you mean?")
      }
    }
    return notes
  }

  private static func shiftNotes(_ items: [ItemReport]) -> [String] {
    var notes: [String] = []
    for pair in inOrder(items.flatMap { $0.shifts.map { [$0.system, $0.behind] } }) {
      let found = items.flatMap { item in
        item.shifts.filter { [$0.system, $0.behind] == pair }.map { (item.name, $0.milliseconds) }
      }
      notes.append(
        "\(pair[0]) comes \(range(found.map { $0.1 })) ms after \(pair[1]) in "
          + "\(places(found.map { $0.0 }, of: items.count)): switching between them jumps, which tells them apart "
          + "by itself; --align cuts the beginning of \(pair[0]), so that they start together")
    }
    for system in inOrder(items.flatMap { $0.aligned.map { [$0.system] } }) {
      let found = items.flatMap { item in
        item.aligned.filter { $0.system == system[0] }.map { (item.name, $0.milliseconds) }
      }
      notes.append(
        "\(system[0]) lost the first \(range(found.map { $0.1 })) ms in \(places(found.map { $0.0 }, of: items.count)), "
          + "by which it came later than the others, to the nearest sample; what is less than one is left")
    }
    return notes
  }

  /// "20.0" or "20.0 to 21.5".
  private static func range(_ values: [Double]) -> String {
    let sorted = values.sorted()
    let (low, high) = (NumberText.fixed(sorted[0], 1), NumberText.fixed(sorted[sorted.count - 1], 1))
    return low == high ? low : "\(low) to \(high)"
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
