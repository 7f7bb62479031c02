// The choice of the instruction set.
#include "tables.h"

#if WN_X86
// The tables with the products of what else this processor has. 8-bit sums are exact, so they replace the plain ones
// unseen; a bfloat16 dot product rounds otherwise, so it has a level of its own.
static wn_kernels avx2_extended, avx512_extended, avx512_bf16;

__attribute__((constructor)) static void extend(void) {
  __builtin_cpu_init();
  avx2_extended = wn_table_avx2;
  if (__builtin_cpu_supports("avxvnni")) avx2_extended.int8 = wn_precision_int8_avxvnni;
  avx512_extended = wn_table_avx512;
  if (__builtin_cpu_supports("avx512vnni")) avx512_extended.int8 = wn_precision_int8_vnni;
  avx512_bf16 = avx512_extended;
  avx512_bf16.bf16 = wn_precision_bf16_dot;
  avx512_bf16.gemm_bf16 = wn_gemm_bf16_dot;
  avx512_bf16.round_rows = wn_round_rows_instruction;
}
#endif

// Highest level of this processor.
static wn_level best_level(void) {
#if WN_X86
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("bmi2"))
    return WN_PORTABLE;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return __builtin_cpu_supports("avx512bf16") ? WN_AVX512_BF16 : WN_AVX512;
  return WN_AVX2;
#else
  return WN_PORTABLE;
#endif
}

const wn_kernels *wn_kernels_at(wn_level level, int extensions) {
  (void)extensions;
  if (level > best_level()) return NULL;
  switch (level) {
#if WN_X86
    case WN_AVX512_BF16: return &avx512_bf16;
    case WN_AVX512: return extensions ? &avx512_extended : &wn_table_avx512;
    case WN_AVX2: return extensions ? &avx2_extended : &wn_table_avx2;
#endif
    default: return &wn_table_portable;
  }
}
