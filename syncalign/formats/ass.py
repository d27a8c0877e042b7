"""Advanced SubStation Alpha (.ass) and SubStation Alpha (.ssa): events in named columns."""

from __future__ import annotations

import re
from dataclasses import dataclass

from syncalign.formats.marks import without_marks
from syncalign.formats.notation import TIME
from syncalign.formats.source import Source
from syncalign.formats.srt import not_times
from syncalign.formats.stamp import Span
from syncalign.formats.subtitle_file import CueList, Findings, Found

_STAMP = re.compile(rb"[ \t]*(" + TIME + rb")[ \t]*\Z")
_SECTION = re.compile(rb"\[([A-Za-z0-9+ ]{1,40})\][ \t]*\Z")
_EVENT = re.compile(rb"[ \t]*(dialogue|comment)[ \t]*:", re.IGNORECASE)
_FORMAT = re.compile(rb"[ \t]*format[ \t]*:", re.IGNORECASE)
_HEADINGS = (b"[script info]", b"[v4+ styles]", b"[v4 styles]", b"[events]")
_ATTACHMENTS = (b"fonts", b"graphics")
_OVERRIDE = re.compile(r"(?<!\\)\{[^}]*\}")
_DRAWING = re.compile(r"\\p[1-9]")


def sniff(source: Source) -> float:
    """Return how much the text looks like ASS or SSA, 0 to 1."""
    head = source.units[:65_536].lower()
    if any(heading in head for heading in _HEADINGS):
        return 0.9
    events = (b"\nDialogue:", b"\rDialogue:")
    has_event = head.startswith(b"dialogue:") or any(event in source.units for event in events)
    return 0.5 if has_event else 0.0


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a line of events holds what, by its ``Format:`` line."""

    count: int = 10
    start: int = 1
    end: int = 2


def locate(source: Source) -> Findings:
    """Find the events of an ASS or SSA file.

    The times stand in the columns that the ``Format:`` line of the events names. Comments move
    too, marked as not visible; lines of fonts and pictures are left alone, whatever they look
    like.
    """
    cues = CueList()
    broken: list[tuple[int, str]] = []
    section = b"events"  # a bare list of events has no heading
    columns = _Columns()
    for line in source.lines():
        units = source.units[line[0] : line[1]]
        heading = _SECTION.match(units) if units[:1] == b"[" else None
        if heading is not None and _ends_section(section, heading[1]):
            section = heading[1].lower().strip()
        elif section != b"events":
            continue
        elif (event := _EVENT.match(units)) is not None:
            cue = _read_event(source, line, event, columns)
            if cue is None:
                broken.append((line[0], not_times(source, line)))
            else:
                cues.append(cue)
        elif (format_ := _FORMAT.match(units)) is not None:
            columns = _columns(units[format_.end() :]) or columns
    return Findings(cues, broken)


def _ends_section(section: bytes, heading: bytes) -> bool:
    # Attached files are coded in 64 characters, brackets among them but no lower-case letters.
    return section not in _ATTACHMENTS or re.search(rb"[a-z]", heading) is not None


def _columns(names: bytes) -> _Columns | None:
    fields = [name.strip().lower() for name in names.split(b",")]
    if b"start" not in fields or b"end" not in fields:
        return None
    return _Columns(len(fields), fields.index(b"start"), fields.index(b"end"))


def _read_event(
    source: Source, line: Span, event: re.Match[bytes], columns: _Columns
) -> Found | None:
    at = line[0] + event.end()
    fields = source.units[at : line[1]].split(b",", columns.count - 1)
    if len(fields) <= max(columns.start, columns.end):
        return None
    places = []
    for index in (columns.start, columns.end):
        match = _STAMP.match(fields[index])
        if match is None:
            return None
        first = at + sum(len(field) + 1 for field in fields[:index])
        places.append((first + match.start(1), first + match.end(1)))
    written = source.text(line[1] - len(fields[-1]), line[1])
    is_comment = event[1].lower() == b"comment"
    is_drawing = _is_drawing(written)
    text = "" if is_drawing else plain_text(written)
    text_span = (line[1] - len(fields[-1]), line[1])
    visible = not (is_comment or is_drawing)
    return Found(places[0], places[1], text, (), visible, text_span)


def _is_drawing(text: str) -> bool:
    """Whether a code in braces turns the drawing mode on."""
    if "\\p" not in text:
        return False
    codes = _OVERRIDE.finditer(text[: text.rfind("}") + 1])
    return any(_DRAWING.search(code[0]) for code in codes)


def plain_text(text: str) -> str:
    r"""Return what a viewer reads: without override codes, with line breaks as line ends.

    Examples
    --------
    >>> plain_text(r"{\an8\k20}Wait\Nfor{\i1} me")
    'Wait\nfor me'
    """
    if "{" in text:
        text = without_marks(_OVERRIDE, text, "}")
    if "\\" in text:
        text = text.replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
        text = text.replace("\\{", "{").replace("\\}", "}")
    return text.strip()
