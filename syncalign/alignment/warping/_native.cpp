// The compiled kernel of dynamic time warping: steps (1, 1), (1, 0), (0, 1) of weight 1, every end,
// band and skip, in single precision. definition.py says what is computed, native.py
// calls it. Nothing of Python is touched here: callers run without the interpreter's lock.

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>

#if !defined(__GNUC__) || defined(__clang__)
#error "needs the vector extensions of GCC; without this module numba is used"
#endif
#pragma GCC diagnostic ignored "-Wpsabi"

struct Task {
  const float *strips;       // (N / lanes, D, lanes), lane 0 the last row of each strip
  const float *row_norms;    // (N / lanes, lanes) their squared lengths
  const float *query;        // (D, query_pitch), at column 0
  const float *query_norms;  // the same of the query, at column 0
  int64_t query_pitch;
  const int64_t *low, *high;  // (N,) windows of columns
  int64_t columns, dimensions;
  int32_t metric, open_begin, has_skips;
  float price_reference, price_query, entry;
};

// Frames this near, squared and by the squares of their lengths, are compared by difference.
static const float NEAR = 1.f / 64;

enum { EUCLIDEAN, SQEUCLIDEAN, CITYBLOCK };

// Bits of a direction: how a match was reached, then, where frames may be left out, what a prefix
// ends with and whether its runs go on.
enum {
  NOT_DIAGONAL = 1,
  NOT_UP = 2,
  NO_MATCH = 4,
  IS_QUERY = 8,
  REFERENCE_GOES_ON = 16,
  QUERY_GOES_ON = 32,
};

#if defined(__x86_64__)
namespace avx512 {
#define LANES 16
#define STRIPS 4
#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma")))
#include "_native_strip.h"
}
namespace avx2 {
#define LANES 8
#define STRIPS 2
#define TARGET __attribute__((target("avx2,fma")))
#include "_native_strip.h"
}
#endif
namespace portable {
#define LANES 4
#define STRIPS 2
#define TARGET
#include "_native_strip.h"
}

#if defined(_WIN32)
#define EXPORT extern "C" __declspec(dllexport)
#else
#define EXPORT extern "C" __attribute__((visibility("default")))
#endif

// Most lanes that this processor computes at once: 16, 8 or 4.
EXPORT int32_t warping_lanes(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
    return 16;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 8;
#endif
  return 4;
}

// Strips that go by the same columns.
EXPORT int32_t warping_strips(int32_t lanes) { return lanes == 16 ? 4 : 2; }

// Compute rows from first (a multiple of the rows of such strips) to stop, up to a column. rows
// holds 1 or 3 rows of costs (best, match, reference skipped) at column 0, less base; they are
// replaced by those of the last row.
EXPORT void warping_sweep(const Task *task, int32_t lanes, int64_t first, int64_t stop,
                          int64_t column_stop, float *rows, int64_t pitch, double *base,
                          uint32_t *codes, int64_t code_pitch, double *ends) {
  auto sweep = portable::sweep;
#if defined(__x86_64__)
  if (lanes == 16) sweep = avx512::sweep;
  if (lanes == 8) sweep = avx2::sweep;
#endif
  sweep(*task, first, stop, column_stop, rows, pitch, base, codes, code_pitch, ends);
}

enum { BEST, MATCH, REFERENCE, QUERY };
enum { LEFT_OUT = 1, FIRST_LEFT_OUT = 2 };

static inline uint32_t code_at(const Task &task, int64_t lanes, const uint32_t *codes,
                               int64_t code_pitch, int64_t first, int64_t i, int64_t j) {
  const int64_t strip = (i - first) / lanes, down = (i - first) % lanes, lane = lanes - 1 - down;
  const int64_t together = warping_strips(lanes);
  const int64_t t = j - task.low[first + strip / together * together * lanes] + down;
  const int64_t bits = task.has_skips ? 8 : 2, diagonals = 32 / bits;
  const uint32_t word = codes[strip * code_pitch + t / diagonals * lanes + lane];
  return word >> (bits * (t % diagonals)) & ((1u << bits) - 1);
}

// Follow a trail (see Trail in problem.py) back through rows from first on.
EXPORT void warping_trace(const Task *task, int32_t lanes, int64_t first, const uint32_t *codes,
                          int64_t code_pitch, int64_t *place, int64_t *pairs,
                          uint8_t *reference_marks, uint8_t *query_marks) {
  int64_t i = place[0], j = place[1], state = place[2], free = place[3];
  while (i > first && j > 0) {
    const uint32_t code = code_at(*task, lanes, codes, code_pitch, first, i - 1, j - 1);
    if (state == BEST) state = !(code & NO_MATCH) ? MATCH : code & IS_QUERY ? QUERY : REFERENCE;
    if (state == MATCH) {
      free--;
      pairs[2 * free] = i - 1;
      pairs[2 * free + 1] = j - 1;
      if (!(code & NOT_DIAGONAL)) {
        i--, j--;
        state = BEST;
      } else if (!(code & NOT_UP)) {
        i--;
      } else {
        j--;
      }
    } else if (state == REFERENCE) {
      reference_marks[--i] = code & REFERENCE_GOES_ON ? LEFT_OUT : FIRST_LEFT_OUT;
      if (!(code & REFERENCE_GOES_ON)) state = BEST;
    } else {
      query_marks[--j] = code & QUERY_GOES_ON ? LEFT_OUT : FIRST_LEFT_OUT;
      if (!(code & QUERY_GOES_ON)) state = BEST;
    }
  }
  place[0] = i;
  place[1] = j;
  place[2] = state;
  place[3] = free;
}

// That of native.py: raise both where Task, the arguments or the codes change.
EXPORT int32_t interface_number(void) { return 1; }

// An importable module without contents, so that it is built and found like any other.
static PyModuleDef module = {PyModuleDef_HEAD_INIT, "_native", nullptr, 0};
PyMODINIT_FUNC PyInit__native(void) { return PyModule_Create(&module); }
