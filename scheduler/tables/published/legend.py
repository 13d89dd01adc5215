"""The legend of a timetable: what a line of the sheet says that its marks mean (★为特需门诊，▲为停诊；A：上午)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from scheduler.tables.columns.spellings import folded
from scheduler.tables.published.cells import TICKS
from scheduler.tables.published.names import CellEntry, told_beside

Legend = Mapping[str, str]
"""What each mark means, by the mark as it is compared (folded)."""

_LONGEST = 500
"""Patterns are not tried on longer lines."""
_BETWEEN = re.compile(r"[，,；;。、\n]+|\s+(?=[^\w\s:：=＝—-]|[A-Za-z\d]{1,2}\s*[:：=＝为])")
_HEAD = re.compile(r"^\s*[(（\[【]?\s*(?:注意?|备注|说明|图例|标注|符号|温馨提示)(?:说明)?\s*[:：]\s*")
_QUOTES = "\"“”「」'‘’()（）"
_EXPLAINED = re.compile(
    rf"\s*(?:其中|凡|带|有|打|标注?|用)*\s*[{_QUOTES}]?(?P<mark>[^\w\s{_QUOTES}:：=＝—-]{{1,2}}|[A-Za-z]{{1,2}}|\d)[{_QUOTES}]?"
    r"\s*(?:号|者|的|标记|符号)*\s*(?P<means>(?:为|表示|代表|是|指|即|[:：=＝—–-])*)\s*(?P<meaning>[^\s:：=＝]{1,12}?)[)）\]】.]*\s*"
)


def legend_of(rows: Iterable[Sequence[str]]) -> Legend:
    """Return the marks that lines of one text explain with a word that is understood; the first explanation counts."""
    legend: dict[str, str] = {}
    for cells in rows:
        texts = {cell for cell in cells if cell}
        if len(texts) == 1 and len(line := texts.pop()) <= _LONGEST:
            for piece in _BETWEEN.split(_HEAD.sub("", line)):
                match = _EXPLAINED.fullmatch(piece)
                if match and _is_understood(match["meaning"], bare=not match["means"]):
                    legend.setdefault(folded(match["mark"]), match["meaning"])
    return {mark: meaning for mark, meaning in legend.items() if mark}


def _is_understood(meaning: str, *, bare: bool) -> bool:
    """Return whether the meaning is a word of timetables; `bare` stands right behind its mark, as notes do (※周一停诊)."""
    told = CellEntry("") if folded(meaning) in TICKS else told_beside(meaning)
    return (
        told is not None
        and not (told.clinic or told.campus or told.room or told.number)
        and not (bare and (told.moments or told.stops))
    )


def explained(text: str, legend: Legend) -> str:
    """Return a cell with its marks as the legend reads them; what stands beside a name stands then in brackets."""
    whole = legend.get(folded(text))
    if whole is not None:
        return whole
    for mark, meaning in legend.items():
        if not mark.isalnum():
            text = text.replace(mark, f"（{meaning}）")
    return text
