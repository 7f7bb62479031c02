// 8-bit products by the dot-product instruction of AVX-VNNI, on processors without AVX-512.
#include "tables.h"
#if WN_X86
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2,f16c,avxvnni"))), apply_to = function)
#define WN_LANES 8
#define WN_FMA 1
#define WN_ILANES 8
#define WN_IDOT(sum, u, q) ((vi)_mm256_dpbusd_avx_epi32((__m256i)(sum), (__m256i)(u), (__m256i)(q)))
#define WN_IDOT_OFFSET 0
// Bytes, or pairs of them, of two registers in turn, in each of their two parts.
#define WN_MIX8(half, a, b) ((vi)_mm256_unpack##half##_epi8((__m256i)(a), (__m256i)(b)))
#define WN_MIX16(half, a, b) ((vi)_mm256_unpack##half##_epi16((__m256i)(a), (__m256i)(b)))
#include "int8_products.inc"
const wn_precision wn_precision_int8_avxvnni = WN_INT8;
#pragma clang attribute pop
#endif
