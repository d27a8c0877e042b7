"""Dynamic time warping, from what is asked to the path that answers it.

- Asked: `dtw` (`dtw`, `dtw_distance`), `topk`, `multiscale`; `question` checks what is given, with
  `steps`, `band` and `local_cost`, and makes a `problem` of it.
- Computed: `definition` says what, in plain Python. `kernels` chooses who does it: `native`
  (_native.cpp), `numba_strip` (these two share `strips`) or `numba_general`. `search` finds the
  path in linear memory, `meeting` with two threads.
- Answered: `path`, and `path_map` and `corridor` that make a time map of it.

The public names are those of :mod:`syncalign.alignment`.
"""
