/* The float32 softmax of src/compile/schedules in C with 128-bit vectors, for comparison: blocks of 1,024, whose arguments are reduced in one pass (with the maximum)
   and raised in another, groups of 32 added in float32 and these in float64, a last pass that scales. Reads "rows columns milliseconds", prints microseconds.
   Not here: rows beyond ±2^14, NaN, infinities, rows dominated by one element. */
#include <immintrin.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BLOCK 1024
#ifdef __FMA__
#define MADD(a, b, c) _mm_fmadd_ps(a, b, c)
#define NMADD(a, b, c) _mm_fnmadd_ps(a, b, c)
#else
#define MADD(a, b, c) _mm_add_ps(_mm_mul_ps(a, b), c)
#define NMADD(a, b, c) _mm_sub_ps(c, _mm_mul_ps(a, b))
#endif
#define C(x) _mm_set1_ps(x)

static inline __m128 reduced(__m128 x, __m128 base, __m128 lowest, __m128 *t) {
  __m128 v = _mm_max_ps(lowest, x);
  *t = MADD(_mm_sub_ps(v, base), C(1.44269504f), C(12582912.f + 127.f));
  __m128 n = _mm_sub_ps(*t, C(12582912.f + 127.f));
  return NMADD(n, C(-2.12194440e-4f), _mm_sub_ps(v, MADD(n, C(0.693359375f), base)));
}
static inline __m128 raised(__m128 r, __m128 t) {
  __m128 power = _mm_castsi128_ps(_mm_slli_epi32(_mm_castps_si128(t), 23));
#ifdef __FMA__
  __m128 q = MADD(C(0.00138146006f), r, C(0.00836871691f));
  q = MADD(q, r, C(0.041668388f));
  q = MADD(q, r, C(0.166665206f));
  q = MADD(q, r, C(0.499999934f));
  return _mm_mul_ps(MADD(MADD(q, r, C(1)), r, C(1)), power);
#else
  __m128 square = _mm_mul_ps(r, r);
  __m128 p45 = MADD(r, C(0.00836871691f), C(0.041668388f)), p23 = MADD(r, C(0.166665206f), C(0.499999934f));
  __m128 q = MADD(MADD(square, C(0.00138146006f), p45), square, p23);
  return _mm_mul_ps(_mm_add_ps(MADD(q, square, r), C(1)), power);
#endif
}
static float lanes_max(__m128 v) { float a[4]; _mm_storeu_ps(a, v); return fmaxf(fmaxf(a[0], a[1]), fmaxf(a[2], a[3])); }
static float block_max(const float *x, int n) {
  __m128 m = C(-INFINITY);
  int k = 0;
  for (; k + 16 <= n; k += 16)
    m = _mm_max_ps(m, _mm_max_ps(_mm_max_ps(_mm_loadu_ps(x + k), _mm_loadu_ps(x + k + 4)), _mm_max_ps(_mm_loadu_ps(x + k + 8), _mm_loadu_ps(x + k + 12))));
  float best = lanes_max(m);
  for (; k < n; k++) best = fmaxf(best, x[k]);
  return best;
}

static void softmax_row(const float *x, float *y, int n) {
  static double table[1 << 16];
  static float rests[BLOCK] __attribute__((aligned(16))), powers[BLOCK] __attribute__((aligned(16)));
  double sum = 0;
  float M = 0, next = block_max(x, n < BLOCK ? n : BLOCK);
  int blocks = 0;
  for (int from = 0; from < n; from += BLOCK, blocks++) {
    int size = n - from < BLOCK ? n - from : BLOCK, whole = size & -16, k = 0;
    const float *p = x + from;
    float *q = y + from;
    for (;;) {
      if (next > M + 16 || from == 0) { float old = M; float away = next >= 0 ? 104.f : -104.f; volatile float w = next + away; M = w - away; sum *= exp((double)old - M); }
      __m128 base = C(M), lowest = C(M - 88.02969f), best = C(-INFINITY);
      for (k = 0; k < whole; k += 4) {
        __m128 v = _mm_loadu_ps(p + k), t;
        best = _mm_max_ps(best, v);
        _mm_store_ps(rests + k, reduced(v, base, lowest, &t));
        _mm_store_ps(powers + k, t);
      }
      next = lanes_max(best);
      for (int i = whole; i < size; i++) next = fmaxf(next, p[i]);
      if (next <= M + 16) break;
    }
    table[blocks] = M;
    __m128d low = _mm_setzero_pd(), high = _mm_setzero_pd();
    for (k = 0; k + 32 <= whole; k += 32) {
      __m128 e[8];
      for (int j = 0; j < 8; j++) {
        e[j] = raised(_mm_load_ps(rests + k + 4 * j), _mm_load_ps(powers + k + 4 * j));
        _mm_storeu_ps(q + k + 4 * j, e[j]);
      }
      __m128 group = _mm_add_ps(_mm_add_ps(_mm_add_ps(e[0], e[1]), _mm_add_ps(e[2], e[3])), _mm_add_ps(_mm_add_ps(e[4], e[5]), _mm_add_ps(e[6], e[7])));
      low = _mm_add_pd(low, _mm_cvtps_pd(group));
      high = _mm_add_pd(high, _mm_cvtps_pd(_mm_movehl_ps(group, group)));
    }
    double a[2];
    _mm_storeu_pd(a, _mm_add_pd(low, high));
    sum += a[0] + a[1];
    for (; k < size; k++) { __m128 t; float e[4]; __m128 r = reduced(C(p[k]), C(M), C(M - 88.02969f), &t); _mm_storeu_ps(e, raised(r, t)); q[k] = e[0]; sum += e[0]; }
  }
  for (int b = 0; b < blocks; b++) {
    __m128 scale = C((float)(1 / sum * (table[b] == M ? 1 : exp(table[b] - M))));
    int from = b * BLOCK, size = n - from < BLOCK ? n - from : BLOCK, k = 0;
    for (; k + 4 <= size; k += 4) _mm_storeu_ps(y + from + k, _mm_mul_ps(_mm_loadu_ps(y + from + k), scale));
    for (; k < size; k++) y[from + k] *= _mm_cvtss_f32(scale);
  }
}

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1e6 + t.tv_nsec * 1e-3; }
static int ascending(const void *a, const void *b) { double x = *(const double *)a, y = *(const double *)b; return x < y ? -1 : x > y; }

int main(void) {
  int rows, columns;
  double ms;
  static double times[1 << 20];
  while (scanf("%d %d %lf", &rows, &columns, &ms) == 3) {
    size_t n = (size_t)rows * columns;
    float *x = malloc(4 * n), *y = malloc(4 * n);
    unsigned state = 12345;
    for (size_t k = 0; k < n; k++) { double s = 0; for (int j = 0; j < 6; j++) { state = state * 1664525u + 1013904223u; s += state / 4294967296.0; } x[k] = (float)((s - 3) * 4); }
    int count = 0;
    for (int r = 0; r < rows; r++) softmax_row(x + (size_t)r * columns, y + (size_t)r * columns, columns);
    for (double end = now() + ms * 1000; now() < end && count < (1 << 20);) {
      double start = now();
      for (int r = 0; r < rows; r++) softmax_row(x + (size_t)r * columns, y + (size_t)r * columns, columns);
      times[count++] = now() - start;
    }
    qsort(times, count, sizeof(double), ascending);
    printf("%.2f\n", times[count / 2]);
    fflush(stdout);
    free(x);
    free(y);
  }
  return 0;
}
