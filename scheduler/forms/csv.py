"""A form as one table: a column for the section's title, then its own columns; no text is taken for a formula."""

from __future__ import annotations

from scheduler.forms.document import Form
from scheduler.report.exports.ticket_platform import safe_cell
from scheduler.report.voice import Voice
from scheduler.tables.grids.csv_out import csv_bytes
from scheduler.words import message


def csv_file(form: Form) -> bytes:
    """Return the form as csv in UTF-8 with BOM; lines of a cell are kept."""
    sections = list(form.sections)
    part = Voice(form.language).say(message("Part"))
    headings = [part, *(heading.whole for heading in sections[0].headings)]
    rows = (
        [safe_cell(text) for text in (section.title, *line.cells)]
        for section in sections
        for line in section.lines
    )
    return csv_bytes([safe_cell(text) for text in headings], rows)
