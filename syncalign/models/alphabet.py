"""The letters that a network trained with CTC can say, and words in them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from syncalign.errors import FormatError

#: Letters of torchaudio's wav2vec 2.0 for English, and of its MMS_FA, most frequent first.
_ENGLISH = "-|ETAONIHSRDLUMWCFGYPBVK'XJQZ"
_ROMAN = "-aienoutsrmkldghybpwcvjzf'qx"
_ENDING = ".labels.txt"


@dataclass(frozen=True, slots=True)
class Alphabet:
    """What stands for each column of a network's emissions.

    Parameters
    ----------
    labels : tuple of str
        A letter each; the first one is blank, ``|`` parts words.
    """

    labels: tuple[str, ...]

    @classmethod
    def of_checkpoint(cls, path: Path, columns: int) -> Alphabet:
        """Read the labels beside a checkpoint, or know them by their number.

        Parameters
        ----------
        path : Path
            ``STEM.pt``; ``STEM.labels.txt`` beside it has a label a line, the first is blank.
        columns : int
            How many there are.

        Raises
        ------
        FormatError
            They are not known, or of another number.
        """
        beside = path.with_suffix(_ENDING)
        if beside.is_file():
            try:
                labels = tuple(beside.read_text(encoding="utf-8").splitlines())
            except (OSError, ValueError) as exc:
                raise FormatError(beside, "cannot be read as labels") from exc
            if len(labels) != columns:
                raise FormatError(beside, f"has {len(labels)} labels; the model has {columns}")
            return cls(labels)
        for known in (_ENGLISH, _ROMAN):
            if len(known) == columns:
                return cls(tuple(known))
        raise FormatError(
            path, f"has {columns} letters: write them into {beside.name} beside it, one a line"
        )

    @property
    def gap(self) -> int | None:
        """The column of what parts words, if there is one."""
        return self.labels.index("|") if "|" in self.labels else None

    def spell(self, phrase: str) -> list[int]:
        """Return the columns of a phrase; letters that there are none of are left out.

        Examples
        --------
        >>> Alphabet(tuple("-|ACE'")).spell("ça b")
        [3, 2]
        """
        columns = {label: number for number, label in enumerate(self.labels) if number}
        columns.pop("|", None)
        found = []
        for letter in unicodedata.normalize(
            "NFC", phrase.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        ):
            plain = unicodedata.normalize("NFD", letter)[0]
            ways = (letter, letter.upper(), letter.lower(), plain.upper(), plain.lower())
            found += [columns[way] for way in ways if way in columns][:1]
        return found
