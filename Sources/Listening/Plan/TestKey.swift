// key.json: which stimulus is which. Read by the server to unblind answers as they are stored, and by the report; never
// sent to a listener.

/// The secret half of a prepared test.
package struct TestKey: Codable, Hashable, Sendable {
  /// One of the things compared.
  package struct System: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Sendable {
      case folder, model, reference, anchor
    }

    /// As the user named it; see `TestKey.reference`, `anchor35`, `anchor70` for the names that we give.
    package let name: String
    package let kind: Kind
    /// Folder or model.
    package let source: String
    /// Of a model: seed, temperature and so on; of an anchor: its filter.
    package let settings: [String: String]

    package init(name: String, kind: Kind, source: String, settings: [String: String] = [:]) {
      self.name = name
      self.kind = kind
      self.source = source
      self.settings = settings
    }
  }

  /// One sound of one system.
  package struct Stimulus: Codable, Hashable, Sendable {
    package let system: String
    /// Below the test's folder: "stimuli/017.flac".
    package let file: String
    /// What was done to its level; never positive.
    package let gainDb: Double
    /// After the gain, as heard on both sides: integrated loudness, or RMS in dB of full scale for an item under 0.4 s;
    /// nil for silence.
    package let loudnessLufs: Double?
    /// After the gain.
    package let truePeakDbtp: Double?
    package let sha256: String

    package init(
      system: String, file: String, gainDb: Double, loudnessLufs: Double?, truePeakDbtp: Double?,
      sha256: String
    ) {
      self.system = system
      self.file = file
      self.gainDb = gainDb
      self.loudnessLufs = loudnessLufs
      self.truePeakDbtp = truePeakDbtp
      self.sha256 = sha256
    }
  }

  /// The same piece by every system, all of one length.
  package struct Item: Codable, Hashable, Sendable {
    package let name: String
    package let frames: Int
    /// 1 or 2, of every stimulus.
    package let channels: Int
    /// One per system, in the systems' order.
    package let stimuli: [Stimulus]

    package init(name: String, frames: Int, channels: Int = 1, stimuli: [Stimulus]) {
      self.name = name
      self.frames = frames
      self.channels = channels
      self.stimuli = stimuli
    }
  }

  package static let reference = "reference"
  package static let anchor35 = "anchor35"
  package static let anchor70 = "anchor70"
  /// Names that a user's system cannot have.
  package static let reserved: Set = [reference, anchor35, anchor70, Answer.tie]

  /// The user's in the order given, then reference and anchors.
  package let systems: [System]
  package let items: [Item]
  /// Name of the item that the training trial plays.
  package let trainingItem: String

  package init(systems: [System], items: [Item], trainingItem: String) {
    self.systems = systems
    self.items = items
    self.trainingItem = trainingItem
  }

  /// Number of the reference in `systems`.
  package var referenceIndex: Int? { systems.firstIndex { $0.kind == .reference } }
  /// Numbers of those that listeners judge in the first place: neither reference nor anchors.
  package var tested: [Int] {
    systems.indices.filter { systems[$0].kind == .folder || systems[$0].kind == .model }
  }

  /// What is wrong with it, in words; nil if nothing.
  func defect(for plan: TestPlan) -> String? {
    let names = systems.map(\.name)
    if Set(names).count != names.count { return "two systems have one name" }
    if !plan.method.systems.contains(tested.count) { return "\(plan.method) with \(tested.count) systems" }
    if plan.method.needsReference != (referenceIndex != nil) {
      return "\(plan.method) and the reference do not go together"
    }
    if Set(items.map(\.name)).count != items.count { return "two items have one name" }
    if items.map(\.frames) != plan.itemFrames { return "test.json knows other items" }
    if !items.contains(where: { $0.name == trainingItem }) { return "no training item '\(trainingItem)'" }
    for item in items {
      if !(1...2).contains(item.channels) {
        return "the item '\(item.name)' has \(item.channels) channels"
      }
      if item.frames < 1 { return "the item '\(item.name)' is empty" }
      if item.stimuli.map(\.system) != names {
        return "the item '\(item.name)' is not there for every system"
      }
      for stimulus in item.stimuli {
        let parts = stimulus.file.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count != 2 || parts[0] != "stimuli" || parts[1].hasPrefix(".") {
          return "the name \(stimulus.file)"
        }
      }
    }
    return nil
  }
}
