"""Run one engine on two arrays, warm, and print what it took as JSON.

Runs by itself under the interpreter of whoever has the engine and imports nothing of the benchmark.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

import numpy as np


def librosa(x, y):
    """Full matrices in numba, double precision."""
    import librosa

    return librosa.sequence.dtw(x.T, y.T, metric="euclidean")[1][::-1]


def dtaidistance(x, y):
    """C; whatever it is told, the path is that of the squared costs."""
    from dtaidistance import dtw_ndim

    return dtw_ndim.warping_path(x, y, inner_dist="euclidean", use_c=True)


def dtaidistance_matrix(x, y):
    """Fill a matrix in C and go back through it in Python: exact."""
    from dtaidistance import dtw, dtw_ndim

    return dtw.best_path(dtw_ndim.warping_paths_fast(x, y, inner_dist="euclidean")[1])


def tslearn(x, y):
    """Full matrices in numba."""
    from tslearn.metrics import dtw_path_from_metric

    return dtw_path_from_metric(x, y, metric="euclidean")[0]


def fastdtw(x, y):
    """Multiscale: not exact."""
    from fastdtw import fastdtw

    return fastdtw(x, y, radius=1, dist=2)[1]


def synctoolbox(x, y):
    """Multiscale MrMsDTW: not exact, and by the cosine distance."""
    from synctoolbox.dtw.mrmsdtw import sync_via_mrmsdtw

    steps, weights = np.array([[1, 0], [0, 1], [1, 1]]), np.ones(3)
    path = sync_via_mrmsdtw(
        f_chroma1=x.T, f_chroma2=y.T, input_feature_rate=50, step_sizes=steps, step_weights=weights
    )
    return np.round(path.T).astype(int)


def ours(x, y, kernel="native", threads=1, lanes=None):
    """Return the path by one of our kernels, asked and answered as by `alignment.dtw`."""
    from syncalign.alignment.warping import kernels, search
    from syncalign.alignment.warping.dtw import read_answer
    from syncalign.alignment.warping.question import read_question

    question = read_question(
        *(x, y),
        metric="euclidean",
        steps="symmetric1",
        ends="closed",
        skip=None,
        skip_entry=0.0,
        band=None,
    )
    problem, _ = question.prepared()
    if lanes:
        from syncalign.alignment.warping.native import NativeKernel

        return read_answer(question, search.solve(NativeKernel(problem, lanes))).indices
    answer = kernels.solve(problem, kernel=kernel, threads=threads)
    return read_answer(question, answer).indices


ENGINES = {
    "librosa": librosa,
    "dtaidistance": dtaidistance,
    "dtaidistance, matrix": dtaidistance_matrix,
    "tslearn": tslearn,
    "fastdtw": fastdtw,
    "synctoolbox": synctoolbox,
    "ours": ours,
    "ours, two threads": lambda x, y: ours(x, y, threads=2),
    "ours, vectors of 8": lambda x, y: ours(x, y, lanes=8),
    "ours, vectors of 4": lambda x, y: ours(x, y, lanes=4),
    "ours, numba": lambda x, y: ours(x, y, kernel="numba-strip"),
    "ours, numba, two threads": lambda x, y: ours(x, y, kernel="numba-strip", threads=2),
    "ours, numba, general": lambda x, y: ours(x, y, kernel="numba"),
}


def path_cost(x, y, path):
    """Sum of Euclidean distances along a path."""
    pairs = np.asarray(path)
    return float(
        sum(
            np.sqrt(((x[part[:, 0]] - y[part[:, 1]]) ** 2).sum(axis=1)).sum()
            for part in np.array_split(pairs, len(pairs) // 50000 + 1)
        )
    )


def resident_mb(field):
    """Memory of this process by the kernel's word: VmRSS now, VmHWM at most."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def main():
    """Measure the engine named on the command line."""
    name, x_path, y_path, rounds = sys.argv[1:]
    x, y = np.load(x_path), np.load(y_path)
    engine = ENGINES[name]
    for _ in range(2):
        engine(x[:300].copy(), y[:300].copy())
    before = resident_mb("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak so far
    path = engine(x, y)
    grown = resident_mb("VmHWM") - before
    cpu, wall = [], []
    for _ in range(int(rounds)):
        began = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
        engine(x, y)
        now = resource.getrusage(resource.RUSAGE_SELF)
        wall.append(time.perf_counter() - began[0])
        cpu.append(now.ru_utime + now.ru_stime - began[1].ru_utime - began[1].ru_stime)
    print(
        json.dumps(
            {
                "cpu": sorted(cpu),
                "wall": sorted(wall),
                "grown_mb": grown,
                "cost": path_cost(x, y, path),
                "load": os.getloadavg()[0],
            }
        )
    )


if __name__ == "__main__":
    main()
