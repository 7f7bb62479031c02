// The same bits on every instruction set, see CKernels.h: products of random shapes, and what is computed element by element, by
// every level that the processor has, against the portable one or AVX2. AMX is held against its emulation. What is right is
// another question, of Tests/KernelsTests, on any machine.
#include "CKernels.h"
#include "machine.h"

enum { LEVELS = WN_AMX_EMULATED + 1, RUNS = 200, MOST_SAID = 30 };
static const char *const names[LEVELS] = {"portable", "avx2", "avx512", "avx512bf16", "amx", "amx-emulated"};
static const wn_kernels *levels[LEVELS];

// ---- numbers

static uint64_t state = 1;
static uint32_t draw_bits(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(state >> 33);
}
static int draw_below(int n) { return (int)(draw_bits() % (uint32_t)n); }
static float draw_float(void) { return (float)draw_bits() / (1 << 30) - 1; }  // -1 ... 1
static float *floats(ptrdiff_t n) {
  float *x = take((size_t)n * 4);
  for (ptrdiff_t i = 0; i < n; i++) x[i] = draw_float();
  return x;
}

// Two bfloat16 in a word; some are zero, some subnormal.
static uint32_t draw_pair(void) {
  const float low = draw_float(), high = draw_float();
  uint32_t a, b;
  memcpy(&a, &low, 4), memcpy(&b, &high, 4);
  const uint32_t pair = a >> 16 | (b & 0xffff0000u);
  return draw_below(17) == 0 ? 0 : draw_below(23) == 0 ? pair & 0x807fffffu : pair;
}
static uint32_t *pairs(ptrdiff_t n) {
  uint32_t *x = take((size_t)n * 4);
  for (ptrdiff_t i = 0; i < n; i++) x[i] = draw_pair();
  return x;
}

static int padded(int n) { return (n + 15) / 16 * 16; }

// ---- what is found

// M rows, N outputs (padded), K inputs.
typedef struct shape {
  int m, n, k;
} shape;
static int compared, different;

static void compare(const char *what, int level, shape s, const void *expected, const void *found, ptrdiff_t words) {
  compared++;
  if (memcmp(expected, found, (size_t)words * 4) == 0) return;
  if (++different <= MOST_SAID) say("%s differs by %s: %d x %d x %d\n", what, names[level], s.m, s.n, s.k);
}

// ---- products of generation

// Weights of 8 bits in panels, as int8_tile.inc has them.
static uint32_t *byte_panels(shape s) {
  const int groups = (s.k + 3) / 4;
  uint32_t *panels = take((size_t)(groups + 2) * s.n * 4), *w = panels;
  for (int first = 0; first < s.n; first += WN_WIDE) {
    const int width = s.n - first < WN_WIDE ? s.n - first : WN_WIDE;
    for (int j = 0; j < width; j++) {
      int sum = 0;
      for (int i = 0; i < s.k; i++) {
        const int q = draw_below(255) - 127;
        w[i / 4 * width + j] |= (uint32_t)(uint8_t)q << i % 4 * 8;
        sum += q;
      }
      const float scale = 1e-3f * draw_float();
      memcpy(w + groups * width + j, &scale, 4);
      w[(groups + 1) * width + j] = (uint32_t)(-128 * sum);
    }
    w += (groups + 2) * width;
  }
  return panels;
}

static void compare_bytes(shape s, const float *x, const float *init) {
  const uint32_t *w = byte_panels(s);
  const int row = padded(padded(s.k) / 2);
  float *expected[2] = {take((size_t)s.m * s.n * 4), take((size_t)s.m * s.n * 4)};
  float *rows = take((size_t)s.m * row * 4);
  int is_first = 1;
  for (int level = 0; level < LEVELS; level++)
    for (int form = 0; form < 2 && levels[level]; form++) {
      const wn_precision *p = form == 0 ? &levels[level]->int8 : &levels[level]->int8_untiled;
      if (!p->product) continue;
      float *own = take((size_t)s.m * row * 4), *y = take((size_t)s.m * s.n * 4);
      p->encode(s.m, s.k, x, padded(s.k), 32760, is_first ? rows : own, row);
      if (!is_first) compare("encoding of 8 bits", level, s, rows, own, s.m * row);
      for (int gated = 0; gated < 2; gated++) {
        wn_product *product = gated ? p->product_gated : p->product;
        product(s.m, s.n, s.k, w, (wn_rows){rows, row}, (wn_rows){init, s.n},
                (wn_output){is_first ? expected[gated] : y, s.n});
        if (!is_first) compare(gated ? "gated 8 bits" : "8 bits", level, s, expected[gated], y, s.m * s.n);
      }
      is_first = 0;
    }
}

// Float32 weights, bfloat16 ones with float inputs, and the products of training: from AVX2 on the same.
static void compare_floats(shape s, const float *x, const float *init) {
  const float *w = floats((ptrdiff_t)s.n * s.k), *transposed = floats((ptrdiff_t)s.m * s.k);
  const uint32_t *rounded = pairs((ptrdiff_t)s.n * ((s.k + 1) / 2));
  const wn_rows rows = {x, padded(s.k)}, start = {init, s.n};
  float *expected[3], *y = take((size_t)s.m * s.n * 4);
  for (int i = 0; i < 3; i++) expected[i] = take((size_t)s.m * s.n * 4);
  static const char *const what[3] = {"f32", "weights of bf16", "training f32"};
  for (int level = WN_AVX2; level < LEVELS; level++)
    for (int i = 0; i < 3 && levels[level]; i++) {
      const wn_kernels *k = levels[level];
      const wn_output out = {level == WN_AVX2 ? expected[i] : y, s.n};
      if (i == 0) k->f32.product(s.m, s.n, s.k, w, rows, start, out);
      else if (i == 1) k->bf16_weights.product(s.m, s.n, s.k, rounded, rows, start, out);
      else k->gemm(s.m, s.n, s.k, (wn_operand){transposed, 1, s.m}, (wn_rows){w, s.n}, start, out, draw_below(4));
      if (level != WN_AVX2) compare(what[i], level, s, expected[i], y, s.m * s.n);
    }
}

// ---- the tile unit

// A block of many rows by the unit and by its emulation.
static void compare_blocks(shape s, const float *x, const float *init, int is_int8) {
  const int part = is_int8 ? 64 : 32, d = s.n / 2, row = padded(padded(s.k) / 2), z = padded(is_int8 ? d / 4 : d / 2);
  if (s.m % 16 || s.k % part || s.n % (2 * part)) return;
  const shape residual = {s.m, s.k, d};
  const void *w[3];
  for (int i = 0; i < 3; i++)
    w[i] = is_int8 ? byte_panels(i == 2 ? residual : s) : pairs(i == 2 ? (ptrdiff_t)d / 2 * s.k : (ptrdiff_t)s.k / 2 * s.n);
  const wn_block block = {s.k, d, 0, w[1], w[2], NULL, floats(s.k), NULL, 32000};
  float *gated[2], *x_in_place[2], *encoded[2], *slot[2];
  for (int i = 0; i < 2; i++) {
    const wn_kernels *level = levels[i == 0 ? WN_AMX_EMULATED : WN_AMX];
    const wn_precision *p = is_int8 ? &level->int8 : &level->bf16;
    gated[i] = take((size_t)s.m * z * 4), x_in_place[i] = take((size_t)s.m * s.k * 4);
    encoded[i] = take((size_t)s.m * row * 4), slot[i] = take((size_t)s.m * row * 4);
    memcpy(x_in_place[i], x, (size_t)s.m * s.k * 4);
    p->encode(s.m, s.k, x, s.k, block.scale, encoded[i], row);
    memcpy(slot[i], encoded[i], (size_t)s.m * row * 4);
    p->block_rows(s.m, &block, w[0], (wn_rows){init, s.n}, x_in_place[i], encoded[i], slot[i], (wn_output){gated[i], z}, 9000);
  }
  compare("gates of a block", WN_AMX, s, gated[0], gated[1], s.m * z);
  compare("outputs of a block", WN_AMX, s, x_in_place[0], x_in_place[1], s.m * s.k);
  compare("encoded outputs of a block", WN_AMX, s, encoded[0], encoded[1], s.m * row);
  compare("queue of a block", WN_AMX, s, slot[0], slot[1], s.m * row);
}

static void compare_tiles(shape s, const float *x, const float *init) {
  const wn_kernels *unit = levels[WN_AMX], *twin = levels[WN_AMX_EMULATED];
  if (!unit || !twin) return;
  const int words = (s.k + 1) / 2, row = padded(padded(s.k) / 2);
  const uint32_t *w = pairs((ptrdiff_t)words * s.n);
  float *rows = take((size_t)s.m * row * 4), *own = take((size_t)s.m * row * 4);
  float *expected = take((size_t)s.m * s.n * 4), *y = take((size_t)s.m * s.n * 4);
  twin->bf16.encode(s.m, s.k, x, padded(s.k), 1, rows, row);
  unit->bf16.encode(s.m, s.k, x, padded(s.k), 1, own, row);
  compare("encoding of bf16", WN_AMX, s, rows, own, s.m * row);
  const wn_rows in = {rows, row}, start = {init, s.n};
  twin->bf16.product(s.m, s.n, s.k, w, in, start, (wn_output){expected, s.n});
  unit->bf16.product(s.m, s.n, s.k, w, in, start, (wn_output){y, s.n});
  compare("bf16", WN_AMX, s, expected, y, s.m * s.n);
  for (int m = 0; m < s.m; m += 1 + s.m / 3) {
    unit->bf16.product(1, s.n, s.k, w, (wn_rows){rows + m * row, row}, (wn_rows){init + m * s.n, s.n}, (wn_output){y, s.n});
    compare("one row of bf16", WN_AMX, s, expected + m * s.n, y, s.n);
    unit->bf16_row_tiled.product(1, s.n, s.k, w, (wn_rows){rows + m * row, row}, (wn_rows){init + m * s.n, s.n}, (wn_output){y, s.n});
    compare("one row of bf16 by tiles", WN_AMX, s, expected + m * s.n, y, s.n);
  }
  compare_blocks(s, x, init, 0), compare_blocks(s, x, init, 1);
  const uint32_t *a = pairs((ptrdiff_t)s.m * s.k), *b = pairs((ptrdiff_t)s.k * s.n);
  for (int is_transposed = 0; is_transposed < 2; is_transposed++) {
    const wn_pairs_operand left = is_transposed ? (wn_pairs_operand){a, 1, s.m} : (wn_pairs_operand){a, s.k, 1};
    twin->gemm_bf16(s.m, s.n, s.k, left, (wn_pairs){b, s.n}, start, (wn_output){expected, s.n}, 0);
    unit->gemm_bf16(s.m, s.n, s.k, left, (wn_pairs){b, s.n}, start, (wn_output){y, s.n}, draw_below(4));
    compare(is_transposed ? "training bf16, transposed" : "training bf16", WN_AMX, s, expected, y, s.m * s.n);
  }
}

// ---- element by element

static void compare_elements(shape s, const float *x, const float *init) {
  const wn_kernels *twin = levels[WN_AVX2];
  const int k = padded(s.k), n = s.n;
  float *expected = take((size_t)s.m * (k + n) * 4), *y = take((size_t)s.m * (k + n) * 4);
  float *values = take((size_t)(k + 16) * 4);
  int32_t *indices = take((size_t)(k + 16) * 4);
  const float *w = floats((ptrdiff_t)n * s.k);
  double sums[64];
  for (int level = 0; level < LEVELS; level++) {
    const wn_kernels *own = levels[level];
    if (!own || level == WN_AVX2) continue;
    twin->round_rows(s.m, k, x, k, (uint32_t *)expected, k), own->round_rows(s.m, k, x, k, (uint32_t *)y, k);
    compare("rounding to pairs", level, s, expected, y, s.m * k);
    twin->round_floats(s.m, k, x, k, expected, k), own->round_floats(s.m, k, x, k, y, k);
    compare("rounding", level, s, expected, y, s.m * k);
    if (level == WN_PORTABLE) continue;  // no fused multiply-add: other bits from here on
    if (n % 32 == 0) {
      twin->gate(s.m, n / 2, init, expected, n / 2), own->gate(s.m, n / 2, init, y, n / 2);
      compare("gate", level, s, expected, y, s.m * n / 2);
    }
    const float sum = twin->softmax(n, init, 1.3f, expected), other = own->softmax(n, init, 1.3f, y);
    compare("softmax", level, s, expected, y, n);
    compare("sum of a softmax", level, s, &sum, &other, 1);
    const ptrdiff_t code = twin->draw(n, expected, 0.37, sums), drawn = own->draw(n, expected, 0.37, sums);
    compare("draw", level, s, &code, &drawn, 2);
    if (n > WN_WIDE) continue;  // one panel
    const ptrdiff_t kept = twin->f32.compress(k, x, 1, values, indices);
    twin->f32.product_sparse(n, s.k, kept, w, values, indices, init, expected);
    own->f32.product_sparse(n, s.k, own->f32.compress(k, x, 1, values, indices), w, values, indices, init, y);
    compare("sparse row", level, s, expected, y, n);
  }
}

// ---- all of it

static shape draw_shape(int run) {
  shape s = {1 + draw_below(run % 4 == 0 ? 70 : run % 4 == 1 ? 8 : 40), 16 * (1 + draw_below(run % 3 ? 9 : 18)),
             1 + draw_below(run % 5 == 0 ? 300 : 80)};
  if (run % 7 == 0) s.k = 32;
  if (run % 11 == 0) s = (shape){32, 128 * (1 + draw_below(2)), 64 * (1 + draw_below(2))};
  if (run % 13 == 0) s = (shape){64, 64, 32};
  return s;
}

void compare_levels(void) {
  for (int level = 0; level < LEVELS; level++) {
    levels[level] = wn_kernels_at(level, 1);
    say("%s: %s\n", names[level], levels[level] ? "yes" : "no");
  }
  for (int run = 0; run < RUNS; run++) {
    const shape s = draw_shape(run);
    float *x = take((size_t)s.m * padded(s.k) * 4);
    for (int m = 0; m < s.m; m++)
      for (int k = 0; k < s.k; k++) x[m * padded(s.k) + k] = draw_float();
    const float *init = floats((ptrdiff_t)s.m * s.n);
    compare_bytes(s, x, init);
    compare_floats(s, x, init);
    compare_tiles(s, x, init);
    compare_elements(s, x, init);
    give_all_back();
    if (run % 50 == 49) say("%d of %d shapes\n", run + 1, RUNS);
  }
  say("end: %d comparisons, %d different\n", compared, different);
}
