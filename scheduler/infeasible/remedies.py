"""Remedies of an infeasible week: each bends rules as little as possible, says so in words and as a patch, and is solved."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scheduler.balance import highest_day, ratio_table
from scheduler.infeasible.reasons import bent, held_hard
from scheduler.names import cell_name, span_name
from scheduler.outcome import Outcome
from scheduler.roster import Roster, Session
from scheduler.rules import KEYS, Strictness, rule
from scheduler.scenario.changes import (
    Changed,
    approve,
    let_work,
    limit_sessions,
    lower_demand,
    lower_levels,
    open_rooms,
    raise_demand,
    reopen_rooms,
    set_limit,
    soften,
    unpin,
    with_settings,
)
from scheduler.scenario.hospital import Doctor, Level
from scheduler.scenario.patch import Patch
from scheduler.scenario.policy import exact_text
from scheduler.scenario.rows import DemandRow
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message

Solve = Callable[[Scenario], Outcome]
"""Plans a scenario; remedies are only as good as its answers."""


@dataclass(frozen=True)
class Remedy:
    """What makes the week possible: the steps, the scenario in which they are done, its plan, and them as a patch.

    `units` counts what is bent: sessions, rooms, rows; a remedy with fewer is nearer to the scenario.
    """

    rules: tuple[str, ...]
    steps: tuple[Message, ...]
    units: int
    scenario: Scenario
    outcome: Outcome
    patch: Patch


_ENOUGH = 3
"""Rules are bent in pairs only where fewer remedies than this bend one rule alone."""


def find_remedies(scenario: Scenario, solve: Solve) -> tuple[Remedy, ...]:
    """Return the remedies of an infeasible week, cheapest first; each was solved and has a roster.

    Every hard rule is bent alone; where that does not give three remedies, two rules together, and at last all that the
    least bent roster breaks.
    """
    bendable = bendable_rules(held_hard(scenario))
    remedies = [remedy for key in bendable for remedy in _bend_alone(scenario, key, solve)]
    alone = {key for remedy in remedies for key in remedy.rules}
    if len(remedies) < _ENOUGH:
        pairs = itertools.combinations([key for key in bendable if key not in alone], 2)
        remedies += [remedy for pair in pairs if (remedy := _bend(scenario, pair, solve)) is not None]
    if not remedies and (last := _bend(scenario, tuple(bendable), solve)) is not None:
        remedies.append(last)
    return tuple(sorted(remedies, key=lambda r: (r.units, _points(r), [bendable.index(k) for k in r.rules])))


def bendable_rules(hard: Collection[str]) -> list[str]:
    """Return those of these rules that can give way, first those that a planner can most easily grant."""
    others = (key for key in KEYS if key not in _BENDS and key not in WITHOUT_REMEDY)
    return [key for key in (*_BENDS, *others) if key in hard]


def _points(remedy: Remedy) -> int:
    return next((tier.value for tier in remedy.outcome.tiers if tier.key == "changes"), 0)


@dataclass(frozen=True)
class _Bending:
    """How a rule gives way for a roster: in words, a step for each unit, and in the scenario."""

    steps: tuple[Message, ...]
    changed: Changed


def _bend_alone(scenario: Scenario, key: str, solve: Solve) -> Iterator[Remedy]:
    """Yield the remedies that bend only this rule, or that let what it asks for come true."""
    roster = solve(bent(scenario, (key,))).roster
    if roster is None:
        return
    bendings = [_bend_for(scenario, (key,), roster)]
    if key in _GRANTS:
        bendings.append(_GRANTS[key](scenario, roster))
    for bending in bendings:
        remedy = _solved(scenario, (key,), bending, solve)
        if remedy is not None:
            yield remedy


def _bend(scenario: Scenario, keys: Sequence[str], solve: Solve) -> Remedy | None:
    """Bend only these rules, as little as possible; return None where that does not make the week possible."""
    roster = solve(bent(scenario, keys)).roster
    return None if roster is None else _solved(scenario, keys, _bend_for(scenario, keys, roster), solve)


def _solved(scenario: Scenario, keys: Sequence[str], bending: _Bending, solve: Solve) -> Remedy | None:
    if not bending.steps:
        return None
    outcome = solve(bending.changed.scenario)
    if outcome.roster is None:
        return None
    if tuple(keys) == ("ratio_day",):
        bending, outcome = _lower_limit(scenario, bending, outcome, solve)
    return Remedy(
        tuple(keys),
        bending.steps,
        len(bending.steps),
        bending.changed.scenario,
        outcome,
        bending.changed.patch,
    )


def _bend_for(scenario: Scenario, keys: Sequence[str], roster: Roster) -> _Bending:
    """Return how these rules together let the roster be; a rule that cannot be bent in numbers becomes soft."""
    changed, steps, softened = Changed(scenario, Patch()), [], []
    for key in keys:
        bending = _BENDS[key](changed.scenario, roster) if key in _BENDS else None
        if bending is None:
            softened.append(key)
            steps.append(_strive(key))
        else:
            changed = Changed(bending.changed.scenario, changed.patch + bending.changed.patch)
            steps += bending.steps
    soft = soften(changed.scenario, softened)
    return _Bending(tuple(steps), Changed(soft.scenario, changed.patch + soft.patch))


def _strive(key: str) -> Message:
    return message(
        "strive for the rule {key} instead of insisting: {sentence}",
        key=rule(key).name,
        sentence=rule(key).sentence,
    )


def _lower_limit(
    scenario: Scenario, bending: _Bending, outcome: Outcome, solve: Solve
) -> tuple[_Bending, Outcome]:
    """Return the smallest limit, in hundredths, that makes the week possible: halving between the two known ones."""
    low = int(scenario.policy.ratio.limit * 100)
    high = int(bending.changed.scenario.policy.ratio.limit * 100)
    while high - low > 1:
        middle = (low + high) // 2
        tried = _to_limit(scenario, Fraction(middle, 100))
        answer = solve(tried.changed.scenario)
        if answer.roster is None:
            low = middle
        else:
            high, bending, outcome = middle, tried, answer
    return bending, outcome


def _to_limit(scenario: Scenario, limit: Fraction) -> _Bending:
    return _Bending((message("limit {limit}", limit=exact_text(limit)),), set_limit(scenario, limit))


_MOST_LIMIT = 10
"""The largest limit that the policy allows."""


def _bend_ratio_day(scenario: Scenario, roster: Roster) -> _Bending | None:
    """Return the limit of the roster's worst day; None where no limit allows it."""
    highest = highest_day(ratio_table(scenario, roster))
    ratio = Fraction(0) if highest is None or not highest[1].am else highest[1].ratio
    if ratio is None:
        return None
    limit = Fraction(math.ceil(100 * max(ratio, scenario.policy.ratio.limit)), 100)
    return None if limit > _MOST_LIMIT else _to_limit(scenario, limit)


def _bend_rooms(scenario: Scenario, roster: Roster) -> _Bending:
    """Return the rooms that the sessions lack: first those that are closed then, then more rooms."""
    load = Counter((scenario.clinic_of[s.blocks[0].clinic].pool, s.at) for s in roster.held)
    changed, steps = Changed(scenario, Patch()), []
    for (pool, cell), sessions in sorted(load.items()):
        rooms = changed.scenario.rooms_of.get(pool, ())
        missing = max(0, sessions - sum(room.open_at(cell.key) for room in rooms))
        shut = [room for room in rooms if not room.open_at(cell.key)][:missing]
        at = cell_name(cell)
        if shut:
            reopened = reopen_rooms(changed.scenario, shut, cell.key)
            changed = Changed(reopened.scenario, changed.patch + reopened.patch)
            steps += [
                message("open room {room} ({pool}) on {at}", room=room.room, pool=pool, at=at)
                for room in shut
            ]
        if more := missing - len(shut):
            opened = open_rooms(changed.scenario, pool, more, (cell.key,))
            changed = Changed(opened.scenario, changed.patch + opened.patch)
            steps += [message("one more room in {pool} on {at}", pool=pool, at=at)] * more
    return _Bending(tuple(steps), changed)


def _bend_availability(scenario: Scenario, roster: Roster) -> _Bending:
    needed = sorted({(s.doctor, s.at) for s in roster.held if s.at not in scenario.open_cells(s.doctor)})
    steps = tuple(
        message("let {doctor} work {at}", doctor=_name(scenario, doctor), at=cell_name(cell))
        for doctor, cell in needed
    )
    return _Bending(steps, let_work(scenario, needed))


def _bend_session_limits(scenario: Scenario, roster: Roster) -> _Bending:
    counts = Counter(session.doctor for session in roster.held)
    least, most = {}, {}
    steps = []
    for doctor in scenario.doctors:
        (fewest, largest), count = scenario.limits(doctor.doctor), counts[doctor.doctor]
        name = _name(scenario, doctor.doctor)
        if count > largest:
            most[doctor.doctor] = count
            steps.append(message("let {doctor} hold {count:session|sessions}", doctor=name, count=count))
        elif count < fewest:
            least[doctor.doctor] = count
            steps.append(message("let {doctor} hold only {count:session|sessions}", doctor=name, count=count))
    return _Bending(tuple(steps), limit_sessions(scenario, least, most))


def _grant_sessions(scenario: Scenario, roster: Roster) -> _Bending:
    """Return the demand that gives doctors below their fewest sessions what they lack, in the clinic they serve most."""
    counts = Counter(session.doctor for session in roster.held)
    served = Counter((s.doctor, block.clinic) for s in roster.held for block in s.blocks)
    of_clinic = Counter(block.clinic for session in roster.held for block in session.blocks)
    wanted, steps = Counter[str](), []
    for doctor in scenario.doctors:
        missing = scenario.limits(doctor.doctor)[0] - counts[doctor.doctor]
        clinics = sorted(_clinics_of(scenario, doctor), key=lambda key: (-served[doctor.doctor, key], key))
        if missing > 0 and clinics:
            wanted[clinics[0]] += missing
            steps.append(
                message(
                    "ask {clinic} for {count:session|sessions} more, for {doctor}",
                    clinic=clinics[0],
                    count=missing,
                    doctor=_name(scenario, doctor.doctor),
                )
            )
    demand = {clinic: of_clinic[clinic] + missing for clinic, missing in wanted.items()}
    return _Bending(tuple(steps), raise_demand(scenario, demand))


def _clinics_of(scenario: Scenario, doctor: Doctor) -> Iterator[str]:
    """Yield the clinics that a doctor is approved for and of the level of."""
    for clinic in scenario.clinics:
        approved = clinic.clinic in doctor.clinics if doctor.clinics else clinic.specialty == doctor.specialty
        if approved and scenario.level_at(doctor.doctor, clinic.clinic).at_least(clinic.min_level):
            yield clinic.clinic


def _bend_pinned(scenario: Scenario, roster: Roster) -> _Bending:
    stays = {(s.doctor, s.at) for s in roster.held if s.was == s.cell}
    loose = [s for s in scenario.standing if s.pinned and (s.doctor, s.cell) not in stays]
    steps = tuple(
        message(
            "unpin the session of {doctor} on {at}", doctor=_name(scenario, s.doctor), at=cell_name(s.cell)
        )
        for s in loose
    )
    return _Bending(steps, unpin(scenario, [(s.doctor, s.cell) for s in loose]))


def _bend_eligible(scenario: Scenario, roster: Roster) -> _Bending:
    approved: dict[str, list[str]] = defaultdict(list)
    levels: dict[str, Level] = {}
    steps = []
    for doctor, clinic in sorted({(s.doctor, block.clinic) for s in roster.held for block in s.blocks}):
        person, place, name = scenario.doctor_of[doctor], scenario.clinic_of[clinic], _name(scenario, doctor)
        if not (clinic in person.clinics if person.clinics else place.specialty == person.specialty):
            approved[doctor].append(clinic)
            steps.append(message("approve {doctor} for {clinic}", doctor=name, clinic=clinic))
        level = scenario.level_at(doctor, clinic)
        if not level.at_least(levels.get(clinic, place.min_level)):
            levels[clinic] = level
            steps.append(message("let {clinic} be served by {doctor}", clinic=clinic, doctor=name))
    clinics = approve(scenario, approved)
    lowered = lower_levels(clinics.scenario, levels)
    return _Bending(tuple(steps), Changed(lowered.scenario, clinics.patch + lowered.patch))


def _bend_cover(scenario: Scenario, roster: Roster) -> _Bending:
    short = [*_short_demand(scenario, roster)]
    steps = tuple(
        message(
            "ask {clinic} for {have} of {needed:session|sessions} ({when})",
            clinic=row.clinic,
            have=have,
            needed=row.sessions,
            when=span_name(row.day, row.half),
        )
        for row, have in short
    )
    return _Bending(steps, lower_demand(scenario, short))


def _short_demand(scenario: Scenario, roster: Roster) -> Iterator[tuple[DemandRow, int]]:
    """Yield the rows of demand that must be met and are not, with the sessions that the roster has for them."""
    must_cover = scenario.strictness("cover") is Strictness.HARD
    for row in scenario.demand:
        have = sum(_serves(scenario, session, row) for session in roster.held)
        if (row.hard or must_cover) and have < row.sessions and any(map(row.covers, scenario.cells)):
            yield row, have


def _serves(scenario: Scenario, session: Session, row: DemandRow) -> bool:
    level = scenario.session_level(session.doctor, session.blocks)
    in_clinic = any(block.clinic == row.clinic for block in session.blocks)
    return in_clinic and row.covers(session.at) and level.at_least(row.level)


def _bend_changes(scenario: Scenario, roster: Roster) -> _Bending:
    budget = len(roster.changed)
    step = message("a budget of {budget:change|changes}", budget=budget)
    return _Bending((step,), with_settings(scenario, {"policy.changes.budget": budget}))


_GRANTS: Mapping[str, Callable[[Scenario, Roster], _Bending]] = {"session_limits": _grant_sessions}
"""What else than bending a rule makes it possible: what it asks for comes true."""

_BENDS: Mapping[str, Callable[[Scenario, Roster], _Bending | None]] = {
    "rooms": _bend_rooms,
    "availability": _bend_availability,
    "session_limits": _bend_session_limits,
    "pinned": _bend_pinned,
    "eligible": _bend_eligible,
    "ratio_day": _bend_ratio_day,
    "cover": _bend_cover,
    "changes": _bend_changes,
}
"""How rules give way in numbers, those first that a planner can most easily grant; every other weekly rule becomes soft."""

WITHOUT_REMEDY: Mapping[str, str] = {
    "one_place": "Nobody is in two places at once, so a roster that bends this rule is none.",
}
"""Weekly rules that never give way, and why."""


def _name(scenario: Scenario, doctor: str) -> str:
    name = scenario.doctor_of[doctor].name
    return f"{doctor} {name}" if name else doctor
