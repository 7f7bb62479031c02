// Which processors this process may run on: no kernel, but the one question to the system that glibc answers only to those who define
// _GNU_SOURCE before everything else. Asked by Parallel.processors; tests: ParallelTests.
#define _GNU_SOURCE
#include "CKernels.h"

#include <sched.h>
#include <string.h>

int wn_processors(uint64_t *words, int count) {
  memset(words, 0, sizeof(uint64_t) * (size_t)count);
  return sched_getaffinity(0, sizeof(uint64_t) * (size_t)count, (cpu_set_t *)words);
}
