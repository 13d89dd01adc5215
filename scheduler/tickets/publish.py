"""A week made public: a new version supersedes the old one, and no claim is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from scheduler.errors import InputError, Problem, SettingError, Where
from scheduler.tickets.audit import OFFICE, Kind, append, locked_head
from scheduler.tickets.carry import Carried, carry_over, keep_claims, nothing_carried
from scheduler.tickets.models import Found, PublicationRow
from scheduler.tickets.moments import stamp
from scheduler.tickets.refusals import name_problems, text_problems
from scheduler.tickets.results import Hurt, Published
from scheduler.tickets.store import Store
from scheduler.tickets.week_files import WeekFiles, read_week
from scheduler.tickets.writing import Version, files_digest, rows_digest, supersede, write_version
from scheduler.words import message


def publish(
    store: Store, folder: Path, at: dt.datetime, by: str, *, reason: str = "", most: int | None = None
) -> Published:
    """Publish the roster in `folder`: as the week's first version, or as one that supersedes the last.

    `most` is how many live claims a partner may have a specialty and day (none: no limit). A version that supersedes
    another needs a `reason`. The very same files and `most` again make no new version. Raises InputError with
    everything that is wrong with files, `by`, `reason` and `most` at once, SettingError where a reason is missing.
    """
    stamp(at)  # refuses a time without a zone
    files = _checked(folder, by, reason, most)
    digest = files_digest(files, most)
    version = Version(str(files.week), 1, reason.strip(), by, at, digest, most)
    return store.write(lambda connection: _publish(connection, files, version))


def _checked(folder: Path, by: str, reason: str, most: int | None) -> WeekFiles:
    problems = [*name_problems(by, "by"), *text_problems(reason, "reason")]
    if most is not None and most < 1:
        wrong, remedy = message("this is below 1"), message("Write a number from 1, or leave it out.")
        problems.append(Problem(Where(field="most"), wrong, remedy, str(most)))
    try:
        files = read_week(folder)
    except InputError as error:
        raise InputError([*error.problems, *problems]) from None
    if problems:
        raise InputError(problems)
    return files


def _publish(connection: Connection, files: WeekFiles, version: Version) -> Published:
    # The office's chain first: publications and releases follow one another.
    head = locked_head(connection, OFFICE)
    old = _current(connection, version.week)
    if old is None:
        carried = nothing_carried(files)
    elif old.digest == version.digest:
        return _answer(files, old.version, nothing_carried(files), new=False)
    elif not version.reason:
        raise _reason_missing(version.week, old.version)
    else:
        version = replace(version, version=old.version + 1)
        carried = carry_over(connection, old.id, files)
        supersede(connection, old.id, version.at)
    publication, id_of = write_version(connection, version, files, carried)
    keep_claims(connection, version.at, files, carried, id_of)
    stored = rows_digest(connection, publication)
    append(connection, head, version.at, version.made_by, _events(version, carried, stored))
    return _answer(files, version.version, carried, new=True)


def _current(connection: Connection, week: str) -> Found | None:
    row = PublicationRow
    wanted = select(row.id, row.version, row.digest).where(row.week == week, row.superseded_at.is_(None))
    return connection.execute(wanted).one_or_none()


def _events(version: Version, carried: Carried, stored: str) -> Iterator[tuple[Kind, Mapping[str, Any]]]:
    name = {"week": version.week, "version": version.version}
    if version.version > 1:
        yield Kind.SUPERSEDED, {**name, "version": version.version - 1}
    told = {"reason": version.reason, "digest": version.digest, "most": version.most}
    yield Kind.PUBLISHED, {**name, **told, "rows": stored, "moved": [list(m) for m in carried.moved]}
    for hurt in sorted(carried.hurt.values()):
        yield Kind.HURT, _hurt_payload(version.week, hurt)


def _hurt_payload(week: str, hurt: Hurt) -> Mapping[str, Any]:
    date = None if hurt.new_date is None else hurt.new_date.isoformat()
    claim = {"partner": hurt.partner, "claim": hurt.number, "week": week, "slot": hurt.slot}
    return {**claim, "why": str(hurt.why), "new_date": date, "new_start": hurt.new_start}


def _answer(files: WeekFiles, version: int, carried: Carried, *, new: bool) -> Published:
    return Published(
        week=str(files.week),
        version=version,
        new=new,
        slots=len(files.slots),
        tickets=sum(line.tickets for line in files.slots),
        kept=len(carried.seats),
        hurt=tuple(sorted(carried.hurt.values())),
        other_doctor=carried.other_doctor,
    )


def _reason_missing(week: str, version: int) -> SettingError:
    wrong = message("{week} is published already, as version {version}", week=week, version=version)
    remedy = message("Say why a new version takes its place.")
    return SettingError([Problem(Where(field="reason"), wrong, remedy)])
