// The tile unit of amx.c as loops, of the same bits, for any processor with AVX2: the slow twin of what tiles.inc does there,
// and how results of such a processor are made elsewhere. Slow twin of this in turn: Tests/KernelsTests/TileTests.swift, one
// number at a time.
#include "tables.h"
#if WN_X86
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2,f16c"))), apply_to = function)
#define WN_LANES 8
#define WN_FMA 1
#include "subnormals.inc"
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

// The two numbers of every word, as floats.
typedef struct unit_halves {
  float first[16][16], second[16][16];
} unit_halves __attribute__((aligned(64)));

AI void take_apart(const unit_tile *tile, unit_halves *halves) {
  for (int row = 0; row < 16; row++) {
    v16u words = *(const v16u_in_memory *)tile->words[row];
    store(halves->first[row], __builtin_bit_cast(v16, words << 16));
    store(halves->second[row], __builtin_bit_cast(v16, words & 0xffff0000u));
  }
}

// c += a x b of all rows, in the mode in which subnormal numbers are 0: nothing that belongs outside of it may be moved in.
static __attribute__((noinline)) void dot_in_mode(unit_tile *c, const unit_halves *a, const unit_halves *b) {
  enum { ROWS = 2 };  // whose chains together keep the multipliers busy
  for (int m = 0; m < 16; m += ROWS) {
    v16 first[ROWS] = {0}, second[ROWS] = {0};
    for (int k = 0; k < 16; k++)
#pragma clang loop unroll(full)
      for (int row = 0; row < ROWS; row++) {
        first[row] = FMA(splat(a->first[m + row][k]), load(b->first[k]), first[row]);
        second[row] = FMA(splat(a->second[m + row][k]), load(b->second[k]), second[row]);
      }
#pragma clang loop unroll(full)
    for (int row = 0; row < ROWS; row++) {
      v16u_in_memory *sums = (v16u_in_memory *)c->words[m + row];
      *sums = __builtin_bit_cast(v16u, __builtin_bit_cast(v16, *sums) + (first[row] + second[row]));
    }
  }
}

static void dot_bf16(int c, int a, int b) {
  unit_halves left, right;
  take_apart(&tiles[a], &left);
  take_apart(&tiles[b], &right);
  const unsigned mode = flush_subnormals();
  dot_in_mode(&tiles[c], &left, &right);
  _mm_setcsr(mode);
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
#define TILE_STREAM(t, at, stride) load_tile(t, at, stride)
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
