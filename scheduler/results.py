"""A planned week as a folder of files: the roster's tables and the reports."""

from __future__ import annotations

import time
from pathlib import Path

from scheduler.plan import Planned
from scheduler.report.facts import ReportFacts
from scheduler.report.partner_rows import share_cells
from scheduler.report.write import REPORT_FILES, write_reports
from scheduler.tables.roster import PLAN_FILES, write_plan
from scheduler.tables.shares import SHARES_FILE, write_shares

RESULT_FILES = PLAN_FILES | REPORT_FILES | {SHARES_FILE}
"""Names of everything that the folder of a planned week holds."""


def write_results(planned: Planned, folder: Path, language: str) -> ReportFacts:
    """Write the roster's tables, where there is a roster, and the reports into `folder`; return the reports' facts.

    Raises OutputError or OSError where that cannot be done.
    """
    started = time.perf_counter()
    if planned.outcome.roster is not None:
        write_plan(planned.plan, planned.scenario, folder)
    facts = ReportFacts(planned.scenario, planned.outcome, planned.plan, planned.violations)
    if facts.partner_shares:
        write_shares(map(share_cells, facts.partner_shares), folder)
    seconds = {**planned.seconds, "write": time.perf_counter() - started}
    write_reports(facts, seconds, folder, language)
    return facts
