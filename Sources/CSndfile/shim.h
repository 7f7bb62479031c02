// libsndfile, and the one function of the C library that Swift cannot see. Imported by AudioIO alone.
#pragma once
#include <sndfile.h>
#include <stdio.h>

// glibc's `fopencookie`, which its headers show only to those who define _GNU_SOURCE before everything else.
struct synth_cookie_functions {
  void *read;
  long (*write)(void *cookie, const char *bytes, unsigned long count);
  void *seek;
  void *close;
};
FILE *synth_fopencookie(void *cookie, const char *mode, struct synth_cookie_functions functions)
    __asm__("fopencookie");

// Swift does not let anyone near the variable itself.
static inline FILE *synth_exchange_stderr(FILE *stream) {
  FILE *before = stderr;
  stderr = stream;
  return before;
}
