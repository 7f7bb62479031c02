// 8-bit products by the dot-product instruction of AVX-512 VNNI.
#include "tables.h"
#if WN_X86
#include <immintrin.h>
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,bmi2,f16c"))), apply_to = function)
#define WN_LANES 16
#define WN_FMA 1
#define WN_ILANES 16
#define WN_IDOT(sum, u, q) ((vi)_mm512_dpbusd_epi32((__m512i)(sum), (__m512i)(u), (__m512i)(q)))
#define WN_IDOT_OFFSET 0
// Bytes, or pairs of them, of two registers in turn, in each of their four parts.
#define WN_MIX8(half, a, b) ((vi)_mm512_unpack##half##_epi8((__m512i)(a), (__m512i)(b)))
#define WN_MIX16(half, a, b) ((vi)_mm512_unpack##half##_epi16((__m512i)(a), (__m512i)(b)))
#include "int8_products.inc"
const wn_precision wn_precision_int8_vnni = WN_INT8;
#pragma clang attribute pop
#endif
