// The ceilings' loops for every instruction set, those of the dot-product extensions, and the choice. See ceilings.h.
#include "tables.h"

#define WN_LANES 4
#define WN_FMA 0
#define WN_LOOP(name) name##_portable
#include "ceilings.inc"

#if WN_X86
#include <immintrin.h>

// A loop over `chains` independent sums, each from a START of its own (equal ones a compiler may merge); STEP makes the
// next of a sum.
#define DOT_LOOP(name, vector, chains, per_step, START, STEP)                     \
  static double name(ptrdiff_t rounds, double *sink) {                            \
    vector sum[chains];                                                           \
    for (int i = 0; i < (chains); i++) sum[i] = START;                            \
    for (ptrdiff_t round = 0; round < rounds; round++) {                          \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < (chains); i++) STEP; \
    }                                                                             \
    for (int i = 0; i < (chains); i++) *sink += (double)sum[i][0];                \
    return 2.0 * (per_step) * (chains) * (double)rounds;                          \
  }

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define WN_LANES 8
#define WN_FMA 1
#define WN_LOOP(name) name##_avx2
#include "ceilings.inc"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,avxvnni"))), apply_to = function)
DOT_LOOP(int8_avxvnni, __m256i, 12, 32, _mm256_set1_epi32(i),
         sum[i] = _mm256_dpbusd_avx_epi32(sum[i], _mm256_set1_epi32(0x01010101), _mm256_set1_epi32((int)rounds)))
#pragma clang attribute pop

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define WN_LANES 16
#define WN_FMA 1
#define WN_LOOP(name) name##_avx512
#include "ceilings.inc"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))), apply_to = function)
DOT_LOOP(int8_vnni, __m512i, 16, 64, _mm512_set1_epi32(i),
         sum[i] = _mm512_dpbusd_epi32(sum[i], _mm512_set1_epi32(0x01010101), _mm512_set1_epi32((int)rounds)))
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16"))), apply_to = function)
DOT_LOOP(bf16_dot, __m512, 16, 32, _mm512_set1_ps((float)i),
         sum[i] = _mm512_dpbf16_ps(sum[i], (__m512bh)_mm512_set1_epi32(0x3f003f00),
                                   (__m512bh)_mm512_set1_epi32(0x3f003f00)))
#pragma clang attribute pop
#endif

wn_ceilings wn_ceilings_at(int level) {
#if WN_X86
  __builtin_cpu_init();
  if (level >= 2) {
    return (wn_ceilings){f32_avx512, level >= 3 ? bf16_dot : NULL,
                         __builtin_cpu_supports("avx512vnni") ? int8_vnni : NULL, read_avx512};
  }
  if (level == 1)
    return (wn_ceilings){f32_avx2, NULL, __builtin_cpu_supports("avxvnni") ? int8_avxvnni : NULL, read_avx2};
#endif
  (void)level;
  return (wn_ceilings){f32_portable, NULL, NULL, read_portable};
}
