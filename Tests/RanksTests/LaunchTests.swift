// What launchers leave in the environment, and what is made of it.
import Ranks
import Testing

@Suite struct LaunchTests {
  @Test(arguments: [
    ([:], 0, 1),
    (["OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "4", "PMIX_RANK": "3"], 3, 4),
    (["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "1"], 0, 1),
    // Hydra, and srun --mpi=pmi2.
    (["PMI_RANK": "1", "PMI_SIZE": "2"], 1, 2),
    // srun --mpi=pmix.
    (["PMIX_RANK": "5", "SLURM_STEP_NUM_TASKS": "8", "SLURM_PROCID": "5"], 5, 8),
    (["PMIX_RANK": "0", "SLURM_STEP_NUM_TASKS": "1", "SLURM_NTASKS": "8"], 0, 1),
    // The script of sbatch -n 8, and srun -n 8 without MPI: eight processes that know nothing of each other.
    (["SLURM_PROCID": "0", "SLURM_NTASKS": "8"], 0, 1),
    (["SLURM_PROCID": "5", "SLURM_NTASKS": "8", "SLURM_STEP_NUM_TASKS": "8"], 0, 1),
    // mpirun within an sbatch script: its own numbers count.
    (
      [
        "OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2", "SLURM_PROCID": "0",
        "SLURM_STEP_NUM_TASKS": "1", "PMIX_RANK": "1",
      ], 1, 2
    ),
    (["OMPI_COMM_WORLD_RANK": "4", "OMPI_COMM_WORLD_SIZE": "4"], 0, 1),
    (["OMPI_COMM_WORLD_RANK": "x", "OMPI_COMM_WORLD_SIZE": "4"], 0, 1),
  ])
  func ranks(_ environment: [String: String], _ rank: Int, _ count: Int) {
    let launch = Launch { environment[$0] }
    #expect(launch.rank == rank && launch.count == count, "\(environment)")
  }

  @Test func aProcessByItselfNeedsNothing() throws {
    let ranks = try Launch { _ in nil }.join()
    #expect(ranks.rank == 0 && ranks.count == 1 && ranks.isFirst)
    #expect(try ranks.gather("a") == ["a"] && ranks.broadcast("b") == "b")
    #expect(ranks.own(of: 3) == [0, 1, 2])
    var numbers: [Float] = [1, 2]
    var scratch = numbers
    try ranks.sum(&numbers, floats: 2, doubles: 0, scratch: &scratch)
    #expect(numbers == [1, 2])
  }

  #if !MPI
    @Test func oneOfManyNeedsMPI() {
      let launch = Launch { ["OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2"][$0] }
      #expect(throws: RankError.builtWithout(count: 2)) { _ = try launch.join() }
      #expect("\(RankError.builtWithout(count: 2))".contains("--traits MPI"))
    }
  #endif
}
