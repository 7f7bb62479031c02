// The tile unit of amx.c as loops, of the same bits, for any processor with AVX2: the slow twin of what tiles.inc does there,
// and how results of such a processor are made elsewhere. Slow twin of this in turn: Tests/KernelsTests/TileTests.swift, one
// number at a time.
#include "tables.h"
#if WN_X86
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2,f16c"))), apply_to = function)
#define WN_LANES 8
#define WN_FMA 1
#include "vectors.inc"

// A tile: 16 rows of 16 words. Eight of them are a thread's, like registers.
typedef struct unit_tile {
  uint32_t words[16][16];
} unit_tile __attribute__((aligned(64)));
static _Thread_local unit_tile tiles[8];

static void load_tile(int t, const void *at, ptrdiff_t stride) {
  for (int row = 0; row < 16; row++) memcpy(tiles[t].words[row], (const char *)at + row * stride * 4, 64);
}
static void store_tile(int t, void *at, ptrdiff_t stride) {
  for (int row = 0; row < 16; row++) memcpy((char *)at + row * stride * 4, tiles[t].words[row], 64);
}

AI v16 row_of(int t, int row) { return *(const v16_in_memory *)tiles[t].words[row]; }

// Subnormal numbers are 0.
AI v16 flushed(v16 x) {
  v16u bits = __builtin_bit_cast(v16u, x);
  return __builtin_bit_cast(v16, (bits & 0x7f800000u) == 0 ? bits & 0x80000000u : bits);
}

// x * w + sum with one rounding, x and w bfloat16: their product has 16 bits, so it is exact, and the sum rounds once,
// unless the product leaves the range of floats.
AI v16 fused(v16 x, v16 w, v16 sum) {
  v16 product = x * w, result = product + sum;
  v16 size = __builtin_elementwise_abs(product);
  v16i is_far = ((size < splat(0x1p-100f)) & (x != 0) & (w != 0)) | (size == splat(__builtin_inff()));
  if (__builtin_reduce_or(is_far))
    for (int n = 0; n < 16; n++)
      if (is_far[n]) result[n] = __builtin_fmaf(x[n], w[n], sum[n]);
  return flushed(result);
}

// A row of zeros, as fewer than 16 rows are filled up with, adds nothing.
AI int is_empty(const uint32_t row[16]) { return __builtin_reduce_or(*(const v16u_in_memory *)row) == 0; }

static void dot_bf16(int c, int a, int b) {
  for (int m = 0; m < 16; m++) {
    v16 first = splat(0), second = splat(0);
    const int count = is_empty(tiles[a].words[m]) ? 0 : 16;
    for (int k = 0; k < count; k++) {
      uint32_t word = tiles[a].words[m][k];
      v16u pairs = *(const v16u_in_memory *)tiles[b].words[k];
      v16u low = (v16u)(word << 16), high = (v16u)(word & 0xffff0000u);
      first = fused(flushed(__builtin_bit_cast(v16, low)), flushed(__builtin_bit_cast(v16, pairs << 16)), first);
      second = fused(flushed(__builtin_bit_cast(v16, high)), flushed(__builtin_bit_cast(v16, pairs & 0xffff0000u)),
                     second);
    }
    store((float *)tiles[c].words[m], flushed(flushed(row_of(c, m)) + flushed(first + second)));
  }
}

static void dot_int8(int c, int a, int b) {
  for (int m = 0; m < 16; m++) {
    v16i sum = *(const v16i_in_memory *)tiles[c].words[m];
    for (int k = 0; k < 16; k++) {
      uint32_t word = tiles[a].words[m][k];
      v16i bytes = *(const v16i_in_memory *)tiles[b].words[k];
      for (int byte = 0; byte < 4; byte++)
        sum += (v16i)(int32_t)(word >> 8 * byte & 255) * (bytes << (24 - 8 * byte) >> 24);
    }
    *(v16i_in_memory *)tiles[c].words[m] = sum;
  }
}

#define TILE_START()
#define TILE_LOAD(t, at, stride) load_tile(t, at, stride)
#define TILE_STORE(t, at, stride) store_tile(t, at, stride)
#define TILE_CLEAR(t) memset(&tiles[t], 0, sizeof(unit_tile))
#define TILE_DOT_BF16(c, a, b) dot_bf16(c, a, b)
#define TILE_DOT_INT8(c, a, b) dot_int8(c, a, b)
#define ROUND_16(x, to) *(v16h_in_memory *)(to) = __builtin_convertvector(rounded(__builtin_bit_cast(v16u, x)), v16h_in_memory)
#define WN_TILE_INT8_REST wn_table_avx2.int8
#include "rounding.inc"
#include "tiles_take.inc"

void wn_take_emulated_amx(wn_kernels *table) { WN_TAKE_TILES(table); }
#pragma clang attribute pop
#endif
