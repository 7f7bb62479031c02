// The tile unit of Intel's Advanced Matrix Extensions: its instructions, and how it is asked for. What is made of them:
// tiles.inc. Slow twin: amx_emulated.c; `wn_amx_works` holds one against the other before anything else uses this.
#include "tables.h"
#if WN_X86
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>
#pragma clang attribute push(                                                                                \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx512vnni,avx2,fma,bmi2,f16c,"     \
                          "amx-tile,amx-bf16,amx-int8"))), apply_to = function)
#define WN_LANES 16
#define WN_FMA 1

// All eight tiles are whole. What a thread has configured it keeps.
void wn_configure_amx(void) {
  static _Thread_local int is_configured;
  if (is_configured) return;
  struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t bytes_of_row[16];
    uint8_t rows[16];
  } configuration __attribute__((aligned(64))) = {.palette = 1};
  for (int t = 0; t < 8; t++) configuration.bytes_of_row[t] = 64, configuration.rows[t] = 16;
  _tile_loadconfig(&configuration);
  is_configured = 1;
}

#define TILE_START() wn_configure_amx()
#define TILE_LOAD(t, at, stride) _tile_loadd(t, at, (stride) * 4)
#define TILE_STREAM(t, at, stride) _tile_stream_loadd(t, at, (stride) * 4)
#define TILE_STORE(t, at, stride) _tile_stored(t, at, (stride) * 4)
#define TILE_CLEAR(t) _tile_zero(t)
#define TILE_DOT_BF16(c, a, b) _tile_dpbf16ps(c, a, b)
#define TILE_DOT_INT8(c, a, b) _tile_dpbusd(c, a, b)
#define ROUND_16(x, to) *(v16h_in_memory *)(to) = (v16h_in_memory)_mm512_cvtneps_pbh((__m512)(x))
#define WN_TILE_INT8_REST wn_precision_int8_vnni
#include "tiles_take.inc"
#include "amx_row.inc"

void wn_take_amx(wn_kernels *table) {
  WN_TAKE_TILES(table);
  table->bf16_row_tiled = table->bf16;
  table->bf16.product = table->bf16.product_gated = product_amx;
  table->bf16.block = block_amx;
  table->round_rows = wn_round_rows_instruction;
}
#pragma clang attribute pop

// Whether the processor has the unit and the system lets this process use it: it has to be asked once, for the state of
// the tiles is large (Linux, Documentation/arch/x86/xstate.rst).
int wn_amx_is_granted(void) {
  unsigned a, b, c, d;
  const unsigned bf16 = 1u << 22, tile = 1u << 24, int8 = 1u << 25;  // CPUID leaf 7, EDX
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (d & (bf16 | tile | int8)) != (bf16 | tile | int8)) return 0;
  const long request_permission = 0x1023, tile_data = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILE_DATA
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

// Whether it gives the bits of its slow twin, of a product with every kind of edge.
int wn_amx_works(const wn_kernels *amx, const wn_kernels *twin) {
  enum { rows = 37, columns = 48, words = 21 };
  static uint32_t a[rows * words], b[words * columns] __attribute__((aligned(64)));
  static float zeros[columns] __attribute__((aligned(64))), expected[rows * columns] __attribute__((aligned(64))),
      actual[rows * columns] __attribute__((aligned(64)));
  uint32_t state = 1;
  for (int i = 0; i < rows * words + words * columns; i++) {
    state = state * 1664525u + 1013904223u;
    // Two bfloat16 of either sign: within 2^-7 ... 2, and one in sixteen subnormal.
    uint32_t word = (state & 0x83ff83ffu) | 0x3c003c00u;
    if (state >> 27 == 0) word &= 0x807f807fu;
    *(i < rows * words ? a + i : b + i - rows * words) = word;
  }
  wn_pairs_operand left = {a, words, 1};
  wn_pairs right = {b, columns};
  twin->gemm_bf16(rows, columns, words, left, right, (wn_rows){zeros, 0}, (wn_output){expected, columns}, 0);
  amx->gemm_bf16(rows, columns, words, left, right, (wn_rows){zeros, 0}, (wn_output){actual, columns}, 0);
  return memcmp(expected, actual, sizeof expected) == 0;
}
#endif
