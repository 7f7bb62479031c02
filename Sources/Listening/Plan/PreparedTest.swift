// A prepared test on disk: opened, and every file checked against SHA256SUMS, before anything is believed. The folder is
// never changed after preparing, but for sessions/.
internal import Files

/// A folder made by `synth listen prepare`.
package struct PreparedTest: Sendable {
  package static let planFile = "test.json"
  package static let keyFile = "key.json"
  package static let sumsFile = "SHA256SUMS"

  package let folder: String
  package let plan: TestPlan
  package let key: TestKey

  package var method: Method { plan.method }
  package var sessionsFolder: String { folder + "/sessions" }

  /// Opens a folder and checks all of it.
  /// - Throws: `notATest`, `changed`, `damaged`, `unreadable`.
  package static func open(_ folder: String) throws(ListeningError) -> PreparedTest {
    var folder = folder
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    let (planPath, keyPath) = ("\(folder)/\(planFile)", "\(folder)/\(keyFile)")
    if !Disk.exists(planPath) { throw .notATest(path: folder) }
    let sums = try checkSums(folder)
    let plan = try TestFiles.decode(TestPlan.self, try TestFiles.read(planPath), path: planPath)
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

  /// Bytes of a stimulus: float32, little-endian, mono.
  package func bytes(_ stimulus: TestKey.Stimulus) throws(ListeningError) -> [UInt8] {
    try TestFiles.read("\(folder)/\(stimulus.file)")
  }

  /// Samples of a stimulus.
  package func samples(_ stimulus: TestKey.Stimulus) throws(ListeningError) -> [Float] {
    let bytes = try bytes(stimulus)
    if bytes.count % 4 != 0 {
      throw .damaged(path: "\(folder)/\(stimulus.file)", reason: "\(bytes.count) bytes")
    }
    return RawFloats.samples(bytes)
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

/// Float32 as bytes, little-endian.
enum RawFloats {
  static func bytes(_ samples: [Float]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(samples.count * 4)
    for sample in samples {
      let bits = sample.bitPattern
      bytes.append(UInt8(truncatingIfNeeded: bits))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 24))
    }
    return bytes
  }

  static func samples(_ bytes: [UInt8]) -> [Float] {
    (0..<bytes.count / 4).map { index in
      var bits: UInt32 = 0
      for byte in 0..<4 { bits |= UInt32(bytes[4 * index + byte]) << UInt32(8 * byte) }
      return Float(bitPattern: bits)
    }
  }
}
