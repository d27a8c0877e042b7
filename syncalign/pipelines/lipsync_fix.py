"""Put a sound on the lips by moving it whole, and measure what came out."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from syncalign.errors import InputError, MediaError, ParameterError
from syncalign.media import ensure_container, remux_with_sound_moved
from syncalign.pipelines.lipsync import score_lipsync
from syncalign.progress import Progress
from syncalign.results.lipsync import LipSync, LipSyncFix
from syncalign.storage import ensure_distinct, written_beside

_TOLERANCE = 0.02  # seconds: a measure against another of the same film


def fix_lipsync(
    path: str | os.PathLike[str],
    target: str | os.PathLike[str],
    score: LipSync,
    *,
    audio: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> LipSyncFix:
    """Write a video anew with its sound moved as was measured; nothing is encoded anew.

    Of several sounds the one that was scored is moved. A video that is in sync is not changed: it
    is copied byte for byte where the ending is the same. What is written is measured again, and
    kept only if it is where it was moved to, within 20 ms, and in sync.

    Parameters
    ----------
    path : path-like
        The video that was scored.
    target : path-like
        The file to write; its ending tells the container.
    score : LipSync
        What :func:`score_lipsync` said of it.
    audio : path-like, optional
        The sound that was scored in place of the video's own; it replaces that.
    overwrite : bool
        Whether an existing file may be replaced.
    progress : Progress, optional
        Told about the measuring.

    Returns
    -------
    LipSyncFix

    Raises
    ------
    ParameterError
        Moving the whole sound cannot help (see ``LipSync.is_one_move``), or the target is an input.
    MediaError
        The container of the target does not hold these streams.
    OutputError
        The target exists or cannot be written, or its ending tells no container of a film.

    Examples
    --------
    >>> score = score_lipsync("samples/media/talking-face.mp4")
    >>> fix_lipsync("samples/media/talking-face.mp4", "fixed.mp4", score).after.status
    'in_sync'
    """
    if not score.is_one_move or score.offset is None:
        raise ParameterError("moving the whole sound cannot put it in sync: see the score")
    ensure_container(target)
    ensure_distinct(target, path, *([] if audio is None else [audio]))
    keeps = score.status == "in_sync" and audio is None
    moved = 0.0 if keeps else score.offset
    with written_beside(target, overwrite=overwrite) as temporary:
        if keeps and temporary.suffix.lower() == Path(path).suffix.lower():
            shutil.copyfile(path, temporary)
            return LipSyncFix(moved=moved, after=score, is_written=True)
        try:
            remux_with_sound_moved(path, temporary, moved, audio=audio)
            after = score_lipsync(temporary, model=score.model, progress=progress)
        except InputError as exc:
            if exc.path != os.fspath(temporary):
                raise
            raise MediaError(target, f"could not be written: what came out {exc.message}") from exc
        left = after.offset is not None and abs(after.offset - (score.offset - moved)) <= _TOLERANCE
        is_right = after.status == "in_sync" and left
        if not is_right:
            temporary.unlink()
        return LipSyncFix(moved=moved, after=after, is_written=is_right)
