// The plain peer of one-stream generation: what a careful C++ programmer writes in an afternoon, for comparison with
// `synth bench`. Cached dilated queues, shapes known at compile time, weights in reading order, loops that the compiler
// vectorises, softmax sampling. float32, one thread, no intrinsics; the weights are random, which costs the same time.
//
//   g++ -O3 -march=native -ffast-math -std=c++17 -o plain_queues plain_queues.cpp
//   ./plain_queues C1 [chunks = 5] [seconds per chunk = 1]
//
// Prints one line of JSON: the median over the chunks, in samples/s. The shapes C1 to C4 are those of `synth bench`.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

static uint64_t state = 88172645463325252ull;
static float uniform() {  // xorshift64, [0, 1)
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return (state >> 40) * (1.0f / 16777216.0f);
}

// Weights of a matrix with OUT rows and IN columns, as panels of P rows, column after column: read once, in order.
template <int OUT, int IN>
struct Matrix {
  static constexpr int P = OUT < 64 ? OUT : 64;
  alignas(64) float weight[OUT * IN];
  alignas(64) float bias[OUT];

  void randomize() {
    for (float& w : weight) w = (uniform() - 0.5f) * 2 * std::sqrt(3.0f / IN);
    for (float& b : bias) b = (uniform() - 0.5f) * 0.1f;
  }

  // output = (accumulate ? output : 0) + weight * input + bias
  template <bool accumulate>
  void multiply(const float* __restrict input, float* __restrict output) const {
    for (int panel = 0; panel < OUT; panel += P) {
      const float* __restrict w = weight + panel * IN;
      alignas(64) float sum[P];
      for (int j = 0; j < P; j++) sum[j] = bias[panel + j] + (accumulate ? output[panel + j] : 0);
      for (int k = 0; k < IN; k++, w += P)
        for (int j = 0; j < P; j++) sum[j] += w[j] * input[k];
      for (int j = 0; j < P; j++) output[panel + j] = sum[j];
    }
  }
};

template <int STACKS, int LAYERS, int K, int R, int D, int S, int H>
struct WaveNet {
  static constexpr int L = STACKS * LAYERS, Q = 256;

  struct Block {
    Matrix<2 * D, K * R> dilated;  // columns: oldest tap first
    Matrix<S, D> skip;
    Matrix<R, D> residual;
  };
  alignas(64) float embedding[Q * R];
  Block blocks[L];
  Matrix<H, S> hidden;
  Matrix<Q, H> output;

  std::vector<float> rings[L];  // (K-1) * dilation rows of R: what the block read, newest row overwrites the oldest
  int cursor[L];

  void reset() {
    for (float& e : embedding) e = (uniform() - 0.5f) * 2;
    for (Block& b : blocks) b.dilated.randomize(), b.skip.randomize(), b.residual.randomize();
    hidden.randomize(), output.randomize();
    for (int i = 0; i < L; i++) rings[i].assign((K - 1) * (size_t(1) << i % LAYERS) * R, 0), cursor[i] = 0;
  }

  int step(int code) {
    alignas(64) float x[R], taps[K * R], a[2 * D], z[D], skips[S] = {}, h[H], logits[Q];
    std::memcpy(x, embedding + code * R, sizeof x);
    for (int i = 0; i < L; i++) {
      const int dilation = 1 << i % LAYERS, rows = (K - 1) * dilation;
      float* ring = rings[i].data();
      for (int tap = 0; tap < K - 1; tap++) {
        int row = cursor[i] + tap * dilation;
        if (row >= rows) row -= rows;
        std::memcpy(taps + tap * R, ring + size_t(row) * R, sizeof x);
      }
      std::memcpy(taps + (K - 1) * R, x, sizeof x);
      std::memcpy(ring + size_t(cursor[i]) * R, x, sizeof x);
      if (++cursor[i] == rows) cursor[i] = 0;

      blocks[i].dilated.template multiply<false>(taps, a);
      for (int j = 0; j < D; j++) {
        const float e = std::exp(2 * std::min(std::max(a[j], -15.0f), 15.0f));
        z[j] = (e - 1) / ((e + 1) * (1 + std::exp(-a[D + j])));
      }
      blocks[i].skip.template multiply<true>(z, skips);
      if (i < L - 1) blocks[i].residual.template multiply<true>(z, x);
    }
    for (float& s : skips) s = std::max(s, 0.0f);
    hidden.template multiply<false>(skips, h);
    for (float& v : h) v = std::max(v, 0.0f);
    output.template multiply<false>(h, logits);

    float top = logits[0], total = 0;
    for (float v : logits) top = std::max(top, v);
    for (float& v : logits) v = std::exp(v - top);
    for (float v : logits) total += v;
    float left = uniform() * total;
    for (int q = 0; q < Q; q++)
      if ((left -= logits[q]) < 0) return q;
    return Q - 1;
  }
};

template <typename Net>
static void run(const char* shape, int chunks, double seconds) {
  Net* net = new (std::align_val_t(64)) Net;
  net->reset();
  using clock = std::chrono::steady_clock;
  std::vector<double> rates;
  int code = 128;
  long sum = 0;  // keeps the work alive, and shows that the codes move
  for (int chunk = -1; chunk < chunks; chunk++) {  // the first warms up
    const auto start = clock::now();
    long samples = 0;
    double elapsed = 0;
    while (elapsed < seconds) {
      for (int i = 0; i < 500; i++) sum += code = net->step(code);
      samples += 500;
      elapsed = std::chrono::duration<double>(clock::now() - start).count();
    }
    if (chunk >= 0) rates.push_back(samples / elapsed);
  }
  std::sort(rates.begin(), rates.end());
  std::printf("{\"name\": \"generate\", \"implementation\": \"plain C++\", \"shape\": \"%s\", \"threads\": 1, "
              "\"samples_per_second\": %.0f, \"chunks\": %d, \"checksum\": %ld}\n",
              shape, rates[rates.size() / 2], chunks, sum);
}

int main(int argc, char** argv) {
  const char* shape = argc > 1 ? argv[1] : "";
  const int chunks = argc > 2 ? std::atoi(argv[2]) : 5;
  const double seconds = argc > 3 ? std::atof(argv[3]) : 1;
  if (!std::strcmp(shape, "C1")) run<WaveNet<2, 10, 2, 32, 32, 64, 64>>(shape, chunks, seconds);
  else if (!std::strcmp(shape, "C2")) run<WaveNet<2, 10, 2, 64, 64, 256, 256>>(shape, chunks, seconds);
  else if (!std::strcmp(shape, "C3")) run<WaveNet<5, 10, 2, 32, 32, 512, 512>>(shape, chunks, seconds);
  else if (!std::strcmp(shape, "C4")) run<WaveNet<3, 10, 3, 128, 128, 128, 128>>(shape, chunks, seconds);
  else return std::fprintf(stderr, "usage: plain_queues C1|C2|C3|C4 [chunks] [seconds]\n"), 64;
}
