"""Summary: mornings, afternoons and their ratio by day and over the week, against the limit."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.balance import Balance
from scheduler.report.facts import ReportFacts
from scheduler.report.headline import headline
from scheduler.report.sheets.sheet import Sheet
from scheduler.words import message

_HEAD = 4
_HEADINGS = (
    message("Day"),
    message("Before: AM"),
    message("Before: PM"),
    message("Before: AM : PM"),
    message("Plan AM"),
    message("Plan PM"),
    message("Plan AM : PM"),
    message("Limit"),
    message("Target"),
)
_WIDTHS = (26, 12, 12, 16, 12, 12, 16, 10, 10)


def draw_summary(sheet: Sheet, facts: ReportFacts) -> None:
    """Draw the answer and the balance by day; without a roster the plan's columns are empty."""
    voice = sheet.voice
    sheet.titles(facts)
    sheet.text(1, 0, headline(facts, voice), "plain")
    sheet.text(2, 0, voice.say(facts.status_name), "plain")
    sheet.columns(_HEAD, _HEADINGS, _WIDTHS)
    rows = list(_rows(sheet, facts))
    ratio = facts.scenario.policy.ratio
    for row, (label, before, after) in enumerate(rows, start=_HEAD + 1):
        sheet.text(row, 0, label, "name")
        _balance(sheet, row, 1, before, facts)
        if after is not None:
            _balance(sheet, row, 4, after, facts)
        sheet.number(row, 7, float(ratio.limit), "ratio")
        sheet.number(row, 8, float(ratio.target), "ratio")
    sheet.finish(head=(_HEAD, _HEAD), fixed=1, last_row=_HEAD + len(rows), last_column=len(_HEADINGS) - 1)


def _rows(sheet: Sheet, facts: ReportFacts) -> Iterator[tuple[str, Balance, Balance | None]]:
    before, after = facts.ratio_before, facts.ratio_after
    for index, (date, balance) in enumerate(before.days):
        yield sheet.voice.date(date), balance, after.days[index][1] if after else None
    say = sheet.voice.say
    yield say(message("Week, sessions")), before.sessions, after.sessions if after else None
    yield say(message("Week, expert sessions")), before.experts, after.experts if after else None
    yield say(message("Week, tickets")), before.tickets, after.tickets if after else None


def _balance(sheet: Sheet, row: int, column: int, balance: Balance, facts: ReportFacts) -> None:
    policy = facts.scenario.policy.ratio
    sheet.number(row, column, balance.am)
    sheet.number(row, column + 1, balance.pm)
    look = "ratio" if balance.within(policy.limit) else "above"
    if balance.ratio is None:
        sheet.text(row, column + 2, sheet.voice.ratio(balance, policy), look)
    else:
        # A spreadsheet can only hold a float; whether it is above the limit was decided exactly.
        sheet.number(row, column + 2, float(balance.ratio), look)
