// The job that this process is part of: all by itself, or one rank of many under mpirun. Rank 0 speaks and writes; what the others have to
// say is named (Terminal+Ranks.swift). What ranks do together: Ranks.Collective.
import Glibc
import Kernels
import Ranks
import Synchronization

/// A command that works over several ranks.
protocol RunsOverRanks {}

enum World {
  private static let joined = Result { () throws(RankError) in try Launch.own.join() }
  /// Whether all ranks are about to end by themselves.
  private static let endsTogether = Atomic(false)
  /// 0 where it has not been found out.
  private static let ownThreads = Atomic(0)

  /// The ranks; a process by itself is the only one.
  static var ranks: any Collective {
    guard case .success(let ranks) = joined else {
      preconditionFailure("asked for ranks before they have joined")
    }
    return ranks
  }

  static var isAlone: Bool { if case .success(let ranks) = joined { ranks.count == 1 } else { true } }

  /// Before anything else.
  /// - Throws: `RankError` if this is one of many and cannot work with the others.
  static func join() throws(RankError) { _ = try joined.get() }

  /// - Throws: of many ranks, if the command is one that has no meaning for them.
  static func check(_ command: Any, name: String) throws(RankError) {
    if ranks.count > 1 && name != "help" && !(command is any RunsOverRanks) {
      throw .wrongCount("synth \(name) runs by itself, not as \(ranks.count) ranks: start it without mpirun")
    }
  }

  /// What the ranks are, found out together: all of them have to call it. What bites is said.
  /// - Parameter threads: what --threads or SYNTH_THREADS say
  /// - Throws: if they cannot work together.
  static func gather(threads: Int?) throws -> Job {
    let own = RankFacts(
      version: Version.text, command: command, instructionSet: "\(InstructionSet.active)",
      arithmetic: Dictionary(
        uniqueKeysWithValues: Precision.allCases.map { ($0.rawValue, InstructionSet.active.arithmetic($0)) }),
      processors: Parallel.processors, machineProcessors: Parallel.machineProcessorCount, threads: threads)
    let job = try Job.gather(own, ranks)
    try job.requireOneCommand()
    ownThreads.store(ranks.count > 1 ? job.threads[ranks.rank] : 0, ordering: .relaxed)
    if ranks.count > 1 && ranks.isFirst { for warning in job.warnings { Terminal.warn(warning) } }
    return job
  }

  /// This rank's part of the processors of its machine, once `gather` has found it out; nil for a process by itself.
  static var threads: Int? {
    let count = ownThreads.load(ordering: .relaxed)
    return count > 0 ? count : nil
  }

  /// The command line, without what may differ.
  private static var command: [String] {
    var words: [String] = []
    var isNumber = false
    for word in CommandLine.arguments.dropFirst() {
      if !isNumber && !word.hasPrefix("--threads") && !["--quiet", "-q", "--json"].contains(word) {
        words.append(word)
      }
      isNumber = word == "--threads"
    }
    return words
  }

  // MARK: - the end

  /// From now on every rank ends by itself, for a reason that all have agreed on.
  static func endTogether() { endsTogether.store(true, ordering: .relaxed) }

  /// The end of a process: with all others, or, after an error that only this rank has, by ending them.
  static func exit(_ code: Int32) -> Never {
    if case .success(let ranks) = joined, ranks.count > 1 {
      if code == 0 || endsTogether.load(ordering: .relaxed) {
        do throws(RankError) { try ranks.finish() } catch { ranks.abort(74) }
      } else {
        ranks.abort(code)
      }
    }
    Glibc.exit(code)
  }
}

extension InstructionSet {
  /// Two instruction sets with one word for a precision give the same bits at it.
  func arithmetic(_ precision: Precision) -> String {
    let f32 = self == .portable ? "portable" : "fused"
    switch precision {
    case .f32, .int8: return f32
    case .bf16:
      if !multipliesBF16 { return f32 }
      return self == .avx512bf16 ? "dot products" : "tiles"
    }
  }
}
