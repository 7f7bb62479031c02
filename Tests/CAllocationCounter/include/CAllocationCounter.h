// Counts the heap allocations of a thread, for tests that promise none. Linked into the test runner only.
#pragma once
#include <stdint.h>

// Calls of malloc, calloc, realloc and the aligned ones by this thread so far.
uint64_t ac_allocations(void);
