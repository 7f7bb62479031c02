// Whether this process was started as one of many, by what launchers leave in the environment. Only then is MPI begun: it looks for
// networks and daemons that a process by itself has no use for. Tests: LaunchTests.
import Glibc

/// What a launcher says of this process before MPI does.
package struct Launch: Hashable, Sendable {
  package let rank: Int
  /// 1 for a process by itself.
  package let count: Int

  /// mpirun of Open MPI says OMPI_COMM_WORLD_SIZE; Hydra (MPICH, Intel) and `srun --mpi=pmi2` say PMI_SIZE; `srun --mpi=pmix` says
  /// PMIX_RANK, and Slurm itself how many tasks the step has. An sbatch script, and an srun without --mpi, have Slurm's
  /// numbers but no PMI: each such process is by itself, however many there are.
  package init(_ variable: (String) -> String?) {
    func number(_ name: String) -> Int? { variable(name).flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil } }
    let pairs = [
      ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"),
      ("PMIX_RANK", "SLURM_STEP_NUM_TASKS"),
    ]
    for (rank, count) in pairs {
      if let rank = number(rank), let count = number(count), rank < count {
        (self.rank, self.count) = (rank, count)
        return
      }
    }
    (rank, count) = (0, 1)
  }

  /// Of this process.
  package static let own = Launch { name in getenv(name).map { String(cString: $0) } }

  /// The job that this process belongs to. Once per process.
  /// - Throws: if it is one of many and MPI is not in this build, does not start, or knows of another number.
  package func join() throws(RankError) -> any Collective {
    if count == 1 { return OneRank() }
    #if MPI
      let ranks = try MPICollective()
      if ranks.count != count { throw .strangers(started: count, known: ranks.count) }
      return ranks
    #else
      throw .builtWithout(count: count)
    #endif
  }
}
