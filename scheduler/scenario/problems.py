"""What does not fit together in a scenario: unknown names, repeated keys, times out of order, channels that contradict."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from scheduler.clock import WEEKDAYS, Half, Hours, Week, are_hours_of
from scheduler.errors import Problem, Suggestions, Where
from scheduler.rules import KEYS, RULES, Strictness
from scheduler.scenario.channels import channel_rules
from scheduler.scenario.hospital import Clinic
from scheduler.scenario.pace import pace_problems
from scheduler.scenario.policy import ChannelPolicy, Policy, Preset
from scheduler.scenario.rows import KEY_COLUMNS, TemplateRow
from scheduler.words import Message, message

if TYPE_CHECKING:
    from scheduler.scenario.week import Scenario
from fractions import Fraction
from itertools import combinations

from scheduler.scenario.channels import RESERVE, base_clinics
from scheduler.scenario.hospital import Channel
from scheduler.scenario.policy import exact_text

_MINUTES_OF_A_DAY = 24 * 60
_MOST_CHANNELS = 100
_AMOUNTS = ("share", "number", "return_share", "service_level")


def channel_problems(scenario: Scenario, first_start: int) -> Iterator[Problem]:
    """Yield every problem of the policy's presets and channels; `first_start` is the earliest minute of a session."""
    policy, clinics = scenario.policy, scenario.clinics
    if len(policy.channels) > _MOST_CHANNELS:
        # Each is held against each other one.
        wrong = message("there are more than {most} rules on who may book", most=_MOST_CHANNELS)
        where, remedy = Where(field="policy.channels"), message("Make one of those that are alike.")
        yield Problem(where, wrong, remedy, str(len(policy.channels)))
        return
    yield from _named_twice(policy)
    for rule in policy.channels:
        yield from _unknown_names(rule, clinics)
        yield from _how_many(rule)
        yield from _channels_crossed(rule)
    rules = channel_rules(policy)
    for rule in rules:
        if rule.name != RESERVE:
            yield from _falls_back_first(rule, first_start)
    bases = {rule: base_clinics(rule, scenario) for rule in rules}
    yield from _same_tickets(bases)
    yield from _more_than_all(bases, clinics)


def _where(rule: ChannelPolicy, field: str = "") -> Where:
    if rule.name in list(Preset):
        return Where(field="policy.presets")
    return Where(field=f"policy.channels.{rule.name}{'.' if field else ''}{field}")


def _named_twice(policy: Policy) -> Iterator[Problem]:
    for preset, times in Counter(policy.presets).items():
        if times > 1:
            where, remedy = Where(field="policy.presets"), message("Name it once.")
            yield Problem(where, message("a preset is named twice"), remedy, preset)
    # A preset's name is taken also where the preset is not in use: it may come into use.
    names = Counter([*(str(preset) for preset in Preset), *(rule.name for rule in policy.channels)])
    for name in sorted(name for name, times in names.items() if times > 1):
        where, remedy = Where(field=f"policy.channels.{name}"), message("Give it a name of its own.")
        yield Problem(where, message("another rule, or a preset, has this name"), remedy, name)


def _unknown_names(rule: ChannelPolicy, clinics: Sequence[Clinic]) -> Iterator[Problem]:
    named = () if rule.specialties == "all" else rule.specialties
    known = {clinic.specialty for clinic in clinics}
    wrong = message("no clinic has this specialty")
    yield from _unknown(named, known, _where(rule, "specialties"), wrong)
    known = {clinic.clinic for clinic in clinics}
    wrong = message("this clinic is not in the table clinics")
    yield from _unknown(rule.clinics, known, _where(rule, "clinics"), wrong)


def _unknown(names: Iterable[str], known: Collection[str], where: Where, wrong: Message) -> Iterator[Problem]:
    unknown = [name for name in names if name not in known]
    if unknown:
        suggestions = Suggestions(sorted(known))
        for name in unknown:
            yield Problem(where, wrong, suggestions.remedy(name), name)


def _how_many(rule: ChannelPolicy) -> Iterator[Problem]:
    amounts = [name for name in _AMOUNTS if getattr(rule, name) is not None]
    remedy = message("Tell exactly one of {fields}.", fields=list(_AMOUNTS))
    if not amounts:
        yield Problem(_where(rule), message("nothing tells how many tickets are held"), remedy, rule.name)
    if len(amounts) > 1:
        wrong = message("{fields} contradict each other", fields=amounts)
        yield Problem(
            _where(rule, amounts[-1]), wrong, remedy, exact_text(Fraction(getattr(rule, amounts[-1])))
        )


def _channels_crossed(rule: ChannelPolicy) -> Iterator[Problem]:
    if rule.channel is Channel.PUBLIC:
        others = [channel for channel in Channel if channel is not Channel.PUBLIC]
        wrong = message("the public has what no channel holds, and needs no rule")
        yield Problem(
            _where(rule, "channel"), wrong, message("Use one of: {known}.", known=others), rule.channel
        )
    elif rule.falls_back_to is rule.channel:
        wrong, remedy = message("the tickets would fall back to where they are"), message("Name another one.")
        yield Problem(_where(rule, "falls_back_to"), wrong, remedy, rule.falls_back_to)
    for channel in sorted({rule.channel, Channel.PUBLIC} & set(rule.counts)):
        wrong = message("a rule counts its own tickets anyhow, and the public's never")
        yield Problem(_where(rule, "counts"), wrong, message("Take it out."), channel)


def _falls_back_first(rule: ChannelPolicy, first_start: int) -> Iterator[Problem]:
    if rule.falls_back_hours is None:
        return
    opens = rule.opens_minute - rule.opens_days * _MINUTES_OF_A_DAY
    if first_start - rule.falls_back_hours * 60 <= opens:
        wrong = message("{name}: the tickets would fall back before anybody may claim them", name=rule.name)
        remedy = message("Let them open more days before the session, or fall back fewer hours before it.")
        yield Problem(_where(rule, "falls_back_hours"), wrong, remedy, str(rule.falls_back_hours))


def _same_tickets(bases: Mapping[ChannelPolicy, frozenset[str]]) -> Iterator[Problem]:
    """Yield the pairs of rules that hold tickets of one clinic in one channel: whose they were, nobody could tell."""
    for one, other in combinations(bases, 2):
        both = bases[one] & bases[other]
        if one.channel is other.channel and both:
            wrong = message(
                "{one} and {other} both hold tickets of {clinic} for one channel",
                one=one.name,
                other=other.name,
                clinic=min(both),
            )
            remedy = message("Make them one rule, or give them different clinics, specialties or kinds.")
            yield Problem(_where(other, "channel"), wrong, remedy, other.channel)


def _more_than_all(
    bases: Mapping[ChannelPolicy, frozenset[str]], clinics: Iterable[Clinic]
) -> Iterator[Problem]:
    shares = [(rule, base) for rule, base in bases.items() if rule.share is not None]
    seen: set[tuple[int, ...]] = set()
    for clinic in sorted(clinic.clinic for clinic in clinics):
        # Bases only widen with the level, so the highest one has them all.
        rules = tuple(rule for rule, base in shares if clinic in base)
        together = tuple(map(id, rules))
        if together in seen:
            continue
        seen.add(together)
        total = _together(rules)
        if total > 1:
            wrong = message(
                "the rules hold {total} of the tickets of {clinic}: {parts}",
                total=_percent(total),
                clinic=clinic,
                parts=[_part(rule) for rule in rules],
            )
            remedy = message(
                "Lower a share, narrow a base, or let one rule count the other's channel (counts)."
            )
            yield Problem(_where(rules[-1], "share"), wrong, remedy, _percent(total))


def _together(rules: Iterable[ChannelPolicy]) -> Fraction:
    """Return the share that the rules hold together, each less what earlier ones hold that it counts."""
    shares: dict[Channel, Fraction] = {}
    for rule in rules:
        counted = sum((shares.get(channel, Fraction(0)) for channel in set(rule.counts)), Fraction(0))
        own = max(Fraction(0), (rule.share or Fraction(0)) - counted)
        shares[rule.channel] = shares.get(rule.channel, Fraction(0)) + own
    return sum(shares.values(), Fraction(0))


def _part(rule: ChannelPolicy) -> Message:
    return message("{name} {share}", name=rule.name, share=_percent(rule.share or Fraction(0)))


def _percent(share: Fraction) -> str:
    return f"{exact_text(share * 100)} %"


def _cross_check(scenario: Scenario) -> Iterator[Problem]:
    for check in (
        _rules_exist,
        _keys_unique,
        _names_known,
        _sessions_whole,
        _times_in_order,
        _shares_of_discharges,
        _channels_fit,
        pace_problems,
    ):
        yield from check(scenario)


def _rules_exist(scenario: Scenario) -> Iterator[Problem]:
    suggestions, wrong = Suggestions(KEYS), message("there is no such rule")
    for key in scenario.rules:
        if key not in KEYS:
            yield Problem(Where(field=f"rules.{key}"), wrong, suggestions.remedy(key), key)
    for key, times in Counter(scenario.tiers).items():
        where = Where(field="tiers")
        if key not in KEYS:
            yield Problem(where, wrong, suggestions.remedy(key), key)
        if times > 1:
            yield Problem(where, message("a rule stands in the tiers twice"), message("Name it once."), key)
    for key, strictness in scenario.rules.items():
        if strictness is Strictness.SOFT and key in KEYS and key not in scenario.tiers and _is_weekly(key):
            yield Problem(
                Where(field="tiers"),
                message("a soft rule has no place in the order of tiers"),
                message("Add it to tiers, or make it hard or off."),
                key,
            )


def _is_weekly(key: str) -> bool:
    return next(rule.stage for rule in RULES if rule.key == key) in ("week", "rooms")


def _keys_unique(scenario: Scenario) -> Iterator[Problem]:
    for table, columns in KEY_COLUMNS.items():
        entries = getattr(scenario, table)
        # Looked at row by row only where two are alike: variants of a large week are checked by the hundred.
        if len(set(map(attrgetter(*columns), entries))) == len(entries):
            continue
        seen: dict[tuple[Any, ...], int] = {}
        for row, entry in enumerate(entries, start=2):
            key = tuple(getattr(entry, column) for column in columns)
            if key in seen:
                yield Problem(
                    Where(file=table, row=row, column=columns[0]),
                    message("the same entry stands in row {row} already", row=seen[key]),
                    message("Keep one of the two."),
                    " ".join(str(part) for part in key).strip(),
                )
            else:
                seen[key] = row


def _names_known(scenario: Scenario) -> Iterator[Problem]:
    doctors = frozenset(scenario.doctor_of)
    clinics = frozenset(scenario.clinic_of)
    specialties = frozenset(scenario.specialties)
    partners = frozenset(scenario.partner_of)
    campuses = frozenset(clinic.campus for clinic in scenario.clinics if clinic.campus)
    columns: Sequence[tuple[str, str, frozenset[str], Callable[[Any], Iterable[str]]]] = (
        ("doctors", "clinics", clinics, lambda row: row.clinics),
        ("levels", "doctor", doctors, lambda row: (row.doctor,)),
        ("levels", "clinic", clinics, lambda row: (row.clinic,)),
        ("travel", "from_campus", campuses, lambda row: (row.from_campus,)),
        ("travel", "to_campus", campuses, lambda row: (row.to_campus,)),
        ("template", "doctor", doctors, lambda row: (row.doctor,)),
        ("template", "clinic", clinics, lambda row: (row.clinic,)),
        ("availability", "doctor", doctors, lambda row: (row.doctor,)),
        ("demand", "clinic", clinics, lambda row: (row.clinic,)),
        ("partners", "specialties", specialties, lambda row: row.specialties),
        ("credits", "partner", partners, lambda row: (row.partner,)),
        ("credits", "specialty", specialties, lambda row: (row.specialty,)),
        ("returns", "clinic", clinics, lambda row: (row.clinic,)),
        ("discharges", "specialty", specialties, lambda row: (row.specialty,)),
        ("services", "campus", campuses, lambda row: (row.campus,) if row.campus else ()),
    )
    for table, column, known, names in columns:
        entries = getattr(scenario, table)
        if known.issuperset(itertools.chain.from_iterable(map(names, entries))):
            continue
        suggestions = Suggestions(known)
        for row, entry in enumerate(entries, start=2):
            for name in names(entry):
                if name not in known:
                    where, wrong = Where(file=table, row=row, column=column), _UNKNOWN[table, column]
                    yield Problem(where, wrong, _remedy(name, suggestions), name)
    named = scenario.policy.reserve.specialties
    suggestions = Suggestions(specialties)
    for name in () if named == "all" else named:
        if name not in specialties:
            where = Where(field="policy.reserve.specialties")
            wrong = message("no doctor or clinic has this specialty")
            yield Problem(where, wrong, _remedy(name, suggestions), name)


_UNKNOWN: Mapping[tuple[str, str], Message] = {
    ("doctors", "clinics"): message("this clinic is not in the table clinics"),
    ("levels", "doctor"): message("this doctor is not in the table doctors"),
    ("levels", "clinic"): message("this clinic is not in the table clinics"),
    ("travel", "from_campus"): message("no clinic is at this campus"),
    ("travel", "to_campus"): message("no clinic is at this campus"),
    ("template", "doctor"): message("this doctor is not in the table doctors"),
    ("template", "clinic"): message("this clinic is not in the table clinics"),
    ("availability", "doctor"): message("this doctor is not in the table doctors"),
    ("demand", "clinic"): message("this clinic is not in the table clinics"),
    ("partners", "specialties"): message("no doctor or clinic has this specialty"),
    ("credits", "partner"): message("this partner is not in the table partners"),
    ("credits", "specialty"): message("no doctor or clinic has this specialty"),
    ("returns", "clinic"): message("this clinic is not in the table clinics"),
    ("discharges", "specialty"): message("no doctor or clinic has this specialty"),
    ("services", "campus"): message("no clinic is at this campus"),
}


_ADD_IT = message("Add it there, or correct the name.")


def _remedy(name: str, known: Suggestions) -> Message:
    near = known.nearest(name)
    if near is None:
        return _ADD_IT
    return message("Did you mean {near}? Otherwise add it there.", near=near)


def _sessions_whole(scenario: Scenario) -> Iterator[Problem]:
    """Yield rows that neither make one session with those of their doctor, day and half nor have other hours."""
    earlier: dict[tuple[str, str, Half], list[tuple[int, TemplateRow]]] = defaultdict(list)
    for row, entry in enumerate(scenario.template, start=2):
        at = (entry.doctor, entry.day, entry.half)
        date = scenario.week.dates[WEEKDAYS.index(entry.day)]
        for number, other in earlier[at]:
            if entry.weeks.meets(other.weeks, date):
                yield from _not_one_session(scenario, row, entry, number, other)
        earlier[at].append((row, entry))


def _not_one_session(
    scenario: Scenario, row: int, entry: TemplateRow, number: int, other: TemplateRow
) -> Iterator[Problem]:
    where = Where(file="template", row=row)
    if entry.clinic == other.clinic and entry.weeks != other.weeks:
        wrong = message("the clinic's row {row} takes place in some of these weeks too", row=number)
        remedy = message("Give the two rows weeks that never meet, such as odd and even.")
        yield Problem(replace(where, column="weeks"), wrong, remedy, str(entry.weeks) or None)
    here, there = scenario.clinic_of.get(entry.clinic), scenario.clinic_of.get(other.clinic)
    if here is None or there is None or not _overlap(scenario, entry, other):
        return
    if here.campus != there.campus:
        wrong = message(
            "the doctor is at {there} in the same half-day (row {row})",
            there=there.campus or "-",
            row=number,
        )
        remedy = message("Give one of the two another half-day or doctor, or both hours that do not overlap.")
        value = f"{entry.doctor} {entry.day}-{entry.half.lower()} {here.campus}"
        yield Problem(replace(where, column="clinic"), wrong, remedy, value)
    elif entry.hours and other.hours and entry.hours != other.hours:
        wrong = message("these hours overlap those of row {row}, of the same doctor and half-day", row=number)
        remedy = message("Write the same in both, or hours that do not overlap.")
        yield Problem(replace(where, column="hours"), wrong, remedy, str(entry.hours))


def _overlap(scenario: Scenario, entry: TemplateRow, other: TemplateRow) -> bool:
    here, there = (scenario.hours_at(row.half, row.clinic, row.hours) for row in (entry, other))
    return here.overlaps(there)


def _times_in_order(scenario: Scenario) -> Iterator[Problem]:
    for half in Half:
        if half not in scenario.halves:
            yield Problem(
                Where(field=f"halves.{half}"),
                message("the half has no hours"),
                message("Write its hours, such as 08:00-11:30."),
            )
    ordered = [scenario.halves[half] for half in Half if half in scenario.halves]
    for before, after in itertools.pairwise(ordered):
        if before.end > after.start:
            yield Problem(
                Where(field="halves"),
                message("the hours of two halves overlap"),
                message("Let each half begin when the one before has ended."),
                f"{before} {after}",
            )
    if len(ordered) == len(Half):
        yield from _local_times(scenario)
        yield from _own_times(scenario)
    for row, entry in enumerate(scenario.calendar, start=2):
        if entry.date not in scenario.week.dates:
            yield Problem(
                Where(file="calendar", row=row, column="date"),
                message("the date is not in the planned week"),
                message("Plan the week {week}, or take the row out.", week=str(Week.of(entry.date))),
                entry.date.isoformat(),
            )


def _local_times(scenario: Scenario) -> Iterator[Problem]:
    """Yield what is wrong with the hours of campuses and clinics: names that are none, halves out of order."""
    places = {name for clinic in scenario.clinics for name in (clinic.clinic, clinic.campus) if name}
    suggestions = Suggestions(sorted(places))
    for name, halves in scenario.local_halves.items():
        if name not in places:
            wrong = message("no campus or clinic has this name")
            yield Problem(Where(field=f"halves.{name}"), wrong, suggestions.remedy(name), name)
        for half, hours in halves.items():
            if not are_hours_of(half, hours, {**scenario.halves, **halves}):
                yield _out_of_order(Where(field=f"halves.{name}.{half}"), hours)


def _own_times(scenario: Scenario) -> Iterator[Problem]:
    for row, entry in enumerate(scenario.template, start=2):
        if entry.hours is not None:
            usual = {half: scenario.hours_at(half, entry.clinic) for half in Half}
            if not are_hours_of(entry.half, entry.hours, usual):
                yield _out_of_order(Where(file="template", row=row, column="hours"), entry.hours)


def _shares_of_discharges(scenario: Scenario) -> Iterator[Problem]:
    """Yield the rows with which more patients of a day come back than leave."""
    shares: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for row, entry in enumerate(scenario.discharges, start=2):
        shares[entry.specialty, entry.weekday] += entry.share
        total = shares[entry.specialty, entry.weekday]
        if total > 1 >= total - entry.share:
            where = Where(file="discharges", row=row, column="share")
            wrong = message(
                "with the rows above, {total} of the patients of the day come back", total=_percent(total)
            )
            yield Problem(where, wrong, message("Lower a share."), exact_text(entry.share))


def _out_of_order(where: Where, hours: Hours) -> Problem:
    wrong = message("these are the hours of another half")
    return Problem(where, wrong, message("Write hours of this half, or change the half."), str(hours))


def _channels_fit(scenario: Scenario) -> Iterator[Problem]:
    halves = (scenario.halves, *scenario.local_halves.values())
    own = (row.hours for row in scenario.template if row.hours is not None)
    every = itertools.chain(own, *(hours.values() for hours in halves))
    first_start = min((hours.start for hours in every), default=0)
    yield from channel_problems(scenario, first_start)
