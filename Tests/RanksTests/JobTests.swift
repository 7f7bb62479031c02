// What is said of ranks that do not go together, or that go slowly.
import Ranks
import TestSupport
import Testing

@Suite struct JobTests {
  private static func facts(
    _ host: String, processors: Range<Int> = 0..<8, of all: Int = 8, version: String = "1",
    isa: String = "avx2",
    bf16: String = "fused", threads: Int? = nil
  ) -> RankFacts {
    var words = [UInt64](repeating: 0, count: 2)
    for i in processors { words[i / 64] |= 1 << UInt64(i % 64) }
    return RankFacts(
      host: host, version: version, instructionSet: isa, arithmetic: ["f32": "fused", "bf16": bf16],
      processors: words, machineProcessors: all, threads: threads)
  }

  @Test func ranksOnOneMachineShareItsProcessors() {
    let job = Job([Self.facts("a"), Self.facts("a"), Self.facts("b")], rank: 0)
    #expect(job.threads == [4, 4, 8] && job.here == [0, 1] && job.hosts == ["a", "b"])
    #expect(job.warnings.isEmpty && job.name(2) == "rank 2 (b)")
    // Each bound to its own half: all of that.
    let halves = Job([Self.facts("a", processors: 0..<4), Self.facts("a", processors: 4..<8)], rank: 1)
    #expect(halves.threads == [4, 4] && halves.warnings.isEmpty)
    // More than 64 processors.
    let large = Job(
      [
        Self.facts("a", processors: 0..<65, of: 128), Self.facts("a", processors: 65..<128, of: 128),
      ], rank: 0)
    #expect(large.threads == [65, 63])
  }

  @Test func boundToOneCore() {
    let job = Job([Self.facts("a", processors: 0..<1), Self.facts("a", processors: 1..<2)], rank: 0)
    #expect(job.threads == [1, 1] && job.warnings.count == 1)
    #expect(
      job.warnings[0].contains("rank 0 (a) is bound to 1 of the machine's 8")
        && job.warnings[0].contains("--bind-to none"))
    #expect(Job([Self.facts("a")], rank: 0).warnings.isEmpty)
  }

  @Test func moreThreadsThanProcessors() {
    let job = Job([Self.facts("a", threads: 8), Self.facts("a"), Self.facts("b")], rank: 0)
    #expect(job.threads == [8, 4, 8] && job.warnings.count == 1)
    #expect(
      job.warnings[0].contains("2 ranks with 12 threads") && job.warnings[0].contains("on 8 processors"))
    let many = Job((0..<9).map { _ in Self.facts("a") }, rank: 0)
    #expect(many.threads == Array(repeating: 1, count: 9) && many.warnings.count == 1)
  }

  @Test func otherVersionsAndCommandsAreRefused() throws {
    try Job([Self.facts("a"), Self.facts("b")], rank: 0).requireOneCommand()
    let job = Job([Self.facts("a"), Self.facts("b", version: "2")], rank: 0)
    let error = #expect(throws: RankError.self) { try job.requireOneCommand() }
    #expect("\(error!)".contains("rank 1 (b) is synth 2, rank 0 (a) is 1"))
    var other = Self.facts("b")
    other.command = ["train", "--seed", "2"]
    let unlike = #expect(throws: RankError.self) {
      try Job([Self.facts("a"), other], rank: 0).requireOneCommand()
    }
    #expect("\(unlike!)".contains("'train --seed 2'"))
  }

  @Test func otherBitsAreRefusedWhereTheyAreUsed() throws {
    let job = Job(
      [Self.facts("a"), Self.facts("b", isa: "avx512bf16", bf16: "dot products")], rank: 0)
    try job.requireOneArithmetic("f32")
    let error = #expect(throws: RankError.self) { try job.requireOneArithmetic("bf16") }
    #expect("\(error!)".contains("rank 1 (b)") && "\(error!)".contains("SYNTH_ISA=avx2"))
    #expect(job.warnings.count == 1 && job.warnings[0].contains("avx2 and avx512bf16"))
  }

  @Test func allFactsComeToAllRanks() throws {
    let jobs = try ThreadRank.run(3) { ranks in
      try Job.gather(Self.facts("host\(ranks.rank)", threads: ranks.rank), ranks)
    }
    for (rank, job) in jobs.enumerated() {
      #expect(job.rank == rank && job.facts == jobs[0].facts && job.hosts == ["host0", "host1", "host2"])
    }
    let strangers = ThreadRank.outcomes(2) { ranks in
      if ranks.rank == 1 {
        _ = try ranks.gather("{}")
      } else {
        _ = try Job.gather(Self.facts("a"), ranks)
      }
    }
    #expect(throws: RankError.self) { try strangers[0].get() }
  }
}
