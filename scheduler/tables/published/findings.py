"""The table an import prints: what a published timetable holds, and what had to be assumed or repaired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction

from scheduler.balance import Balance, ratio_table
from scheduler.clock import adjusted_days_known
from scheduler.names import half_name
from scheduler.roster import template_roster
from scheduler.scenario.hospital import is_placeholder
from scheduler.scenario.policy import exact_text
from scheduler.scenario.week import Scenario
from scheduler.tables.published.columns import title_of
from scheduler.tables.published.finding import Finding, FindingKind, examples
from scheduler.tables.published.hospital import Levels
from scheduler.tables.published.hours import PublishedHours
from scheduler.tables.published.names import may_be_a_person
from scheduler.tables.published.read import Published
from scheduler.tables.published.rows import UNLIMITED, PublishedRow
from scheduler.tables.published.sessions import ClinicOf, Filled
from scheduler.words import Message, message


def ratio_findings(scenario: Scenario) -> Iterator[Finding]:
    """Yield the ratio of each working day by sessions, then that of the week by sessions and by tickets.

    Stopped sessions of the template count: they belong to the timetable.
    """
    table = ratio_table(scenario, template_roster(scenario))
    rows = [
        (message("mornings to afternoons on {date}", date=date.isoformat()), day) for date, day in table.days
    ]
    rows.append((message("mornings to afternoons of the week, by sessions"), table.sessions))
    rows.append((message("mornings to afternoons of the week, by tickets"), table.tickets))
    limit = scenario.policy.ratio.limit
    for label, counted in rows:
        yield Finding(
            FindingKind.FOUND, label, ratio_text(counted.am, counted.pm), _ratio_note(counted, limit)
        )


def _ratio_note(counted: Balance, limit: Fraction) -> Message:
    am, pm, most = counted.am, counted.pm, exact_text(limit)
    if counted.within(limit):
        return message("{am} : {pm}, within the limit of {limit}", am=am, pm=pm, limit=most)
    return message("{am} : {pm}, above the limit of {limit}", am=am, pm=pm, limit=most)


def ratio_text(morning: int, afternoon: int) -> str:
    """Return morning / afternoon with two decimals, halves rounded up; a dash where there is no afternoon."""
    if not afternoon:
        return "-"
    hundredths = (200 * morning + afternoon) // (2 * afternoon)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


@dataclass(frozen=True)
class Making:
    """What happened between the rows and the scenario.

    `rows` are those that were used, `keys` the clinics' keys, `filled` the sessions with all tickets,
    `taken` the named rooms that two sessions held at once, `levels` what the rows tell of each doctor, `hours`
    what they tell of hours, `untold` the clinics whose kind nothing tells.
    """

    rows: tuple[PublishedRow, ...]
    keys: ClinicOf
    filled: Filled
    taken: tuple[str, ...]
    levels: Levels
    hours: PublishedHours
    untold: tuple[str, ...]


def findings(published: Published, making: Making, scenario: Scenario) -> Iterator[Finding]:
    """Yield the lines of the table in the order they are printed; what did not happen has no line."""
    yield from _sheets(published)
    yield from _counts(published, making, scenario)
    yield from _reading(published)
    yield from _levels(published, making, scenario)
    yield from _tickets(making)
    yield from _times(making, scenario)
    yield from _names(making, scenario)
    yield from _week(published, scenario)
    yield from ratio_findings(scenario)


def _counts(published: Published, making: Making, scenario: Scenario) -> Iterator[Finding]:
    sessions = making.filled.sessions
    several = sum(len(session.blocks) > 1 for session in sessions)
    stopped = sum(row.stopped for row in published.rows)
    kept = (
        message("kept in the template, marked")
        if len(making.rows) == len(published.rows)
        else message("left out")
    )
    yield _found(message("rows"), len(published.rows) + published.repeated)
    yield _found(message("sessions"), len(sessions))
    yield _found(message("sessions with several clinics"), several)
    yield _found(message("doctors"), len(scenario.doctors))
    yield _found(message("clinics"), len(scenario.clinics))
    yield _found(message("specialties"), len(scenario.specialties))
    yield _found(message("campuses"), len({clinic.campus for clinic in scenario.clinics if clinic.campus}))
    yield _found(
        message("room pools"), len(scenario.pools), message("{rooms:room|rooms}", rooms=len(scenario.rooms))
    )
    yield _found(message("stopped rows"), stopped, kept if stopped else None)
    unnamed = sum(is_placeholder(room.room, room.pool) for room in scenario.rooms)
    if unnamed:
        note = message("as many as each pool's busiest half-day needs; rooms.csv holds them, to be corrected")
        yield _assumed(message("rooms that the file does not name"), unnamed, note)


def _reading(published: Published) -> Iterator[Finding]:
    if published.ignored:
        note = message("no such column is known")
        yield Finding(FindingKind.FOUND, message("columns ignored"), ", ".join(published.ignored), note)
    columns = {name for reading in published.readings for name in reading.heading.labels}
    for heading, words in sorted(published.tally.unknown.items()):
        if words:
            decided = _decided(published.column_of[heading], columns)
            note = message("{words}: {decided}", words=examples(words), decided=decided)
            yield _assumed(message("words not understood in {column}", column=heading), len(words), note)
    yield from _assumptions(published)
    for label, value in _repairs(published):
        if value:
            several = not isinstance(value, int)
            yield _repaired(label, len(value), examples(value)) if several else _repaired(label, value)  # type: ignore[arg-type]
    if published.dated.weekdays:
        note = message("they are those of the week read")
        yield _assumed(message("days by weekday only"), len(published.rows), note)
    if published.dated.other_weeks:
        note = message(
            "read one with --from: {weeks}",
            weeks=[str(week.dates[0]) for week in published.dated.other_weeks],
        )
        yield _found(message("other weeks in the file"), len(published.dated.other_weeks), note)
    for reason, count in Counter(one.reason for one in published.left_out).most_common():
        yield _repaired(message("rows left out"), count, reason)


def _assumptions(published: Published) -> Iterator[Finding]:
    tally = published.tally
    for label, words in (
        (message("marks not understood, taken off names"), tally.unread),
        (message("clinics named where a kind should stand"), tally.clinics),
        (message("words of status overruled by a mark or a note, counted as stopped"), tally.overruled),
        (
            message("different ticks, each counted as a session"),
            published.ticks if len(published.ticks) > 1 else (),
        ),
        (message("marks read as the file's own legend explains them"), list(_legends(published))),
        (message("duties that are not outpatient sessions, passed over"), published.duties),
        (message("names unlike a person's, kept as they stand"), _unlike_people(published)),
        (
            message("columns known by what their cells look like"),
            list(_guesses(published)),
        ),
    ):
        if words:
            yield _assumed(label, len(words), examples(words))
    for label, count in (
        (message("rows of every other week (隔周), counted in every week"), published.fortnights),
        (
            message("stopped days in notes and marks, without a session in the week read"),
            published.dated.stops_elsewhere,
        ),
    ):
        if count:
            yield _assumed(label, count)


def _legends(published: Published) -> Iterator[str]:
    legends = [reading.table.legend for reading in published.readings]
    yield from dict.fromkeys(f"{mark} = {meaning}" for one in legends for mark, meaning in one.items())


def _unlike_people(published: Published) -> list[str]:
    names = {row.name for row in published.rows if not row.post}
    return sorted(name for name in names if not may_be_a_person(name))


def _guesses(published: Published) -> Iterator[str]:
    for reading in published.readings:
        for column in sorted(reading.heading.guessed):
            heading = reading.heading.headings[reading.heading.labels[column]]
            _, meaning = title_of(column)
            yield f"{heading or '-'} = {meaning}"


def _sheets(published: Published) -> Iterator[Finding]:
    """Yield how each sheet was read, which ones were not, and the lines that hold no session."""
    for reading in published.readings:
        label = (
            message("read as ({sheet})", sheet=reading.sheet.name)
            if reading.sheet.name
            else message("read as")
        )
        yield Finding(FindingKind.FOUND, label, str(len(reading.records)), reading.layout())
    for sheet, reason in published.passed_over:
        yield Finding(FindingKind.FOUND, message("sheets passed over"), sheet, reason)
    places = {text for reading in published.readings for text in reading.place.values()}
    if places:
        label = message("departments and campuses by the name of a sheet or a title")
        yield _assumed(label, len(places), examples(places))
    lines = [text for reading in published.readings for _, text in reading.passed_over]
    if lines:
        yield _found(message("lines passed over"), len(lines), examples(lines))


_UNKNOWN = {
    "status": message("counted as running"),
    "kind": message("the name of the clinic decides"),
    "level": message("the title or the fee decides"),
    "title": message("the fee decides"),
    "capacity": message("taken as missing"),
    "note": message("counted as running"),
}
_TELL_THE_LEVEL = {"level", "title", "fee_cny"}


def _decided(column: str, columns: Collection[str]) -> Message:
    """Return what is made of words of `column` that nobody knows, in a file of these columns."""
    if column in _TELL_THE_LEVEL and _TELL_THE_LEVEL.isdisjoint({*columns} - {column}):
        return message("nothing else tells the level: counted as attending")
    return _UNKNOWN[column]


def _repairs(published: Published) -> Iterator[tuple[Message, int | Collection[str]]]:
    yield message("repeated rows dropped"), published.repeated
    yield message("spellings of the same name unified"), published.respelled
    yield message("staff numbers in several spellings, joined"), published.people.joined
    yield message("names in two departments, kept as two people"), published.people.homonyms
    yield message("staff numbers with several names"), published.people.several_names
    yield message("posts that are no person"), published.people.posts
    yield message("doctors at two campuses at once, made two"), published.split
    yield message("marks taken off names"), published.tally.marks
    yield message("cells with several names, made sessions of their own"), published.several
    yield message("sessions of a whole day, made two"), published.whole_days
    yield message("numbers of tickets written otherwise"), published.tally.sums
    yield message("blank cells filled from above"), sum(reading.filled_down for reading in published.readings)
    yield message("dates that were day numbers"), published.dated.serials
    yield message("dates read with the month first"), int(published.dated.month_first)
    yield message("dates whose weekday is another"), published.dated.contradicting
    yield message("sessions stopped on the day that a note or mark names"), published.dated.stopped
    yield (
        message("formulas without a value, taken as missing"),
        sum(len(r.sheet.unvalued) for r in published.readings),
    )


def _levels(published: Published, making: Making, scenario: Scenario) -> Iterator[Finding]:
    sources = Counter(row.level_from for row in published.rows)
    missing = len(published.rows) - sources["level"]
    if missing:
        note = message(
            "{title} from the title, {fee} from the fee, {none} from neither",
            title=sources["title"],
            fee=sources["fee_cny"],
            none=sources[""],
        )
        yield _assumed(message("rows without a level"), missing, note)
    unknown = [doctor.doctor for doctor in scenario.doctors if doctor.doctor not in making.levels]
    if unknown:
        yield _assumed(message("doctors of no level taken as attending"), len(unknown), examples(unknown))
    several = sorted({row.doctor for row in scenario.levels})
    if several:
        yield _found(
            message("doctors with a level of their own at some clinic"), len(several), examples(several)
        )
    both = [
        d.doctor
        for d in scenario.doctors
        if any(len(at) > 1 for at in making.levels.get(d.doctor, {}).values())
    ]
    if both:
        label = message("doctors with several levels at one clinic, the highest taken")
        yield _repaired(label, len(both), examples(both))


def _tickets(making: Making) -> Iterator[Finding]:
    filled = making.filled
    missing = filled.by_doctor + filled.by_clinic + filled.by_policy
    if missing:
        note = message(
            "{doctor} as the doctor's other sessions, {clinic} the clinic's median, {default} by the policy",
            doctor=filled.by_doctor,
            clinic=filled.by_clinic,
            default=filled.by_policy,
        )
        yield _assumed(message("sessions of a clinic without tickets, filled"), missing, note)
    unlimited = sum(row.capacity == UNLIMITED for row in making.rows)
    if unlimited:
        yield _repaired(message("rows without a limit of tickets (不限, 999), taken as missing"), unlimited)
    merged = len(making.rows) - sum(len(session.blocks) for session in filled.sessions)
    if merged:
        yield _repaired(
            message("rows of one session and clinic merged"),
            merged,
            message("the larger number of tickets kept"),
        )


def _times(making: Making, scenario: Scenario) -> Iterator[Finding]:
    for half in making.hours.told:
        at_campuses = [
            f"{campus} {halves[half]}"
            for campus, halves in sorted(making.hours.local.items())
            if half in halves
        ]
        note = message("{hours} at campuses of their own", hours=at_campuses) if at_campuses else None
        label = message("usual hours of {half}", half=half_name(half))
        yield Finding(FindingKind.FOUND, label, str(making.hours.halves[half]), note)
    own = Counter(str(row.hours) for row in scenario.template if row.hours is not None)
    if own:
        note = examples([f"{hours} ({count})" for hours, count in own.items()])
        yield _found(message("rows with hours of their own"), own.total(), note)
    if making.hours.contradicting:
        yield _repaired(message("hours of another half, passed over"), making.hours.contradicting)
    weeks = Counter(row.weeks.parity for row in scenario.template if row.weeks)
    if weeks:
        note = message(
            "{odd} of odd weeks, {even} of even ones, {other} of others",
            odd=weeks["odd"],
            even=weeks["even"],
            other=weeks[""],
        )
        yield _found(message("rows of some weeks only"), weeks.total(), note)


def _names(making: Making, scenario: Scenario) -> Iterator[Finding]:
    renamed = {key for (name, *_), key in making.keys.items() if key != name and key in scenario.clinic_of}
    if renamed:
        note = examples(renamed)
        yield _repaired(
            message("clinic names in several specialties, campuses or kinds, renamed"), len(renamed), note
        )
    if making.untold:
        yield _assumed(
            message("clinics of no kind taken as ordinary"), len(making.untold), examples(making.untold)
        )
    if making.taken:
        note = message("{rooms}: the first session keeps the room", rooms=examples(making.taken))
        yield _repaired(message("rooms with two sessions at once"), len(making.taken), note)


def _week(published: Published, scenario: Scenario) -> Iterator[Finding]:
    dates = f"{published.dates[0]} .. {published.dates[-1]}"
    yield Finding(FindingKind.FOUND, message("days found"), dates)
    week = scenario.week
    years = {date.year for date in week.dates}
    note = message("{first} to {last}", first=week.dates[0].isoformat(), last=week.dates[6].isoformat())
    yield Finding(FindingKind.ASSUMED, message("week planned"), str(week), note)
    if not all(adjusted_days_known(year) for year in years):
        note = message("the public calendar does not know them yet: add them to the table calendar")
        yield Finding(FindingKind.ASSUMED, message("adjusted working days (调休)"), str(max(years)), note)


def _found(label: Message, value: int, note: Message | None = None) -> Finding:
    return Finding(FindingKind.FOUND, label, str(value), note)


def _assumed(label: Message, value: int, note: Message | None = None) -> Finding:
    return Finding(FindingKind.ASSUMED, label, str(value), note)


def _repaired(label: Message, value: int, note: Message | None = None) -> Finding:
    return Finding(FindingKind.REPAIRED, label, str(value), note)
