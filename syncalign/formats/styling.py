"""Styling: the text of a cue as runs of plain, italic, bold and underlined letters, and a place.

What the formats have in common is kept; everything else is named as lost, never dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from syncalign.formats.srt import with_plain_line_ends
from syncalign.formats.ttml import without_asides
from syncalign.formats.vtt import unescaped

COLOURS, FONTS, EFFECTS = "colours", "fonts and sizes", "effects"
POSITIONS, KARAOKE, SPEAKERS = "positions", "times of words", "speakers and classes"
STYLING, STRIKE, RUBY = "other styling", "strike-through", "ruby"
ITALIC, BOLD, UNDERLINE = "italics", "bold", "underlining"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style."""

    text: str
    italic: bool = False
    bold: bool = False
    underline: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it has no style."""
        return not (self.italic or self.bold or self.underline)


@dataclass(frozen=True, slots=True)
class StyledText:
    """The text of a cue.

    Parameters
    ----------
    runs : tuple of Run
        Its parts in order; line ends are line feeds.
    position : int or None
        Place on the screen as on a number pad: 8 is the top, 2 the usual bottom; None if not said.
    lost : frozenset of str
        What the text had and this type does not hold.
    """

    runs: tuple[Run, ...] = ()
    position: int | None = None
    lost: frozenset[str] = frozenset()

    @classmethod
    def plain(cls, text: str) -> StyledText:
        """Return a text without styles."""
        return cls((Run(text),) if text else ())

    @property
    def text(self) -> str:
        """The letters alone."""
        return "".join(run.text for run in self.runs)

    @property
    def styles(self) -> set[str]:
        """Names of the styles that occur."""
        names = {ITALIC: "italic", BOLD: "bold", UNDERLINE: "underline"}
        return {name for name, key in names.items() if any(getattr(run, key) for run in self.runs)}

    def lines(self) -> list[list[Run]]:
        """Return the runs of each line."""
        lines: list[list[Run]] = [[]]
        for run in self.runs:
            for number, part in enumerate(run.text.split("\n")):
                if number:
                    lines.append([])
                if part:
                    lines[-1].append(replace(run, text=part))
        return lines


_HTML = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|</?[a-zA-Z]>|<[\d:.]{5,20}>")
_SRT = re.compile(r"</?(?:i|b|u|s|font|span|c|v|ruby|rt)\b[^<>]*>|\{\\[^{}]*\}", re.IGNORECASE)
_ASS = re.compile(r"(?<!\\)\{[^{}]*\}")
_MICRODVD = re.compile(r"\{[A-Za-z]:[^{}]{0,100}\}|^/", re.MULTILINE)
_CODE = re.compile(r"\\([1-4]?[a-zA-Z]+?)(?=[\d(&\\}.-]|$|\Z)(\([^()]*\)|[^\\(){}]*)")
_KINDS = {
    "pos": POSITIONS, "move": POSITIONS, "org": POSITIONS, "clip": EFFECTS, "iclip": EFFECTS,
    "k": KARAOKE, "K": KARAOKE, "kf": KARAOKE, "ko": KARAOKE, "kt": KARAOKE,
    "c": COLOURS, "1c": COLOURS, "2c": COLOURS, "3c": COLOURS, "4c": COLOURS,
    "alpha": COLOURS, "1a": COLOURS, "2a": COLOURS, "3a": COLOURS, "4a": COLOURS,
    "fn": FONTS, "fs": FONTS, "fsp": FONTS, "fscx": FONTS, "fscy": FONTS, "s": STRIKE,
}  # fmt: skip
_DEEPEST = 32
_LONGEST = 20_000  # characters of a text whose styles are read; no viewer reads as many at once


@dataclass(slots=True)
class _Pen:
    """The style that holds while a text is gone through."""

    style: Run = field(default_factory=lambda: Run(""))
    position: int | None = None
    lost: set[str] = field(default_factory=set)
    open: list[tuple[str, Run]] = field(default_factory=list)

    def read_tag(self, token: str) -> None:
        """Follow a tag as in HTML."""
        name = (re.match(r"</?(?:[\w.-]+:)?([\w]+)", token) or ["", ""])[1].lower()
        if not name or token[1:2].isdigit():
            self.lost.add(KARAOKE)
        elif token.startswith("</"):
            while any(name == tag for tag, _ in self.open):
                tag, self.style = self.open.pop()
                if tag == name:
                    break
        elif not token.endswith("/>"):
            del self.open[_DEEPEST:]  # unclosed tags, one a line, are common in SubRip
            self.open.append((name, self.style))
            self._enter(name, token)

    def _set(self, key: str, on: bool = True) -> None:
        styles: dict[str, bool] = {key: on}
        self.style = replace(self.style, **styles)  # type: ignore[arg-type]

    def _enter(self, name: str, token: str) -> None:
        keys = {"i": "italic", "em": "italic", "b": "bold", "strong": "bold", "u": "underline"}
        if name in keys:
            self._set(keys[name])
        elif name in ("font", "span"):
            self._read_attributes(token)
        else:
            kinds = {"ruby": RUBY, "rt": RUBY, "s": STRIKE, "c": SPEAKERS, "v": SPEAKERS}
            if kind := kinds.get(name, None if name in ("p", "div", "body") else STYLING):
                self.lost.add(kind)

    def _read_attributes(self, token: str) -> None:
        values = re.findall(r"([\w:.-]+)\s*=\s*[\"']?([^\"'\s>]*)", token)
        for key, value in values:
            match key.rpartition(":")[2].lower(), value.lower():
                case "fontstyle", "italic" | "oblique":
                    self._set("italic")
                case "fontweight", "bold":
                    self._set("bold")
                case "textdecoration", "underline":
                    self._set("underline")
                case "color" | "backgroundcolor", _:
                    self.lost.add(COLOURS)
                case "face" | "size" | "fontfamily" | "fontsize", _:
                    self.lost.add(FONTS)
                case "begin" | "end" | "dur", _:
                    self.lost.add(KARAOKE)
                case "id" | "space" | "lang", _:
                    pass
                case _:
                    self.lost.add(STYLING)

    def read_codes(self, token: str) -> None:
        """Follow a block of ASS codes; SubRip files use them too."""
        for name, value in _CODE.findall(token):
            value = value.strip()
            if name in ("i", "b", "u") and (value.isdigit() or not value):
                key = {"i": "italic", "b": "bold", "u": "underline"}[name]
                self._set(key, value not in ("", "0"))
            elif name == "an" and value in tuple("123456789"):
                self.position = int(value)
            elif name == "r":
                self.style = Run("")
                if value:
                    self.lost.add(STYLING)
            else:
                self.lost.add(_KINDS.get(name, EFFECTS))

    def read_microdvd(self, token: str) -> None:
        """Follow a MicroDVD code; a small letter holds for its line."""
        kind, _, value = token.strip("{}").partition(":")
        if token == "/":
            self._set("italic")
        elif kind in "yY":
            flags = {"i": "italic", "b": "bold", "u": "underline"}
            for letter in value.lower():
                if letter in flags:
                    self._set(flags[letter])
        else:
            kinds = {"c": COLOURS, "f": FONTS, "s": FONTS, "p": POSITIONS, "o": POSITIONS}
            self.lost.add(kinds.get(kind.lower(), STYLING))


def read_styled(format: str, raw: str, plain: str) -> StyledText:
    """Return a cue's text with its styles.

    Parameters
    ----------
    format : str
        The format that it is written in.
    raw : str
        The text as written.
    plain : str
        The text as the format's reader gives it: where the styles cannot be told from it without
        doubt, this is what is returned.
    """
    readers = {"srt": _read_srt, "vtt": _read_html, "sami": _read_html, "ttml": _read_ttml,
               "ass": _read_ass, "microdvd": _read_bars, "mpl2": _read_bars}  # fmt: skip
    if format not in readers:
        return StyledText.plain(plain)
    if len(raw) > _LONGEST:
        return StyledText((Run(plain),), None, frozenset({STYLING}))
    styled = _stripped(readers[format](raw))
    if styled.text == plain:
        return styled
    lost = styled.lost | (styled.styles and {STYLING})
    return replace(StyledText.plain(plain), position=styled.position, lost=frozenset(lost))


def _read_srt(raw: str) -> StyledText:
    pen = _Pen()
    runs = []
    for token, text in _split(_SRT, raw):
        if token.startswith("{"):
            pen.read_codes(token)
        elif token:
            pen.read_tag(token)
        runs.append(replace(pen.style, text=with_plain_line_ends(text).replace("\\N", "\n")))
    return StyledText(tuple(runs), pen.position, frozenset(pen.lost))


def _read_html(raw: str) -> StyledText:
    if re.search(r"<(?:br|p)\b", raw, re.IGNORECASE):  # SAMI: line ends are blanks
        raw = re.sub(r"<(?:br|/p)\b[^<>]*>", "\n", re.sub(r"\s+", " ", raw), flags=re.IGNORECASE)
    return _with_tags(raw)


def _read_ttml(raw: str) -> StyledText:
    raw = without_asides(raw)
    if "\n" in raw:
        raw = re.sub(r"[ \t\r\n]+", " ", raw)
    return _with_tags(re.sub(r"<(?:[\w.-]{1,40}:)?br\b[^<>]*>", "\n", raw))


def _with_tags(raw: str) -> StyledText:
    pen = _Pen()
    runs = []
    for token, text in _split(_HTML, raw):
        if token:
            pen.read_tag(token)
        text = unescaped(text).replace("\u00a0", " ") if "&" in text else text
        runs.append(replace(pen.style, text=with_plain_line_ends(text)))
    return StyledText(tuple(runs), None, frozenset(pen.lost))


def _read_ass(raw: str) -> StyledText:
    pen = _Pen()
    runs = []
    for token, text in _split(_ASS, raw):
        pen.read_codes(token)
        for mark, letter in (
            ("\\N", "\n"),
            ("\\n", "\n"),
            ("\\h", " "),
            ("\\{", "{"),
            ("\\}", "}"),
        ):
            text = text.replace(mark, letter)
        runs.append(replace(pen.style, text=text))
    return StyledText(tuple(runs), pen.position, frozenset(pen.lost))


def _read_bars(raw: str) -> StyledText:
    pen = _Pen()
    runs: list[Run] = []
    whole = "".join(re.findall(r"\{Y:[^{}]*\}", raw))
    for number, line in enumerate(raw.split("|")):
        pen.style = Run("\n" if number else "")
        runs.append(pen.style)
        for token in re.findall(r"\{[^{}]*\}", whole):
            pen.read_microdvd(token)
        for token, text in _split(_MICRODVD, line.strip()):
            if token:
                pen.read_microdvd(token)
            runs.append(replace(pen.style, text=text))
    return StyledText(tuple(runs), None, frozenset(pen.lost))


def _split(pattern: re.Pattern[str], raw: str) -> Iterator[tuple[str, str]]:
    """Go through a text as pairs of a mark and the text after it; the first mark is empty."""
    done, token = 0, ""
    for match in pattern.finditer(raw):
        yield token, raw[done : match.start()]
        token, done = match[0], match.end()
    yield token, raw[done:]


def _stripped(styled: StyledText) -> StyledText:
    """Join equal neighbours and drop the space around lines, as the formats' readers do."""
    runs: list[Run] = []
    for run in styled.runs:
        if not run.text:
            continue
        if runs and (replace(runs[-1], text="") == replace(run, text="") or run.text.isspace()):
            runs[-1] = replace(runs[-1], text=runs[-1].text + run.text)
        else:
            runs.append(run)
    if runs:
        runs[0] = replace(runs[0], text=runs[0].text.lstrip())
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip())
    runs = [replace(run, text=re.sub(r"[ \t]*\n[ \t]*", "\n", run.text)) for run in runs]
    return replace(styled, runs=tuple(run for run in runs if run.text))
