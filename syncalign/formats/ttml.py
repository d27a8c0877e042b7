"""TTML and DFXP (.ttml, .dfxp, .xml): paragraphs with times, in XML.

The XML is read by expat, which says where each element stands; nothing is ever written as XML.
Declarations of entities are refused, nothing outside the file is opened, depth and number of
elements are bounded.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from syncalign.errors import FormatError
from syncalign.formats.source import Source
from syncalign.formats.stamp import Span
from syncalign.formats.subtitle_file import CueList, Findings, Found
from syncalign.formats.ttml_time import TIME, TtmlClock
from syncalign.formats.vtt import unescaped

_ROOT = re.compile(rb"<(?:[A-Za-z][\w.-]{0,40}:)?tt[\s>/]")
_ATTRIBUTE = re.compile(
    rb"[\s\"'](begin|end|dur)\s{0,99}=\s{0,99}([\"'])\s{0,99}(" + TIME + rb")\s{0,99}\2"
)
_NAME = re.compile(rb"<[^\s>\"'/]+")
_QUOTED = re.compile(rb"\s*([^<>\"'\s=]+)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_START_TAG = re.compile(rb"<[^\s>\"'/]+(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
_TIMED = ("begin", "end", "dur")
_DEEPEST = 64
_LARGEST = 16 * 2**20  # bytes; two hours with a time for every word take 3 MiB
_MOST_ELEMENTS = 250_000
_BREAK = re.compile(r"<(?:[\w.-]{1,40}:)?br\b[^<>]{0,1000}>")
_ASIDE = re.compile(r"<!\[CDATA\[(.*?)\]\]>|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


@dataclass(slots=True)
class _Element:
    """One element, with what its start tag says of time: it holds nothing else, and no element up.

    A hostile file has a quarter of a million of them.
    """

    name: str
    tag: Span
    keeps_space: bool
    end: int = 0
    children: list[_Element] = field(default_factory=list)
    times: dict[str, Span] = field(default_factory=dict)
    unreadable: str | None = None  # the first value that should be a time and is none

    @property
    def is_timed(self) -> bool:
        return bool(self.times) or self.unreadable is not None


def sniff(source: Source) -> float:
    """Return how much the text looks like TTML, 0 to 1."""
    head = source.units[:65_536]
    return 0.95 if head.lstrip()[:1] == b"<" and _ROOT.search(head) else 0.0


def locate(source: Source, *, frame_rate: Fraction | None = None) -> Findings:
    """Find the paragraphs of a TTML file and the places of their times.

    A paragraph with times is a cue; in one without, each span with times; a division with times
    and none inside. Elements with times around cues are cues that are not visible, and times
    inside count from them.

    Parameters
    ----------
    source : Source
        The file.
    frame_rate : Fraction, optional
        Frames a second, for a file that counts frames and does not declare it.

    Raises
    ------
    FormatError
        Not well-formed, entities declared, too deep, too many elements, times in sequence
        (``timeContainer="seq"``), or a time base that is not supported.
    """
    if len(source.units) > _LARGEST:
        raise FormatError(None, f"is TTML of more than {_LARGEST // 2**20} MiB; that is no film")
    reader = _Reader(source)
    finder = _Finder(source)
    finder.visit(reader.read(), None)
    clock = TtmlClock.declared(reader.parameters, frame_rate=frame_rate)
    written = {source.ascii(span) for cue in finder.cues for span in cue.time_spans()}
    step = max(map(clock.step_of, written), default=clock.step)
    return Findings(finder.cues, finder.broken, finder.notes(), replace(clock, step=step))


class _Reader:
    """Reads the elements with expat, over one byte for each code unit."""

    def __init__(self, source: Source) -> None:
        from xml.parsers import expat

        self._source = source
        self._expat = expat
        # The view has one byte a unit, so positions are units; what XML is made of is ASCII.
        self._parser = expat.ParserCreate("iso-8859-1")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._refuse_entities
        self._parser.ExternalEntityRefHandler = self._refuse_reference
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self._root: _Element | None = None
        self.parameters: dict[str, str] = {}  # attributes of the root
        self._open: list[_Element] = []
        self._count = 0

    def read(self) -> _Element:
        try:
            self._parser.Parse(self._source.units, True)
        except self._expat.ExpatError as exc:
            raise FormatError(
                None, f"is not well-formed XML: {self._expat.ErrorString(exc.code)}", exc.lineno
            ) from exc
        if self._root is None:  # expat would have said so
            raise FormatError(None, "is not well-formed XML")
        return self._root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= _DEEPEST:
            raise self._refused(f"its elements are nested more than {_DEEPEST} deep")
        if self._count > _MOST_ELEMENTS:
            raise self._refused(f"has more than {_MOST_ELEMENTS} elements")
        local = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        # In a namespace of its own, as "tts:begin" would be, it is not a time.
        local = {k: v for k, v in local.items() if k not in _TIMED or k in attributes}
        if local.get("timeContainer") == "seq":
            raise self._refused('has times in sequence (timeContainer="seq"): not supported')
        parent = self._open[-1] if self._open else None
        space = local.get("space")
        keeps = space == "preserve" if space else parent is not None and parent.keeps_space
        at = self._parser.CurrentByteIndex
        element = _Element(sys.intern(name.rpartition(":")[2]), (at, at), keeps)
        said = {key: local[key] for key in _TIMED if key in local}
        if said:
            self._find_times(element, said)
        self._open.append(element)
        if parent is None:
            self._root, self.parameters = element, local
        elif said or element.name in ("body", "div", "p", "span"):
            parent.children.append(element)

    def _find_times(self, element: _Element, said: dict[str, str]) -> None:
        units = self._source.units
        at = element.tag[0]
        last = _tag_end(units, at)
        element.tag = (at, last)
        # One after the other, never searched for: a search in a long name is quadratic.
        name = _NAME.match(units, at, last)
        place = name.end() if name else last
        while (match := _QUOTED.match(units, place, last)) is not None:
            place = match.end()
            time = _ATTRIBUTE.fullmatch(units, match.start(1) - 1, match.end())
            if time is not None:
                element.times[sys.intern(time[1].decode("ascii"))] = time.span(3)
        element.unreadable = next((said[key] for key in said if key not in element.times), None)

    def _end(self, name: str) -> None:
        self._open.pop().end = self._parser.CurrentByteIndex

    def _refuse_entities(self, *_: object) -> None:
        raise self._refused("declares entities, which could expand without bound; refused")

    def _refuse_reference(self, *_: object) -> int:
        raise self._refused("refers to another file, which is not opened; refused")

    def _refused(self, message: str) -> FormatError:
        return FormatError(None, message, self._parser.CurrentLineNumber)


def _tag_end(units: bytes, at: int) -> int:
    """Return the unit after a start tag; a ``>`` inside quotes does not end it."""
    match = _START_TAG.match(units, at)
    return match.end() if match else at


class _Finder:
    """Turns elements into cues."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.cues = CueList()
        self.broken: list[tuple[int, str]] = []
        self._ends_alone = 0

    def notes(self) -> list[str]:
        if not self._ends_alone:
            return []
        return ["an element around cues has an end but no begin; its end is left as it is"]

    def visit(self, element: _Element, parent: int | None) -> None:
        """Go through an element inside those with the times of stamp ``parent``; it is used up."""
        if not element.is_timed:
            self._visit_inside(element, parent)
        elif element.name in ("body", "div") and _has_timed_text(element):
            around = self._add(element, parent, is_text=False)
            self._visit_inside(element, parent if around is None else around)
        elif element.name in ("body", "div", "p", "span"):
            self._add(element, parent, is_text=True)

    def _visit_inside(self, element: _Element, parent: int | None) -> None:
        # What has been visited is let go: the cues made of it take its place in the memory.
        element.children.reverse()
        while element.children:
            self.visit(element.children.pop(), parent)

    def _add(self, element: _Element, parent: int | None, *, is_text: bool) -> int | None:
        times, unreadable = element.times, element.unreadable
        if unreadable is not None or "begin" not in times:
            problem = "no begin" if unreadable is None else f"not a time: {unreadable[:40]!r}"
            if is_text or unreadable is not None:
                self.broken.append((element.tag[0], problem))
            self._ends_alone += not is_text
            return None
        inner = tuple(sorted(_times_inside(element))) if is_text else ()
        body = (_tag_end(self._source.units, element.tag[0]), max(element.end, element.tag[1]))
        text = ""
        if is_text:
            text = plain_text(self._source.text(*body), keeps_space=element.keeps_space)
        self.cues.append(
            Found(
                times["begin"],
                times.get("end") or times.get("dur"),
                text,
                inner,
                visible=is_text,
                text_span=body if is_text else None,
                end_is_duration="end" not in times and "dur" in times,
                parent=parent,
                inner_is_relative=True,
            )
        )
        return len(self.cues) - 1


def _has_timed_text(element: _Element) -> bool:
    return any(child.is_timed or _has_timed_text(child) for child in element.children)


def _times_inside(element: _Element) -> Iterator[Span]:
    for child in element.children:
        yield from child.times.values()
        yield from _times_inside(child)


def plain_text(text: str, *, keeps_space: bool = False) -> str:
    r"""Return what a viewer reads: line ends are ``<br/>``, other space is one blank.

    Examples
    --------
    >>> plain_text("Tom &amp;\n   <span>I</span><br/>here")
    'Tom & I\nhere'
    """
    text = without_asides(text)
    if not keeps_space:
        text = re.sub(r"[ \t\r\n]+", " ", text)
    text = _TAG.sub("", _BREAK.sub("\n", text))
    if "&" in text:
        text = unescaped(text)
    return "\n".join(line.strip(" \t") for line in text.replace("\r\n", "\n").split("\n")).strip()


def without_asides(text: str) -> str:
    """Return XML without comments and instructions, and with verbatim sections as text."""
    if "<!" not in text and "<?" not in text:
        return text
    return _ASIDE.sub(lambda match: _escaped(match[1] or ""), text)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
