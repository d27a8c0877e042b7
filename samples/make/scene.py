"""The scene "Harbour Light", written for this project: who says what, and what is heard between.

Everything in this file is original and given to the public domain (CC0).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Speech:
    """One subtitle cue of dialogue.

    ``lines`` holds pairs of a speaker and the text as it is shown; a line break there is one on
    the screen. ``pause`` is the silence before it in seconds, drawn from the seed if None.
    """

    lines: tuple[tuple[str, str], ...]
    pause: float | None = None


@dataclass(frozen=True, slots=True)
class Sound:
    """A noise with a cue for the hard of hearing. ``pause`` is the silence before it."""

    kind: Literal["knocks", "slam", "horn"]
    label: str
    pause: float = 0.6


@dataclass(frozen=True, slots=True)
class Music:
    """A stretch without speech; ``label`` is shown from its second second on, if there is one."""

    seconds: float
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """A cue that nobody speaks, shown over the music that follows."""

    text: str
    start: float
    seconds: float


def amos(text: str, *, pause: float | None = None) -> Speech:
    """Return a line of the old keeper of the light."""
    return Speech((("Amos", text),), pause)


def ned(text: str, *, pause: float | None = None) -> Speech:
    """Return a line of the young pilot."""
    return Speech((("Ned", text),), pause)


SCENE: tuple[Speech | Sound | Music | Title, ...] = (
    Title("HARBOUR LIGHT\nEnglish subtitles: the syncalign project", 1.0, 4.0),
    Music(9.0),
    Sound("knocks", "[knocking at the door]"),
    ned("Amos? Are you in there?", pause=0.9),
    ned("Open up, it's me."),
    amos("It's never locked.\nGive it a push.", pause=1.4),
    Sound("slam", "[door slams]", 0.8),
    ned("What a night. You can't see\nyour own hand out there.", pause=1.2),
    amos("Sit down by the stove.\nThere's tea in the pot."),
    ned("I can't stay long.\nThe Marigold is late.", pause=0.4),
    amos("How late?", pause=0.25),
    ned("Three hours. She should have\npassed the bar before sunset."),
    amos("Her captain is a careful man.", pause=4.2),
    amos("He'll be lying off the sandbank,\nwaiting for the fog to lift."),
    Speech((("Ned", "- And if he isn't?"), ("Amos", "- Then he's looking for my light.")), 0.3),
    ned("That's why I came, Amos.", pause=1.5),
    ned("From the quay there <i>is</i> no light."),
    Music(12.0, "♪ slow plucked strings ♪"),
    amos("Forty years I have kept that lamp,\nand it never went out once.", pause=0.7),
    ned("I counted to a hundred.\nNothing but grey."),
    amos("Bring the lantern.", pause=0.2),
    amos("And mind the ninth step.\nIt has been loose since the spring."),
    ned("You climb this every night?", pause=4.8),
    amos("Twice. Once to light it,\nand once to say good morning."),
    Sound("horn", "[ship's horn in the distance]", 1.0),
    ned("Listen! Did you hear that?", pause=0.5),
    amos("That's her.\nSouth of the rocks, and too close."),
    ned("Much too close.", pause=0.3),
    ned("If they hold that course,\nthey have ten minutes. Maybe less."),
    amos("Hold the lantern up. Higher.", pause=3.1),
    amos("There. The oil has frozen in the pipe."),
    ned("Frozen? In October?", pause=0.6),
    ned("So what do we do?", pause=3.4),
    amos("What my father did.\nWe warm it with our hands."),
    Music(11.0, "♪ the strings return, softly ♪"),
    ned("It's moving.\nI can feel it moving.", pause=0.6),
    amos("Now the match. Slowly, boy."),
    ned("Come on. Come on.", pause=1.0),
    amos("There she burns.", pause=5.1),
    ned("You can see the water, Amos.\nYou can see all the way to the bar!"),
    Sound("horn", "[ship's horn, two blasts]", 1.4),
    Speech((("Ned", "- She's turning!"), ("Amos", "- Of course she's turning.")), 0.4),
    amos("A ship will always turn,\nif somebody shows her where."),
    ned("I'll run down and meet them\nat the landing.", pause=1.1),
    amos("Ned.", pause=3.3),
    ned("Yes?", pause=0.35),
    amos("Leave the door open.\nI like to hear them come in.", pause=0.8),
    Music(10.0),
)
