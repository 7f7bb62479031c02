// --threads, or SYNTH_THREADS, or one per processor; of several ranks on one machine each has its part of the processors (World). The
// result of nothing depends on it.
import ArgumentParser
import Files
import Kernels

struct ThreadsOption: ParsableArguments {
  private static let allowed = 1...1024

  @Option(
    help: "Threads to use (default: SYNTH_THREADS, or one per processor). The result does not depend on it.")
  var threads: Int?

  func validate() throws {
    if let threads, !Self.allowed.contains(threads) {
      throw ValidationError("--threads \(threads): give 1 to 1024")
    }
  }

  var count: Int { given ?? World.threads ?? Parallel.processorCount }

  /// Nil where the number is left to us.
  var given: Int? { threads ?? Self.environment.flatMap { Int($0) } }

  private static var environment: String? { FileName.environment("SYNTH_THREADS") }

  /// What is wrong with SYNTH_THREADS; nil if nothing is.
  static var problem: String? {
    guard let text = environment else { return nil }
    if let count = Int(text), allowed.contains(count) { return nil }
    return "SYNTH_THREADS is '\(text)': give 1 to 1024, or unset it"
  }
}
