// Generation with bfloat16 weights AND inputs by the dot-product instruction of AVX-512 BF16. Per output one chain over
// pairs of inputs, for one row and for many alike. bf16_weights.inc has float inputs. Slow twins:
// Tests/KernelsTests/RoundedProductTests.swift, BlockTests.swift.
#include "tables.h"
#if WN_X86
#include <immintrin.h>
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma,bmi2,f16c"))), apply_to = function)
#define WN_LANES 16
#define WN_FMA 1
#include "block.inc"
#include "exponentials.inc"

typedef uint32_t pair __attribute__((may_alias));

AI void round_16(v16 x, uint16_t *to) { *(v16h_in_memory *)to = (v16h_in_memory)_mm512_cvtneps_pbh((__m512)x); }

AI void tile_dot(int mr, int nv, ptrdiff_t K, wn_pairs weights, wn_rows x, wn_rows init, wn_output y) {
  const uint32_t *w = weights.at;
  vr acc[6][8];
#pragma clang loop unroll(full)
  for (int m = 0; m < mr; m++)
#pragma clang loop unroll(full)
    for (int v = 0; v < nv; v++) acc[m][v] = *(const vr *)(init.at + m * init.stride + v * 16);
  for (ptrdiff_t k = 0; k < (K + 1) / 2; k++, w += weights.stride) {
    vu row[8];
#pragma clang loop unroll(full)
    for (int v = 0; v < nv; v++) {
      if (mr == 1) __builtin_prefetch(w + v * 16 + 1024);
      row[v] = *(const vu *)(w + v * 16);
    }
#pragma clang loop unroll(full)
    for (int m = 0; m < mr; m++) {
      vu s = (vu) * (const pair *)(x.at + m * x.stride + k);
#pragma clang loop unroll(full)
      for (int v = 0; v < nv; v++)
        acc[m][v] = (vr)_mm512_dpbf16_ps((__m512)acc[m][v], (__m512bh)row[v], (__m512bh)s);
    }
  }
#pragma clang loop unroll(full)
  for (int m = 0; m < mr; m++)
#pragma clang loop unroll(full)
    for (int v = 0; v < nv; v++) *(vr *)(y.at + m * y.stride + v * 16) = acc[m][v];
}

AI void strip_dot(int nv, ptrdiff_t M, ptrdiff_t K, wn_pairs w, wn_rows x, wn_rows init, wn_output y) {
#define TILE(mr) tile_dot(mr, nv, K, w, FROM_ROW(x, m), FROM_ROW(init, m), FROM_ROW(y, m));
  EACH_TILE(6, M)
#undef TILE
}

// The same for one row.
AI void row_tile(int nv, ptrdiff_t K, wn_pairs w, const float *x, const float *init, float *y) {
  tile_dot(1, nv, K, w, (wn_rows){x, 0}, (wn_rows){init, 0}, (wn_output){y, 0});
}

// One row through one panel: each width a function of its own, since what the compiler prepares for all of them
// together costs more than one of them.
#define EACH_WIDTH PANEL(1) PANEL(2) PANEL(3) PANEL(4) PANEL(5) PANEL(6) PANEL(7) PANEL(8)
#define PANEL(nv)                                                                                  \
  static __attribute__((noinline)) void panel_##nv(ptrdiff_t K, const uint32_t *w, const float *x, \
                                                   const float *init, float *y) {                  \
    row_tile(nv, K, (wn_pairs){w, nv * 16}, x, init, y);                                           \
  }
EACH_WIDTH
#undef PANEL

static void row_dot(ptrdiff_t N, ptrdiff_t K, const uint32_t *w, const float *x, const float *init, float *y) {
  for (; N >= WN_WIDE; w += (K + 1) / 2 * WN_WIDE, init += WN_WIDE, y += WN_WIDE, N -= WN_WIDE) panel_8(K, w, x, init, y);
  switch (N / 16) {
#define PANEL(nv) \
  case nv: panel_##nv(K, w, x, init, y); break;
    EACH_WIDTH
#undef PANEL
  }
}

// The same as a part of a block.
AI void row_of_block(ptrdiff_t N, ptrdiff_t K, const uint32_t *w, const float *x, const float *init, float *y) {
  for (; N > 0; w += (K + 1) / 2 * WN_WIDE, init += WN_WIDE, y += WN_WIDE, N -= WN_WIDE) {
    ptrdiff_t width = N < WN_WIDE ? N : WN_WIDE, n = 0;
#define COLUMNS(nv) \
  for (; n + nv * 16 <= width; n += nv * 16) row_tile(nv, K, (wn_pairs){w + n, width}, x, init + n, y + n);
    COLUMNS(8)
    COLUMNS(4)
    COLUMNS(2)
    COLUMNS(1)
#undef COLUMNS
  }
}

// A row is the inputs in pairs.
AI void encode_row(ptrdiff_t K, const float *x, float *row) {
  for (ptrdiff_t k = 0; k < K; k += 16) round_16(load(x + k), (uint16_t *)row + k);
}

static void encode_dot(ptrdiff_t M, ptrdiff_t K, const float *x, ptrdiff_t ldx, float scale, float *rows,
                       ptrdiff_t ldr) {
  (void)scale;
  for (ptrdiff_t m = 0; m < M; m++) encode_row(K, x + m * ldx, rows + m * ldr);
}

AI void gate_row(ptrdiff_t n, const float *a, float *z) {
  for (ptrdiff_t i = 0; i < n; i += 16) round_16(gate_16(load(a + i), load(a + n + i)), (uint16_t *)z + i);
}

static void gate_dot(ptrdiff_t M, ptrdiff_t n, const float *a, float *z, ptrdiff_t ldz) {
  for (ptrdiff_t m = 0; m < M; m++) gate_row(n, a + m * 2 * n, z + m * ldz);
}

static void product_dot(ptrdiff_t M, ptrdiff_t N, ptrdiff_t K, const void *panels, wn_rows x, wn_rows init,
                        wn_output y) {
  const uint32_t *w = panels;
  if (M == 1) return row_dot(N, K, w, x.at, init.at, y.at);
  for (; N > 0; N -= WN_WIDE, init.at += WN_WIDE, y.at += WN_WIDE) {
    ptrdiff_t width = N < WN_WIDE ? N : WN_WIDE, n = 0;
#define COLUMNS(nv)                              \
  for (; n + (nv) * 16 <= width; n += (nv) * 16) \
    strip_dot(nv, M, K, (wn_pairs){w + n, width}, x, FROM_COLUMN(init, n), FROM_COLUMN(y, n));
    COLUMNS(4)
    COLUMNS(2)
    COLUMNS(1)
#undef COLUMNS
    w += (K + 1) / 2 * width;
  }
}

WN_BLOCK_BODY(block_body, encode_row, row_of_block, gate_row)
WN_BLOCK(block_dot, block_body)

const wn_precision wn_precision_bf16_dot = {
  .float_rows = PTRDIFF_MAX,
  .panel = WN_WIDE,
  .encode = encode_dot,
  .gate = gate_dot,
  .product = product_dot,
  .product_gated = product_dot,
  .block = block_dot,
  .compress = NULL,
  .product_sparse = NULL,
};
#pragma clang attribute pop
#endif
