"""Publications: a new version of a week supersedes the old one, and no claim is lost.

All of it is one transaction: supersede, transfer the claims, write slots and holdings, then claims and events. A crash
leaves the old version as it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from scheduler.errors import InputError, Problem, SettingError, Where
from scheduler.tickets.events import OFFICE, EventKind, append, lock_head
from scheduler.tickets.hash_chain import canonical_json
from scheduler.tickets.models import AnyRow, PublicationRow, SlotRow
from scheduler.tickets.personal_data import name_problems, text_problems
from scheduler.tickets.results import Acceptance, HurtClaim, Publication
from scheduler.tickets.store import Store
from scheduler.tickets.timestamps import to_timestamp
from scheduler.tickets.transfer import ClaimTransfer, transfer_claims, transfer_nothing, write_claims
from scheduler.tickets.version_rows import Version, files_digest, rows_digest, supersede, write_version
from scheduler.tickets.week_files import WeekFiles, read_week
from scheduler.words import Message, message

ExtraStep = Callable[[Connection, Publication], None]
"""What else is written in the transaction of a publication; what it raises undoes both."""


def publish(
    store: Store,
    folder: Path,
    at: dt.datetime,
    by: str,
    *,
    reason: str = "",
    most: int | None = None,
    accepted: Acceptance | None = None,
    also: ExtraStep | None = None,
) -> Publication:
    """Publish the roster in `folder`: as the week's first version, or as one that supersedes the last.

    `most` is how many live claims a partner may have a specialty and day; without it the last version's limit holds
    on, and a first version has none. A version that supersedes another needs a `reason`. The very same files and limit
    again make no new version. `accepted` goes on record: why hard rules may be broken. `also` writes in the same
    transaction. Raises InputError with everything that is wrong with files, `by`, `reason` and `most` at once, or with
    slots that other weeks have too, and SettingError where a reason is missing.
    """
    to_timestamp(at)  # refuses a time without a zone
    files = _read_files(folder, by, reason, most, accepted)
    channels = canonical_json(files.channels) if files.channels else None
    version = Version(str(files.week), 1, reason.strip(), by, at, files_digest(files, most), most, channels)

    def step(connection: Connection) -> Publication:
        done = _publish(connection, files, version, accepted)
        if also is not None:
            also(connection, done)
        return done

    return store.write(step)


def _read_files(
    folder: Path, by: str, reason: str, most: int | None, accepted: Acceptance | None
) -> WeekFiles:
    problems = [*name_problems(by, "by"), *text_problems(reason, "reason")]
    if accepted is not None:
        problems += text_problems(accepted.reason, "accept_violations")
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


def _publish(
    connection: Connection, files: WeekFiles, version: Version, accepted: Acceptance | None
) -> Publication:
    # The office's chain first: publications and releases follow one another.
    head = lock_head(connection, OFFICE)
    old = _current_version(connection, version.week)
    transfer = transfer_nothing(files)
    if old is not None:
        version = _next_version(old, version, files)
        if old.digest == version.digest:
            return _publication(files, replace(version, version=old.version), transfer, new=False)
        if not version.reason:
            raise _reason_missing_error(version.week, old.version)
        supersede(connection, old.id, version.at)
        transfer = transfer_claims(connection, old.id, files, version.at)
    publication, id_of = write_version(connection, version, files, transfer)
    _refuse_slots_of_other_weeks(connection, publication)
    write_claims(connection, version.at, files, transfer, id_of)
    stored = rows_digest(connection, publication)
    append(connection, head, version.at, version.made_by, _events(version, transfer, stored, accepted))
    return _publication(files, version, transfer, new=True)


def _next_version(old: AnyRow, version: Version, files: WeekFiles) -> Version:
    most = old.most if version.most is None else version.most
    return replace(version, version=old.version + 1, most=most, digest=files_digest(files, most))


def _current_version(connection: Connection, week: str) -> AnyRow | None:
    row = PublicationRow
    wanted = select(row.id, row.version, row.digest, row.most).where(
        row.week == week, row.superseded_at.is_(None)
    )
    return connection.execute(wanted).one_or_none()


def _events(
    version: Version, transfer: ClaimTransfer, stored: str, accepted: Acceptance | None
) -> Iterator[tuple[EventKind, Mapping[str, Any]]]:
    name = {"week": version.week, "version": version.version}
    if version.version > 1:
        yield EventKind.SUPERSEDED, {**name, "version": version.version - 1}
    details: dict[str, Any] = {"reason": version.reason, "digest": version.digest, "most": version.most}
    if version.channels is not None:
        details["channels"] = version.channels
    if accepted is not None:
        details["accepted"] = {"reason": accepted.reason, "rules": dict(accepted.rules)}
    yield EventKind.PUBLISHED, {**name, **details, "rows": stored, "moved": [list(m) for m in transfer.moved]}
    if transfer.falls:
        falls = [[version.week, *fall] for fall in transfer.falls]
        yield EventKind.RELEASED, {"falls": falls, "made": []}
    for hurt in sorted(transfer.hurt.values()):
        yield EventKind.HURT, _hurt_payload(version.week, hurt)
    for change in transfer.retimed:
        claim = {"partner": change.partner, "claim": change.number, "week": version.week, "slot": change.slot}
        times = {"ticket": change.ticket, "told": change.told, "was_told": change.was_told}
        yield EventKind.RETIMED, {**claim, **times}


def _hurt_payload(week: str, hurt: HurtClaim) -> Mapping[str, Any]:
    date = None if hurt.new_date is None else hurt.new_date.isoformat()
    claim = {"partner": hurt.partner, "claim": hurt.number, "week": week, "slot": hurt.slot}
    return {**claim, "why": str(hurt.why), "new_date": date, "new_start": hurt.new_start}


def _publication(files: WeekFiles, version: Version, transfer: ClaimTransfer, *, new: bool) -> Publication:
    return Publication(
        week=str(files.week),
        version=version.version,
        new=new,
        slots=len(files.slots),
        tickets=sum(line.tickets for line in files.slots),
        kept=len(transfer.seats),
        hurt=tuple(sorted(transfer.hurt.values())),
        other_doctor=transfer.other_doctor,
        retimed=transfer.retimed,
        most=version.most,
    )


def _refuse_slots_of_other_weeks(connection: Connection, publication: int) -> None:
    other = aliased(SlotRow)
    wanted = (
        select(SlotRow.slot, PublicationRow.week)
        .join(other, (other.slot == SlotRow.slot) & (other.publication != SlotRow.publication))
        .join(PublicationRow, other.publication == PublicationRow.id)
        .where(SlotRow.publication == publication, PublicationRow.superseded_at.is_(None))
        .order_by(SlotRow.slot)
    )
    taken = connection.execute(wanted).all()
    if taken:
        remedy = message("Give every slot an identity of its own, as `menzhen plan` does.")
        raise InputError([_taken_slot_problem(week, slot, remedy) for slot, week in taken])


def _taken_slot_problem(week: str, slot: str, remedy: Message) -> Problem:
    wrong = message("{week}, which is published, has a slot of this identity", week=week)
    return Problem(Where(file="slots.csv", column="slot"), wrong, remedy, slot)


def _reason_missing_error(week: str, version: int) -> SettingError:
    wrong = message("{week} is published already, as version {version}", week=week, version=version)
    remedy = message("Give a reason for the new version (--reason).")
    return SettingError([Problem(Where(field="reason"), wrong, remedy)])
