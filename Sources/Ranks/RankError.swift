// What can go wrong between ranks.

/// One case per cause; `description` has the remedy.
package enum RankError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One of many, and built without MPI.
  case builtWithout(count: Int)
  case cannotStart(reason: String)
  /// The launcher has started more than MPI knows of.
  case strangers(started: Int, known: Int)
  case failed(operation: String, reason: String)
  /// Ranks that cannot do this together: what differs, in words, with the remedy.
  case differ(String)
  /// The number of ranks does not suit what they are to do.
  case wrongCount(String)
  /// The weights of two ranks are not the same.
  case diverged(step: Int, ranks: [Int])

  package var description: String {
    switch self {
    case .builtWithout(let count):
      "started as one of \(count) ranks, but built without MPI: build it with swift build -c release --product synth --traits "
        + "MPI, or start it alone"
    case .cannotStart(let reason): "MPI does not start (\(reason)): check that mpirun -n 2 hostname works"
    case .strangers(let started, let known):
      "started as one of \(started) ranks, of which MPI knows \(known): start it with the mpirun of the MPI that it was built "
        + "with (with Slurm: srun --mpi=pmix)"
    case .failed(let operation, let reason):
      "\(operation) between the ranks failed (\(reason)): check the network and the other ranks' messages"
    case .differ(let words), .wrongCount(let words): words
    case .diverged(let step, let ranks):
      "after step \(step) the weights of \(ranks.map { "rank \($0)" }.joined(separator: ", ")) differ from those of rank 0, "
        + "which must not happen: suspect that machine's memory; go on from the last save with --resume"
    }
  }
}
