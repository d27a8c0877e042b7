"""Sync maps in the forms that aeneas writes and its readers read: JSON, CSV, TSV.

Source: https://www.readbeyond.it/aeneas/docs/syncmap.html
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

from syncalign.formats.snapping import snapped
from syncalign.formats.transcript import Transcript, on_one_line


def write_json(transcript: Transcript) -> str:
    """Return the JSON form: ``fragments`` with times as strings, and the text's lines."""
    fragments = [
        {
            "begin": begin,
            "children": [],
            "end": end,
            "id": id_,
            "language": transcript.language,
            "lines": text.splitlines(),
        }
        for begin, end, id_, text in _fragments(transcript)
    ]
    return json.dumps({"fragments": fragments}, indent=1, ensure_ascii=False) + "\n"


def write_csv(transcript: Transcript) -> str:
    """Return the CSV form: id, begin, end and the quoted text; no head."""
    out = io.StringIO()
    for begin, end, id_, text in _fragments(transcript):
        csv.writer(out, lineterminator=",").writerow([id_, begin, end])
        csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow([on_one_line(text)])
    return out.getvalue()


def write_tsv(transcript: Transcript) -> str:
    """Return the TSV form: begin, end and id; no text."""
    lines = [f"{begin}\t{end}\t{id_}" for begin, end, id_, _ in _fragments(transcript)]
    return "\n".join([*lines, ""])


def _fragments(transcript: Transcript) -> Iterable[tuple[str, str, str, str]]:
    for cue, id_ in zip(snapped(transcript.units, 1000), transcript.ids, strict=True):
        yield f"{cue.start:.3f}", f"{cue.end:.3f}", id_, cue.text
