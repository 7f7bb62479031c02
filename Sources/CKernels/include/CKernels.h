// CKernels: the vectorised inner loops of synth. One body per operation (the .inc files), compiled once per instruction
// set and reached through a table that is chosen at run time. Not here: memory, threads, shapes of layers (see
// Kernels).
//
// Conventions. Everything is float32 unless it says otherwise, counts and strides are in elements, no call allocates.
// Vectors and row lengths that are called "padded" are multiples of 16 and start on a 64-byte boundary.
//
// One order of accumulation. Every product here is, per output, ONE chain of fused multiply-adds that starts at `init`
// and runs over k in ascending order; vector lanes go across outputs, never across the sum. So training, priming,
// single-stream and batched generation give the same bits, on AVX2 and AVX-512 alike, and a product may be cut
// anywhere along k (the first part's result is the second part's `init`). The portable build has no fused
// multiply-add and rounds twice; it is self-consistent but differs from the other two in the last bits.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "ceilings.h"

// Rows of floats, `stride` from one to the next, 0 for the same row again and again; those of `wn_output` are written.
typedef struct wn_rows {
  const float *at;
  ptrdiff_t stride;
} wn_rows;
typedef struct wn_output {
  float *at;
  ptrdiff_t stride;
} wn_output;

// ---- generation: the blocks and the head, at one precision ---------------------------------------------------------

// y[m, n] = init[m, n] + sum_k x(m, k) * w(k, n), m < M, n < N padded, k < K; y, init and w aligned; init may be y. w
// is packed in panels of outputs, one after the other. x are rows as the precision wants them. A row's result does not
// depend on M.
typedef void wn_product(ptrdiff_t M, ptrdiff_t N, ptrdiff_t K, const void *w, wn_rows x, wn_rows init, wn_output y);

// A block's weights, packed; counts of channels as they are, R' and so on padded.
typedef struct wn_block {
  ptrdiff_t r, d, s;
  const void *tap;              // [R, 2D']
  const void *residual;         // [D, R'], NULL in the last block, which has no y
  const void *skip;             // [D', S'], NULL if skips are added elsewhere
  const float *residual_bias;   // [R']
  const float *skip_init;       // [S'], NULL for `skips` themselves
  float scale;                  // of `encode`
} wn_block;

typedef struct wn_precision {
  // Of bfloat16: from how many rows on weights had better be kept as floats, of `panel` and functions of f32: the same bits. 0:
  // always, there are no others; PTRDIFF_MAX: never.
  ptrdiff_t float_rows;
  // Most outputs of a panel of weights: panel p holds outputs P*p ..< min(P*(p+1), N), padded. A product may be cut into
  // outputs at multiples of 128.
  ptrdiff_t panel;
  // Rows x [M, K padded] of a block's input as `product` reads them, times `scale` where they are integers. NULL: as
  // they are.
  void (*encode)(ptrdiff_t M, ptrdiff_t K, const float *x, ptrdiff_t ldx, float scale, float *rows, ptrdiff_t ldr);
  // The gate of rows a [M, 2n], n padded, as `product_gated` reads it. Encodings of neighbours stand side by side.
  void (*gate)(ptrdiff_t M, ptrdiff_t n, const float *a, float *z, ptrdiff_t ldz);
  wn_product *product;
  wn_product *product_gated;
  // A block with one past tap for many rows: M clips of R channels, x [M, R], whose rows as `encode` makes them are `encoded` [M, R']
  // at this block's scale; `past` are what the past tap reads, encoded. z [M, D'] = gate(init + past * past_tap + encoded * tap);
  // past = encoded; then, but in the last block, x = (residual_bias + residual * z) + x, and `encoded` is that at `next_scale`, the
  // next block's. The bits of `product`, `gate` and an addition. M a multiple of 16, R and D of 32, or, at 8 bits, of 64, where R is
  // WN_EXACT_INPUTS at most. NULL: none.
  void (*block_rows)(ptrdiff_t M, const wn_block *block, const void *past_tap, wn_rows init, float *x, float *encoded,
                     float *past, wn_output z, float next_scale);
  // A block for one row, the bits those of the functions above: row = x encoded, a [2D'] += tap * row, z [D'] =
  // gate(a), y [R'] = (bias + residual * z) + x, skips [S'] = skip_init + skip * z.
  void (*block)(const wn_block *block, const float *x, float *row, float *a, float *z, float *y, float *skips);
  // max(x, 0) of one row x [n padded] as a sparse row: the values above zero (or not a number), in order, times `scale`
  // where they are integers, and their indices. Returns how many. Both with room for n + 16. See sparse.inc. NULL:
  // none, and no `product_sparse` either.
  ptrdiff_t (*compress)(ptrdiff_t n, const float *x, float scale, float *values, int32_t *indices);
  // y[n] = init[n] + sum over what `compress` left of a row of K inputs, times w(k, n): the bits of `product` on max(x,
  // 0), reading only these inputs' weights. `rows` are panels of at most 128 outputs, each [K][width].
  void (*product_sparse)(ptrdiff_t N, ptrdiff_t K, ptrdiff_t count, const void *rows, const float *values,
                         const int32_t *indices, const float *init, float *y);
} wn_precision;

// Most outputs of a panel. Of float32 weights, which are [K][width], row-major; of rounded ones, but for AMX's bfloat16; of those
// that `product_sparse` reads.
#define WN_PANEL 64
#define WN_WIDE 128

// Most 8-bit inputs whose sums, of high bytes and of low ones, both fit into a float's 24 bits, and all of it into 32.
#define WN_EXACT_INPUTS 512

// ---- training: products of matrices --------------------------------------------------------------------------------

// The first operand: element (m, k) stands at m * row + k * column, one of which is 1: a matrix as it is stored, or its
// transpose.
typedef struct wn_operand {
  const float *at;
  ptrdiff_t row, column;
} wn_operand;

// c[m, n] = init[m, n] + sum_k a(m, k) * b[k, n],  m < M, n < N padded, k < K ascending; rows of b, c and init aligned.
// init may be c. What is named in `cold` was not touched for long and lies in the outer caches or beyond: it is
// prefetched.
typedef void wn_gemm(ptrdiff_t M, ptrdiff_t N, ptrdiff_t K, wn_operand a, wn_rows b, wn_rows init, wn_output c,
                     int cold);

// What `cold` may name: the rows of a, those of c.
#define WN_COLD_A 1
#define WN_COLD_C 2

// The same with bfloat16 operands, in pairs: a pair is two bfloat16 that follow one another along the sum, in one word,
// the first in the low half; K pairs. Every product is exact, the sum is float32.
typedef struct wn_pairs {
  const uint32_t *at;
  ptrdiff_t stride;
} wn_pairs;
typedef struct wn_pairs_operand {
  const uint32_t *at;
  ptrdiff_t row, column;
} wn_pairs_operand;
typedef void wn_gemm_bf16(ptrdiff_t M, ptrdiff_t N, ptrdiff_t K, wn_pairs_operand a, wn_pairs b, wn_rows init,
                          wn_output c, int cold);
typedef void wn_round_floats(ptrdiff_t rows, ptrdiff_t n, const float *x, ptrdiff_t ldx, float *y, ptrdiff_t ldy);
typedef void wn_round_rows(ptrdiff_t rows, ptrdiff_t n, const float *x, ptrdiff_t ldx, uint32_t *y, ptrdiff_t ldy);

// ---- the table of one instruction set ------------------------------------------------------------------------------

typedef struct wn_kernels {
  // Products of training.
  wn_gemm *gemm;
  // With WN_AVX512_BF16 a pair's two products are added in one step; with WN_AMX as tiles.inc says. NULL at the levels below, where
  // the operands are rounded floats, for `gemm`.
  wn_gemm_bf16 *gemm_bf16;
  // y[row*ldy + i] = x[row*ldx + i] to the nearest bfloat16, as a float: the same bits at every level, those of round_rows. n padded;
  // y may be x if ldy is ldx.
  wn_round_floats *round_floats;
  // y[row*ldy + i/2] = x[row*ldx + i], x[row*ldx + i+1] to the nearest bfloat16: the same bits at every level. n
  // padded; y may be x if ldy is ldx.
  wn_round_rows *round_rows;
  // Pairs of rows from pairs within rows: y[r*ldy + i] holds x's rows 2r and 2r+1 (0 behind the last) at
  // i.
  void (*pair_rows)(ptrdiff_t rows, ptrdiff_t n, const uint32_t *x, ptrdiff_t ldx, uint32_t *y, ptrdiff_t ldy);

  // Generation.
  wn_precision f32;
  // Weights rounded to bfloat16, inputs in pairs: a panel is [ceil(K/2)][width] pairs of weights. Without an encoder the inputs are plain floats and the chain is that of f32 on those weights; with
  // WN_AVX512_BF16 the inputs are rounded too and added pair by pair; with WN_AMX as tiles.inc says.
  wn_precision bf16;
  wn_precision bf16_weights;  // the same with float inputs at every level
  // At WN_AMX bf16's on the same weights, one row by tiles, too, instead of vectors: which is faster has to be measured. No `product`
  // elsewhere.
  wn_precision bf16_row_tiled;
  // Weights q * scale, |q| <= 127, inputs in fours: a panel is [ceil(K/4)][width] words, each
  // four bytes q with the first input's in the lowest, then [width] float scales, then [width] integers -128 * sum_k q.
  // Inputs are whole numbers, two bytes for a block's input (|x * scale| < 2^15), one for a gated output (127ths). The
  // same bits at every level. K at most 2^16. See int8_tile.inc.
  wn_precision int8;
  // The same on the same weights by other instructions, of levels with tiles, which few channels leave half empty: which of
  // both is faster has to be measured. No `product` elsewhere.
  wn_precision int8_untiled;

  // The gate. z[row * ldz + i] = tanh(a[i]) * sigmoid(a[n + i]),  a [rows][2n], i < n padded. Maximum absolute error
  // 3e-7 over all finite inputs.
  void (*gate)(ptrdiff_t rows, ptrdiff_t n, const float *a, float *z, ptrdiff_t ldz);
  // a [rows][2n] in place: pre-activations -> (tanh, sigmoid); z[row * ldz + i] = tanh * sigmoid, same bits as `gate`.
  void (*gate_forward)(ptrdiff_t rows, ptrdiff_t n, float *a, float *z, ptrdiff_t ldz);
  // z again from ts [rows][2n] = (tanh, sigmoid): within one rounding of gate_forward's.
  void (*gate_product)(ptrdiff_t rows, ptrdiff_t n, const float *ts, float *z, ptrdiff_t ldz);
  // ts [rows][2n] in place: (tanh, sigmoid) -> gradient of the pre-activations, given dz[row * lddz + i].
  void (*gate_backward)(ptrdiff_t rows, ptrdiff_t n, float *ts, const float *dz, ptrdiff_t lddz);

  // Elementwise; n padded but for `add`.
  void (*relu)(ptrdiff_t n, const float *x, float *y);                       // y = max(x, 0); y may be x
  void (*relu_backward)(ptrdiff_t n, const float *y, float *dy);             // dy = y > 0 ? dy : 0
  float (*relu_unit)(ptrdiff_t n, const float *x, float *y);                 // y = max(x, 0) / m; m, its largest
  void (*scale_add)(ptrdiff_t n, float scale, const float *bias, float *y);  // y = bias + scale * y
  void (*add)(ptrdiff_t n, const float *x, float *y);                        // y += x
  void (*sum_rows)(ptrdiff_t rows, ptrdiff_t n, const float *x, ptrdiff_t ldx, float *y);  // y[n] += sum_rows x
  int (*all_finite)(ptrdiff_t n, const float *x);                            // 1 or 0

  // e[i] = exp((x[i] - max x) * scale), i < n padded; returns the sum of e in a fixed order (16 partial sums, then a
  // tree). The numerators of softmax(x * scale): scale = 1 / temperature.
  float (*softmax)(ptrdiff_t n, const float *x, float scale, float *e);
  // One row of cross-entropy: returns -ln softmax(x)[target]; x becomes (softmax(x) - onehot(target)) * weight.
  float (*cross_entropy)(ptrdiff_t n, float *x, ptrdiff_t target, float weight);
  // The code at which the running sum of the weights w [n padded], none negative and one at least above 0, passes
  // `uniform` in [0, 1) of their total; never one of weight 0. Sums are in double, over groups of 16 codes by a tree (i
  // and i + 8, 4, 2, 1) and then inside one group: the same code on every instruction set. sums: room for n / 16.
  ptrdiff_t (*draw)(ptrdiff_t n, const float *w, double uniform, double *sums);

  // Adam (Kingma & Ba 2015, algorithm 1): p -= step * m / (sqrt(v * vscale) + eps) with step = rate / (1 - beta1^t) and
  // vscale = 1 / (1 - beta2^t). Gradients are multiplied by gscale first (clipping).
  void (*adam)(ptrdiff_t n, float *p, const float *g, float gscale, float *m, float *v, float beta1, float beta2,
               float step, float vscale, float eps);
  void (*lerp)(ptrdiff_t n, float *y, const float *x, float t);              // y += t * (x - y)
  double (*sum_squares)(ptrdiff_t n, const float *x);                        // fixed order

  void (*prefetch)(ptrdiff_t n, const float *x);                             // x [n] will be read soon
} wn_kernels;

// ---- the choice ----------------------------------------------------------------------------------------------------

// Instruction sets. The names are also those of Kernels/InstructionSet.swift. From WN_AVX512_BF16 on they differ from
// WN_AVX512 in the bits of bf16 products only.
typedef enum wn_level {
  WN_PORTABLE,
  WN_AVX2,          // with FMA
  WN_AVX512,        // F, BW, DQ, VL
  WN_AVX512_BF16,   // with bfloat16 dot products
  WN_AMX,           // with the tile unit, for bf16 and 8 bits
  WN_AMX_EMULATED,  // the bits of WN_AMX without the unit, slowly
} wn_level;

// Whether this processor, system and build have a level; the one that is best.
int wn_has_level(wn_level level);
wn_level wn_default_level(void);

// The table of a level; NULL where this processor or build has it not. `extensions` 0 leaves out what does not change
// results (VNNI): for tests.
const wn_kernels *wn_kernels_at(wn_level level, int extensions);

// The ceilings' loops of a level that `wn_kernels_at` has.
wn_ceilings wn_ceilings_at(wn_level level);

// The processors that this process may use: bit i % 64 of word i / 64 for processor i. Not 0 if the system does not say.
int wn_processors(uint64_t *words, int count);

// Says that this is a waiting loop.
static inline void wn_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}
