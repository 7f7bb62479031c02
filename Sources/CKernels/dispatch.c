// The choice of the instruction set.
#include "tables.h"

int wn_best_level(void) {
#if WN_X86
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("bmi2")) return 0;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return 2;
  return 1;
#else
  return 0;
#endif
}

const wn_kernels *wn_kernels_at(int level) {
  if (level < 0 || level > wn_best_level()) return NULL;
#if WN_X86
  if (level == 2) return &wn_table_avx512;
  if (level == 1) return &wn_table_avx2;
#endif
  return &wn_table_portable;
}
