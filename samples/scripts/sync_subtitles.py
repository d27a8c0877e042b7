"""Bring subtitles that come late back to the film: ``python samples/scripts/sync_subtitles.py``."""

import tempfile
from pathlib import Path

import syncalign

SAMPLES = Path(__file__).parent.parent


def main() -> None:
    """Sync a subtitle file to a film and save the result."""
    result = syncalign.sync_subtitles(
        SAMPLES / "media" / "harbour.mkv", SAMPLES / "texts" / "harbour.shifted.srt"
    )
    # t_film = rate * t_subtitle + offset: a negative offset moves the subtitle earlier.
    print(result.status, result.offset, result.confidence)

    saved = Path(tempfile.mkdtemp()) / "harbour.synced.srt"
    result.save(saved)
    print(f"saved as {saved}")


if __name__ == "__main__":
    main()
