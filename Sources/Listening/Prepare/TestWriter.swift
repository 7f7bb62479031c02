// The last step of preparing: key.json, test.json, SHA256SUMS and the empty sessions/ around stimuli that are there
// already. SHA256SUMS comes last: a folder without it is no test.
internal import CEbur128
internal import Files

enum TestWriter {
  /// - Parameter folder: exists and holds the stimuli that the key names
  static func write(
    _ key: TestKey, to folder: String, method: Method, title: String, question: String?, seed: UInt64,
    sampleRate: Int, trials: Int, listeners: Int? = nil, leastAnswers: Int? = nil,
    needsHeadphones: Bool? = nil, loudness: TestPlan.Loudness, levelLufs: Double,
    page: PageOptions = PageOptions(), version: String
  ) throws(ListeningError) -> PreparedTest {
    let keyText = Array(SnakeJSON.text(key).utf8)
    var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
    unsafe ebur128_get_version(&major, &minor, &patch)
    let plan = TestPlan(
      method: method, title: title, question: question ?? method.question, seed: seed, sampleRate: sampleRate,
      trials: trials, listeners: listeners, leastAnswers: leastAnswers,
      needsHeadphones: needsHeadphones, loudness: loudness, levelLufs: levelLufs,
      itemFrames: key.items.map(\.frames), page: page,
      versions: .init(synth: version, libebur128: "\(major).\(minor).\(patch)"),
      keySha256: SHA256.hex(keyText))
    let planText = Array(SnakeJSON.text(plan).utf8)
    try TestFiles.write(keyText, to: "\(folder)/\(PreparedTest.keyFile)")
    try TestFiles.write(planText, to: "\(folder)/\(PreparedTest.planFile)")
    var sums = [PreparedTest.planFile: SHA256.hex(planText), PreparedTest.keyFile: plan.keySha256]
    for item in key.items {
      for stimulus in item.stimuli { sums[stimulus.file] = stimulus.sha256 }
    }
    let lines = sums.sorted { $0.key < $1.key }.map { "\($0.value)  \($0.key)\n" }
    try TestFiles.makeFolder("\(folder)/sessions")
    try TestFiles.write(Array(lines.joined().utf8), to: "\(folder)/\(PreparedTest.sumsFile)")
    return try PreparedTest.open(folder)
  }
}

extension Method {
  /// What a trial asks, unless the test has a question of its own.
  package var question: String {
    switch self {
    case .abx: "X is either A or B. Which one is it?"
    case .ab: "Which one do you prefer?"
    case .mos: "How good is this sound?"
    case .cmos: "How good is B, compared with A?"
    case .dcr: "How much worse than the reference is the other sound?"
    case .multi: "How good is each of these sounds?"
    case .mushra:
      "How close is each sound to the reference? One of them is the reference itself: give it 100."
    case .abchr:
      "How much does each sound differ from the reference? One of them is the reference itself: give it 5.0."
    }
  }
}
