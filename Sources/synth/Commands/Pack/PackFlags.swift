// Which notes a pack has, as words of the command line: keys, levels. What they come to: PackPlan.swift.
import ArgumentParser
import Reports
import Signal

struct PackNotesFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Lowest and highest key, by name or MIDI number; C4 is 60 (default: what the model has learnt).",
      valueName: "C4-C6|60-84"))
  var keys: KeySpan?

  @Option(help: ArgumentHelp("Record every so many keys; those between play the nearest.", valueName: "keys"))
  var step: Int?

  @Option(
    help: ArgumentHelp(
      "Levels of the velocity layers in dB of full scale, e.g. --levels=-32,-24,-16 (default: the quartiles of what the model has learnt).",
      valueName: "dB,..."))
  var levels: LevelList?

  @Option(help: "Recordings of each note, which take turns (default: 1).")
  var takes: Int?

  @Option(
    help: ArgumentHelp(
      "How long a note is held (default: 3); the most that a one-shot lasts (default: the model's length, and no longer than its gestures).",
      valueName: "seconds"))
  var seconds: Double?

  @Option(help: ArgumentHelp("How long it takes to fall silent then (default: 0.5).", valueName: "seconds"))
  var release: Double?

  @Option(help: "One-shots of a model that is told no pitch (default: 16).")
  var count: Int?

  func validate() throws {
    if let step, !(1...127).contains(step) { throw ValidationError("--step \(step): give 1 to 127 keys") }
    if let takes, !(1...99).contains(takes) { throw ValidationError("--takes \(takes): give 1 to 99") }
    if let seconds, !(seconds >= 0.2 && seconds <= 60) {
      throw ValidationError("--seconds \(seconds): give 0.2 to 60")
    }
    if let release, !(release >= 0.05 && release <= 20) {
      throw ValidationError("--release \(release): give 0.05 to 20 seconds")
    }
    if let count, !(1...OneShots.most).contains(count) {
      throw ValidationError("--count \(count): give 1 to \(OneShots.most), one for each key from C2 up")
    }
  }

  /// Those that were given of what says nothing to a kit of one-shots.
  var givenForKeys: [String] {
    [
      keys.map { _ in "--keys" }, step.map { _ in "--step" }, levels.map { _ in "--levels" },
      takes.map { _ in "--takes" }, release.map { _ in "--release" },
    ].compactMap { $0 }
  }
}

/// Where one-shots lie.
enum OneShots {
  static let firstKey = 36
  static let most = 128 - firstKey
}

/// `C4-C6`, `60-84`, `C-1-G9`, or one key.
struct KeySpan: ExpressibleByArgument, Hashable {
  let keys: ClosedRange<Int>

  init?(argument: String) {
    if let key = Self.key(argument[...]) {
      keys = key...key
      return
    }
    // Names of the lowest octave have a hyphen of their own.
    for place in argument.indices where argument[place] == "-" {
      guard let low = Self.key(argument[..<place]),
        let high = Self.key(argument[argument.index(after: place)...])
      else { continue }
      if low > high { return nil }
      keys = low...high
      return
    }
    return nil
  }

  private static func key(_ text: Substring) -> Int? {
    if let number = Int(text) { return text.first != "+" && (0...127).contains(number) ? number : nil }
    return Pitch(String(text))?.midi
  }
}

/// dB of full scale, ascending, each once.
struct LevelList: ExpressibleByArgument, Hashable {
  let levels: [Double]
  /// Layers nearer to each other than this nobody hears apart, and more than this many nobody plays.
  private static let (apart, most) = (1.0, 16)

  init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    let levels = words.compactMap { Double($0) }.sorted()
    guard levels.count == words.count, (1...Self.most).contains(levels.count),
      levels.allSatisfy({ $0 > -60 && $0 <= 0 }),
      zip(levels, levels.dropFirst()).allSatisfy({ $1 - $0 >= Self.apart })
    else { return nil }
    self.levels = levels
  }
}
