// Counts heap allocations, for tests that promise none. Linked into the test runner only, or preloaded.
#pragma once
#include <stdbool.h>
#include <stdint.h>

// Calls of malloc, calloc, realloc and the aligned ones by this thread so far.
uint64_t ac_allocations(void);
// The same by all threads.
uint64_t ac_allocations_of_process(void);
// Whether anything is counted: not under a sanitizer, nor with another C library than glibc.
bool ac_counts(void);
