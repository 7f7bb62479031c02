// --threads, or SYNTH_THREADS, or one per processor. The result of nothing depends on it.
import ArgumentParser
import Glibc
import Kernels

struct ThreadsOption: ParsableArguments {
  @Option(
    help: "Threads to use (default: SYNTH_THREADS, or one per processor). The result does not depend on it.")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): give 1 to 1024")
    }
  }

  var count: Int {
    if let threads { return threads }
    if let value = getenv("SYNTH_THREADS"), let count = Int(String(cString: value)),
      (1...1024).contains(count)
    {
      return count
    }
    return Parallel.processorCount
  }
}
