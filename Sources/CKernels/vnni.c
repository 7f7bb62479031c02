// 8-bit products by the dot-product instruction of AVX-512 VNNI.
#include "tables.h"
#if WN_X86
#include <immintrin.h>
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,bmi2,f16c"))), apply_to = function)
#define WN_LANES 16
#define WN_FMA 1
#define WN_ILANES 16
#define WN_IDOT(sum, w, x) ((vi)_mm512_dpbusd_epi32((__m512i)(sum), (__m512i)(w), (__m512i)(x)))
#define WN_IDOT_OFFSET 128
#define WN_IROWS 3
#define WN_ISTATIC
#define WN_IENCODE wn_encode_i8_vnni
#define WN_IPRODUCT wn_product_i8_vnni
#include "vectors.inc"
#include "int8.inc"
#pragma clang attribute pop
#endif
