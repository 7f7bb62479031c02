// Counted heap allocations, where somebody counts them. A program cannot count its own calls of malloc without standing in
// front of malloc, which a program that people use should not do; so the counter is a library that may be preloaded
// (Tests/CAllocationCounter/counter.c), and without it there is no number.
import Glibc

package enum AllocationCounter {
  /// Calls of malloc, calloc, realloc and the aligned ones by all threads so far; nil if nobody counts.
  package static var count: Int? { function.map { Int($0()) } }

  private static let function: (@convention(c) () -> UInt64)? =
    unsafe dlsym(nil, "ac_allocations_of_process").map {
      unsafe unsafeBitCast($0, to: (@convention(c) () -> UInt64).self)
    }
}
