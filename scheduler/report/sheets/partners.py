"""Partners: what each was entitled to, got and carries on, one a row."""

from __future__ import annotations

from scheduler.names import LEVEL_WORDS
from scheduler.report.facts import ReportFacts
from scheduler.report.partner_rows import levels_shown, partner_rows
from scheduler.report.sheets.sheet import Sheet
from scheduler.words import message

_HEAD = 2
_HEADINGS = (
    message("Partner"),
    message("Entitled"),
    message("Given"),
    message("Carried over"),
    message("Mean position"),
)
_WIDTHS = (30, 12, 10, 14, 14)


def draw_partners(sheet: Sheet, facts: ReportFacts) -> None:
    """Draw a row for every partner, with the tickets by level; without partners only the headings."""
    sheet.titles(facts)
    levels = [LEVEL_WORDS[level] for level in levels_shown(facts)]
    sheet.columns(_HEAD, (*_HEADINGS, *levels), (*_WIDTHS, *(14 for _ in levels)))
    rows = partner_rows(facts)
    for line, row in enumerate(rows, start=_HEAD + 1):
        sheet.text(line, 0, row.name, "name")
        # A spreadsheet can only hold a float; shares.csv has the exact numbers.
        sheet.number(line, 1, float(row.entitled), "ratio")
        sheet.number(line, 2, row.given)
        sheet.number(line, 3, float(row.carried), "ratio")
        if row.mean_position is not None:
            sheet.number(line, 4, float(row.mean_position), "ratio")
        for column, count in enumerate(row.levels, start=len(_HEADINGS)):
            sheet.number(line, column, count)
    last = len(_HEADINGS) + len(levels) - 1
    sheet.finish(head=(_HEAD, _HEAD), fixed=1, last_row=_HEAD + len(rows), last_column=last)
