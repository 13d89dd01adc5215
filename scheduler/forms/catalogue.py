"""Every form with the formats it has, and every format with its writer: forms times formats is a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scheduler.forms.changes import change_form
from scheduler.forms.csv import csv_file
from scheduler.forms.document import Form
from scheduler.forms.docx import docx_file
from scheduler.forms.facts import FormFacts
from scheduler.forms.html import html_file
from scheduler.forms.month import department_month, doctor_month
from scheduler.forms.tables import clinic_form, department_form, door_form
from scheduler.forms.xlsx import xlsx_file

WRITERS: Mapping[str, Callable[[Form], bytes]] = {
    "xlsx": xlsx_file,
    "html": html_file,
    "csv": csv_file,
    "docx": docx_file,
}
"""What writes each format of a printed form."""

MEDIA_TYPES: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""The content type of each format."""


@dataclass(frozen=True)
class PrintedForm:
    """What makes a form of its weeks: a month's are any number, those of changes the one before and the one after.

    `doctors` makes the same form for each doctor.
    """

    make: Callable[[Sequence[FormFacts]], Form]
    doctors: Callable[[Sequence[FormFacts]], Form] | None = None


PRINTED: Mapping[str, PrintedForm] = {
    "departments": PrintedForm(lambda weeks: department_form(weeks[0])),
    "clinics": PrintedForm(lambda weeks: clinic_form(weeks[0])),
    "doors": PrintedForm(lambda weeks: door_form(weeks[0])),
    "month": PrintedForm(department_month, doctor_month),
    "changes": PrintedForm(lambda weeks: change_form(weeks[0], weeks[1])),
}
"""The forms that people read, by name."""
