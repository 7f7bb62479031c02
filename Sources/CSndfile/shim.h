// libsndfile, with the array of a struct without a name that Swift cannot see, and the one function of the C library. Imported by AudioIO
// alone.
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

static inline void synth_set_loop(SF_INSTRUMENT *instrument, unsigned start, unsigned end) {
  instrument->loop_count = 1;
  instrument->loops[0].mode = SF_LOOP_FORWARD;
  instrument->loops[0].start = start;
  instrument->loops[0].end = end;
}

static inline unsigned synth_loop_start(const SF_INSTRUMENT *instrument) { return instrument->loops[0].start; }
static inline unsigned synth_loop_end(const SF_INSTRUMENT *instrument) { return instrument->loops[0].end; }
