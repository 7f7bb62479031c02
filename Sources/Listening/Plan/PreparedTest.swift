// A prepared test on disk: opened, and every file checked against SHA256SUMS, before anything is believed. The folder is
// never changed after preparing, but for sessions/.
internal import Files
internal import Signal

/// A folder made by `synth listen prepare`.
package struct PreparedTest: Sendable {
  package static let planFile = "test.json"
  package static let keyFile = "key.json"
  package static let sumsFile = "SHA256SUMS"

  package let folder: String
  package let plan: TestPlan
  package let key: TestKey

  package var method: Method { plan.method }
  package var sessionsFolder: String { sessionsAside ?? folder + "/sessions" }
  private(set) var sessionsAside: String?

  /// The same test with its sessions somewhere else.
  func keeping(sessionsIn folder: String) -> PreparedTest {
    var other = self
    other.sessionsAside = folder
    return other
  }

  /// Opens a folder and checks all of it.
  /// - Throws: `notATest`, `changed`, `damaged`, `unreadable`.
  package static func open(_ folder: String) throws(ListeningError) -> PreparedTest {
    let folder = TestFiles.trimmed(folder)
    let (planPath, keyPath) = ("\(folder)/\(planFile)", "\(folder)/\(keyFile)")
    if !Disk.exists(planPath) { throw .notATest(path: folder) }
    let sums = try checkSums(folder)
    let planBytes = try TestFiles.read(planPath)
    try checkVersion(planBytes, path: planPath)
    let plan = try TestFiles.decode(TestPlan.self, planBytes, path: planPath)
    if let defect = plan.defect { throw .damaged(path: planPath, reason: defect) }
    let keyBytes = try TestFiles.read(keyPath)
    if SHA256.hex(keyBytes) != plan.keySha256 { throw .changed(path: keyPath) }
    let key = try TestFiles.decode(TestKey.self, keyBytes, path: keyPath)
    if let defect = key.defect(for: plan) { throw .damaged(path: keyPath, reason: defect) }
    for item in key.items {
      for stimulus in item.stimuli {
        let path = "\(folder)/\(stimulus.file)"
        if sums[stimulus.file] != stimulus.sha256 { throw .changed(path: path) }
      }
    }
    return PreparedTest(folder: folder, plan: plan, key: key)
  }

  /// The trials of the session with that seed.
  package func trials(seed: UInt64) -> [Trial] {
    TrialOrder.trials(key, method: method, count: plan.trials, seed: seed)
  }

  /// How many sounds one trial plays, X and the open reference counted.
  package var soundsPerTrial: Int {
    method.labels(of: TrialOrder.training(key, method: method, seed: 0)).count
  }

  /// The file of a stimulus.
  package func bytes(_ stimulus: TestKey.Stimulus) throws(ListeningError) -> [UInt8] {
    try TestFiles.read("\(folder)/\(stimulus.file)")
  }

  /// A stimulus with its channels.
  func sound(_ stimulus: TestKey.Stimulus) throws(ListeningError) -> ChannelClip {
    try StimulusFormat.read("\(folder)/\(stimulus.file)")
  }

  /// Before anything else is expected to be there.
  private static func checkVersion(_ plan: [UInt8], path: String) throws(ListeningError) {
    struct Version: Decodable { let formatVersion: Int }
    let version = try TestFiles.decode(Version.self, plan, path: path).formatVersion
    if version != TestPlan.formatVersion { throw .otherVersion(path: path, version: version) }
  }

  /// Recomputes the checksum of every file in SHA256SUMS, which must name test.json, key.json and stimuli only.
  private static func checkSums(_ folder: String) throws(ListeningError) -> [String: String] {
    let path = "\(folder)/\(sumsFile)"
    let text = String(decoding: try TestFiles.read(path), as: UTF8.self)
    var sums: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ", omittingEmptySubsequences: true)
      guard parts.count == 2, parts[0].utf8.count == 64, !parts[1].contains(".."), !parts[1].hasPrefix("/")
      else {
        throw .damaged(path: path, reason: "the line '\(line)' is not a checksum and a name")
      }
      sums[String(parts[1])] = String(parts[0])
    }
    for name in [planFile, keyFile] where sums[name] == nil {
      throw .damaged(path: path, reason: "\(name) is not in it")
    }
    for (name, sum) in sums.sorted(by: { $0.key < $1.key }) {
      if try SHA256.hex(TestFiles.read("\(folder)/\(name)")) != sum {
        throw .changed(path: "\(folder)/\(name)")
      }
    }
    return sums
  }
}
