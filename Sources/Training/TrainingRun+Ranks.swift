// A run over several ranks: each computes its clips of every batch (Trainer.swift), rank 0 decides what comes next, and all of them do it
// at the same step. So nothing that a clock, a disk or a signal has to do with can make two ranks differ, and what would is found
// by comparing their weights. By itself a rank agrees with nobody, and at no cost. Tests: DataParallelTests.
internal import Files
internal import Kernels
internal import Ranks

extension TrainingRun {
  /// What all ranks do next.
  enum Order: UInt64 {
    case step, save, evaluate
    /// At a signal: save, and end.
    case stop
    /// The run has come to its end.
    case end
  }

  /// Batches between comparisons of the weights; those that are saved are compared in any case.
  private static let compareEvery: UInt64 = 50

  /// Rank 0's word, or a stop that any rank asks for before a step; and the targets of all ranks.
  /// - Parameters:
  ///   - own: of other ranks whether they have to stop
  ///   - targets: of this rank's clips of the next batch
  /// - Throws: `RankError.diverged` if the weights that are to be saved are not the same on all ranks.
  func agree(on own: Order, targets: Int) throws -> (order: Order, targets: Int) {
    if ranks.count == 1 { return (own, targets) }
    let hasNewPlan = ranks.isFirst && progress.plan != sharedPlan
    let words = try ranks.gather(words: [own.rawValue, UInt64(targets), hasNewPlan ? 1 : 0])
    if words[0][2] == 1 {
      progress.plan = try shared(progress.plan)
      sharedPlan = progress.plan
    }
    guard var order = Order(rawValue: words[0][0]) else { preconditionFailure("order \(words[0][0])") }
    if order == .step && words.contains(where: { $0[0] == Order.stop.rawValue }) { order = .stop }
    if order == .step ? progress.cursor % Self.compareEvery == 0 : order != .end { try compareWeights() }
    return (order, words.reduce(0) { $0 + Int($1[1]) })
  }

  /// Rank 0's state, on every rank.
  func shareState() throws {
    if ranks.count == 1 { return }
    progress = try shared(progress)
    sharedPlan = progress.plan
    for buffer in state {
      let bytes = try ranks.broadcast(Array(UnsafeRawBufferPointer(buffer.elements)), from: 0)
      UnsafeMutableRawBufferPointer(buffer.elements).copyBytes(from: bytes)
    }
    trainer.optimizer.step = progress.step
    keepAsGood()
  }

  private func shared<T: Codable>(_ value: T) throws -> T {
    let text = try ranks.broadcast(RunFiles.encode([value]))
    return try RunFiles.decode([T].self, Array(text.utf8), path: "rank 0")[0]
  }

  private func compareWeights() throws(RankError) {
    var hash = UInt64(progress.step)
    for buffer in state { hash = Checksum.joined(hash, Checksum.of(UnsafeRawBufferPointer(buffer.elements))) }
    let all = try ranks.gather(words: [hash])
    let others = all.indices.filter { all[$0] != all[0] }
    if !others.isEmpty { throw .diverged(step: progress.step, ranks: others) }
  }

  /// All that later steps depend on.
  private var state: [AlignedBuffer] {
    let optimizer = trainer.optimizer
    return [optimizer.parameters, optimizer.m, optimizer.v, optimizer.average]
  }
}
