"""Results as folders of files: a planned or repaired week with its reports, the price of the afternoon, patient flow."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from scheduler.check.run import find_violations
from scheduler.check.standings import Effect
from scheduler.clock import Cell
from scheduler.exams.demand import with_demand
from scheduler.explain.price import Frontier
from scheduler.flow.run import Flow
from scheduler.forms.notices.changes import notices_of
from scheduler.forms.notices.write import NOTICE_FILES, write_notices
from scheduler.outcome import Outcome, Status
from scheduler.plan import Planned
from scheduler.report.exam_sessions import HEADINGS, WEEK_HEADINGS, ExamFacts, exams_json
from scheduler.report.facts import ReportFacts
from scheduler.report.flow_page import flow_html
from scheduler.report.flow_tables import CROWD, WAITS, WINDOWS, crowd_rows, flow_json, wait_rows, window_rows
from scheduler.report.partner_rows import share_cells
from scheduler.report.price_page import price_html
from scheduler.report.voice import Voice
from scheduler.report.write import REPORT_FILES, write_reports
from scheduler.reserve.slots import crowded_slots
from scheduler.roster import Plan
from scheduler.scenario.week import Scenario
from scheduler.tables.grids.csv_out import write_csv
from scheduler.tables.grids.folder import new_folder
from scheduler.tables.leave import LEAVE_FILE, write_leave
from scheduler.tables.partner_channels import PARTNER_CHANNELS_FILE, write_partner_channels
from scheduler.tables.price import write_price
from scheduler.tables.roster.write import PLAN_FILES, write_plan
from scheduler.tables.scenario.files import write_table
from scheduler.tables.scenario.headings import DEMAND
from scheduler.tables.shares import SHARES_FILE, write_shares
from scheduler.words import message

RESULT_FILES = PLAN_FILES | REPORT_FILES | NOTICE_FILES | {LEAVE_FILE, SHARES_FILE, PARTNER_CHANNELS_FILE}
"""Names of everything that the folder of a planned, repaired or edited week holds."""


def write_results(planned: Planned, folder: Path, language: str) -> ReportFacts:
    """Write the roster's tables, where there is a roster, and the reports into `folder`; return the reports' facts.

    Raises OutputError or OSError where that cannot be done.
    """
    started = time.perf_counter()
    if planned.outcome.roster is not None:
        write_plan(planned.plan, planned.scenario, folder)
        write_partner_channels(planned.scenario, folder)
    facts = ReportFacts(planned.scenario, planned.outcome, planned.plan, planned.violations)
    if facts.partner_shares:
        write_shares(map(share_cells, facts.partner_shares), folder)
    if planned.outcome.roster is not None and facts.stopped_by_leave:
        write_leave(facts.stopped_by_leave, folder)
    seconds = {**planned.seconds, "write": time.perf_counter() - started}
    write_reports(facts, seconds, folder, language)
    return facts


PRICE_FILES = frozenset({"price.csv", "price.html"})
"""Names of the files that a price is written to."""


def write_repaired(
    scenario: Scenario,
    plan: Plan,
    published: Plan,
    repaired: Planned,
    reasons: Mapping[tuple[str, Cell], str],
    folder: Path,
    language: str,
) -> ReportFacts:
    """Write the `plan` to publish, in terms of `scenario`, with the reports of the `repaired` week; return their facts.

    Notices to be printed and sent are written too: `published` is the week before, and `reasons` say, by doctor and
    half-day, why they cannot come.

    The folder is replaced as a whole. Raises OutputError where that cannot be done.
    """
    facts = ReportFacts(
        repaired.scenario, repaired.outcome, repaired.plan, repaired.violations, repaired=True
    )
    notices = notices_of(scenario, repaired.scenario, published, repaired.plan, reasons)
    with new_folder(folder, RESULT_FILES) as fresh:
        write_plan(plan, scenario, fresh)
        write_partner_channels(scenario, fresh)
        if facts.stopped_by_leave:
            write_leave(facts.stopped_by_leave, fresh)
        write_reports(facts, repaired.seconds, fresh, language)
        write_notices(repaired.scenario, notices, fresh, language)
    return facts


def write_edited(scenario: Scenario, plan: Plan, effect: Effect, folder: Path, language: str) -> ReportFacts:
    """Write an edited plan with its reports; return their facts. Nothing of it is proved any longer.

    The folder is replaced as a whole. Raises OutputError where that cannot be done.
    """
    note = message(
        "This week was edited by hand: {worse:violation|violations} of hard rules {worse:=is|are} new.",
        worse=len(effect.worse),
    )
    crowded = crowded_slots(scenario, plan.roster, plan.slots)
    whole = replace(plan, crowded=crowded)
    outcome = Outcome(Status.FEASIBLE, plan.roster, notes=(note,))
    with new_folder(folder, RESULT_FILES) as fresh:
        planned = Planned(scenario, outcome, whole, find_violations(scenario, whole), {})
        return write_results(planned, fresh, language)


def write_frontier(frontier: Frontier, folder: Path, language: str) -> None:
    """Write price.csv and price.html; the folder is replaced as a whole. Raises OutputError."""
    with new_folder(folder, PRICE_FILES) as fresh:
        write_price(frontier.points, fresh / "price.csv")
        page = price_html(frontier.scenario, frontier.today, frontier.points, language)
        (fresh / "price.html").write_text(page, encoding="utf-8", newline="\n")


EXAM_FILES = frozenset({"exam_sessions.csv", "exam_weeks.csv", "demand.csv", "exams.json"})
"""Names of the files that the answers on examinations are written to."""


def write_exams(scenario: Scenario, facts: ExamFacts, folder: Path, language: str) -> None:
    """Write what examinations need, by examination and by week; the folder is replaced as a whole. Raises OutputError.

    `demand.csv` is the scenario's own table with their sessions of the planned week, to be put in its place.
    """
    with new_folder(folder, EXAM_FILES) as fresh:
        write_csv(fresh / "exam_sessions.csv", HEADINGS, (tuple(row.values()) for row in facts.rows))
        write_csv(fresh / "exam_weeks.csv", WEEK_HEADINGS, (tuple(row.values()) for row in facts.weeks))
        if any(one.clinic for one in facts.demand):
            write_table(DEMAND, with_demand(scenario, facts.demand).demand, fresh / "demand.csv", language)
        text = exams_json(scenario, facts, Voice(language))
        (fresh / "exams.json").write_text(text, encoding="utf-8", newline="\n")


FLOW_FILES = frozenset({"crowd.csv", "windows.csv", "waits.csv", "flow.json", "flow.html"})
"""Names of the files that a patient flow is written to."""


def write_flow(flow: Flow, folder: Path, language: str) -> None:
    """Write the tables, flow.json and flow.html; the folder is replaced as a whole. Raises OutputError."""
    with new_folder(folder, FLOW_FILES) as fresh:
        write_csv(fresh / "crowd.csv", CROWD, crowd_rows(flow))
        write_csv(fresh / "windows.csv", WINDOWS, window_rows(flow.figures))
        write_csv(fresh / "waits.csv", WAITS, wait_rows(flow))
        for name, text in (("flow.json", flow_json(flow)), ("flow.html", flow_html(flow, language))):
            (fresh / name).write_text(text, encoding="utf-8", newline="\n")
