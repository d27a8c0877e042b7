"""Seeded cases P0-P11: a medium, a subtitle that does not fit it, and the truth for every cue."""

import dataclasses
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np

from benchmarks.subtitles.material import (
    RATE,
    Recording,
    build,
    build_truth,
    build_wordless,
    cut,
    draw_film_like_times,
    insert,
    media_path,
    recording_files,
)
from benchmarks.subtitles.prompts import load_music
from benchmarks.subtitles.script import (
    ABSENT,
    EXTRA,
    SPOKEN,
    Script,
    absent,
    in_order,
    join,
    moved,
    script_of,
    take,
    without_negative,
)

OFFSETS = tuple(s * v for v in (0.1, 0.25, 0.5, 1, 2, 5, 12, 30, 60, 90, 120) for s in (1, -1))
NTSC_FILM, NTSC = Fraction(24000, 1001), Fraction(30000, 1001)
RATE_PAIRS = (
    (NTSC_FILM, Fraction(25)),
    (Fraction(24), Fraction(25)),
    (NTSC_FILM, Fraction(24)),
    (NTSC, Fraction(30)),
)
SDH = ("[door slams]", "(sighs)", "[phone rings]", "[GUNSHOT]", "[applause]", "(inhales sharply)")
LYRICS = ("♪ over the hills we go ♪", "♪ la la la ♪", "♪ and the night is long ♪")
CREDITS = (
    "Subtitles by the night shift",
    "Sync and corrections: somebody",
    "www.example.com",
    "Rate this subtitle and get a prize",
)


@dataclass(frozen=True, slots=True)
class Source:
    """The parameters of the recording that cases are made from; see `material.build`."""

    speaker: str = "it"
    minutes: float = 45
    snr_db: float = 10
    seed: int = 0
    density: float | None = None
    half: str = "all"

    def build(self) -> Recording:
        """Build the recording with its samples."""
        return build(self.speaker, **self._parameters())

    def files(self, suffix: str = ".flac") -> tuple[Path, Recording]:
        """Return the medium in the cache and its truth."""
        return recording_files(self.speaker, suffix=suffix, **self._parameters())

    def _parameters(self) -> dict:
        names = ("minutes", "snr_db", "seed", "density", "half")
        return {name: getattr(self, name) for name in names}

    @property
    def name(self) -> str:
        """A short name for tables."""
        share = "" if self.density is None else f"-d{self.density:g}"
        return f"{self.speaker}-{self.minutes:g}m-{self.snr_db:g}dB-s{self.seed}{share}"


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One trial.

    Attributes
    ----------
    id : str
        Unique within a suite.
    row : str
        The line of the table it belongs to.
    group : str
        "P0" ... "P11".
    medium : Path
        The sound.
    script : Script
        The subtitle and its truth.
    must_refuse : bool
        Whether any placement is wrong.
    rate : float or None
        True rate of ``t_ref = rate * t_query + offset``; None where there are several pieces or
        jitter hides it.
    snr_db : float or None
        Of the recording; None where it has no words.
    """

    id: str
    row: str
    group: str
    medium: Path
    script: Script
    must_refuse: bool = False
    rate: float | None = None
    snr_db: float | None = None


def generator(*names: str) -> np.random.Generator:
    """Return the random numbers that belong to a name."""
    return np.random.default_rng([2, *(zlib.crc32(name.encode()) for name in names)])


# ---- single perturbations -----------------------------------------------------------------------


def with_gaps(script: Script, rng: np.random.Generator, count: int, low: float, high: float):
    """Move all cues after `count` places by `low` to `high` s more, cumulatively.

    The places are spread over the file, one in each of `count` + 1 stretches of it. A move back
    is drawn half of the time where the pause in the medium has room for it.
    """
    size = len(script)
    bounds = np.linspace(0, size, count + 2)
    delay, pieces = np.zeros(size), script.pieces.copy()
    for i in range(count):
        first = int(bounds[i + 1] - 0.3 * size / (count + 2))
        last = int(bounds[i + 1] + 0.3 * size / (count + 2))
        length = rng.uniform(low, high)
        places = np.arange(max(first, 1), max(min(last, size - 1), first + 1))
        room = script.starts[places] - script.ends[places - 1]
        roomy = places[room > length + 0.1]
        if len(roomy) and rng.random() < 0.5:
            place, length = int(rng.choice(roomy)), -length
        else:
            place = int(rng.choice(places))
        delay[place:] += length
        pieces[place:] += 1
    return dataclasses.replace(moved(script, delay), pieces=pieces)


def with_scenes(
    script: Script, rng: np.random.Generator, other: Recording, count: int, seconds: float = 60.0
) -> Script:
    """Put in scenes that the medium lacks: cues of another recording, later cues moved."""
    parts, delay, piece, begin = [], 0.0, 0, 0
    foreign = script_of(other, rng)
    bounds = np.linspace(0, len(script), count + 2)[1:-1]
    for i, bound in enumerate(bounds):
        place = int(bound + rng.uniform(-0.3, 0.3) * len(script) / (count + 2))
        parts.append(_as_piece(moved(take(script, np.arange(begin, place)), delay), piece))
        scene = _scene(foreign, rng, seconds)
        at = (script.starts[place] + script.ends[place - 1]) / 2 + delay
        parts.append(_as_piece(moved(scene, at), -1 - i))
        delay, piece, begin = delay + seconds, piece + 1, place
    parts.append(_as_piece(moved(take(script, np.arange(begin, len(script))), delay), piece))
    return join(*parts)


def _scene(foreign: Script, rng: np.random.Generator, seconds: float) -> Script:
    while True:
        start = rng.uniform(0, foreign.starts[-1] - seconds)
        inside = (foreign.starts >= start + 0.2) & (foreign.ends < start + seconds - 0.2)
        if inside.sum() >= 5:
            break
        # A density of 8 % has stretches without words; a scene of them would test nothing.
    return absent(moved(take(foreign, inside), -start))


def _as_piece(script: Script, piece: int) -> Script:
    return dataclasses.replace(script, pieces=np.full(len(script), piece))


def with_second_part(script: Script, first: int, rate: float) -> Script:
    """Run the cues from `first` on at another rate, behind the ones before."""
    part, rest = take(script, np.arange(first)), take(script, np.arange(first, len(script)))
    later = _as_piece(moved(rest, 8.0, rate), 1)
    return join(part, moved(later, float(max(part.ends[-1] + 1.0 - later.starts[0], 0.0))))


def dropped(script: Script, rng: np.random.Generator, share: float) -> Script:
    """Leave out a share of the cues, at random."""
    size = len(script)
    kept = np.sort(rng.permutation(size)[: max(round(size * (1 - share)), 3)])
    return take(script, kept)


def with_extra(
    script: Script, rng: np.random.Generator, texts: tuple[str, ...], share: float, room: float
) -> Script:
    """Add cues that are not speech, as many as `share` of the cues, in pauses longer than `room`.

    Where there are fewer such pauses than wanted, the rest stands just before other cues, as a
    description of who speaks or how would.
    """
    wanted = round(share * len(script))
    pauses = np.flatnonzero(script.starts[1:] - script.ends[:-1] > room)
    chosen = rng.permutation(pauses)[:wanted]
    length = np.minimum(script.starts[chosen + 1] - script.ends[chosen] - 0.1, rng.uniform(1, 3))
    first = script.ends[chosen] + 0.05
    missing = wanted - len(chosen)
    if missing > 0:
        before = rng.choice(len(script), missing)
        first = np.append(first, np.maximum(script.starts[before] - rng.uniform(0.3, 1.0), 0))
        length = np.append(length, np.full(missing, 0.8))
    extra = _extra(first, first + length, [texts[i % len(texts)] for i in range(len(first))])
    return in_order(join(script, extra))


def with_credits(script: Script, rng: np.random.Generator) -> Script:
    """Add credits and a site's advert before the first cue, after the last and in one pause."""
    end = float(script.ends[-1])
    pause = int(np.argmax(script.starts[1:] - script.ends[:-1]))
    first = np.array([0.0, script.ends[pause] + 0.1, end + 1.0, end + 6.0])
    lengths = rng.uniform(0.7, 4.0, 4)
    return in_order(join(script, _extra(first, first + lengths, list(CREDITS))))


def _extra(starts: np.ndarray, ends: np.ndarray, texts: list[str]) -> Script:
    size = len(starts)
    return Script(
        starts,
        ends,
        np.full(size, np.nan),
        np.full(size, EXTRA),
        np.zeros(size, int),
        np.zeros(size),
        texts=tuple(texts),
    )


def merged_and_split(script: Script, rng: np.random.Generator, share: float = 0.2) -> Script:
    """Join neighbours across short pauses and cut long cues in two, about `share` of each."""
    ends = script.ends.copy()
    gone = np.zeros(len(script), bool)
    for i in np.flatnonzero(script.starts[1:] - script.ends[:-1] < 0.4):
        if rng.random() < 2 * share and not gone[i]:
            ends[i], gone[i + 1] = ends[i + 1], True
    joined = take(dataclasses.replace(script, ends=ends), ~gone)
    long = np.flatnonzero((joined.ends - joined.starts > 2.0) & (rng.random(len(joined)) < share))
    middle = (joined.starts[long] + joined.ends[long]) / 2
    second = _extra(middle + 0.02, joined.ends[long].copy(), [joined.texts[i] for i in long])
    shorter = joined.ends.copy()
    shorter[long] = middle
    return in_order(join(dataclasses.replace(joined, ends=shorter), second))


def jittered(script: Script, rng: np.random.Generator, deviation: float) -> Script:
    """Move every cue by its own normal error; cues that would begin before 0 are left out."""
    scatter = rng.normal(0.0, deviation, len(script))
    return without_negative(dataclasses.replace(moved(script, scatter), scatter=scatter))


def with_tails(script: Script, rng: np.random.Generator) -> Script:
    """Let cues stand 1 to 3 s too long, at most until the next begins."""
    following = np.append(script.starts[1:], np.inf) - 0.02
    ends = np.minimum(script.ends + rng.uniform(1.0, 3.0, len(script)), following)
    return dataclasses.replace(script, ends=np.maximum(ends, script.starts + 0.1))


# ---- the suites of one recording ----------------------------------------------------------------


class Suite:
    """The cases of one recording, by group.

    Parameters
    ----------
    source : Source
        The recording.
    varied : int
        How many in-sync subtitles of group "P0v" it has.
    """

    def __init__(self, source: Source, *, varied: int = 40) -> None:
        self.source = source
        self.varied = varied
        self.medium, self.recording = source.files()
        self._makers: dict[str, Callable[[], Iterator[Case]]] = {
            "P0": self._in_sync,
            "P0v": self._in_sync_varied,
            "P1": self._offsets,
            "P2": self._rates,
            "P3": self._breaks,
            "P3r": self._breaks_in_medium,
            "P4": self._scenes,
            "P5": self._combined,
            "P6": self._missing,
            "P7": self._extras,
            "P8": self._jitter,
            "P11": self._truncated,
        }

    def cases(self, groups: tuple[str, ...]) -> Iterator[Case]:
        """Yield the cases of the groups named; "P10" and the wordless media are `wrong_cases`."""
        for group in groups:
            if group in self._makers:
                yield from self._makers[group]()

    def _rng(self, name: str) -> np.random.Generator:
        # Without the SNR: the same subtitles meet every level of noise.
        return generator(self.source.speaker, str(self.source.seed), name)

    def _script(self, rng: np.random.Generator) -> Script:
        return script_of(self.recording, rng)

    def _case(self, group: str, name: str, row: str, script: Script, **more: object) -> Case:
        medium = more.pop("medium", self.medium)
        return Case(
            id=f"{self.source.name}/{group}-{name}",
            row=row,
            group=group,
            medium=medium,
            script=without_negative(script),
            snr_db=self.source.snr_db,
            **more,
        )

    def _in_sync(self) -> Iterator[Case]:
        for i in range(3):
            script = self._script(self._rng(f"P0{i}"))
            yield self._case("P0", f"in-sync{i}", "in sync", script, rate=1.0)

    def _in_sync_varied(self) -> Iterator[Case]:
        """Yield subtitles that are right as they are, each with its own gaps, extras and tails."""
        for i in range(self.varied):
            rng = self._rng(f"P0v{i}")
            script = dropped(self._script(rng), rng, rng.uniform(0.0, 0.6))
            if rng.random() < 0.5:
                script = with_extra(script, rng, SDH, rng.uniform(0.0, 0.3), 1.0)
            if rng.random() < 0.3:
                script = with_tails(script, rng)
            row = "in sync, lines missing, SDH, tails"
            yield self._case("P0", f"varied{i}", row, script, rate=1.0)

    def _offsets(self) -> Iterator[Case]:
        for offset in (*OFFSETS, 600.0, -600.0):
            if offset < 0 and -offset > 0.4 * self.recording.starts[-1]:
                continue  # too few cues would be left
            script = moved(self._script(self._rng(f"P1{offset}")), offset)
            size = abs(offset)
            row = "offsets to 60 s" if size <= 60 else "offsets of 90, 120 s"
            row = "offsets of 600 s" if size > 120 else row
            yield self._case("P1", f"{offset:+g}", row, script, rate=1.0)

    def _rates(self) -> Iterator[Case]:
        for pair in RATE_PAIRS:
            for a, b in (pair, pair[::-1]):
                for offset in (0.0, 8.0, -8.0):
                    rng = self._rng(f"P2{a}{b}{offset}")
                    script = moved(self._script(rng), offset, float(a / b))
                    name = f"{float(a):.3f}over{float(b):.3f}{offset:+g}"
                    yield self._case("P2", name, "frame-rate pairs", script, rate=float(b / a))
        for drift, row in ((0.005, "drift of 0.5 %"), (5e-5, "drift of 50 ppm")):
            for sign in (1, -1):
                rng = self._rng(f"P2drift{drift}{sign}")
                script = moved(self._script(rng), 3.0, 1 + sign * drift)
                rate = 1 / (1 + sign * drift)
                yield self._case("P2", f"drift{sign * drift:+g}", row, script, rate=rate)

    def _breaks(self) -> Iterator[Case]:
        plan = [(n, 20.0, 90.0, f"{n} breaks of 20-90 s") for n in (1, 2, 4, 8)]
        plan += [(n, 0.5, 5.0, f"{n} trims of 0.5-5 s") for n in (3, 6)]
        for count, low, high, row in plan:
            for i in range(2):
                rng = self._rng(f"P3{count}{low}{i}")
                script = with_gaps(self._script(rng), rng, count, low, high)
                yield self._case(
                    "P3",
                    f"{count}x{low:g}-{i}",
                    row.replace("1 breaks", "1 break"),
                    moved(script, rng.uniform(0, 3)),
                )

    def _breaks_in_medium(self) -> Iterator[Case]:
        """Yield adverts in the medium that the subtitle knows nothing of."""
        contents = ("silence", "music", "speech")
        for number, count in enumerate((1, 2, 4)):
            rng = self._rng(f"P3r{count}")
            script = self._script(rng)
            recording, pieces = self.source.build(), np.zeros(len(script), int)
            places = np.linspace(0, len(script), count + 2)[1:-1].astype(int)
            longer = recording
            for i, place in enumerate(places):
                content = contents[(number + i) % 3]
                at = (longer.starts[place] + longer.ends[place - 1]) / 2
                advert = self._advert(rng, content, rng.uniform(20, 90), i)
                label = f"p3r{count}" if i == 0 else ""
                longer = insert(longer, at, advert, f"{label}{content}")
                pieces[place:] += 1
            script = dataclasses.replace(script, truth=longer.starts, pieces=pieces)
            row = f"{count} break{'s' * (count > 1)} in the medium"
            yield self._case("P3r", f"{count}", row, script, medium=media_path(longer))

    def _advert(
        self, rng: np.random.Generator, content: str, seconds: float, index: int
    ) -> np.ndarray:
        size = round(seconds * RATE)
        if content == "silence":
            return rng.normal(0, 10 ** (-65 / 20), size).astype(np.float32)
        if content == "music":
            piece = load_music()[index % len(load_music())]
            return piece[:size] * np.float32(0.7)
        other = "es" if self.source.speaker == "it" else "it"
        spoken = build(other, minutes=seconds / 60, snr_db=10, seed=900 + index)
        return spoken.samples

    def _scenes(self) -> Iterator[Case]:
        other = build(self.source.speaker, minutes=20, seed=self.source.seed + 700)
        for count in (2, 6):
            for i in range(2):
                rng = self._rng(f"P4{count}{i}")
                script = with_scenes(self._script(rng), rng, other, count)
                row = f"{count} scenes missing from the medium"
                yield self._case("P4", f"{count}-{i}", row, moved(script, rng.uniform(0, 3)))

    def _combined(self) -> Iterator[Case]:
        row = "breaks x frame rate"
        for count, pair in ((2, RATE_PAIRS[0]), (4, RATE_PAIRS[2])):
            rng = self._rng(f"P5{count}")
            script = with_gaps(self._script(rng), rng, count, 20.0, 90.0)
            rate = float(pair[0] / pair[1])
            yield self._case("P5", f"breaks{count}", row, moved(script, 5.0, rate))
        rng = self._rng("P5joined")
        script = self._script(rng)
        half = len(script) // 2
        joined = with_second_part(script, half, float(NTSC_FILM / 25))
        yield self._case("P5", "joined", "two parts joined, one at 25 fps", joined)
        first, second = take(script, np.arange(half)), take(script, np.arange(half, len(script)))
        restarted = _as_piece(moved(second, 2.0 - float(second.starts[0])), 1)
        yield self._case("P5", "restart", "restart at zero half way", join(first, restarted))

    def _missing(self) -> Iterator[Case]:
        for share in (0.1, 0.3, 0.6, 0.9):
            for i in range(3):
                rng = self._rng(f"P6{share}{i}")
                script = moved(dropped(self._script(rng), rng, share), rng.uniform(-12, 12))
                row = f"{share:.0%} dropped".replace("%", " %")
                yield self._case("P6", f"{share:g}-{i}", row, script, rate=1.0)

    def _extras(self) -> Iterator[Case]:
        rng = self._rng("P7")
        makers = {
            "SDH +20 %": lambda s: with_extra(s, rng, SDH, 0.2, 1.0),
            "lyrics": lambda s: with_extra(s, rng, LYRICS, 0.1, 4.0),
            "credits": lambda s: with_credits(s, rng),
            "merged and split lines": lambda s: merged_and_split(s, rng),
        }
        for row, make in makers.items():
            script = moved(make(self._script(rng)), 5.0)
            yield self._case("P7", row.replace(" ", "-"), row, script, rate=1.0)

    def _jitter(self) -> Iterator[Case]:
        for deviation in (0.1, 0.15, 0.2, 0.3, 0.5):
            rng = self._rng(f"P8{deviation}")
            script = jittered(moved(self._script(rng), 5.0), rng, deviation)
            yield self._case("P8", f"sd{deviation:g}", f"jitter of {deviation:g} s", script)
        rng = self._rng("P8lead")
        early = moved(self._script(rng), 5.0 - 0.2)
        yield self._case("P8", "lead", "in-times 0.2 s early", early, rate=1.0)
        tails = moved(with_tails(self._script(rng), rng), 5.0)
        yield self._case("P8", "tails", "out-times 1-3 s late", tails, rate=1.0)
        for i in range(3):
            rng = self._rng(f"P8mixed{i}")
            script = with_extra(dropped(self._script(rng), rng, 0.3), rng, SDH, 0.2, 1.0)
            script = jittered(moved(script, 7.0), rng, 0.15)
            row = "30 % dropped + 20 % SDH + 0.15 s jitter"
            yield self._case("P8", f"mixed{i}", row, script)

    def _truncated(self) -> Iterator[Case]:
        recording = self.source.build()
        rng = self._rng("P11")
        script = self._script(rng)
        end = recording.seconds
        half = cut(recording, [(end / 2, end)])
        present = script.truth < end / 2 - 0.5
        # A cue the cut goes through is neither: it is not scored.
        roles = np.where(present, SPOKEN, np.where(script.truth < end / 2, EXTRA, ABSENT))
        truth = np.where(present, script.truth, np.nan)
        script = dataclasses.replace(script, truth=truth, roles=roles)
        row = "second half of the medium missing"
        yield self._case("P11", "half", row, moved(script, 4.0), medium=media_path(half))
        stub = cut(recording, [(8.0, end)])
        yield self._case(
            "P11",
            "stub",
            "8 s of the medium left",
            script,
            medium=media_path(stub),
            must_refuse=True,
        )


def wrong_cases(suite: Suite, count: int) -> Iterator[Case]:
    """Yield subtitles that belong to other films: half of other recordings, half drawn.

    Parameters
    ----------
    suite : Suite
        The medium they meet.
    count : int
        How many.
    """
    source = suite.source
    for index in range(count):
        rng = generator("wrong", source.speaker, str(source.seed), str(index))
        if index % 2:
            minutes = rng.uniform(0.7, 1.3) * source.minutes
            starts, ends = draw_film_like_times(rng, max(round(minutes * 60 / 4.7), 20))
            script = _extra(starts, ends, [f"line {i}" for i in range(len(starts))])
            kind = "drawn"
        else:
            speaker = ("it", "es")[int(rng.integers(2))]
            density = (None, None, 0.25)[int(rng.integers(3))]
            minutes = round(rng.uniform(0.8, 1.2) * source.minutes)
            other = build_truth(speaker, minutes=minutes, seed=5000 + index, density=density)
            script = script_of(other, rng)
            kind = f"other-{speaker}"
        yield Case(
            id=f"{source.name}/P10-{index}-{kind}",
            row="wrong file",
            group="P10",
            medium=suite.medium,
            script=absent(script),
            must_refuse=True,
            snr_db=source.snr_db,
        )


def wordless_cases(source: Source, count: int) -> Iterator[Case]:
    """Yield silence, noise and music, in turn, each with the subtitle of a recording."""
    kinds = ("silence", "noise", "music")
    for index in range(count):
        kind, seed = kinds[index % 3], index // 3 % 3
        medium = _wordless_medium(kind, source.minutes, 0 if kind == "silence" else seed)
        rng = generator("wordless", source.speaker, str(source.seed), str(index))
        cues = build_truth(source.speaker, minutes=source.minutes, seed=6000 + index)
        yield Case(
            id=f"{source.name}/P11-{index}-{kind}",
            row=f"{kind} only",
            group="P11",
            medium=medium,
            script=absent(script_of(cues, rng)),
            must_refuse=True,
        )


@lru_cache(maxsize=16)
def _wordless_medium(kind: str, minutes: float, seed: int) -> Path:
    return media_path(build_wordless(kind, minutes=minutes, seed=seed))
