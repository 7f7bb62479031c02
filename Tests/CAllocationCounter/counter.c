// The allocation functions in front of glibc's own, each with a count. Defined in the executable, they take precedence
// over the C library's for everything in the process, the Swift runtime included. Built as a library of its own and
// preloaded, they do the same for any program, and `synth bench` then finds the count by its name:
//   cc -O2 -shared -fPIC -ftls-model=initial-exec -Iinclude -o counter.so counter.c
//   LD_PRELOAD=$PWD/counter.so synth bench
// Sanitizers have allocation functions of their own, which these would hide from the program that they watch: there
// nothing is counted.
#include "CAllocationCounter.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

static _Thread_local uint64_t allocations;
static _Atomic uint64_t allocations_of_process;

uint64_t ac_allocations(void) { return allocations; }
uint64_t ac_allocations_of_process(void) {
  return atomic_load_explicit(&allocations_of_process, memory_order_relaxed);
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define AC_SANITIZED
#endif
#endif

#if defined(__linux__) && defined(__GLIBC__) && !defined(AC_SANITIZED)
bool ac_counts(void) { return true; }

static void count_one(void) {
  allocations++;
  atomic_fetch_add_explicit(&allocations_of_process, 1, memory_order_relaxed);
}

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
  count_one();
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  count_one();
  return __libc_calloc(count, size);
}

void *realloc(void *pointer, size_t size) {
  count_one();
  return __libc_realloc(pointer, size);
}

void *memalign(size_t alignment, size_t size) {
  count_one();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
  void *pointer = memalign(alignment, size);
  if (!pointer) return ENOMEM;
  *result = pointer;
  return 0;
}
#else
bool ac_counts(void) { return false; }
#endif
