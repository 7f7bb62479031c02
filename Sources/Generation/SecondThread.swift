// A second thread for one clip: it follows the blocks with a part of the skip sums and takes half of each layer of the
// head. The same products on the same inputs as `BlockRunner.head` on one thread, so the same bits. Whether it pays is
// measured by `Generator`; where the weights are small, handing over costs more than it saves.
internal import Glibc
internal import Kernels
internal import Synchronization

/// One helper thread and what the two share. The owner calls everything; `reachedGroup` and `finish` only while `isReady`.
///
/// `@unchecked Sendable`: the helper touches the owner's rows only between the atomic hand-overs below, which order them.
final class SecondThread: @unchecked Sendable {
  private let owner: BlockRunner
  private let helper: BlockRunner
  /// Outputs of the skip sums that the helper makes; the owner makes the rest after its blocks.
  private let share: Int
  private let hiddenCut: Int
  private let outputCut: Int

  // Everything below counts up for ever, or for the life of the thread.
  private let published = Atomic(0)  // groups of blocks whose gated outputs are ready, over all time steps
  private let helperStage = Atomic(0)  // stages that the helper has finished: three in a time step
  private let ownerStage = Atomic(0)
  private let state = Atomic(State.parked.rawValue)
  private let wake = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
  private var thread = pthread_t()

  private enum State: Int { case parked, waking, running, stopping, ending }

  init(_ weights: PackedWeights, owner: BlockRunner) {
    self.owner = owner
    helper = BlockRunner(weights, rows: 1)
    let cut = BlockRunner.cut
    // The owner reads the current taps, the residuals and its share of the skips; the helper the rest of the skips. A
    // weight of the blocks costs about twice one of the skips, since each block waits for the one before.
    let dims = owner.dims
    let chain = dims.l * dims.dp * (2 * dims.r + dims.rp)
    let skips = dims.l * dims.dp * dims.sp
    let wanted = Double(2 * chain + skips) / Double(2 * skips) * Double(dims.sp)
    share = min(dims.sp, max(cut, Int(wanted / Double(cut) + 0.5) * cut))
    hiddenCut = dims.hp / 2 / cut * cut
    outputCut = dims.q / 2 / cut * cut
    sem_init(wake, 0, 0)
  }

  /// Whether there is enough to share. Below that the blocks' chain is nearly everything.
  static func canHelp(_ weights: PackedWeights) -> Bool {
    weights.layout.dims.sp >= 2 * BlockRunner.cut && weights.layout.skipBlocks > 1
  }

  /// Makes the thread, parked. False if the system has none to give; the object is then of no use.
  func start() -> Bool {
    pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<SecondThread>.fromOpaque(argument!).takeUnretainedValue().work()
        return nil
      }, Unmanaged.passUnretained(self).toOpaque()) == 0  // the owner joins before it lets go
  }

  /// Ends the thread. The object must not be used after it.
  func join() {
    state.store(State.ending.rawValue, ordering: .releasing)
    sem_post(wake)
    pthread_join(thread, nil)
    sem_destroy(wake)
    wake.deallocate()
  }

  // MARK: the owner's side

  /// Wakes the helper, which then waits at full speed until `end`. Comes back at once.
  func begin() {
    state.store(State.waking.rawValue, ordering: .releasing)
    sem_post(wake)
  }

  /// Whether the helper has woken up since `begin`.
  var isReady: Bool { state.load(ordering: .acquiring) == State.running.rawValue }

  /// Parks the helper again.
  func end() {
    state.store(State.stopping.rawValue, ordering: .releasing)
    while state.load(ordering: .acquiring) != State.parked.rawValue { Parallel.pause() }
  }

  /// Says that the next group's gated outputs are in the owner's `z`. Call it for every group of a time step, in order.
  @inline(__always)
  func reachedGroup() { published.wrappingAdd(1, ordering: .releasing) }

  /// The rest of the time step, after all blocks: `owner.logits` are complete when it returns.
  @inline(__always)
  func finish() {
    skips(owner, share..<owner.dims.sp)
    meet(ownerStage, helperStage)
    owner.hiddenLayer(
      rows: 1, skips: Rows(owner.skips), outputs: hiddenCut..<owner.dims.hp, hidden: owner.hidden)
    meet(ownerStage, helperStage)
    owner.outputLayer(
      rows: 1, hidden: Rows(owner.hidden), outputs: outputCut..<owner.dims.q, logits: owner.logits)
    meet(ownerStage, helperStage)
  }

  // MARK: both sides

  /// Skip sums of `outputs` over all groups.
  @inline(__always)
  private func skips(_ runner: BlockRunner, _ outputs: Range<Int>, waitingFrom groups: Int? = nil) {
    if outputs.isEmpty { return }
    for index in 0..<runner.groupCount {
      if let groups { while published.load(ordering: .acquiring) <= groups + index { Parallel.pause() } }
      runner.addSkips(
        ofGroup: index, rows: 1, z: owner.z(index), outputs: outputs, skips: owner.skips)
    }
  }

  /// Counts a finished stage and waits until the other side has as many.
  @inline(__always)
  private func meet(_ mine: borrowing Atomic<Int>, _ theirs: borrowing Atomic<Int>) {
    let count = mine.load(ordering: .relaxed) + 1  // only this side writes it
    mine.store(count, ordering: .releasing)
    while theirs.load(ordering: .acquiring) < count { Parallel.pause() }
  }

  // MARK: the helper's side

  private func work() {
    while true {
      while sem_wait(wake) != 0 {}
      if state.load(ordering: .acquiring) == State.ending.rawValue { return }
      var groups = published.load(ordering: .acquiring)
      // Unless the owner has stopped already.
      let isWanted = state.compareExchange(
        expected: State.waking.rawValue, desired: State.running.rawValue, ordering: .acquiringAndReleasing
      ).exchanged
      while isWanted {
        // The first group of a time step, or the end.
        var isStopping = false
        while published.load(ordering: .acquiring) == groups && !isStopping {
          isStopping = state.load(ordering: .acquiring) == State.stopping.rawValue
          Parallel.pause()
        }
        if isStopping { break }
        skips(helper, 0..<share, waitingFrom: groups)
        groups += owner.groupCount
        meet(helperStage, ownerStage)
        helper.hiddenLayer(rows: 1, skips: Rows(owner.skips), outputs: 0..<hiddenCut, hidden: owner.hidden)
        meet(helperStage, ownerStage)
        helper.outputLayer(rows: 1, hidden: Rows(owner.hidden), outputs: 0..<outputCut, logits: owner.logits)
        meet(helperStage, ownerStage)
      }
      state.store(State.parked.rawValue, ordering: .releasing)
    }
  }
}
