// What the ranks of a job are: where they run, what computes there, and what of that bites when they work together. Pure: every
// rank has told what it is before (`Job.gather`), and all come to the same sentences. Tests: JobTests.
import FoundationEssentials
import Glibc

/// What one rank says of itself.
package struct RankFacts: Codable, Hashable, Sendable {
  /// Name of the machine.
  package var host: String
  /// Version of the program.
  package var version: String
  /// The words of its command line that decide results.
  package var command: [String]
  /// The instruction set in use.
  package var instructionSet: String
  /// By precision: ranks with the same word compute the same bits.
  package var arithmetic: [String: String]
  /// Processors that it may use, processor i being bit i % 64 of word i / 64.
  package var processors: [UInt64]
  /// Processors of its machine.
  package var machineProcessors: Int
  /// Threads that it was told to use; nil for the default.
  package var threads: Int?

  package init(
    host: String = RankFacts.hostName, version: String, command: [String] = [], instructionSet: String,
    arithmetic: [String: String],
    processors: [UInt64], machineProcessors: Int, threads: Int? = nil
  ) {
    (self.host, self.version, self.instructionSet) = (host, version, instructionSet)
    self.command = command
    (self.arithmetic, self.processors) = (arithmetic, processors)
    (self.machineProcessors, self.threads) = (machineProcessors, threads)
  }

  package static var hostName: String {
    var name = utsname()
    uname(&name)
    return withUnsafeBytes(of: name.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  var processorCount: Int { max(1, processors.reduce(0) { $0 + $1.nonzeroBitCount }) }

  func sharesProcessors(with other: RankFacts) -> Bool {
    host == other.host && zip(processors, other.processors).contains { $0 & $1 != 0 }
  }
}

/// All ranks of a job.
package struct Job: Hashable, Sendable {
  package let facts: [RankFacts]
  /// This one.
  package let rank: Int

  package init(_ facts: [RankFacts], rank: Int) { (self.facts, self.rank) = (facts, rank) }

  /// - Throws: if the ranks cannot talk, or one of them is of another version and says something else.
  package static func gather(_ own: RankFacts, _ ranks: any Collective) throws(RankError) -> Job {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let text = try? encoder.encode(own) else { preconditionFailure("\(own) cannot be encoded") }
    var facts: [RankFacts] = []
    for (rank, bytes) in try ranks.gather(Array(text)).enumerated() {
      guard let one = try? JSONDecoder().decode(RankFacts.self, from: Data(bytes)) else {
        throw .differ("rank \(rank) is another version of synth: install one version on all machines")
      }
      facts.append(one)
    }
    return Job(facts, rank: ranks.rank)
  }

  /// "rank 3 (node7)".
  package func name(_ rank: Int) -> String { "rank \(rank) (\(facts[rank].host))" }

  /// Ranks of the same machine, this one among them.
  package var here: [Int] { facts.indices.filter { facts[$0].host == facts[rank].host } }

  /// Threads of each rank: as many as it was told to use, or its part of the processors that it may use.
  package var threads: [Int] {
    facts.map { own in
      own.threads ?? max(1, own.processorCount / max(1, facts.count { $0.sharesProcessors(with: own) }))
    }
  }

  // MARK: - what bites

  /// - Throws: `differ` if not all are of one version, or were not started alike.
  package func requireOneCommand() throws(RankError) {
    for rank in facts.indices where facts[rank].version != facts[0].version {
      throw .differ(
        "\(name(rank)) is synth \(facts[rank].version), \(name(0)) is \(facts[0].version): install one version on all machines"
      )
    }
    for rank in facts.indices where facts[rank].command != facts[0].command {
      throw .differ(
        "\(name(rank)) was started with '\(facts[rank].command.joined(separator: " "))', \(name(0)) with "
          + "'\(facts[0].command.joined(separator: " "))': start all with the same flags (but for --threads)")
    }
  }

  /// - Throws: `differ` if the ranks do not compute the same bits at this precision.
  package func requireOneArithmetic(_ precision: String) throws(RankError) {
    for rank in facts.indices where facts[rank].arithmetic[precision] != facts[0].arithmetic[precision] {
      throw .differ(
        "\(name(rank)) computes \(precision) with \(facts[rank].instructionSet), \(name(0)) with \(facts[0].instructionSet), "
          + "which round differently: set SYNTH_ISA to one that all have (mpirun -x SYNTH_ISA=avx2)")
    }
  }

  /// What makes the job slower than it could be, in words.
  package var warnings: [String] {
    var lines: [String] = []
    let threads = threads
    for host in hosts {
      let ranks = facts.indices.filter { facts[$0].host == host }
      let all = facts[ranks[0]].machineProcessors
      if let bound = ranks.first(where: { facts[$0].processorCount < all / ranks.count }) {
        let count = facts[bound].processorCount
        lines.append(
          "\(name(bound)) is bound to \(count) of the machine's \(all) processors: give mpirun --bind-to none (with Slurm: "
            + "srun --cpus-per-task)")
      }
      let wanted = ranks.reduce(0) { $0 + threads[$1] }
      var allowed = Set<Int>()
      for rank in ranks {
        for (word, bits) in facts[rank].processors.enumerated() {
          allowed.formUnion((0..<64).filter { bits >> UInt64($0) & 1 == 1 }.map { 64 * word + $0 })
        }
      }
      if wanted > max(1, allowed.count) {
        lines.append(
          "\(host): \(ranks.count) ranks with \(wanted) threads in all on \(max(1, allowed.count)) processors take turns: give "
            + "fewer ranks, or --threads")
      }
    }
    let sets = Set(facts.map(\.instructionSet))
    if sets.count > 1 {
      lines.append(
        "the ranks compute with \(sets.sorted().joined(separator: " and ")): the slowest decides how long a step takes"
      )
    }
    return lines
  }

  /// Machines in the order of their first ranks.
  package var hosts: [String] {
    var names: [String] = []
    for fact in facts where !names.contains(fact.host) { names.append(fact.host) }
    return names
  }
}
