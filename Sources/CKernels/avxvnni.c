// 8-bit products by the dot-product instruction of AVX-VNNI, on processors without AVX-512.
#include "tables.h"
#if WN_X86
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2,f16c,avxvnni"))), apply_to = function)
#define WN_LANES 8
#define WN_FMA 1
#define WN_ILANES 8
#define WN_IDOT(sum, w, x) ((vi)_mm256_dpbusd_avx_epi32((__m256i)(sum), (__m256i)(w), (__m256i)(x)))
#define WN_IDOT_OFFSET 128
#define WN_IROWS 1
#define WN_ISTATIC
#define WN_IENCODE wn_encode_i8_avxvnni
#define WN_IPRODUCT wn_product_i8_avxvnni
#include "vectors.inc"
#include "int8.inc"
#pragma clang attribute pop
#endif
