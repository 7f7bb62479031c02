// The ceilings of a processor: loops that only multiply and add in registers, and loops that only read. Their rates are
// what the kernels' are held against (`synth bench`); nothing else uses them. Reached through `wn_ceilings_at`.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Multiply-adds on independent accumulators, enough of them to hide the latency; `sink` takes a number that depends on
// all of them. Returns how many operations `rounds` rounds were, a multiply-add being two.
typedef double wn_arithmetic(ptrdiff_t rounds, double *sink);

typedef struct wn_ceilings {
  wn_arithmetic *f32;   // fused multiply-adds; on the portable level multiplications and additions
  wn_arithmetic *bf16;  // bfloat16 dot products; NULL where the level has none
  wn_arithmetic *int8;  // 8-bit dot products; NULL where the level has none
  // Reads `bytes` (a multiple of 4096) from a 64-byte boundary on, `passes` times.
  uint64_t (*read)(const void *from, ptrdiff_t bytes, ptrdiff_t passes);
} wn_ceilings;
