// The operations for AVX2 with FMA: 8 lanes, 16 registers, so 6 x 2 accumulators. Around so few multiply-adds
// the instructions that count and find operands are felt, most where two threads share a core: so four steps a turn.
#include "tables.h"
#if WN_X86
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2,f16c"))), apply_to = function)
#define WN_TABLE wn_table_avx2
#define WN_LANES 8
#define WN_FMA 1
#define WN_MR(nv) ((nv) == 2 ? 6 : 12)
#define WN_STEPS 4
#include "int8_dot_avx2.inc"
#include "table.inc"
#pragma clang attribute pop
#endif
