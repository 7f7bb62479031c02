// The ceilings' loops for every instruction set, those of the dot-product extensions, and the choice. See ceilings.h.
#include "tables.h"

#define WN_LANES 4
#define WN_FMA 0
#define WN_LOOP(name) name##_portable
#include "ceilings.inc"

#if WN_X86
#include <immintrin.h>

// A loop over `count` independent sums, each from a START of its own (equal ones a compiler may merge); STEP makes the
// next of a sum.
#define DOT_LOOP(name, vector, count, per_step, START, STEP)                     \
  static double name(ptrdiff_t rounds, double *sink) {                           \
    vector sum[count];                                                           \
    for (int i = 0; i < (count); i++) sum[i] = START;                            \
    for (ptrdiff_t round = 0; round < rounds; round++) {                         \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < (count); i++) STEP; \
    }                                                                            \
    for (int i = 0; i < (count); i++) *sink += (double)sum[i][0];                \
    return 2.0 * (per_step) * (count) * (double)rounds;                          \
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

// Tiles: 16 x 16 outputs of 16 words along the sum, on four accumulators.
#pragma clang attribute push(__attribute__((target("avx512f,amx-tile,amx-bf16,amx-int8"))), apply_to = function)
#define TILE_LOOP(name, DOT, per_word)                                                    \
  static double name(ptrdiff_t rounds, double *sink) {                                    \
    wn_configure_amx();                                                                   \
    static const float zeros[256] __attribute__((aligned(64)));                           \
    _tile_loadd(4, zeros, 64);                                                            \
    _tile_loadd(5, zeros, 64);                                                            \
    for (ptrdiff_t round = 0; round < rounds; round++) {                                  \
      DOT(0, 4, 5);                                                                       \
      DOT(1, 4, 5);                                                                       \
      DOT(2, 4, 5);                                                                       \
      DOT(3, 4, 5);                                                                       \
    }                                                                                     \
    *sink += 1;                                                                           \
    return 2.0 * (per_word) * 4 * 16 * 16 * 16 * (double)rounds;                          \
  }
TILE_LOOP(bf16_amx, _tile_dpbf16ps, 2)
TILE_LOOP(int8_amx, _tile_dpbusd, 4)
#pragma clang attribute pop
#endif

wn_ceilings wn_ceilings_at(wn_level level) {
  switch (level) {
#if WN_X86
    case WN_AMX:
      return (wn_ceilings){.f32 = f32_avx512, .bf16 = bf16_amx, .int8 = int8_amx, .read = read_avx512};
    case WN_AVX512_BF16:
    case WN_AVX512:
      return (wn_ceilings){
        .f32 = f32_avx512,
        .bf16 = level == WN_AVX512_BF16 ? bf16_dot : NULL,
        .int8 = __builtin_cpu_supports("avx512vnni") ? int8_vnni : NULL,
        .read = read_avx512,
      };
    case WN_AMX_EMULATED: return wn_ceilings_at(wn_has_level(WN_AVX512) ? WN_AVX512 : WN_AVX2);
    case WN_AVX2:
      return (wn_ceilings){
        .f32 = f32_avx2,
        .bf16 = NULL,
        .int8 = __builtin_cpu_supports("avxvnni") ? int8_avxvnni : NULL,
        .read = read_avx2,
      };
#endif
    default:
      return (wn_ceilings){.f32 = f32_portable, .bf16 = NULL, .int8 = NULL, .read = read_portable};
  }
}
