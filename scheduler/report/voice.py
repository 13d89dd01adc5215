"""A language's voice with its dates, numbers and half-days, as reports write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from scheduler.balance import Balance
from scheduler.clock import Cell
from scheduler.report.words import HALF_WORDS
from scheduler.scenario.policy import RatioPolicy, exact_text
from scheduler.words import Words, message

_DATE_PATTERNS = {"en": "EEE d MMM", "zh": "EEE M月d日"}
_SHORT_PATTERNS = {"en": "d MMM", "zh": "M月d日"}
_LONG_PATTERNS = {"en": "d MMMM y", "zh": "y年M月d日"}
_LOCALES = {"en": "en", "zh": "zh_Hans_CN"}


@lru_cache(maxsize=1024)
def _date_text(date: dt.date, pattern: str, language: str) -> str:
    # Tens of thousands of notices share the dates of a week.
    from babel.dates import format_date

    return format_date(date, pattern, locale=_LOCALES[language])


class Voice(Words):
    """Words that also know how the language writes dates, numbers and ratios."""

    def date(self, date: dt.date) -> str:
        """Return the date as `Fri 24 Jul` or `周五 7月24日`."""
        return self._format(date, _DATE_PATTERNS[self.language])

    def long_date(self, date: dt.date) -> str:
        """Return the date with its year, as `24 July 2026` or `2026年7月24日`."""
        return self._format(date, _LONG_PATTERNS[self.language])

    def short_date(self, date: dt.date) -> str:
        """Return the date without its weekday, as `24 Jul` or `7月24日`."""
        return self._format(date, _SHORT_PATTERNS[self.language])

    def weekday(self, date: dt.date) -> str:
        """Return the weekday as `Fri` or `周五`."""
        return self._format(date, "EEE")

    def _format(self, date: dt.date, pattern: str) -> str:
        return _date_text(date, pattern, self.language)

    def cell(self, cell: Cell) -> str:
        """Return the half-day as `Fri 24 Jul AM`."""
        return f"{self.date(cell.date)} {self.say(HALF_WORDS[cell.half])}"

    def short_cell(self, cell: Cell) -> str:
        """Return the half-day inside its week, as `Fri AM`."""
        return f"{self.weekday(cell.date)} {self.say(HALF_WORDS[cell.half])}"

    def number(self, number: int) -> str:
        """Return the whole number with the language's grouping, as `2,438`."""
        from babel.numbers import format_decimal

        return format_decimal(number, locale=_LOCALES[self.language])

    def share(self, part: int, whole: int) -> str:
        """Return a percentage with one digit, rounded down so as not to flatter; a dash for no whole."""
        from babel.numbers import format_percent

        if whole == 0:
            return "–"
        thousandths = Decimal(part * 1000 // whole) / 1000
        return format_percent(thousandths, format="0.0%", locale=_LOCALES[self.language])

    def ratio(self, balance: Balance, policy: RatioPolicy) -> str:
        """Return AM to PM with two digits, or as many as keep it on its side of limit and target."""
        if balance.ratio is None:
            return self.say(message("no PM")) if balance.am else "–"
        for digits in (2, 3, 4):
            shown = Fraction(round(balance.ratio * 10**digits), 10**digits)
            if all((shown <= edge) == (balance.ratio <= edge) for edge in (policy.limit, policy.target)):
                return decimal_text(balance.ratio, digits)
        return exact_text(balance.ratio)


def decimal_text(value: Fraction, digits: int) -> str:
    """Return `value` (0 or more) with `digits` digits (1 or more) after the point, rounded half to even."""
    whole, rest = divmod(round(value * 10**digits), 10**digits)
    return f"{whole}.{rest:0{digits}d}"
