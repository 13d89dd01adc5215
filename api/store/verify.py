"""Proof that the record of the service is whole: its chain is walked, and compared with what it tells of."""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from api.store.approvals import Step
from api.store.audit import walk_record
from api.store.files import read_file
from api.store.keys import key_seal
from api.store.models import (
    ApprovalRow,
    AuditRow,
    CalendarRow,
    JobRow,
    KeyRow,
    ScenarioRow,
    VersionRow,
    WebhookRow,
)
from api.store.scenarios import document_seal
from scheduler.tables.roster.write import PLAN_FILES
from scheduler.tickets.hash_chain import Head, canonical_json, digest
from scheduler.tickets.timestamps import to_timestamp
from scheduler.words import Message, message

Facts = tuple[Any, ...]


@dataclass(frozen=True)
class RecordVerdict:
    """The end of the record, to be kept elsewhere; how many entries it has; and everything that is wrong."""

    head: Head
    entries: int
    broken: tuple[Message, ...]


@dataclass(frozen=True)
class _Comparison:
    """What a table has to have in common with the entries of some kinds: the same facts, each as often.

    A row that `is_told` nowhere is a break; an entry without a row is one unless rows may go (`may_go`). `rest` is what
    else a row holds: entries keep its digest, but for those that are older than that.
    """

    subject: Message
    kinds: Sequence[str]
    rows: Select[*tuple[Any, ...]]
    of_row: Callable[[Row[Any]], Facts]
    of_entry: Callable[[Row[Any]], Facts]
    is_told: bool = True
    may_go: bool = False
    rest: Callable[[Row[Any]], Any] | None = None


_COMPARISONS = (
    _Comparison(
        message("a step towards publication"),
        tuple(Step),
        select(ApprovalRow.__table__),
        lambda row: (row.job, row.version, row.step, row.reason, row.made_by, to_timestamp(row.made_at)),
        lambda one: (
            one.target,
            one.told["version"],
            one.what,
            one.told["reason"],
            one.who,
            to_timestamp(one.at),
        ),
        rest=lambda row: row.outcome,
    ),
    _Comparison(
        message("a version of a roster"),
        ("edited",),
        select(VersionRow.__table__).where(VersionRow.version > 1),
        lambda row: (row.job, row.version, row.made_by, canonical_json(row.edits)),
        lambda one: (one.target, one.told["version"], one.who, canonical_json(one.told["edits"])),
        rest=lambda row: [row.pins, row.reason],
    ),
    _Comparison(
        message("what was asked for"),
        tuple(f"{kind} asked for" for kind in ("roster", "repair", "why", "price", "study", "flow")),
        select(JobRow.id, JobRow.created_by, JobRow.request),
        lambda row: (row.id, row.created_by),
        lambda one: (one.target, one.who),
        rest=lambda row: row.request,
    ),
    _Comparison(
        message("a key"),
        ("key made",),
        select(KeyRow.__table__),
        lambda row: (row.id, row.name, row.role),
        lambda one: (one.target, one.told["name"], one.told["role"]),
    ),
    _Comparison(
        message("a revoked key"),
        ("key revoked",),
        select(KeyRow.__table__).where(KeyRow.revoked_at.is_not(None)),
        lambda row: (row.id,),
        lambda one: (one.target,),
    ),
    _Comparison(
        message("a scenario"),
        ("scenario sent",),
        select(ScenarioRow.id, ScenarioRow.digest),
        lambda row: (row.id, row.digest),
        lambda one: (one.target, one.told["digest"]),
        is_told=False,  # one that --set changed is part of the roster that was asked for
    ),
    _Comparison(
        message("a calendar's address"),
        ("calendar made",),
        select(CalendarRow.__table__),
        lambda row: (row.id, row.doctor, row.made_by),
        lambda one: (one.target, one.told["doctor"], one.who),
    ),
    _Comparison(
        message("a revoked calendar"),
        ("calendar revoked",),
        select(CalendarRow.__table__).where(CalendarRow.revoked_at.is_not(None)),
        lambda row: (row.id,),
        lambda one: (one.target,),
    ),
    _Comparison(
        message("a webhook"),
        ("webhook made",),
        select(WebhookRow.__table__),
        lambda row: (row.id, row.address, row.made_by),
        lambda one: (one.target, one.told["address"], one.who),
        may_go=True,
    ),
)


def verify_record(connection: Connection, remembered: Iterable[Head] = ()) -> RecordVerdict:
    """Return whether the record is whole, and whether keys, versions, steps and their files are what it tells.

    `remembered` are ends that were kept elsewhere: only they show a record that was shortened together with all it
    tells of.
    """
    walk = walk_record(connection)
    if walk.broken is not None:
        return RecordVerdict(walk.head, walk.head.place, (walk.broken,))
    entries = list(connection.execute(select(AuditRow.__table__).order_by(AuditRow.place)))
    checks: tuple[Callable[[], Iterator[Message]], ...] = (
        lambda: _missing_heads(entries, remembered),
        *(partial(_compare, connection, one, entries) for one in _COMPARISONS),
        lambda: _other_scenarios(connection, entries),
        lambda: _other_files(connection, entries),
        lambda: _other_keys(connection, entries),
    )
    broken = (wrong for check in checks for wrong in _readable(check))
    return RecordVerdict(walk.head, len(entries), tuple(broken))


def _readable(check: Callable[[], Iterator[Message]]) -> Iterator[Message]:
    """Yield what a check finds; what it cannot read, such as half a document, is a finding too."""
    try:
        yield from check()
    except (ValueError, TypeError, LookupError, zlib.error) as error:
        yield message("a table holds what cannot be read: {reason}", reason=str(error)[:120])


def _missing_heads(entries: Sequence[Row[Any]], remembered: Iterable[Head]) -> Iterator[Message]:
    hashes = {entry.place: entry.hash for entry in entries}
    for head in remembered:
        if head.place and hashes.get(head.place) != head.hash:
            yield message("entry {place} is missing, or not the one that was remembered", place=head.place)


def _compare(connection: Connection, one: _Comparison, entries: Sequence[Row[Any]]) -> Iterator[Message]:
    told = Counter(one.of_entry(entry) for entry in entries if entry.what in one.kinds)
    rows = list(connection.execute(one.rows))
    there = Counter(map(one.of_row, rows))
    if one.is_told:
        for facts in sorted((there - told).keys(), key=str):
            yield message("{subject} is told by no entry: {facts}", subject=one.subject, facts=_shown(facts))
    if not one.may_go:
        for facts in sorted((told - there).keys(), key=str):
            yield message(
                "{subject} that the record tells of is not there, or was changed: {facts}",
                subject=one.subject,
                facts=_shown(facts),
            )

    if one.rest is not None:
        kept = {one.of_entry(entry): entry.told.get("rest") for entry in entries if entry.what in one.kinds}
        for row in rows:
            facts = one.of_row(row)
            if kept.get(facts) not in (None, digest(one.rest(row))):
                yield message(
                    "{subject} is not what the record tells of: {facts}",
                    subject=one.subject,
                    facts=_shown(facts),
                )


def _shown(facts: Facts) -> str:
    return " ".join(str(part) for part in facts if part != "")[:120]


def _other_scenarios(connection: Connection, entries: Sequence[Row[Any]]) -> Iterator[Message]:
    """Yield the scenarios whose document is not the one that was sent, or that a solve was asked for with."""
    sealed = {tuple(entry.told["document"]) for entry in entries if "document" in entry.told}
    for scenario, seal in sorted(sealed):
        if document_seal(connection, scenario) != seal:
            yield message("the document of scenario {scenario} was exchanged", scenario=scenario)


def _other_files(connection: Connection, entries: Sequence[Row[Any]]) -> Iterator[Message]:
    """Yield the versions whose files are not those that a step was taken with."""
    wanted = {
        (entry.target, entry.told["version"], entry.told["files"])
        for entry in entries
        if entry.what in tuple(Step) and "files" in entry.told
    }
    for job, version, approved in sorted(wanted):
        files = {name: read_file(connection, job, version, name) for name in PLAN_FILES}
        known = {name: content for name, content in files.items() if content is not None}
        if files_digest(known) != approved:
            yield message(
                "the files of {roster}, version {version}, are not those that were approved",
                roster=job,
                version=version,
            )


def _other_keys(connection: Connection, entries: Sequence[Row[Any]]) -> Iterator[Message]:
    """Yield the keys that may do something else than when they were made, or have another secret."""
    seals = {
        entry.target: entry.told["seal"]
        for entry in entries
        if entry.what == "key made" and "seal" in entry.told
    }
    there = set(connection.execute(select(KeyRow.id)).scalars())
    for key in sorted(seals.keys() & there):
        if key_seal(connection, key) != seals[key]:
            yield message("the key {key} is not as it was made", key=key)


def files_digest(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of a roster's files, which a step towards publication puts on record."""
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(f"{name}:{hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return total.hexdigest()
