"""Published rows made sessions: clinics get keys, double rows become one, missing tickets are filled."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from scheduler.clock import Half, Hours
from scheduler.errors import Problem, Where
from scheduler.scenario.hospital import Kind, usual_pool
from scheduler.scenario.recurrence import EVERY_WEEK, Recurrence
from scheduler.tables.columns.cells import KIND
from scheduler.tables.columns.spellings import folded
from scheduler.tables.published.names import LONGEST
from scheduler.tables.published.rows import PublishedRow
from scheduler.words import message

if TYPE_CHECKING:
    from scheduler.tables.published.read import Published

ClinicOf = Mapping[tuple[str, str, str, Kind], str]
"""Clinic keys by published name, campus, specialty and kind."""


@dataclass(frozen=True, slots=True)
class PublishedBlock:
    """Tickets of one clinic in one session; `tickets` is None while the file tells none."""

    clinic: str
    tickets: int | None
    stopped: bool
    room: str
    weeks: Recurrence = EVERY_WEEK


@dataclass(frozen=True, slots=True)
class PublishedSession:
    """A doctor's half of a date as published; blocks sorted by clinic key, `room` is the first one named.

    `hours` are those that all its rows agree on, as far as they tell any.
    """

    doctor: str
    date: dt.date
    half: Half
    blocks: tuple[PublishedBlock, ...]
    room: str
    hours: Hours | None = None

    def meets(self, other: PublishedSession) -> bool:
        """Return whether both are held in some week."""
        pairs = itertools.product({b.weeks for b in self.blocks}, {b.weeks for b in other.blocks})
        return any(one.meets(another, self.date) for one, another in pairs)


def with_kinds(rows: Sequence[PublishedRow], columns: Collection[str]) -> tuple[PublishedRow, ...]:
    """Return the rows with a kind each: its own, else ordinary; a blank in a column of kinds is the clinic's only kind.

    `columns` are the sheets that have such a column. Elsewhere a kind is a mark of its own session (甲一（特需）) and
    tells nothing of the others.
    """
    told: dict[tuple[str, str, str], set[Kind]] = defaultdict(set)
    for row in rows:
        if row.kind is not None:
            told[row.clinic, row.campus, row.specialty].add(row.kind)
    return tuple(
        row
        if row.kind is not None
        else row._replace(
            kind=_only(told[row.clinic, row.campus, row.specialty] if row.sheet in columns else set())
        )
        for row in rows
    )


def _only(kinds: set[Kind]) -> Kind:
    return next(iter(kinds)) if len(kinds) == 1 else Kind.ORDINARY


def clinic_of(row: PublishedRow) -> tuple[str, str, str, Kind]:
    """Return what makes a clinic: name, campus, specialty and kind."""
    return row.clinic, row.campus, row.specialty, row.kind or Kind.ORDINARY


def clinic_keys(rows: Iterable[PublishedRow]) -> ClinicOf:
    """Return a key for each clinic: its name, plain at its most frequent campus and specialty and for its first kind.

    Another kind, specialty or campus stands in brackets behind the name: 骨科（特需）.
    """
    places: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    kinds: dict[tuple[str, str, str], set[Kind]] = defaultdict(set)
    for row in rows:
        name, campus, specialty, kind = clinic_of(row)
        places[name][campus, specialty] += 1
        kinds[name, campus, specialty].add(kind)
    taken = set(places)
    keys: dict[tuple[str, str, str, Kind], str] = {}
    for name in sorted(places):
        order = sorted(places[name], key=lambda place: (-places[name][place], place))
        times = Counter(specialty for _, specialty in places[name])
        for number, (campus, specialty) in enumerate(order):
            longer = campus if specialty == name and campus else f"{campus} {specialty}".strip()
            wished = [""] if not number else [longer] if times[specialty] > 1 else [specialty, longer]
            for first, kind in zip(
                itertools.chain([True], itertools.repeat(False)),
                _in_order(kinds[name, campus, specialty]),
                strict=False,
            ):
                additions = [
                    " ".join(part for part in (one, "" if first else KIND.choices[kind]) if part)
                    for one in wished
                ]
                keys[name, campus, specialty, kind] = _free(
                    name, additions, longer, taken, plain=first and not number
                )
    return keys


def _in_order(kinds: set[Kind]) -> list[Kind]:
    return sorted(kinds, key=tuple(Kind).index)


def _free(name: str, additions: Sequence[str], longer: str, taken: set[str], *, plain: bool) -> str:
    if plain:
        return name
    wished = (f"{name}（{addition}）" for addition in additions)
    key = next(key for key in itertools.chain(wished, _numbered(f"{name}（{longer}）")) if key not in taken)
    taken.add(key)
    return key


def pool_key(row: PublishedRow) -> str:
    """Return the room pool of a row: campus and specialty, or the specialty alone."""
    return usual_pool(row.campus, row.specialty)


def _numbered(name: str) -> Iterator[str]:
    return (f"{name} {number}" for number in itertools.count(2))


def sessions_of(rows: Iterable[PublishedRow], keys: ClinicOf) -> tuple[PublishedSession, ...]:
    """Return the sessions, sorted by doctor, date and half. Rows of one session, clinic and weeks become one block.

    Of such rows those that were run win over stopped ones, and the larger number of tickets is kept.
    """
    grouped: dict[tuple[str, dt.date, Half], list[PublishedRow]] = defaultdict(list)
    for row in rows:
        grouped[row.doctor, row.date, row.half].append(row)
    return tuple(_session(*at, own, keys) for at in sorted(grouped) for own in _parts(grouped[at], keys))


def _parts(rows: Sequence[PublishedRow], keys: ClinicOf) -> Iterator[Sequence[PublishedRow]]:
    """Yield the rows of a doctor's half-day by session: those of a campus, parted by hours where these do not overlap."""
    if len(rows) == 1:
        yield rows
        return
    by_campus: dict[str, list[PublishedRow]] = defaultdict(list)
    for row in rows:
        by_campus[row.campus].append(row)
    for campus in sorted(by_campus):
        yield from _by_hours(by_campus[campus], keys)


def _by_hours(rows: Sequence[PublishedRow], keys: ClinicOf) -> Iterator[Sequence[PublishedRow]]:
    hours = sorted({row.hours for row in rows if row.hours is not None})
    clinics = Counter(clinic for _, clinic in {(row.hours, keys[clinic_of(row)]) for row in rows})
    apart = not any(one.overlaps(other) for one, other in itertools.combinations(hours, 2))
    # A clinic is in one session of a half-day only.
    if len(hours) < 2 or not apart or max(clinics.values()) > 1:
        yield rows
        return
    for own in hours:
        yield [row for row in rows if (row.hours or hours[0]) == own]


def _session(
    doctor: str, date: dt.date, half: Half, rows: Sequence[PublishedRow], keys: ClinicOf
) -> PublishedSession:
    of_clinic: dict[str, list[PublishedRow]] = defaultdict(list)
    for row in rows:
        of_clinic[keys[clinic_of(row)]].append(row)
    blocks = tuple(block for clinic in sorted(of_clinic) for block in _blocks(clinic, of_clinic[clinic]))
    hours = {row.hours for row in rows if row.hours is not None}
    room = next((block.room for block in blocks if block.room), "")
    return PublishedSession(doctor, date, half, blocks, room, hours.pop() if len(hours) == 1 else None)


def _blocks(clinic: str, rows: Sequence[PublishedRow]) -> Iterator[PublishedBlock]:
    """Yield a block for each of the weeks that the clinic's rows are of, or one of every week where these meet."""
    of_weeks: dict[Recurrence, list[PublishedRow]] = {}
    for row in rows:
        of_weeks.setdefault(row.weeks, []).append(row)
    if any(a.meets(b, rows[0].date) for a, b in itertools.combinations(of_weeks, 2)):
        of_weeks = {EVERY_WEEK: list(rows)}
    for weeks in sorted(of_weeks, key=str):
        yield _block(clinic, weeks, of_weeks[weeks])


def _block(clinic: str, weeks: Recurrence, rows: Sequence[PublishedRow]) -> PublishedBlock:
    run = [row for row in rows if not row.stopped] or rows
    return PublishedBlock(
        clinic,
        max((row.tickets for row in run if row.tickets is not None), default=None),
        all(row.stopped for row in rows),
        next((row.room for row in rows if row.room), ""),
        weeks,
    )


@dataclass(frozen=True)
class Filled:
    """Sessions without missing tickets, each clinic's median, and how often each source filled a block."""

    sessions: tuple[PublishedSession, ...]
    median: Mapping[str, int]
    by_doctor: int
    by_clinic: int
    by_policy: int


def fill_tickets(sessions: Sequence[PublishedSession], default: int) -> Filled:
    """Fill missing tickets: the doctor's most common number at the clinic, the clinic's median, or `default`.

    Of equally common numbers the lower is taken; the median is rounded down.
    """
    own, median = _known_tickets(sessions)
    sources: Counter[str] = Counter()

    def filled(doctor: str, block: PublishedBlock) -> PublishedBlock:
        if block.tickets is not None:
            return block
        numbers = {
            "doctor": own.get((doctor, block.clinic)),
            "clinic": median.get(block.clinic),
            "policy": default,
        }
        source, tickets = next(
            (source, tickets) for source, tickets in numbers.items() if tickets is not None
        )
        sources[source] += 1
        return replace(block, tickets=tickets)

    whole = tuple(
        s
        if all(b.tickets is not None for b in s.blocks)
        else replace(s, blocks=tuple(filled(s.doctor, b) for b in s.blocks))
        for s in sessions
    )
    return Filled(whole, median, sources["doctor"], sources["clinic"], sources["policy"])


def _known_tickets(
    sessions: Iterable[PublishedSession],
) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    """Return each doctor's most common tickets at each clinic, and each clinic's median."""
    own: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    everyone: dict[str, list[int]] = defaultdict(list)
    for session in sessions:
        for block in session.blocks:
            if block.tickets is not None:
                own[session.doctor, block.clinic][block.tickets] += 1
                everyone[block.clinic].append(block.tickets)
    usual = {key: min(found, key=lambda tickets: (-found[tickets], tickets)) for key, found in own.items()}
    return usual, {clinic: _median(found) for clinic, found in everyone.items()}


def _median(numbers: Sequence[int]) -> int:
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) // 2


_NAMED = ("clinic", "campus", "specialty", "room")


def one_spelling(rows: Sequence[PublishedRow]) -> tuple[tuple[PublishedRow, ...], tuple[str, ...]]:
    """Return the rows with one spelling of each name, and the spellings that were given up, sorted.

    The most frequent spelling stays; of equally frequent ones the first in order.
    """
    instead: dict[str, dict[str, str]] = {}
    for column in _NAMED:
        found = _instead(Counter(getattr(row, column) for row in rows))
        if found:
            instead[column] = found
    given_up = sorted({name for names in instead.values() for name in names})
    if not given_up:
        return tuple(rows), ()
    return tuple(row._replace(**_corrected(row, instead)) for row in rows), tuple(given_up)


def _instead(spellings: Counter[str]) -> dict[str, str]:
    alike: dict[str, list[str]] = defaultdict(list)
    for name in sorted(spellings, key=lambda name: (-spellings[name], name)):
        alike[folded(name)].append(name)
    return {other: first for first, *others in alike.values() for other in others}


def _corrected(row: PublishedRow, instead: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {
        column: names.get(getattr(row, column), getattr(row, column)) for column, names in instead.items()
    }


_ROOM_NUMBER = 5


def names_short_enough(
    published: Published, rows: Iterable[PublishedRow], keys: ClinicOf
) -> Iterator[Problem]:
    """Yield a problem for every clinic key or room pool, made of several cells, that is too long a name."""
    seen: set[str] = set()
    for row in rows:
        clinic = keys[clinic_of(row)]
        for made, most in ((clinic, LONGEST), (pool_key(row), LONGEST - _ROOM_NUMBER)):
            if len(made) > most and made not in seen:
                seen.add(made)
                yield Problem(
                    Where(file=published.file, sheet=row.sheet, row=row.row),
                    message(
                        "campus, specialty and clinic together are longer than {most} characters", most=most
                    ),
                    message("Shorten one of them."),
                    made,
                )
