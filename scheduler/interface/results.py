"""Results as an analyst uses them: data frames by name, one line as text, a table in a notebook."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler.interface.frames import (
    balance_frame,
    changes_frame,
    make_frame,
    tiers_frame,
    violations_frame,
)
from scheduler.words import Message, Words, counted, preferred_language

if TYPE_CHECKING:
    import pandas as pd

    from scheduler.adjust.edit import Edited as EditedPlan
    from scheduler.adjust.repair import Repair as RepairedWeek
    from scheduler.check.violation import Violation
    from scheduler.explain.price import Frontier
    from scheduler.explain.question import Reply
    from scheduler.outcome import Outcome
    from scheduler.plan import Planned
    from scheduler.report.exam_sessions import ExamFacts
    from scheduler.roster import Plan as RosterPlan
    from scheduler.roster import Roster
    from scheduler.scenario.week import Scenario
    from scheduler.study.study import Study as StudyFile
    from scheduler.study.table.rows import VariantRow
    from scheduler.tables.published.timetable import Imported


def _changed_part(roster: Roster) -> str:
    changed = len(roster.changed)
    verb = "changes" if changed == 1 else "change"
    return f"{changed} of {counted(len(roster.held), 'session|sessions')} {verb}"


def reader_words() -> Words:
    """Return the words of sentences in data frames: MENZHEN_LANG, else the locale, else English."""
    return Words(preferred_language())


class Timetable:
    """A published timetable made into a scenario: `scenario`, and `findings` on what was assumed and repaired."""

    def __init__(self, imported: Imported) -> None:
        self.scenario = imported.scenario
        self._findings = imported.findings

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What was found, assumed and repaired: kind, what, value, note."""
        words = reader_words()
        rows = [
            (one.kind, words.say(one.label), one.value, "" if one.note is None else words.say(one.note))
            for one in self._findings
        ]
        return make_frame(("kind", "what", "value", "note"), rows)

    def __repr__(self) -> str:
        scenario = self.scenario
        return (
            f"Timetable({scenario.name} {scenario.week}: {counted(len(scenario.doctors), 'doctor|doctors')}, "
            f"{counted(len(scenario.standing), 'session|sessions')})"
        )

    def _repr_html_(self) -> str:
        return _html(self, self.findings)


class Plan:
    """A roster with slots and channels, planned or read; without a roster the frames are empty.

    `scenario` is the week that was planned. `status` is `optimal`, `feasible`, `infeasible` or `timed_out` of a plan
    and `read` of one that was read from a folder; `reasons` are the sentences that say why there is no roster.
    """

    def __init__(self, scenario: Scenario, plan: RosterPlan, planned: Planned | None = None) -> None:
        self.scenario = scenario
        self.plan = plan
        self._planned = planned

    @classmethod
    def of(cls, planned: Planned) -> Plan:
        """Return the result of planning."""
        return cls(planned.scenario, planned.plan, planned)

    @property
    def _outcome(self) -> Outcome | None:
        return None if self._planned is None else self._planned.outcome

    @property
    def status(self) -> str:
        """How the solve ended; `read` of a plan that was read."""
        return "read" if self._outcome is None else str(self._outcome.status)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why there is no roster; empty where there is one."""
        words = reader_words()
        return () if self._outcome is None else tuple(words.say(one) for one in self._outcome.reasons)

    @property
    def _is_solved(self) -> bool:
        return self._outcome is None or self._outcome.roster is not None

    def _table(self, key: str) -> pd.DataFrame:
        from scheduler.tables.roster.headings import ROSTER_TABLES
        from scheduler.tables.roster.write import plan_lines

        columns = next(table.keys for table in ROSTER_TABLES if table.key == key)
        return make_frame(columns, plan_lines(self.plan, self.scenario)[key])

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """The sessions, with the columns of sessions.csv: a row a session and clinic."""
        return self._table("sessions")

    @cached_property
    def slots(self) -> pd.DataFrame:
        """The slots, with the columns of slots.csv."""
        return self._table("slots")

    @cached_property
    def channels(self) -> pd.DataFrame:
        """Who may book the tickets of each slot and until when, with the columns of channels.csv."""
        return self._table("channels")

    @cached_property
    def appointments(self) -> pd.DataFrame:
        """The start of each ticket, with the columns of appointments.csv."""
        return self._table("appointments")

    @cached_property
    def changes(self) -> pd.DataFrame:
        """The sessions that differ from the timetable, before and after, with a sentence each."""
        return changes_frame(self.plan.roster, reader_words())

    @cached_property
    def tiers(self) -> pd.DataFrame:
        """The soft rules in the order they were solved: value, proved bound, gap; empty of a plan that was read."""
        return tiers_frame(() if self._outcome is None else self._outcome.tiers, reader_words())

    @cached_property
    def _found_violations(self) -> Sequence[Violation]:
        if self._planned is not None:
            return self._planned.violations
        from scheduler.check.run import find_violations

        return find_violations(self.scenario, self.plan)

    @cached_property
    def violations(self) -> pd.DataFrame:
        """What the independent checker finds: rule, place, units, whether the rule is hard, a sentence."""
        return violations_frame(self._found_violations, reader_words())

    @cached_property
    def balance(self) -> pd.DataFrame:
        """Mornings, afternoons and their ratio by working day, in the roster and in the timetable."""
        from scheduler.balance import ratio_table
        from scheduler.roster import template_roster

        before = ratio_table(self.scenario, template_roster(self.scenario))
        return balance_frame(before, ratio_table(self.scenario, self.plan.roster))

    @cached_property
    def shares(self) -> pd.DataFrame:
        """What each partner was entitled to, got and carries on, with the columns of shares.csv."""
        from scheduler.report.partner_rows import share_cells
        from scheduler.reserve.shares import partner_shares
        from scheduler.tables.shares import SHARES

        shares = partner_shares(self.scenario, self.plan) if self._is_solved else ()
        return make_frame(SHARES.keys, map(share_cells, shares))

    def write(self, folder: str | Path, language: str = "en") -> None:
        """Write what `menzhen plan` writes, replacing the folder as a whole; of a plan that was read the tables.

        Raises OutputError where that cannot be done.
        """
        from scheduler.results import RESULT_FILES, write_results
        from scheduler.tables.grids.folder import new_folder
        from scheduler.tables.roster.write import write_plan

        with new_folder(Path(folder), RESULT_FILES) as fresh:
            if self._planned is None:
                write_plan(self.plan, self.scenario, fresh)
            else:
                write_results(self._planned, fresh, language)

    def __repr__(self) -> str:
        roster = self.plan.roster
        parts = _changed_part(roster) if self._is_solved else "no roster"
        return f"Plan({self.scenario.name} {self.scenario.week}: {self.status}, {parts})"

    def _repr_html_(self) -> str:
        return _html(self, self.tiers, self.balance)


class Repair:
    """A published week repaired for stopped doctors: `plan` is the repaired roster, `changes` those to what was published.

    `worse` are the violations that the repair adds; `status` and `reasons` as of a Plan.
    """

    def __init__(self, scenario: Scenario, repaired: RepairedWeek, warnings: Sequence[Message] = ()) -> None:
        self._repaired, self._warnings = repaired, warnings
        self.plan = Plan(scenario, repaired.plan)
        self.status = str(repaired.outcome.status)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why there is no repair; empty where there is one."""
        words = reader_words()
        return tuple(words.say(one) for one in self._repaired.outcome.reasons)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know besides: leave that stops no session, doctors who were to cover and cannot."""
        words = reader_words()
        return tuple(words.say(one) for one in (*self._warnings, *self._repaired.outcome.notes))

    @cached_property
    def changes(self) -> pd.DataFrame:
        """The sessions that differ from the published week, with a sentence each."""
        return changes_frame(self._repaired.repaired.roster, reader_words())

    @cached_property
    def tiers(self) -> pd.DataFrame:
        """The soft rules in the order they were solved: value, proved bound, gap."""
        return tiers_frame(self._repaired.outcome.tiers, reader_words())

    @cached_property
    def worse(self) -> pd.DataFrame:
        """Violations of hard rules that are new or larger than in the published week."""
        return violations_frame(self._repaired.difference.worse, reader_words())

    def write(self, folder: str | Path, language: str = "en") -> None:
        """Write what `menzhen repair` writes, replacing the folder as a whole; raises OutputError."""
        from scheduler.results import write_repaired

        repaired = self._repaired
        write_repaired(
            self.plan.scenario,
            repaired.plan,
            repaired.published,
            repaired.planned,
            repaired.reasons,
            Path(folder),
            language,
        )

    def __repr__(self) -> str:
        scenario, roster = self.plan.scenario, self._repaired.repaired.roster
        parts = _changed_part(roster) if self._repaired.outcome.roster is not None else "no repair"
        return f"Repair({scenario.name} {scenario.week}: {self.status}, {parts})"

    def _repr_html_(self) -> str:
        return _html(self, self.changes)


class Edit:
    """A plan edited by hand: `plan` with the edits in it, and what they change in the rules."""

    def __init__(self, before: Plan, edited: EditedPlan) -> None:
        self._before, self._edited = before, edited
        self.plan = Plan(before.scenario, edited.plan)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What becomes of each edited session."""
        from scheduler.adjust.roster_edits import edited_sentences

        words, roster = reader_words(), self._before.plan.roster
        found = edited_sentences(self.plan.scenario, roster, self.plan.plan.roster)
        return tuple(words.say(one) for one in found)

    @cached_property
    def units(self) -> pd.DataFrame:
        """The rules that gain or lose units: rule, now, then."""
        rows = [(key, now, then) for key, (now, then) in self._edited.effect.units.items()]
        return make_frame(("rule", "now", "then"), rows)

    @cached_property
    def worse(self) -> pd.DataFrame:
        """Violations of hard rules that are new or larger."""
        return violations_frame(self._edited.effect.worse, reader_words())

    def best(self, seconds: float = 10.0) -> str:
        """Solve the week again with these edits in it, and say what they cost at best; empty where no week is like that."""
        from scheduler.adjust.best_with_edits import best_with_edits
        from scheduler.engine.options import make_options

        keys = [session.session for session in self._edited.sessions]
        options = make_options(seconds=seconds)
        found = best_with_edits(self.plan.scenario, self.plan.plan.roster, keys, options)
        return "" if found is None else reader_words().say(found.sentence)

    def write(self, folder: str | Path, language: str = "en") -> None:
        """Write what `menzhen edit` writes, replacing the folder as a whole; raises OutputError."""
        from scheduler.results import write_edited

        write_edited(self.plan.scenario, self.plan.plan, self._edited.effect, Path(folder), language)

    def __repr__(self) -> str:
        scenario, edited = self.plan.scenario, self._edited
        parts = [counted(len(edited.sessions), "session|sessions") + " edited"]
        if edited.effect.worse:
            parts.append(counted(len(edited.effect.worse), "violation|violations") + " of hard rules new")
        return f"Edit({scenario.name} {scenario.week}: {', '.join(parts)})"

    def _repr_html_(self) -> str:
        return _html(self, self.units)


class Answer:
    """Why a doctor has no session at a half-day, or has one: `verdict`, `sentences`, and the soft rules compared."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self.verdict = str(reply.verdict)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The answer in words."""
        words = reader_words()
        return tuple(words.say(one) for one in self._reply.sentences)

    @cached_property
    def tiers(self) -> pd.DataFrame:
        """The soft rules now, in the best other roster (`after`), and its proved bound, in units of the rule."""
        rows = [(tier.key, tier.before, tier.after, tier.bound) for tier in self._reply.tiers]
        return make_frame(("tier", "before", "after", "bound"), rows)

    def __repr__(self) -> str:
        return f"Answer({self.verdict}: {' '.join(self.sentences)})"

    def _repr_html_(self) -> str:
        return _html(self, self.tiers)


class Price:
    """The price of the afternoon: what each limit of mornings per afternoon costs in changes."""

    def __init__(self, frontier: Frontier) -> None:
        self._frontier = frontier

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a limit, with the columns of price.csv; numbers are missing where there is no roster."""
        from scheduler.tables.price import HEADINGS, price_cells

        frame = make_frame(HEADINGS, (tuple(price_cells(point)) for point in self._frontier.points))
        numbers = [name for name in HEADINGS if name not in ("limit", "status")]
        return frame.astype(dict.fromkeys(numbers, "Int64"))

    def write(self, folder: str | Path, language: str = "en") -> None:
        """Write price.csv and price.html, replacing the folder as a whole; raises OutputError."""
        from scheduler.results import write_frontier

        write_frontier(self._frontier, Path(folder), language)

    def __repr__(self) -> str:
        scenario, points = self._frontier.scenario, self._frontier.points
        proved = sum(point.price.status == "optimal" for point in points)
        return (
            f"Price({scenario.name} {scenario.week}: {counted(len(points), 'limit|limits')}, {proved} proved)"
        )

    def _repr_html_(self) -> str:
        return _html(self, self.table)


class Exams:
    """How long patients wait for examinations, and the sessions that bring it within their targets."""

    def __init__(self, scenario: Scenario, facts: ExamFacts) -> None:
        self._scenario, self._facts = scenario, facts

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row an examination, with the columns of exam_sessions.csv; numbers are missing where none is enough."""
        return _frame_of(self._facts.rows)

    @cached_property
    def weeks(self) -> pd.DataFrame:
        """A row for now and the end of every week, with the columns of exam_weeks.csv."""
        return _frame_of(self._facts.weeks)

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario whose demand has the sessions of the planned week of examinations that are its clinics."""
        from scheduler.exams.demand import with_demand

        return with_demand(self._scenario, self._facts.demand)

    def write(self, folder: str | Path, language: str = "en") -> None:
        """Write what `menzhen exams --out` writes, replacing the folder as a whole; raises OutputError."""
        from scheduler.results import write_exams

        write_exams(self._scenario, self._facts, Path(folder), language)

    def __repr__(self) -> str:
        met = sum(answer.is_met for answer in self._facts.answers)
        exams = counted(len(self._facts.answers), "examination|examinations")
        return f"Exams({self._scenario.name} {self._scenario.week}: {exams}, {met} within target)"

    def _repr_html_(self) -> str:
        return _html(self, self.table)


def _frame_of(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame.from_records(rows).convert_dtypes()


class Study:
    """Variants of a week side by side: `table` has a row a variant, the base first."""

    def __init__(self, study: StudyFile, rows: Sequence[VariantRow]) -> None:
        self._study, self._rows = study, rows

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a variant, with the columns of table.csv."""
        import pandas as pd

        from scheduler.study.table.csv import write_csvs

        with tempfile.TemporaryDirectory() as folder:
            write_csvs(self._rows, Path(folder), reader_words().language)
            return pd.read_csv(Path(folder) / "table.csv", encoding="utf-8-sig")

    def write(self, folder: str | Path, language: str = "en") -> None:
        """Write table.csv, table.xlsx, whatif.html and timings.csv, replacing the folder; raises OutputError."""
        from scheduler.study.table.write import TABLE_FILES, write_table
        from scheduler.tables.grids.folder import new_folder

        with new_folder(Path(folder), TABLE_FILES) as fresh:
            write_table(self._rows, self._study, fresh, language)

    def __repr__(self) -> str:
        failed = sum(row.failure is not None for row in self._rows)
        parts = counted(len(self._rows), "variant|variants") + (f", {failed} failed" if failed else "")
        return f"Study({self._study.name}: {parts})"

    def _repr_html_(self) -> str:
        return _html(self, self.table)


def _html(result: object, *frames: pd.DataFrame) -> str:
    import html

    tables = "".join(frame.to_html(index=False, na_rep="") for frame in frames if len(frame))
    return f"<p>{html.escape(repr(result))}</p>{tables}"
