"""The offset of a sound against the lips over time as a picture, face by face."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from syncalign.report.picture import ensure_drawable, write_picture
from syncalign.results.lipsync import LipSync, TrackScore

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FRAME = 40.0  # ms
_EARLY, _LATE = 40.0, -60.0  # EBU R 37
_MOST_FACES = 8


def draw_offsets(score: LipSync, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Draw what each window of each face says, with what counts as in sync.

    A filled dot is an answer, a hollow one the best guess of a window that gives none; the band
    about the line is the face's interval of 95 %. Of many faces, those that speak longest.

    Parameters
    ----------
    score : LipSync
        What to draw.
    path : path-like
        A picture: ``.png``, ``.svg`` or ``.pdf``.
    overwrite : bool
        Whether an existing file may be replaced.

    Raises
    ------
    DependencyError
        matplotlib is not installed.
    OutputError
        The picture cannot be written.
    """
    ensure_drawable(path, overwrite=overwrite)
    from matplotlib.figure import Figure

    tracks = sorted(score.tracks, key=_spoken, reverse=True)[:_MOST_FACES]
    tracks.sort(key=lambda track: track.id)
    rows = max(len(tracks), 1)
    figure = Figure(figsize=(9, 1.2 + 2.2 * rows), layout="constrained")
    axes = figure.subplots(rows, 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for place, track in zip(axes, tracks, strict=False):
        _draw_face(place, track)
    axes[0].legend(loc="upper right", fontsize="x-small", ncols=4)
    axes[-1].set_xlabel("seconds of the picture")
    figure.suptitle(f"{score.status}: {score.reasons[0] if score.reasons else ''}", fontsize=10)
    write_picture(figure, path, overwrite=overwrite)


def _draw_face(axes: Axes, track: TrackScore) -> None:
    axes.axhspan(_LATE, _EARLY, color="tab:green", alpha=0.12, label="EBU R 37")
    for end, label in ((-_FRAME, None), (_FRAME, "a frame either way")):
        axes.axhline(end, color="0.4", linestyle=":", linewidth=0.9, label=label)
    axes.axhline(0, color="0.5", linewidth=0.8)
    if track.offset is not None and track.interval is not None:
        ends = (track.segment.start, track.segment.end)
        low, high = (1000 * end for end in track.interval)
        axes.fill_between(ends, low, high, color="tab:blue", alpha=0.2, label="95 %")
        axes.plot(ends, (1000 * track.offset,) * 2, color="tab:blue", linewidth=1)
    told = [one for one in track.windows if one.offset is not None]
    for is_answer, face in ((True, "tab:blue"), (False, "none")):
        chosen = [one for one in told if (one.status == "ok") is is_answer]
        axes.scatter(
            [(one.segment.start + one.segment.end) / 2 for one in chosen],
            [1000 * (one.offset or 0.0) for one in chosen],
            s=18,
            facecolors=face,
            edgecolors="tab:blue",
            linewidths=0.8,
            label="window" if is_answer else "unsure window",
        )
    axes.set_ylabel(f"face {track.id}\nsound early, ms")


def _spoken(track: TrackScore) -> float:
    return sum(one.duration for one in track.speaking)
