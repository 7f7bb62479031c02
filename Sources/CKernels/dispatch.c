// The choice of the instruction set.
#include "tables.h"

#if WN_X86
// The tables with the products of what else this processor has. 8-bit sums are exact, so they replace the plain ones
// unseen; a bfloat16 dot product and a tile unit round otherwise, so they have levels of their own.
static wn_kernels avx2_extended, avx512_extended, avx512_bf16, amx, amx_emulated;
static int has_level[WN_AMX_EMULATED + 1] = {1};

__attribute__((constructor)) static void extend(void) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("bmi2")) return;
  has_level[WN_AVX2] = has_level[WN_AMX_EMULATED] = 1;
  avx2_extended = wn_table_avx2;
  if (__builtin_cpu_supports("avxvnni")) avx2_extended.int8 = wn_precision_int8_avxvnni;
  amx_emulated = avx2_extended;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl")) {
    has_level[WN_AVX512] = 1;
    avx512_extended = wn_table_avx512;
    if (__builtin_cpu_supports("avx512vnni")) avx512_extended.int8 = wn_precision_int8_vnni;
    amx_emulated = avx512_extended;
  }
  wn_take_emulated_amx(&amx_emulated);
  if (!has_level[WN_AVX512] || !__builtin_cpu_supports("avx512bf16")) return;
  has_level[WN_AVX512_BF16] = 1;
  avx512_bf16 = avx512_extended;
  avx512_bf16.bf16 = wn_precision_bf16_dot;
  avx512_bf16.gemm_bf16 = wn_gemm_bf16_dot;
  avx512_bf16.round_rows = wn_round_rows_instruction;
  if (!__builtin_cpu_supports("avx512vnni") || !wn_amx_is_granted()) return;
  amx = avx512_extended;
  wn_take_amx(&amx);
  has_level[WN_AMX] = wn_amx_works(&amx, &amx_emulated);
}
#endif

int wn_has_level(wn_level level) {
#if WN_X86
  return has_level[level];
#else
  return level == WN_PORTABLE;
#endif
}

// What each is chosen for was measured (`synth bench --ceilings`), but for processors that are not named here:
//   AMX                  Xeon (Sapphire Rapids): 14 times the f32 multiply-adds
//   bfloat16 dot product AMD, Zen 4 and 5: twice the f32 multiply-adds. That Xeon: half of them, so it goes without, and
//                        so do processors that nobody has measured
wn_level wn_default_level(void) {
#if WN_X86
  if (has_level[WN_AMX]) return WN_AMX;
  if (has_level[WN_AVX512_BF16] && __builtin_cpu_is("amd")) return WN_AVX512_BF16;
  if (has_level[WN_AVX512]) return WN_AVX512;
  if (has_level[WN_AVX2]) return WN_AVX2;
#endif
  return WN_PORTABLE;
}

const wn_kernels *wn_kernels_at(wn_level level, int extensions) {
  (void)extensions;
  if (!wn_has_level(level)) return NULL;
  switch (level) {
#if WN_X86
    case WN_AMX_EMULATED: return &amx_emulated;
    case WN_AMX: return &amx;
    case WN_AVX512_BF16: return &avx512_bf16;
    case WN_AVX512: return extensions ? &avx512_extended : &wn_table_avx512;
    case WN_AVX2: return extensions ? &avx2_extended : &wn_table_avx2;
#endif
    default: return &wn_table_portable;
  }
}
