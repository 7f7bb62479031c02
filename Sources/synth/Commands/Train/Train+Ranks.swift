// synth train over several ranks (mpirun): rank 0 reads the command line, the recordings and the run's folder, and tells the others what
// is trained; they read the same recordings, and it is checked that they are the same. Steps together: TrainingRun+Ranks.swift.
import Corpus
import FoundationEssentials
import Ranks
import Training
import WaveNet

/// What rank 0 tells the others.
private struct Order: Codable {
  let configuration: String
  let description: RunDescription
  /// Of recordings: which, and which of them are held out.
  let record: CorpusRecord?
}

extension Train {
  /// Whether these options can be trained with by so many ranks.
  static func check(_ options: TrainingOptions, ranks count: Int) throws(RankError) {
    if count == 1 { return }
    let most = min(options.shardCount, options.clips)
    let powers = (0...12).map { 1 << $0 }.filter { $0 > 1 && $0 <= most }
    if powers.contains(count) { return }
    let words = "\(count) ranks cannot share \(options.clips) clips in \(options.shardCount) shards evenly: "
    throw .wrongCount(
      powers.isEmpty
        ? words + "give more --clips"
        : words + "start \(powers.map { "\($0)" }.joined(separator: ", ")) ranks, "
          + "or give more --clips" + (count > options.shardCount ? " and --shards" : ""))
  }

  /// Rank 0: tells the others, waits until they have read what it has, and says what they warn of.
  func lead(_ plan: TrainingPlan, _ job: Job) throws {
    if World.isAlone { return }
    let order = Order(
      configuration: String(decoding: plan.configuration.json(), as: UTF8.self),
      description: plan.description, record: plan.corpus.record)
    _ = try World.ranks.broadcast(Array(try JSONEncoder().encode(order)), from: 0)
    try inTurn(job) {}
    try compare(Self.fingerprint(plan), job)
    try job.requireOneArithmetic(plan.options.precision.rawValue)
    try Terminal.shareWarnings()
  }

  /// Another rank than the first, from the beginning to the end.
  func follow(_ job: Job) throws {
    let ranks = World.ranks
    let order = try JSONDecoder().decode(Order.self, from: Data(try ranks.broadcast([], from: 0)))
    let configuration = try Configuration(json: Array(order.configuration.utf8), path: "rank 0")
    let description = order.description
    var corpus: (any Corpus)?
    try inTurn(job) {
      let past = order.record.map { CorpusPast($0, goesOnWithoutMost: true) }
      corpus = try prepared(
        try open(description, configuration, past: past), configuration, crop: description.training.crop)
    }
    guard let corpus else { preconditionFailure("rank \(ranks.rank) had no turn") }
    let plan = TrainingPlan(
      files: RunFiles(folder: output ?? ""), configuration: configuration, description: description,
      corpus: corpus, defaults: nil, folder: nil, threads: threads.count, saveInterval: nil)
    try compare(Self.fingerprint(plan), job)
    try job.requireOneArithmetic(plan.options.precision.rawValue)
    try Terminal.shareWarnings()
    let run = try TrainingRun(
      files: plan.files, configuration: configuration, options: plan.options, goal: description.goal,
      keepEvery: description.keepEvery, corpus: corpus, threads: plan.threads, resume: false, ranks: ranks)
    try run.run(shouldStop: { Interrupt.isRequested }) { _ in }
    if run.wasStopped, let signal = try Self.agreedSignal() {
      World.endTogether()
      throw SynthError.interrupted(signal: signal, hint: "")
    }
  }

  /// A signal that any rank has got; nil if none has. All ranks ask at the same time.
  static func agreedSignal() throws -> Int32? {
    if World.ranks.count == 1 { return Interrupt.signal }
    let signals = try World.ranks.gather(words: [UInt64(Interrupt.signal ?? 0)])
    return signals.map { Int32($0[0]) }.first { $0 != 0 }
  }

  /// One rank of each machine reads first, and fills the cache for the others of that machine; on rank 0's it is filled.
  private func inTurn(_ job: Job, _ read: () throws -> Void) throws {
    let isFirst = job.here.first == job.rank || job.here.contains(0)
    if isFirst { try read() }
    try World.ranks.barrier()
    if !isFirst { try read() }
    try World.ranks.barrier()
  }

  private func compare(_ fingerprint: String, _ job: Job) throws {
    let all = try World.ranks.gather(fingerprint)
    guard let other = all.indices.first(where: { all[$0] != all[0] }) else { return }
    throw RankError.differ(
      "\(job.name(other)) has other recordings than \(job.name(0)): give all machines the same files under the same names"
    )
  }

  /// Equal on ranks that train on the same: of what was read, and of a few clips with what they are told. Which recordings are missing
  /// is rank 0's to keep.
  private static func fingerprint(_ plan: TrainingPlan) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ value: UInt64) { hash = (hash ^ value) &* 0x0000_0100_0000_01B3 }
    for file in plan.corpus.record?.files ?? [] {
      let use = "\(file.training ?? []) \(file.heldOut ?? []) \(file.label ?? "")"
      for byte in "\(file.checksum) \(file.samples) \(use)".utf8 { add(UInt64(byte)) }
    }
    let batch = plan.corpus.batch(
      step: 0, clips: min(plan.options.clips, 4), crop: plan.options.crop,
      receptiveField: plan.configuration.receptiveField, jitter: 1)
    for code in batch.inputs + batch.targets { add(UInt64(code)) }
    for told in batch.conditions {
      for value in (told?.labels ?? []) + (told?.controls ?? []) { add(UInt64(value.bitPattern)) }
    }
    return String(hash, radix: 16)
  }
}
