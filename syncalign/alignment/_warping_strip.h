// Strips of LANES rows, walked by anti-diagonals: one cell of each row at a time, all independent.
// Included once for each instruction set, in a namespace of its own, with LANES and TARGET defined.
//
// Lane 0 is the bottom row. At diagonal t, lane h holds column start + t - (LANES - 1 - h): so the
// query's values for all lanes are one contiguous load, and the bottom row is written by storing
// all lanes: those above it land on columns that were read already and are still to be written.

#define INLINE static inline __attribute__((always_inline)) TARGET

typedef float Floats __attribute__((vector_size(4 * LANES)));
typedef int32_t Whole __attribute__((vector_size(4 * LANES)));
typedef uint16_t Halves __attribute__((vector_size(2 * LANES)));
typedef float LooseFloats __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t LooseWhole __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef uint16_t LooseHalves __attribute__((vector_size(2 * LANES), aligned(2), may_alias));

INLINE Floats load(const float *from) { return (Floats) * (const LooseFloats *)from; }
INLINE void store(float *to, Floats value) { *(LooseFloats *)to = (LooseFloats)value; }
INLINE Floats all(float value) { return value - (Floats){}; }
INLINE Whole all(int32_t value) { return value - (Whole){}; }
INLINE Floats least(Floats a, Floats b) { return a < b ? a : b; }

// Lane h of the result is lane h + 1; the last one is the given value: what lies one row above.
INLINE Floats one_row_up(Floats value, float top) {
#if LANES == 16
  return __builtin_shuffle(value, all(top),
                           (Whole){1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
#elif LANES == 8
  return __builtin_shuffle(value, all(top), (Whole){1, 2, 3, 4, 5, 6, 7, 8});
#else
  return __builtin_shuffle(value, all(top), (Whole){1, 2, 3, 4});
#endif
}

INLINE Floats square_root(Floats value) {
  Floats root;
  for (int h = 0; h < LANES; h++) root[h] = __builtin_sqrtf(value[h]);
  return root;
}

// Local costs of eight diagonals.
template <int METRIC>
INLINE void local_costs(const float *rows, const float *query, int64_t pitch, int64_t dimensions,
                        Floats cost[8]) {
  Floats sum[8] = {};
  for (int64_t k = 0; k < dimensions; k++, rows += LANES, query += pitch) {
    const Floats row = load(rows);
#pragma GCC unroll 8
    for (int q = 0; q < 8; q++) {
      const Floats difference = load(query + q) - row;
      if (METRIC == CITYBLOCK)
        sum[q] += (Floats)((Whole)difference & all((int32_t)0x7fffffff));
      else
        sum[q] += difference * difference;
    }
  }
#pragma GCC unroll 8
  for (int q = 0; q < 8; q++) cost[q] = METRIC == EUCLIDEAN ? square_root(sum[q]) : sum[q];
}

// What a strip needs of its last two diagonals, and of the row above it.
struct Front {
  Floats match, best, reference, query, best_before;
  float corner;
};

struct Strip {
  int64_t start;          // column of lane LANES - 1 (the top row) at diagonal 0
  int64_t rows;           // rows of it that exist
  int64_t end_diagonal;   // diagonal at which the top row is at the query's last column
  double *ends;           // of the row above the strip, or null
  double base;            // what was subtracted from every cost so far
  Whole from, to;         // diagonals at which each lane is inside its window
  Whole border_diagonal;  // and at which it is just before the query's beginning
  Floats border;          // what that costs
  float *match_row, *best_row, *reference_row;  // of the row above, then of the bottom row, at start
};

// Go forward by eight diagonals.
template <bool SKIPS, bool CODES, bool EDGE>
INLINE void advance(const Task &task, const Strip &strip, Front &front, const Floats cost[8],
                    int64_t t, uint8_t *codes) {
  const Floats infinite = all(INFINITY);
  const Floats entry = all(task.entry), price_reference = all(task.price_reference),
               price_query = all(task.price_query);
  Whole words[2] = {};
#pragma GCC unroll 8
  for (int q = 0; q < 8; q++) {
    const float top = strip.best_row[t + q];
    const Floats left = front.match;
    const Floats up = one_row_up(left, SKIPS ? strip.match_row[t + q] : top);
    const Floats diagonal = one_row_up(front.best_before, front.corner);
    front.corner = top;
    Floats match = least(least(diagonal, left), up) + cost[q];
    Floats best = match;
    Whole code = {};
    if (CODES)
      code = ((up < diagonal) & (up <= left) & all(1)) | ((left < diagonal) & (left < up) & all(2));
    if (SKIPS) {
      const Floats begun_reference = one_row_up(front.best, top) + entry;
      const Floats longer_reference = one_row_up(front.reference, strip.reference_row[t + q]);
      const Floats begun_query = front.best + entry, longer_query = front.query;
      front.reference = least(begun_reference, longer_reference) + price_reference;
      front.query = least(begun_query, longer_query) + price_query;
      const Floats skip = least(front.reference, front.query);
      best = least(match, skip);
      if (CODES)
        code |= ((skip < match) & all(4)) | ((front.query < front.reference) & all(8)) |
                ((longer_reference <= begun_reference) & all(16)) |
                ((longer_query <= begun_query) & all(32));
    }
    if (EDGE) {
      const Whole now = all((int32_t)(t + q));
      const Whole inside = (strip.from <= now) & (now < strip.to);
      best = inside ? best : infinite;
      if (SKIPS) {
        match = inside ? match : infinite;
        front.reference = inside ? front.reference : infinite;
        front.query = inside ? front.query : infinite;
      }
      best = strip.border_diagonal == now ? strip.border : best;
    }
    front.best_before = front.best;
    front.best = best;
    front.match = SKIPS ? match : best;
    if (CODES) {
      if (SKIPS)
        words[q / 4] |= code << (8 * (q % 4));
      else
        words[0] |= code << (2 * q);
    }
    const int64_t written = t + q - (LANES - 1);
    if (!EDGE || strip.rows == LANES) {
      store(strip.best_row + written, best);
      if (SKIPS) {
        store(strip.match_row + written, match);
        store(strip.reference_row + written, front.reference);
      }
    } else {
      // Lanes below the last row must not land on what that row has written.
      const int64_t lane = LANES - strip.rows;
      float spread[3][LANES];
      store(spread[0], best);
      store(spread[1], match);
      store(spread[2], front.reference);
      strip.best_row[written + lane] = spread[0][lane];
      if (SKIPS) {
        strip.match_row[written + lane] = spread[1][lane];
        strip.reference_row[written + lane] = spread[2][lane];
      }
    }
    if (EDGE && strip.ends) {
      const int64_t row = t + q - strip.end_diagonal;
      if (row >= 0 && row < strip.rows) {
        float spread[LANES];
        store(spread, best);
        strip.ends[row + 1] = strip.base + spread[LANES - 1 - row];
      }
    }
  }
  if (CODES) {
    if (SKIPS) {
      ((LooseWhole *)codes)[0] = (LooseWhole)words[0];
      ((LooseWhole *)codes)[1] = (LooseWhole)words[1];
    } else {
      *(LooseHalves *)codes = (LooseHalves)__builtin_convertvector(words[0], Halves);
    }
  }
}

INLINE float border(const Task &task, int64_t consumed, double base) {
  if (task.open_begin || consumed == 0) return (float)-base;
  if (!task.has_skips) return INFINITY;
  return (float)(task.entry + consumed * (double)task.price_reference - base);
}

// Subtract the least cost of a row from it: single precision is for differences near the path.
INLINE double rebase(const Task &task, float *rows, int64_t pitch, int64_t start, int64_t stop) {
  float smallest = INFINITY;
  for (int64_t j = start; j < stop; j++) smallest = rows[j] < smallest ? rows[j] : smallest;
  if (!(smallest < INFINITY)) return 0;
  for (int channel = 0; channel < (task.has_skips ? 3 : 1); channel++)
    for (int64_t j = start; j < stop; j++) rows[channel * pitch + j] -= smallest;
  return smallest;
}

template <int METRIC, bool SKIPS, bool CODES>
static TARGET void sweep_strips(const Task &task, int64_t first, int64_t stop, int64_t column_stop,
                                float *rows, int64_t pitch, double *base, uint8_t *codes,
                                int64_t code_pitch, double *ends) {
  for (int64_t i = first; i < stop; i += LANES) {
    Strip strip = {};
    strip.rows = stop - i < LANES ? stop - i : LANES;
    strip.start = task.low[i];
    strip.base = *base;
    strip.ends = column_stop == task.columns ? ends + i : nullptr;
    strip.end_diagonal = task.columns - 1 - strip.start;
    strip.best_row = rows + strip.start;
    strip.match_row = rows + pitch + strip.start;
    strip.reference_row = rows + 2 * pitch + strip.start;
    int64_t inner_from = 0, inner_to = strip.rows == LANES ? strip.end_diagonal : 0, limit = 0;
    for (int h = 0; h < LANES; h++) {
      const int64_t down = LANES - 1 - h, row = i + down;
      int64_t from = 0, to = 0;
      if (row < stop) {
        limit = task.high[row] > limit ? task.high[row] : limit;
        from = task.low[row] - strip.start + down;
        to = (task.high[row] < column_stop ? task.high[row] : column_stop) - strip.start + down;
      }
      strip.from[h] = (int32_t)from;
      strip.to[h] = (int32_t)to;
      inner_from = from > inner_from ? from : inner_from;
      inner_to = to < inner_to ? to : inner_to;
      strip.border_diagonal[h] = strip.start == 0 ? (int32_t)(down - 1) : INT32_MIN;
      strip.border[h] = border(task, row + 1, *base);
    }
    limit = limit < column_stop ? limit : column_stop;
    Front front;
    front.match = front.best = front.reference = front.query = front.best_before = all(INFINITY);
    if (strip.start == 0) {
      front.best[LANES - 1] = border(task, i + 1, *base);
      if (!SKIPS) front.match = front.best;
      strip.best_row[-1] = border(task, i, *base);
    }
    front.corner = strip.best_row[-1];
    const float *x = task.strips + i / LANES * LANES * task.dimensions;
    const float *y = task.query + strip.start - (LANES - 1);
    uint8_t *code = codes ? codes + (i - first) / LANES * code_pitch : nullptr;
    const int64_t diagonals = limit - strip.start + strip.rows - 1;
    for (int64_t t = 0; t < diagonals; t += 8) {
      Floats cost[8];
      local_costs<METRIC>(x, y + t, task.query_pitch, task.dimensions, cost);
      if (t >= inner_from && t + 8 <= inner_to)
        advance<SKIPS, CODES, false>(task, strip, front, cost, t, code);
      else
        advance<SKIPS, CODES, true>(task, strip, front, cost, t, code);
      if (CODES) code += (SKIPS ? 8 : 2) * LANES;
    }
    *base += rebase(task, rows, pitch, task.low[i + strip.rows - 1], limit);
  }
}

template <bool SKIPS, bool CODES>
static TARGET void sweep_metric(const Task &task, int64_t first, int64_t stop, int64_t column_stop,
                                float *rows, int64_t pitch, double *base, uint8_t *codes,
                                int64_t code_pitch, double *ends) {
  const auto sweep = task.metric == EUCLIDEAN     ? sweep_strips<EUCLIDEAN, SKIPS, CODES>
                     : task.metric == SQEUCLIDEAN ? sweep_strips<SQEUCLIDEAN, SKIPS, CODES>
                                                  : sweep_strips<CITYBLOCK, SKIPS, CODES>;
  sweep(task, first, stop, column_stop, rows, pitch, base, codes, code_pitch, ends);
}

static TARGET void sweep(const Task &task, int64_t first, int64_t stop, int64_t column_stop,
                         float *rows, int64_t pitch, double *base, uint8_t *codes,
                         int64_t code_pitch, double *ends) {
  const auto sweep = task.has_skips ? (codes ? sweep_metric<true, true> : sweep_metric<true, false>)
                                    : (codes ? sweep_metric<false, true> : sweep_metric<false, false>);
  sweep(task, first, stop, column_stop, rows, pitch, base, codes, code_pitch, ends);
}

#undef INLINE
#undef LANES
#undef TARGET
