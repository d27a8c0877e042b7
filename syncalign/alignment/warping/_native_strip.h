// Strips of LANES rows, walked by anti-diagonals: one cell of each row at a time, all independent.
// Included once for each instruction set, in a namespace of its own, with LANES, STRIPS and TARGET
// defined.
//
// Lane 0 is the bottom row. At diagonal t, lane h holds column start + t - (LANES - 1 - h): so the
// query's values for all lanes are one contiguous load.
//
// STRIPS strips go together, so that each value of the query is loaded once for all of them. Each
// follows a strip's height behind the one above it, where what it needs of that one is there; its
// local costs wait meanwhile.

// By so many blocks of four diagonals a strip is behind the one above it.
#define BEHIND (LANES / 4)
#define WAITING (BEHIND * (STRIPS - 1) + 1)
#define INLINE static inline __attribute__((always_inline)) TARGET

typedef float Floats __attribute__((vector_size(4 * LANES)));
typedef int32_t Whole __attribute__((vector_size(4 * LANES)));
typedef uint32_t Words __attribute__((vector_size(4 * LANES)));
typedef float LooseFloats __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t LooseWhole __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

INLINE Floats load(const float *from) { return (Floats) * (const LooseFloats *)from; }
INLINE void store(float *to, Floats value) { *(LooseFloats *)to = (LooseFloats)value; }
// A load across a cache line costs two: once for all strips, so it may not become an operand.
INLINE Floats load_once(const float *from) {
  Floats value = load(from);
#if defined(__x86_64__)
  __asm__("" : "+v"(value));
#endif
  return value;
}
INLINE Floats all(float value) { return value - (Floats){}; }
INLINE Whole all(int32_t value) { return value - (Whole){}; }
INLINE Whole bit(uint32_t value, uint32_t shift) { return all((int32_t)(value << shift)); }
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

INLINE bool any_below(Floats value, Floats limit) {
  union {
    Whole lanes;
    int64_t parts[LANES / 2];
  } is_below = {value < limit};
  int64_t any = 0;
  for (int part = 0; part < LANES / 2; part++) any |= is_below.parts[part];
  return any;
}

// What local costs are computed from: the strips' frames, and the query from column start - lanes.
struct Frames {
  const float *rows[STRIPS], *query;
  int64_t query_pitch, dimensions;
  Floats norms[STRIPS];  // squared lengths of the rows
};

template <int METRIC>
INLINE void costs_by_difference(const Frames &frames, int64_t t, Floats cost[STRIPS][4]) {
  const float *query = frames.query + t;
  Floats sum[STRIPS][4] = {};
  for (int64_t k = 0; k < frames.dimensions; k++) {
    Floats x[STRIPS];
#pragma GCC unroll 4
    for (int s = 0; s < STRIPS; s++) x[s] = load(frames.rows[s] + k * LANES);
#pragma GCC unroll 4
    for (int q = 0; q < 4; q++) {
      const Floats y = load_once(query + q);
#pragma GCC unroll 4
      for (int s = 0; s < STRIPS; s++) {
        const Floats difference = y - x[s];
        if (METRIC == CITYBLOCK)
          sum[s][q] += (Floats)((Whole)difference & all((int32_t)0x7fffffff));
        else
          sum[s][q] += difference * difference;
      }
    }
    query += frames.query_pitch;
  }
#pragma GCC unroll 4
  for (int s = 0; s < STRIPS; s++)
#pragma GCC unroll 4
    for (int q = 0; q < 4; q++) cost[s][q] = sum[s][q];
}

// Squared distances by products: half the work. Digits are lost where frames are near to each other
// for their length; there the differences are taken after all.
INLINE void squared_distances(const Frames &frames, const float *query_norms, int64_t t,
                              Floats cost[STRIPS][4]) {
  const float *query = frames.query + t;
  Floats sum[STRIPS][4] = {};
  for (int64_t k = 0; k < frames.dimensions; k++) {
    Floats x[STRIPS];
#pragma GCC unroll 4
    for (int s = 0; s < STRIPS; s++) x[s] = load(frames.rows[s] + k * LANES);
#pragma GCC unroll 4
    for (int q = 0; q < 4; q++) {
      const Floats y = load_once(query + q);
#pragma GCC unroll 4
      for (int s = 0; s < STRIPS; s++) sum[s][q] += x[s] * y;
    }
    query += frames.query_pitch;
  }
  Floats spare = all(INFINITY);
#pragma GCC unroll 4
  for (int q = 0; q < 4; q++) {
    const Floats y = load(query_norms + t + q);
#pragma GCC unroll 4
    for (int s = 0; s < STRIPS; s++) {
      const Floats norms = frames.norms[s] + y;
      cost[s][q] = norms - 2 * sum[s][q];
      spare = least(spare, cost[s][q] - norms * all(NEAR));
    }
  }
  if (any_below(spare, all(0.f))) costs_by_difference<SQEUCLIDEAN>(frames, t, cost);
}

// Local costs of four diagonals of every strip.
template <int METRIC>
INLINE void local_costs(const Frames &frames, const float *query_norms, int64_t t,
                        Floats cost[STRIPS][4]) {
  if (METRIC == CITYBLOCK) return costs_by_difference<METRIC>(frames, t, cost);
  squared_distances(frames, query_norms, t, cost);
  if (METRIC == EUCLIDEAN) {
#pragma GCC unroll 4
    for (int s = 0; s < STRIPS; s++)
#pragma GCC unroll 4
      for (int q = 0; q < 4; q++) cost[s][q] = square_root(cost[s][q]);
  }
}

// What a strip needs of its last two diagonals, and of the row above it.
struct Front {
  Floats match, best, reference, query, best_before;
  Whole codes;
  float corner;
};

struct Strip {
  int64_t rows;           // rows of it that exist
  int64_t inner_from, inner_to;  // diagonals at which all lanes are inside, and none is at the end
  int64_t end_diagonal;   // diagonal at which the top row is at the query's last column
  double *ends;           // of the row above the strip, or null
  double base;            // what was subtracted from every cost so far
  Whole from, to;         // diagonals at which each lane is inside its window
  Whole border_diagonal;  // and at which it is just before the query's beginning
  Floats border;          // what that costs
  float *match_row, *best_row, *reference_row;  // of the row above, then of the bottom row, at start
};

// Go forward by four diagonals.
template <bool SKIPS, bool CODES, bool EDGE>
INLINE void advance(const Task &task, const Strip &strip, Front &front, const Floats cost[4],
                    int64_t t, uint32_t *codes) {
  const Floats infinite = all(INFINITY);
  const Floats entry = all(task.entry), price_reference = all(task.price_reference),
               price_query = all(task.price_query);
  Whole codes_of_lanes = {};
#pragma GCC unroll 4
  for (int q = 0; q < 4; q++) {
    const float top = strip.best_row[t + q];
    const Floats left = front.match;
    const Floats up = one_row_up(left, SKIPS ? strip.match_row[t + q] : top);
    const Floats diagonal = one_row_up(front.best_before, front.corner);
    front.corner = top;
    const Floats before = least(least(diagonal, left), up);
    Floats match = before + cost[q];
    Floats best = match;
    const uint32_t shift = SKIPS ? 8 * q : 24 + 2 * q;
    if (CODES)
      codes_of_lanes |= ((before != diagonal) & bit(NOT_DIAGONAL, shift)) |
                        ((before != up) & bit(NOT_UP, shift));
    if (SKIPS) {
      const Floats begun_reference = one_row_up(front.best, top) + entry;
      const Floats longer_reference = one_row_up(front.reference, strip.reference_row[t + q]);
      const Floats begun_query = front.best + entry, longer_query = front.query;
      front.reference = least(begun_reference, longer_reference) + price_reference;
      front.query = least(begun_query, longer_query) + price_query;
      const Floats skip = least(front.reference, front.query);
      best = least(match, skip);
      if (CODES)
        codes_of_lanes |= ((skip < match) & bit(NO_MATCH, shift)) |
                          ((front.query < front.reference) & bit(IS_QUERY, shift)) |
                          ((longer_reference <= begun_reference) & bit(REFERENCE_GOES_ON, shift)) |
                          ((longer_query <= begun_query) & bit(QUERY_GOES_ON, shift));
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
    const int64_t written = t + q - (LANES - 1);
    if (!EDGE || strip.rows == LANES) {
      strip.best_row[written] = best[0];
      if (SKIPS) {
        strip.match_row[written] = match[0];
        strip.reference_row[written] = front.reference[0];
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
  if (!CODES) return;
  // A word that four blocks share is written with each of them; the latest is on top.
  if (!SKIPS) codes_of_lanes = front.codes = codes_of_lanes | (Whole)((Words)front.codes >> 8);
  *(LooseWhole *)(codes + t / (SKIPS ? 4 : 16) * LANES) = (LooseWhole)codes_of_lanes;
}

template <bool SKIPS, bool CODES>
INLINE void advance(const Task &task, const Strip &strip, Front &front, const Floats cost[4],
                    int64_t t, uint32_t *codes) {
  if (t >= strip.inner_from && t + 4 <= strip.inner_to)
    advance<SKIPS, CODES, false>(task, strip, front, cost, t, codes);
  else
    advance<SKIPS, CODES, true>(task, strip, front, cost, t, codes);
}

INLINE float border(const Task &task, int64_t consumed, double base) {
  if (task.open_begin || consumed == 0) return (float)-base;
  if (!task.has_skips) return INFINITY;
  return (float)(task.entry + consumed * (double)task.price_reference - base);
}

// Subtract the least cost of a row from it: single precision is for differences near the path.
INLINE double rebase(const Task &task, float *rows, int64_t pitch, int64_t start, int64_t stop) {
  Floats least_of_lanes = all(INFINITY);
  int64_t j = start;
  for (; j + LANES <= stop; j += LANES) least_of_lanes = least(least_of_lanes, load(rows + j));
  float smallest = INFINITY;
  for (; j < stop; j++) smallest = rows[j] < smallest ? rows[j] : smallest;
  for (int h = 0; h < LANES; h++)
    smallest = least_of_lanes[h] < smallest ? least_of_lanes[h] : smallest;
  if (!(smallest < INFINITY)) return 0;
  for (int channel = 0; channel < (task.has_skips ? 3 : 1); channel++)
    for (j = start; j < stop; j++) rows[channel * pitch + j] -= smallest;
  return smallest;
}

// Describe the strip that begins at a row, against columns from start on.
INLINE Strip strip_at(const Task &task, int64_t i, int64_t stop, int64_t start, int64_t column_stop,
                      float *rows, int64_t pitch, double base, double *ends) {
  Strip strip = {};
  strip.rows = stop - i < LANES ? stop - i : LANES;
  strip.base = base;
  strip.ends = column_stop == task.columns ? ends + i : nullptr;
  strip.end_diagonal = task.columns - 1 - start;
  strip.best_row = rows + start;
  strip.match_row = rows + pitch + start;
  strip.reference_row = rows + 2 * pitch + start;
  strip.inner_to = strip.rows == LANES ? strip.end_diagonal : 0;
  for (int h = 0; h < LANES; h++) {
    const int64_t down = LANES - 1 - h, row = i + down;
    int64_t from = 0, to = 0;
    if (row < stop) {
      from = task.low[row] - start + down;
      to = (task.high[row] < column_stop ? task.high[row] : column_stop) - start + down;
    }
    strip.from[h] = (int32_t)from;
    strip.to[h] = (int32_t)to;
    strip.inner_from = from > strip.inner_from ? from : strip.inner_from;
    strip.inner_to = to < strip.inner_to ? to : strip.inner_to;
    strip.border_diagonal[h] = start == 0 ? (int32_t)(down - 1) : INT32_MIN;
    strip.border[h] = border(task, row + 1, base);
  }
  return strip;
}

template <bool SKIPS>
INLINE Front front_before(const Task &task, const Strip &strip, int64_t i, int64_t start) {
  Front front;
  front.match = front.best = front.reference = front.query = front.best_before = all(INFINITY);
  front.codes = Whole{};
  front.corner = strip.best_row[-1];
  if (start == 0) {
    front.best[LANES - 1] = border(task, i + 1, strip.base);
    if (!SKIPS) front.match = front.best;
    front.corner = border(task, i, strip.base);
  }
  return front;
}

// Move the directions of a last word down by the blocks that did not come.
INLINE void lower(uint32_t *codes, int64_t blocks) {
  for (int h = 0; h < LANES; h++) codes[h] >>= 8 * blocks;
}

template <int METRIC, bool SKIPS, bool CODES>
static TARGET void sweep_strips(const Task &task, int64_t first, int64_t stop, int64_t column_stop,
                                float *rows, int64_t pitch, double *base, uint32_t *codes,
                                int64_t code_pitch, double *ends) {
  for (int64_t i = first; i < stop; i += STRIPS * LANES) {
    const int64_t end = stop - i < STRIPS * LANES ? stop : i + STRIPS * LANES, start = task.low[i];
    const int64_t limit = task.high[end - 1] < column_stop ? task.high[end - 1] : column_stop;
    const int count = (int)((end - i + LANES - 1) / LANES);
    Strip strips[STRIPS];
    Front fronts[STRIPS];
    Frames frames = {{}, task.query + start - (LANES - 1), task.query_pitch, task.dimensions, {}};
    for (int s = 0; s < STRIPS; s++) {
      // Strips that are not there are computed as the last one is, and not looked at.
      const int64_t row = i + (s < count ? s : count - 1) * LANES;
      strips[s] = strip_at(task, row, end, start, column_stop, rows, pitch, *base, ends);
      fronts[s] = front_before<SKIPS>(task, strips[s], row, start);
      // The bottom row of the strip above has nothing before its window.
      if (s && start) fronts[s].corner = INFINITY;
      frames.rows[s] = task.strips + row * task.dimensions;
      frames.norms[s] = load(task.row_norms + row);
    }
    const float *query_norms = task.query_norms + start - (LANES - 1);
    uint32_t *code = CODES ? codes + (i - first) / LANES * code_pitch : nullptr;
    // Local costs of the lower strips until these have come as far.
    Floats waiting[STRIPS][WAITING][4];
    const int64_t diagonals = limit - start + LANES - 1;
    int at = 0;
    for (int64_t t = 0; t < diagonals + (count - 1) * LANES; t += 4) {
      if (t < diagonals) {
        Floats cost[STRIPS][4];
        local_costs<METRIC>(frames, query_norms, t, cost);
#pragma GCC unroll 4
        for (int s = 0; s < STRIPS; s++)
#pragma GCC unroll 4
          for (int q = 0; q < 4; q++) waiting[s][at][q] = cost[s][q];
      }
#pragma GCC unroll 4
      for (int s = 0; s < STRIPS; s++) {
        const int64_t own = t - s * LANES;
        if (s < count && own >= 0 && own < diagonals) {
          const int before = at - s * BEHIND, from = before < 0 ? before + WAITING : before;
          uint32_t *to = CODES ? code + s * code_pitch : nullptr;
          advance<SKIPS, CODES>(task, strips[s], fronts[s], waiting[s][from], own, to);
        }
      }
      at = at == WAITING - 1 ? 0 : at + 1;
    }
    const int64_t blocks = (diagonals + 3) / 4;
    if (CODES && !SKIPS && blocks % 4)
      for (int s = 0; s < count; s++)
        lower(code + s * code_pitch + blocks / 4 * LANES, 4 - blocks % 4);
    *base += rebase(task, rows, pitch, task.low[end - 1], limit);
  }
}

template <bool SKIPS, bool CODES>
static TARGET void sweep_metric(const Task &task, int64_t first, int64_t stop, int64_t column_stop,
                                float *rows, int64_t pitch, double *base, uint32_t *codes,
                                int64_t code_pitch, double *ends) {
  const auto sweep = task.metric == EUCLIDEAN     ? sweep_strips<EUCLIDEAN, SKIPS, CODES>
                     : task.metric == SQEUCLIDEAN ? sweep_strips<SQEUCLIDEAN, SKIPS, CODES>
                                                  : sweep_strips<CITYBLOCK, SKIPS, CODES>;
  sweep(task, first, stop, column_stop, rows, pitch, base, codes, code_pitch, ends);
}

static TARGET void sweep(const Task &task, int64_t first, int64_t stop, int64_t column_stop,
                         float *rows, int64_t pitch, double *base, uint32_t *codes,
                         int64_t code_pitch, double *ends) {
  const auto sweep = task.has_skips ? (codes ? sweep_metric<true, true> : sweep_metric<true, false>)
                                    : (codes ? sweep_metric<false, true> : sweep_metric<false, false>);
  sweep(task, first, stop, column_stop, rows, pitch, base, codes, code_pitch, ends);
}

#undef INLINE
#undef BEHIND
#undef WAITING
#undef LANES
#undef STRIPS
#undef TARGET
