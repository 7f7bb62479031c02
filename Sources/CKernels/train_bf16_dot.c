// Training's product of two bfloat16 matrices by the dot-product instruction of AVX-512 BF16: per output one chain over
// the pairs along the sum, whose two products are added in one step: other last bits than those of float32 products of
// rounded floats. Slow twin: Tests/KernelsTests/TrainingProductTests.swift.
#include "tables.h"
#if WN_X86
#include <immintrin.h>
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma,bmi2,f16c"))), apply_to = function)
#define WN_LANES 16
#define WN_FMA 1
#include "vectors.inc"

// Rows of a register tile that is nv registers wide: 24 accumulators.
#define DOT_ROWS(nv) ((nv) == 4 ? 6 : (nv) == 3 ? 8 : (nv) == 2 ? 12 : 14)

AI void tile_dot(int mr, int nv, ptrdiff_t K, wn_pairs_operand a, wn_pairs b, wn_rows init, wn_output c) {
  __m512 acc[14][4];
#pragma clang loop unroll(full)
  for (int m = 0; m < mr; m++)
#pragma clang loop unroll(full)
    for (int v = 0; v < nv; v++) acc[m][v] = _mm512_load_ps(init.at + m * init.stride + v * 16);
  for (ptrdiff_t k = 0; k < K; k++) {
    __m512i row[4];
#pragma clang loop unroll(full)
    for (int v = 0; v < nv; v++) row[v] = _mm512_load_si512(b.at + k * b.stride + v * 16);
#pragma clang loop unroll(full)
    for (int m = 0; m < mr; m++) {
      __m512i x = _mm512_set1_epi32((int)a.at[m * a.row + k * a.column]);
#pragma clang loop unroll(full)
      for (int v = 0; v < nv; v++) acc[m][v] = _mm512_dpbf16_ps(acc[m][v], (__m512bh)x, (__m512bh)row[v]);
    }
  }
#pragma clang loop unroll(full)
  for (int m = 0; m < mr; m++)
#pragma clang loop unroll(full)
    for (int v = 0; v < nv; v++) _mm512_store_ps(c.at + m * c.stride + v * 16, acc[m][v]);
}

// Prefetches what train_f32.inc's strips do. A transposed a is never cold: it is rearranged just before.
AI void strip_dot(int nv, ptrdiff_t M, ptrdiff_t K, wn_pairs_operand a, wn_pairs b, wn_rows init, wn_output c,
                  int cold) {
#define TILE(mr)                                                                                     \
  {                                                                                                  \
    if (cold & WN_COLD_A) prefetch_rows(mr, K, a.at + (m + mr) * a.row, a.row);                      \
    if (cold & WN_COLD_C) prefetch_rows(mr, nv * 16, c.at + (m + mr) * c.stride, c.stride);          \
    tile_dot(mr, nv, K, (wn_pairs_operand){a.at + m * a.row, a.row, a.column}, b, FROM_ROW(init, m), \
             FROM_ROW(c, m));                                                                        \
  }
  EACH_TILE(DOT_ROWS(nv), M)
#undef TILE
}

void wn_gemm_bf16_dot(ptrdiff_t M, ptrdiff_t N, ptrdiff_t K, wn_pairs_operand a, wn_pairs b, wn_rows init, wn_output c,
                      int cold) {
  ptrdiff_t n = 0;
#define COLUMNS(nv)                                              \
  for (; n + (nv) * 16 <= N; n += (nv) * 16, cold &= ~WN_COLD_A) \
    strip_dot(nv, M, K, a, FROM_COLUMN(b, n), FROM_COLUMN(init, n), FROM_COLUMN(c, n), cold);
  COLUMNS(4)
  COLUMNS(3)
  COLUMNS(2)
  COLUMNS(1)
#undef COLUMNS
}

void wn_round_rows_instruction(ptrdiff_t rows, ptrdiff_t n, const float *x, ptrdiff_t ldx, uint32_t *y, ptrdiff_t ldy) {
  for (ptrdiff_t row = 0; row < rows; row++, x += ldx, y += ldy)
    for (ptrdiff_t i = 0; i < n; i += 16)
      *(v16h_in_memory *)(y + i / 2) = (v16h_in_memory)_mm512_cvtneps_pbh(_mm512_loadu_ps(x + i));
}
#pragma clang attribute pop
#endif
