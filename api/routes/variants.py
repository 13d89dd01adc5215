"""Results of a study: its table in every form, each variant's figures and its roster's sessions."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Response
from sqlalchemy import Row

from api.jobs.studies import read_study
from api.rosters import View, page_csv, page_json
from api.routes.studies import known_study
from api.shapes.rosters import RowsOut
from api.shapes.studies import (
    PartQuery,
    StudyPath,
    TableOut,
    TableQuery,
    TableRowOut,
    VariantOut,
    VariantPath,
    study_address,
)
from api.store.keys import Role
from api.store.variants import read_variant, read_variants
from api.web.declare import Routes, answer_in_forms, file_response, json_response
from api.web.errors import not_found, refuse
from api.web.guards import POLICY
from api.web.language import language, words
from api.web.service import service
from api.web.uploads import CSV, XLSX
from scheduler.study.run.study_run import study_rows
from scheduler.study.run.variant_solver import VariantResult
from scheduler.study.study import BASE, Study, Variant
from scheduler.study.table.book import book_bytes
from scheduler.study.table.csv import write_csvs
from scheduler.study.table.page import page_html
from scheduler.study.table.rows import VariantRow
from scheduler.words import Message, message


def table_file(rows: Sequence[VariantRow], study: Study, form: str, language: str) -> bytes:
    """Return table.csv, table.xlsx or whatif.html (`form` is csv, xlsx or html), the base's row first."""
    match form:
        case "html":
            return page_html(rows, study, language).encode()
        case "xlsx":
            return book_bytes(rows, study, language)
        case _:
            return _csv(rows, language)


def table_cells(rows: Sequence[VariantRow], language: str) -> tuple[list[str], list[dict[str, str | None]]]:
    """Return the columns of table.csv, and its cells by column; None where one is empty."""
    text = io.StringIO(_csv(rows, language).decode("utf-8-sig"), newline="")
    reader = csv.DictReader(text)
    cells = [{name: value or None for name, value in line.items()} for line in reader]
    return list(reader.fieldnames or ()), cells


def _csv(rows: Sequence[VariantRow], language: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        write_csvs(rows, Path(folder), language)
        return (Path(folder) / "table.csv").read_bytes()


routes = Routes("variants", "studies")

_PAGE = 1_000
_MEDIA = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX, "html": "text/html; charset=utf-8"}


@routes.add(
    "get",
    "/studies/<study>/table",
    Role.VIEWER,
    answer_in_forms(TableOut, CSV, XLSX, "text/html"),
    refusals=(404, 409),
)
def get_study_table(path: StudyPath, query: TableQuery) -> Response:
    """Return the table of the variants that are finished by now: the same bytes as the command line writes."""
    row, spoken = known_study(path.study), language()
    content = _table(row, query.format, spoken)
    if query.format == "json":
        return Response(content, content_type="application/json")
    answer = Response(content, content_type=_MEDIA[query.format])
    answer.headers["Content-Language"] = spoken
    if query.format == "html":
        answer.headers["Content-Security-Policy"] = _policy(content.decode())
    else:
        answer.headers["Content-Disposition"] = f'attachment; filename="table.{query.format}"'
    return answer


def _table(row: Row[Any], form: str, spoken: str) -> bytes:
    study = _study_in(row)
    solved = _solved(row, study)
    if BASE not in solved:
        # Whatever is finished is compared with it.
        refuse("conflict", message("The base is not finished yet: {state}.", state=row.state))
    key = (row.id, row.attempt, row.ended_at, len(solved), "table", form, spoken)

    def make() -> bytes:
        lines = study_rows(study, solved).rows
        return _json(row, lines, spoken) if form == "json" else table_file(lines, study, form, spoken)

    return service().rosters.answer(key, make)


def _json(row: Row[Any], lines: Sequence[VariantRow], spoken: str) -> bytes:
    names, cells = table_cells(lines, spoken)
    rows = [
        TableRowOut(cells=one, links=_links(row.id, line.variant, sessions=line.roster is not None))
        for one, line in zip(cells, lines, strict=True)
    ]
    return TableOut(all=row.request["variants"], columns=names, rows=rows).model_dump_json().encode()


_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def _policy(page: str) -> str:
    """Return the policy of a page whose own scripts may run, known by their digests, and no other."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _SCRIPT.findall(page))
    known = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return f"{POLICY}; script-src {known}" if known else POLICY


@routes.add(
    "get", "/studies/<study>/variants/<path:variant>", Role.VIEWER, {200: VariantOut}, refusals=(404, 409)
)
def get_study_variant(path: VariantPath) -> VariantOut:
    """Return the result of a variant: its figures, and what differs from the base's timetable."""
    row = known_study(path.study)
    variant, result, sessions = _known_variant(row, path.variant)
    line = VariantRow(variant, result.figures, result.failure, result.changes)
    return VariantOut(
        name=variant.name,
        title=line.title,
        swept=dict(variant.swept),
        figures=None if result.figures is None else result.figures.to_json(),
        reasons=[words().say(reason) for reason in line.reasons],
        changed=[one.to_json() for one in result.changes],
        replicated=[one.to_json() for one in result.replications],
        seconds=0.0 if result.figures is None else result.figures.seconds,
        links=_links(row.id, variant, sessions=sessions is not None) | {"study": study_address(row.id)},
    )


@routes.add(
    "get",
    "/studies/<study>/variants/<path:variant>/sessions",
    Role.VIEWER,
    answer_in_forms(RowsOut, CSV),
    refusals=(404, 409),
)
def get_study_sessions(path: VariantPath, query: PartQuery) -> Response:
    """Return the sessions of a variant's roster: a row per session and clinic."""
    row = known_study(path.study)
    _, _, sessions = _known_variant(row, path.variant)
    if sessions is None:
        refuse("conflict", message("The variant {variant} has no roster.", variant=path.variant))
    view = View(row.id, 1, service().scenarios.get(row.scenario), {}, {"sessions.csv": sessions})
    lines = view.lines("sessions", {})
    if query.format == "json":
        return json_response(page_json("sessions", lines, query.offset, query.limit or _PAGE))
    content = page_csv("sessions", lines, query.offset, query.limit)
    return file_response(content, _MEDIA["csv"], "sessions.csv")


def _study_in(row: Row[Any]) -> Study:
    return read_study(row.request["study"])


def _solved(row: Row[Any], study: Study) -> Mapping[str, VariantResult]:
    names = [variant.name for variant in study.variants]
    stored = service().store.read(lambda connection: read_variants(connection, row.id, names))
    return _failures(row) | stored


def _failures(row: Row[Any]) -> dict[str, VariantResult]:
    return {
        name: VariantResult(failure=Message.from_json(failure))
        for name, failure in row.outcome.get("failures", {}).items()
    }


def _known_variant(row: Row[Any], name: str) -> tuple[Variant, VariantResult, bytes | None]:
    """Return a variant with what came of it and its sessions, or refuse the request."""
    variants = _study_in(row).variants
    number = next((n for n, variant in enumerate(variants) if variant.name == name), None)
    if number is None:
        not_found(message("The study has no variant {variant}.", variant=name))
    stored, sessions = service().store.read(lambda connection: read_variant(connection, row.id, number))
    result = stored or _failures(row).get(name)
    if result is None:
        refuse("conflict", message("It is not finished yet: {state}.", state=row.state))
    return variants[number], result, sessions


def _links(study: str, variant: Variant, *, sessions: bool) -> dict[str, str]:
    here = f"{study_address(study)}/variants/{quote(variant.name, safe='')}"
    return {"self": here, "sessions": f"{here}/sessions"} if sessions else {"self": here}
