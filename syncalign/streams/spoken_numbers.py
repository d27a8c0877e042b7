"""NumberReader: numbers, ordinals, dates, times, money, measures, ranges, fractions, telephones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from syncalign.streams.language_table import LanguageTable
from syncalign.streams.numbers_in_words import NumberWords, distinct
from syncalign.streams.written_word import WrittenWord, without_raised

Forms = tuple[str, ...]
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DATE = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})")
_TIME = re.compile(r"(\d{1,2})[:h](\d{2})?(?::(\d{2}))?([ap]\.?m|h)?", re.IGNORECASE)
_PHONE = re.compile(r"\+?\(?\d{2,4}\)?(?:[-./ ]\d{2,4}){2,}|\d{3}-\d{4}|\+\d+|\(\d{2,4}\)")
_RANGE = re.compile(r"(\d[\d.,]*)[-/:](\d[\d.,]*)(\D*)")
_FRACTION = re.compile(r"(?:(\d+) )?(\d{1,3})/(\d{1,3})")
_LONGEST = 60


class NumberReader:
    """Reads words with digits.

    :meth:`read` returns the phrases, likeliest first, or nothing if the word is of no known kind.
    """

    def __init__(self, numbers: NumberWords, table: LanguageTable | None) -> None:
        self._numbers = numbers
        self._table = table
        suffix = table.ordinal_suffix if table else "(?!)"
        self._ordinal = re.compile(rf"(\d{{1,9}})-?(?:{suffix})")
        decades = table.decades if table else ""
        self._decade = re.compile(rf"'?(\d{{2}}|\d{{3}}0)-?(?:{decades or '(?!)'})")

        marks = (table.group, table.decimal) if table else (",", ".")
        self._amounts = (_amount(*marks), _amount(*reversed(marks)))
        self._price = _price(table.currencies if table else ())

    def read(self, word: WrittenWord) -> Forms:
        """Read a word with digits."""
        core = word.core
        if len(core) > _LONGEST or not any("0" <= c <= "9" for c in core):
            return ()
        if self._table is None:
            return self._number(core) if self._numbers.is_known else ()
        for rule in (self._day, self._date, self._time, self._money, self._fraction, self._phone):
            if forms := rule(word, self._table):
                return forms
        for rule in (self._decades, self._ordinals, self._measure, self._range):
            if forms := rule(word, self._table):
                return forms
        return self._number(core) or self._number(without_raised(core))

    def _number(self, core: str) -> Forms:
        """Read a whole or decimal number with the marks that its language uses, or others."""
        body = core.lstrip("+-")
        sign = core[: len(core) - len(body)]
        body = body.removeprefix("'")
        said = self._unsigned(body)
        if not said or not sign or self._table is None or len(sign) > 1:
            return said
        name = self._table.minus if sign == "-" else self._table.plus
        return distinct((f"{name} {said[0]}", *said))

    def _unsigned(self, body: str) -> Forms:
        if body.isdecimal():
            return self._numbers.cardinal(body)
        for pattern in self._amounts:
            match = pattern.fullmatch(body)
            if match and body:
                whole = re.sub(r"\D", "", match[1]) or "0"
                is_grouped = whole != match[1] and match[1]
                if match[2] is None:
                    whole = whole.lstrip("0") or "0"
                    return self._numbers.cardinal(whole, may_be_year=False) if is_grouped else ()
                return self._numbers.decimal(whole, match[2])
        return ()

    def _day(self, word: WrittenWord, table: LanguageTable) -> Forms:
        """Read a number beside the name of a month, or with a stop as in "3. Mai"."""
        if not re.fullmatch(r"\d{1,2}", word.core) or not 0 < int(word.core) < 32:
            return ()
        months = tuple(month.lower() for month in table.months)
        short = tuple(month[:3] for month in months)
        names = (word.after.lower(), word.before.lower())
        is_day = any(
            name in months or (len(name) < 5 and name[:3] in short) for name in names if name
        )
        is_ordinal = word.has_stop and word.after != "" and self._numbers.language == "de"
        if not (is_day or is_ordinal):
            return ()
        cardinal, ordinals = (
            self._numbers.cardinal(word.core),
            self._numbers.ordinal(int(word.core)),
        )
        said = [
            template.format(cardinal=cardinal[0], ordinal=ordinals[0]) for template in table.day
        ]
        if is_day and int(word.core) == 1 and not table.month_first:
            said.insert(0, ordinals[0])
        return distinct((*said, *ordinals[1:]) if is_day else (*said, *cardinal))

    def _date(self, word: WrittenWord, table: LanguageTable) -> Forms:
        if match := _ISO_DATE.fullmatch(word.core):
            orders = [(int(match[3]), int(match[2]))]
            year, written = match[1], (match[2], match[3])
        elif match := _DATE.fullmatch(word.core):
            first, second = int(match[1]), int(match[3])
            orders = [(second, first), (first, second)] if table.month_first else [(first, second)]
            orders.append((orders[0][1], orders[0][0]))
            year, written = match[4], (match[1], match[3])
        else:
            return ()
        orders = [(day, month) for day, month in orders if 0 < day < 32 and 0 < month < 13]
        if not orders:
            return ()
        return distinct(self._dates(orders, year, written, table))

    def _dates(
        self,
        orders: list[tuple[int, int]],
        year: str,
        written: tuple[str, str],
        table: LanguageTable,
    ) -> Iterator[str]:
        years = self._numbers.cardinal(year)[0]
        first, second = (self._numbers.cardinal(part.lstrip("0") or "0")[0] for part in written)
        for template in table.dates:
            for day, month in orders[: 2 if table.month_first else 1]:
                ordinal = self._numbers.ordinal(day)[0]
                cardinal = self._numbers.cardinal(str(day))[0]
                yield template.format(
                    day=ordinal if day == 1 and not table.month_first else cardinal,
                    ordinal=ordinal, month=table.months[month - 1], year=years,
                    ordinal_month=self._numbers.ordinal(month)[0], first=first, second=second,
                )  # fmt: skip

    def _time(self, word: WrittenWord, table: LanguageTable) -> Forms:
        match = _TIME.fullmatch(word.core)
        if match is None or int(match[1]) > 24 or int(match[2] or 0) > 59:
            return ()
        if match[2] is None and "h" not in word.core.lower():
            return ()
        hour, minute = int(match[1]), int(match[2] or 0)
        templates = table.times
        if minute == 0:
            templates = table.times_whole
        elif minute == 30:
            templates = table.times_half
        elif minute < 10:
            templates = table.times_small
        h, m = self._small(hour), self._small(minute)
        if word.after == "Uhr":
            return (h,)
        said = [t.format(h=h, m=m, next=self._small(hour % 12 + 1)) for t in templates]
        if match[3]:
            said = [f"{h} {m} {self._small(int(match[3]))}"]
        if match[4] and match[4][0] in "aApP":
            half = f"{match[4][0].lower()} m"
            plain = [h] if minute == 0 else said
            said = [f"{phrase} {half}" for phrase in plain] + plain
        return distinct(said)

    def _small(self, number: int) -> str:
        return self._numbers.cardinal(str(number))[0]

    def _money(self, word: WrittenWord, table: LanguageTable) -> Forms:
        match = self._price.fullmatch(word.core)
        if match is None:
            return ()
        one, many, coin, coins = table.currencies[match[1] or match[6]]
        amount, scale = match[2] or match[4], (match[3] or match[5] or "").lower()
        if scale and scale not in table.scales:
            return ()
        said = self._unsigned(amount)
        if scale:
            return distinct(f"{n} {table.scales[scale]} {many}" for n in said)
        if match[1] and word.after.lower() in table.scale_words:
            return said
        parts = re.fullmatch(rf"(.*)[{re.escape(table.decimal)}.](\d\d)", amount)
        if parts is None:
            return distinct(f"{n} {one if amount == '1' else many}" for n in said)
        units = re.sub(r"\D", "", parts[1]) or "0"
        whole, cents = (
            self._numbers.cardinal(units, may_be_year=False)[0],
            self._small(int(parts[2])),
        )
        names = {"major": one if units == "1" else many, "minor": coin if cents == "1" else coins}
        if parts[2] == "00":
            return distinct((f"{whole} {names['major']}",))
        whole_less = [f"{cents} {coins}"] if units == "0" else []
        forms = [template.format(n=whole, c=cents, **names) for template in table.money]
        return distinct((*whole_less, *forms, *(f"{n} {many}" for n in said)))

    def _fraction(self, word: WrittenWord, table: LanguageTable) -> Forms:
        match = _FRACTION.fullmatch(word.core)
        if match is None:
            return ()
        above, below = int(match[2]), int(match[3])
        named = table.fractions.get(f"{above}/{below}", [])
        a, b = self._small(above), self._small(below)
        said = [*named, *(f"{a} {slash} {b}" for slash in table.slash), f"{a} {b}"]
        if not named and 2 < below < 100 and above < below:
            ordinal = self._numbers.ordinal(below)[0]
            many = f"{ordinal}s" if self._numbers.language == "en" and above > 1 else ordinal
            said.insert(0, f"{a} {many}")
        if match[1]:
            whole = self._numbers.cardinal(match[1])[0]
            said = [f"{whole} {table.symbols['&'][0]} {phrase}" for phrase in said]
        elif word.before[-1:].isdecimal():
            said = [f"{table.symbols['&'][0]} {phrase}" for phrase in said[:3]] + said
        return distinct(said)

    def _phone(self, word: WrittenWord, table: LanguageTable) -> Forms:
        if not _PHONE.fullmatch(word.core) or re.fullmatch(r"\+\d{1,2}", word.core):
            return ()
        digits = re.sub(r"\D", "", word.core)
        plus = table.plus if word.core.startswith("+") else ""
        groups = [self._numbers.cardinal(group)[0] for group in re.findall(r"\d+", word.core)]
        one_by_one = self._numbers.one_by_one(digits)
        return distinct(
            (*(f"{plus} {phrase}" for phrase in one_by_one), f"{plus} {' '.join(groups)}")
        )

    def _decades(self, word: WrittenWord, table: LanguageTable) -> Forms:
        match = self._decade.fullmatch(word.core)
        if match is None or not match[1].endswith("0"):
            return ()
        plain = self._numbers.cardinal(match[1])
        if self._numbers.language == "en":
            return distinct(
                p.removesuffix("y") + "ies" if p.endswith("y") else f"{p}s" for p in plain[:3]
            )
        return distinct((f"{plain[0]}er" if table.decades == "er" else plain[0], *plain))

    def _ordinals(self, word: WrittenWord, table: LanguageTable) -> Forms:
        match = self._ordinal.fullmatch(word.core)
        if match is None:
            return ()
        degrees = table.units["°"][1] if word.core.endswith("°") else None
        cardinal = self._numbers.cardinal(match[1])[0]
        extra = (f"{cardinal} {degrees}",) if degrees else ()
        return distinct((*self._numbers.ordinal(int(match[1])), *extra))

    def _measure(self, word: WrittenWord, table: LanguageTable) -> Forms:
        """Read a number with its unit or sign, as in 5km, 20°C, 7% or #3."""
        match = re.fullmatch(r"([#№§]?)([+-]?[\d.,' ]*\d)\s?(\D{0,8}[²³]?)", word.core)
        if match is None or not (match[1] or match[3]):
            return ()
        said = self._number(match[2])
        if match[1]:
            names = table.symbols.get(match[1], [])
            return (
                distinct(f"{name} {n} {match[3]}" for n in said[:3] for name in names)
                if not match[3]
                else ()
            )
        if match[3] in table.units:
            one, many = table.units[match[3]]
            return distinct(f"{n} {one if match[2] == '1' else many}" for n in said)
        return distinct(f"{n} {name}" for name in table.symbols.get(match[3], []) for n in said[:2])

    def _range(self, word: WrittenWord, table: LanguageTable) -> Forms:
        """Read two numbers with a dash between them, with the unit of the second."""
        match = _RANGE.fullmatch(word.core)
        if match is None:
            return ()
        tail = WrittenWord(match[2] + match[3])
        first, second = self._number(match[1]), self._measure(tail, table) or self._number(match[2])
        if not first or not second or (match[3] and not self._measure(tail, table)):
            return ()
        return distinct((f"{first[0]} {table.to} {second[0]}", f"{first[0]} {second[0]}"))


def _amount(group: str, decimal: str) -> re.Pattern[str]:
    """Return what a number looks like: digits, perhaps in groups, and perhaps decimals."""
    marks = rf"[{re.escape(group)}' ]"
    return re.compile(rf"(\d{{1,3}}(?:{marks}\d{{3}})+|\d*)(?:{re.escape(decimal)}(\d+))?")


def _price(currencies: Iterable[str]) -> re.Pattern[str]:
    """Return what an amount of money looks like: sign, number and scale, or the sign last."""
    signs = "|".join(re.escape(sign) for sign in sorted(currencies, key=len, reverse=True))
    return re.compile(
        rf"-?(?:({signs})(?:([\d.,' ]*\d)([a-z]{{1,3}})?)"
        rf"|([\d.,' ]*\d)([a-z]{{0,3}})({signs}))",
        re.IGNORECASE,
    )
