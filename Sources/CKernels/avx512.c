// The operations for AVX-512: 16 lanes, 32 registers, so 24 accumulators and 4 registers of weights.
#include "tables.h"
#if WN_X86
#include <immintrin.h>
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi2,f16c"))), apply_to = function)
#define WN_TABLE wn_table_avx512
#define WN_LANES 16
#define WN_FMA 1
#define WN_MR(nv) ((nv) == 4 ? 6 : (nv) == 3 ? 8 : (nv) == 2 ? 12 : 14)
#define WN_STEPS 1
#include "int8_dot_avx2.inc"
#include "table.inc"
#pragma clang attribute pop
#endif
