// The compiled rows of the placement table: what Table.plain_sweep in placement_table.py says,
// bit for bit, in one pass over each row. placement_native.py calls it. Nothing of Python is
// touched here: callers run without the interpreter's lock.

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define WIDEST __attribute__((target_clones("avx512f", "avx2", "default")))
#define INLINE static inline __attribute__((always_inline))  // else compiled for the default alone
#else
#define WIDEST
#define INLINE static inline
#endif
#if defined(_WIN32)
#define EXPORT extern "C" __declspec(dllexport)
#else
#define EXPORT extern "C" __attribute__((visibility("default")))
#endif

// Bin t of a rate lies at column t % COLUMNS, block t / COLUMNS; a column is contiguous.
static const int64_t COLUMNS = 10, NEAR_BLOCKS = 5;
static const int64_t TILE = 256;  // blocks that are gone through together
static const int64_t HISTORY = 16;  // and those before them that a cue's room reaches into
static const float NEVER = -1e9f;

struct Task {
  const int64_t *gaps, *rooms, *lengths, *places;  // (rates, cues) as in Clock
  const float *const *scores;                      // by length, each of (COLUMNS, score_blocks)
  int64_t cues, rates, score_blocks;
  float step, near, leave, enter, ratio, fixed_nats;  // leave: with the entry that follows
  int32_t has_steps;
};

INLINE int64_t divide_down(int64_t value, int64_t by) {
  return value >= 0 ? value / by : -((by - 1 - value) / by);
}

INLINE float larger(float a, float b) { return a < b ? b : a; }

// Where the bins of one column come from that move by a delay: a column, so many blocks away.
struct Move {
  int64_t column, shift;
  Move(int64_t to, int64_t delay) {
    shift = divide_down(to - delay, COLUMNS);
    column = to - delay - COLUMNS * shift;
  }
};

// One column of a row that another may be raised to: blocks `first` to `stop` of it come from there.
struct Source {
  const float *values;  // at block 0 of the column raised
  int64_t first, stop;
  float price;
  Source() : values(nullptr), first(0), stop(0), price(0) {}
  Source(const float *row, int64_t blocks, int64_t pitch, int64_t to, int64_t delay, float price)
      : price(price) {
    const Move move(to, delay);
    values = row + move.column * pitch + move.shift;
    first = -move.shift;
    stop = blocks - move.shift;
  }
};

// Best of the blocks from NEAR_BLOCKS before each to so many ahead, paid; begins NEAR_BLOCKS early.
INLINE void find_near(const float *tops, int64_t blocks, int64_t ahead, float price,
                             float *near) {
  const int64_t count = blocks + NEAR_BLOCKS, width = NEAR_BLOCKS + ahead + 1;
  const int64_t size = blocks + 2 * NEAR_BLOCKS + (ahead > 0 ? ahead : 0);
  for (int64_t k = 0; k < size; k++) near[k] = NEVER;
  memcpy(near + 2 * NEAR_BLOCKS, tops, blocks * sizeof(float));
  for (int64_t covered = 1, grow; covered < width; covered += grow) {
    grow = covered < width - covered ? covered : width - covered;
    for (int64_t k = 0; k < size - grow; k++) near[k] = larger(near[k], near[k + grow]);
  }
  for (int64_t k = 0; k < count; k++) near[k] -= price;
}

// Room of one tile: the highest of each bin and those before it in its block, the highest of all
// blocks before each, with some of the tile before in front; and what nothing is raised by.
struct Tile {
  float high[COLUMNS][HISTORY + TILE], all[HISTORY + TILE], never[TILE];
};

// A stretch of one column of `placed`: the best that comes to each bin, and its score.
template <int SOURCES>
INLINE void place(int64_t count, const float *__restrict enter, const float *const *sources,
                  const float *prices, const float *__restrict score, const float *__restrict above,
                  float *__restrict row, float *__restrict high) {
  for (int64_t b = 0; b < count; b++) {
    float best = enter[b];
    for (int k = 0; k < SOURCES; k++) best = larger(best, sources[k][b] - prices[k]);
    row[b] = best + score[b];
    high[b] = larger(row[b], above[b]);
  }
}

// One column of a tile: stretch by stretch of those that the same sources have blocks for.
template <int SOURCES>
INLINE void place_column(int64_t first, int64_t stop, const float *enter, const Source *sources,
                         const float *score, const float *above, float *row, float *high,
                         const float *never) {
  for (int64_t from = first, to; from < stop; from = to) {
    const float *values[SOURCES];
    float prices[SOURCES];
    to = stop;
    for (int k = 0; k < SOURCES; k++) {
      const Source &source = sources[k];
      const bool is_there = source.first <= from && from < source.stop;
      const int64_t change = is_there ? source.stop : source.first;
      if (change > from && change < to) to = change;
      values[k] = is_there ? source.values + from : never;
      prices[k] = source.price;
    }
    place<SOURCES>(to - from, enter + from, values, prices, score + from, above + from - first,
                   row + from, high + from - first);
  }
}

// Raise a stretch of `between` by leaving from bins that lie a cue's room before.
INLINE void leave(int64_t count, const float *__restrict high, const float *__restrict all,
                  float price, float *__restrict enter, uint8_t *__restrict link) {
  if (link)
    for (int64_t b = 0; b < count; b++) link[b] = larger(high[b], all[b]) - price > enter[b];
  for (int64_t b = 0; b < count; b++)
    enter[b] = larger(enter[b], larger(high[b], all[b]) - price);
}

// Go on to a cue at one rate: write its row, change `between` and the tops in place.
template <int SOURCES>
INLINE void advance(const Task &task, int64_t cue, int64_t rate, int64_t blocks,
                    const float *before, float *between, float *tops, float *here, uint8_t *links,
                    float *near, Tile &tile) {
  const int64_t *gaps = task.gaps + rate * task.cues, *rooms = task.rooms + rate * task.cues;
  const int64_t gap = gaps[cue], room = rooms[cue], spare = cue ? gap - rooms[cue - 1] : 0;
  const int64_t whole = divide_down(spare - COLUMNS + 1, COLUMNS);
  const float *score = task.scores[task.lengths[rate * task.cues + cue]];
  const int64_t place = task.places[rate * task.cues + cue];
  const int64_t near_blocks = cue ? blocks + NEAR_BLOCKS : 0;
  if (cue) find_near(tops, blocks, whole < NEAR_BLOCKS ? whole : NEAR_BLOCKS, task.near, near);
  for (int64_t k = 0; k < HISTORY; k++) {
    tile.all[k] = -INFINITY;
    for (int64_t c = 0; c < COLUMNS; c++) tile.high[c][k] = -INFINITY;
  }
  float carried = -INFINITY;  // highest of all blocks before
  for (int64_t first = 0; first < blocks; first += TILE) {
    const int64_t stop = first + TILE < blocks ? first + TILE : blocks, count = stop - first;
    for (int64_t c = 0; c < COLUMNS; c++) {
      float *enter = between + c * blocks, *row = here + c * blocks, *high = tile.high[c] + HISTORY;
      Source sources[4];
      sources[0] = Source(before, cue ? blocks : 0, blocks, c, gap, 0);
      sources[1] = Source(near, near_blocks, 0, c, gap - NEAR_BLOCKS * COLUMNS, 0);
      sources[2] = Source(before, cue ? blocks : 0, blocks, c, gap + 1, task.step);
      sources[3] = Source(before, spare > 0 ? blocks : 0, blocks, c, gap - 1, task.step);
      place_column<SOURCES>(first, stop, enter, sources, score + c * task.score_blocks,
                            c ? tile.high[c - 1] + HISTORY : tile.never, row, high, tile.never);
      for (int64_t t = place - 1; t <= place + 1; t++)
        if (t >= 0 && t % COLUMNS == c && t / COLUMNS >= first && t / COLUMNS < stop) {
          row[t / COLUMNS] += task.fixed_nats;
          high[t / COLUMNS - first] = larger(high[t / COLUMNS - first], row[t / COLUMNS]);
        }
      if (!cue)
        for (int64_t b = first; b < stop; b++) enter[b] -= task.enter;
    }
    memcpy(tops + first, tile.high[COLUMNS - 1] + HISTORY, count * sizeof(float));
    for (int64_t b = 0; b < count; b++) {
      tile.all[HISTORY + b] = carried;
      carried = larger(carried, tops[first + b]);
    }
    for (int64_t c = 0; c < COLUMNS; c++) {
      const Move left(c, room);
      const int64_t at = HISTORY + left.shift;
      leave(count, tile.high[left.column] + at, tile.all + at, task.leave,
            between + c * blocks + first, links ? links + c * blocks + first : nullptr);
    }
    for (int64_t c = 0; c < COLUMNS; c++)
      memmove(tile.high[c], tile.high[c] + count, HISTORY * sizeof(float));
    memmove(tile.all, tile.all + count, HISTORY * sizeof(float));
  }
}

// Raise `between` of each rate by that of the best one.
INLINE void change_rates(const Task &task, int64_t blocks, float *between, uint8_t *links) {
  const int64_t size = COLUMNS * blocks;
  for (int64_t at = 0; at < size; at++) {
    int64_t best = 0;
    for (int64_t rate = 1; rate < task.rates; rate++)
      if (between[rate * size + at] > between[best * size + at]) best = rate;
    const float other = between[best * size + at] - task.ratio;
    for (int64_t rate = 0; rate < task.rates; rate++) {
      float *enter = between + rate * size + at;
      if (!(other > *enter)) continue;
      *enter = other;
      if (links) links[rate * size + at] |= (uint8_t)(2 * (best + 1));
    }
  }
}

// Go through cues from first to stop. placed, between, tops: the row before them, of so many
// blocks; between and tops become those of the last one. rows: room for so many rows, which the
// cues' `placed` go to in turn; links: as many rows of links, or null.
EXPORT WIDEST void placement_sweep(const Task *task, int64_t first, int64_t stop, int64_t blocks,
                                   const float *placed, float *between, float *tops, float *rows,
                                   int64_t row_count, uint8_t *links, float *near) {
  Tile tile;
  for (int64_t b = 0; b < TILE; b++) tile.never[b] = NEVER;
  const int64_t size = COLUMNS * blocks, whole = task->rates * size;
  for (int64_t cue = first; cue < stop; cue++) {
    float *here = rows + (cue - first) % row_count * whole;
    uint8_t *link = links ? links + (cue - first) % row_count * whole : nullptr;
    for (int64_t rate = 0; rate < task->rates; rate++) {
      const float *before = placed + rate * size;
      float *enter = between + rate * size, *top = tops + rate * blocks, *row = here + rate * size;
      uint8_t *own = link ? link + rate * size : nullptr;
      if (task->has_steps)
        advance<4>(*task, cue, rate, blocks, before, enter, top, row, own, near, tile);
      else
        advance<2>(*task, cue, rate, blocks, before, enter, top, row, own, near, tile);
    }
    if (task->rates > 1) change_rates(*task, blocks, between, link);
    placed = here;
  }
}

// That of placement_native.py: raise both where Task or the arguments change.
EXPORT int32_t interface_number(void) { return 1; }

// An importable module without contents, so that it is built and found like any other.
static PyModuleDef module = {PyModuleDef_HEAD_INIT, "_placement", nullptr, 0};
PyMODINIT_FUNC PyInit__placement(void) { return PyModule_Create(&module); }
