// The ranks of MPI: in builds with the trait `MPI` alone. Nothing else knows that it is MPI. Its tests are those of the program
// under mpirun (.ci/ranks); what is computed with it is tested on threads, RanksTests.
#if MPI
  internal import CMPI
  import Glibc
  import Synchronization

  /// MPI_COMM_WORLD, asked for with MPI_THREAD_SERIALIZED: calls may come from any thread, one at a time.
  final class MPICollective: Collective {
    let rank: Int
    let count: Int
    private let isOpen = Atomic(true)

    /// Bytes of one message: MPI counts in 32 bits.
    private static let most = 1 << 28
    private static let tag: Int32 = 1

    init() throws(RankError) {
      var (rank, count, threads): (Int32, Int32, Int32) = (0, 0, 0)
      let code = synth_mpi_start(&rank, &count, &threads)
      if code != 0 { throw .cannotStart(reason: Self.words(code)) }
      if threads < synth_mpi_serialized() {
        throw .cannotStart(reason: "this MPI is for programs with one thread")
      }
      (self.rank, self.count) = (Int(rank), Int(count))
    }

    func exchange(
      _ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer, with partner: Int
    ) throws(RankError) {
      precondition(partner != rank && (0..<count).contains(partner), "rank \(partner) of \(count)")
      var at = 0
      while at < max(sent.count, received.count) {
        var (out, back) = (synth_mpi_request(), synth_mpi_request())
        let (sending, receiving) = (min(Self.most, sent.count - at), min(Self.most, received.count - at))
        if receiving > 0 {
          let code = synth_mpi_receive(
            received.baseAddress! + at, Int32(receiving), Int32(partner), Self.tag, &back)
          try check("receiving", code)
        }
        if sending > 0 {
          let code = synth_mpi_send(sent.baseAddress! + at, Int32(sending), Int32(partner), Self.tag, &out)
          try check("sending", code)
        }
        if receiving > 0 { try wait(&back, "receiving") }
        if sending > 0 { try wait(&out, "sending") }
        at += Self.most
      }
    }

    func broadcast(_ bytes: [UInt8], from root: Int) throws(RankError) -> [UInt8] {
      // The others cannot know how much there is.
      var size = Int64(rank == root ? bytes.count : 0)
      try broadcast(&size, MemoryLayout<Int64>.size, root)
      var all = rank == root ? bytes : [UInt8](repeating: 0, count: Int(size))
      try broadcast(&all, all.count, root)
      return all
    }

    private func broadcast(_ bytes: UnsafeMutableRawPointer, _ size: Int, _ root: Int) throws(RankError) {
      for at in stride(from: 0, to: size, by: Self.most) {
        var request = synth_mpi_request()
        let code = synth_mpi_broadcast(bytes + at, Int32(min(Self.most, size - at)), Int32(root), &request)
        try check("broadcasting", code)
        try wait(&request, "broadcasting")
      }
    }

    func gather(_ bytes: [UInt8]) throws(RankError) -> [[UInt8]] {
      precondition(bytes.count < Self.most, "gathering \(bytes.count) bytes of each rank")
      var sizes = [Int32](repeating: 0, count: count)
      var own = Int32(bytes.count)
      try gather(
        &own, 4, &sizes, [Int32](repeating: 4, count: count), (0..<count).map { Int32(4 * $0) })
      var offsets: [Int32] = []
      var end = 0
      for size in sizes {
        offsets.append(Int32(end))
        end += Int(size)
        if end > Int(Int32.max) { throw .failed(operation: "gathering", reason: "more than 2 GB") }
      }
      var all = [UInt8](repeating: 0, count: end)
      try gather(bytes, bytes.count, &all, sizes, offsets)
      return zip(offsets, sizes).map { Array(all[Int($0)..<Int($0 + $1)]) }
    }

    private func gather(
      _ bytes: UnsafeRawPointer, _ size: Int, _ all: UnsafeMutableRawPointer, _ sizes: [Int32],
      _ offsets: [Int32]
    ) throws(RankError) {
      var request = synth_mpi_request()
      // MPI reads both lists until it is done.
      try sizes.withUnsafeBufferPointer { (sizes) throws(RankError) in
        try offsets.withUnsafeBufferPointer { (offsets) throws(RankError) in
          let (sizes, offsets) = (sizes.baseAddress!, offsets.baseAddress!)
          try check("gathering", synth_mpi_gather(bytes, Int32(size), all, sizes, offsets, &request))
          try wait(&request, "gathering")
        }
      }
    }

    func gather(words: [UInt64]) throws(RankError) -> [[UInt64]] {
      let size = 8 * words.count
      var all = [UInt64](repeating: 0, count: words.count * count)
      try gather(
        words, size, &all, [Int32](repeating: Int32(size), count: count), (0..<count).map { Int32(size * $0) }
      )
      return (0..<count).map { Array(all[$0 * words.count..<($0 + 1) * words.count]) }
    }

    func barrier() throws(RankError) {
      var request = synth_mpi_request()
      try check("waiting", synth_mpi_barrier(&request))
      try wait(&request, "waiting")
    }

    func abort(_ code: Int32) {
      synth_mpi_abort(code)
      _exit(code)  // MPI may return
    }

    func finish() throws(RankError) {
      if !isOpen.exchange(false, ordering: .relaxed) { return }
      try barrier()  // MPI_Finalize waits for the others too, but at full speed
      try check("ending", synth_mpi_finish())
    }

    /// Waits at full speed for as long as messages of a step take, then asks now and then: another rank may want the core, or evaluate
    /// for minutes.
    private func wait(_ request: inout synth_mpi_request, _ operation: String) throws(RankError) {
      var done: Int32 = 0
      var turns = 0
      while true {
        try check(operation, synth_mpi_test(&request, &done))
        if done != 0 { return }
        turns += 1
        if turns > 20_000 {
          usleep(500)
        } else if turns > 1000 {
          sched_yield()
        }
      }
    }

    private func check(_ operation: String, _ code: Int32) throws(RankError) {
      if code != 0 { throw .failed(operation: operation, reason: Self.words(code)) }
    }

    private static func words(_ code: Int32) -> String {
      var text = [CChar](repeating: 0, count: Int(synth_mpi_text_size()) + 1)
      if synth_mpi_error(code, &text) != 0 { return "MPI error \(code)" }
      return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
#endif
