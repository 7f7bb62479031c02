// test.json: what anyone may know about a test. It says nothing that would tell a listener which sound is which; that is
// in key.json (TestKey.swift).
internal import Files

/// The open half of a prepared test.
package struct TestPlan: Codable, Hashable, Sendable {
  /// The one that is written and read. Version 1 had stimuli of float32 without channels.
  package static let formatVersion = 2
  /// Most trials of one listener: an hour at a few seconds each.
  package static let trialLimit = 1000
  /// Most listeners that can be planned.
  package static let listenerLimit = 10_000

  /// How the levels of the stimuli came about.
  package enum Loudness: String, Codable, CaseIterable, Sendable {
    /// All stimuli were attenuated to the quietest of the test.
    case match
    /// Every item's stimuli were attenuated to its quietest; items differ as their recordings do.
    case items
    /// Levels were left alone, but for the peaks.
    case off

    /// What was done, for the report.
    var words: String {
      switch self {
      case .match: "of all sounds matched by attenuation"
      case .items: "matched within each item by attenuation"
      case .off: "not matched"
      }
    }
  }

  /// What made the folder.
  package struct Versions: Codable, Hashable, Sendable {
    package let synth: String
    package let libebur128: String

    package init(synth: String, libebur128: String) {
      self.synth = synth
      self.libebur128 = libebur128
    }
  }

  package let formatVersion: Int
  package let method: Method
  package let title: String
  /// What each trial asks.
  package let question: String
  /// Of the preparation: rendering and numbering of the stimuli. The order of trials has a seed per session.
  package let seed: UInt64
  /// Of every stimulus, in Hz.
  package let sampleRate: Int
  /// Per listener, fixed before the first one starts.
  package let trials: Int
  /// How many listeners are to take part, fixed before the first one starts; nil where that was left open.
  package let listeners: Int?
  /// From how many answers on a session counts that stopped early; `trials` where only whole ones do.
  package let leastAnswers: Int
  /// Whether only sessions count whose listener passed the headphone check; nil is no.
  package let needsHeadphones: Bool?
  package let loudness: Loudness
  /// Mean loudness of the items as heard, to which the tone of the volume page is set; LUFS.
  package let levelLufs: Double
  /// Length of each item's stimuli, in the order of the key's items.
  package let itemFrames: [Int]
  package let page: PageOptions
  package let versions: Versions
  /// Of key.json, in hexadecimal: the key was fixed before the test.
  package let keySha256: String

  package init(
    method: Method, title: String, question: String, seed: UInt64, sampleRate: Int, trials: Int,
    listeners: Int? = nil, leastAnswers: Int? = nil, needsHeadphones: Bool? = nil, loudness: Loudness,
    levelLufs: Double, itemFrames: [Int],
    page: PageOptions = PageOptions(),
    versions: Versions, keySha256: String
  ) {
    formatVersion = Self.formatVersion
    self.method = method
    self.title = title
    self.question = question
    self.seed = seed
    self.sampleRate = sampleRate
    self.trials = trials
    self.listeners = listeners
    self.leastAnswers = leastAnswers ?? trials
    self.needsHeadphones = needsHeadphones
    self.loudness = loudness
    self.levelLufs = levelLufs
    self.itemFrames = itemFrames
    self.page = page
    self.versions = versions
    self.keySha256 = keySha256
  }

  /// Which test this is: made of everything that makes it, since the key alone is the same for every method and question over
  /// the same sounds. Names that listeners see are made from it, and do not tell it.
  var identity: String { SHA256.hex(Array(SnakeJSON.text(self).utf8)) }

  /// What is wrong with it, in words; nil if nothing.
  var defect: String? {
    if !(1...Self.trialLimit).contains(trials) {
      return "trials is \(trials), allowed are 1 to \(Self.trialLimit)"
    }
    if let listeners, !(1...Self.listenerLimit).contains(listeners) {
      return "listeners is \(listeners), allowed are 1 to \(Self.listenerLimit)"
    }
    if !(1...trials).contains(leastAnswers) {
      return "least_answers is \(leastAnswers), allowed are 1 to \(trials)"
    }
    if needsHeadphones == true && !page.headphoneCheck {
      return "needs_headphones, but page.headphone_check is false"
    }
    if !(3000...768_000).contains(sampleRate) {
      return "sample_rate is \(sampleRate), allowed are 3000 to 768000"
    }
    if itemFrames.isEmpty { return "there are no items" }
    return page.defect.map { "page.\($0)" }
  }
}
