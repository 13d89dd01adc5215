"""What cannot be in the rules on who may book: names nobody knows, and rules that contradict themselves or each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

from scheduler.channel_rules import RESERVE, base_clinics, channel_rules
from scheduler.errors import Problem, Where, suggest
from scheduler.hospital import Channel, Clinic
from scheduler.policy import ChannelPolicy, Policy, Preset, exact_text
from scheduler.words import Message, message

_MINUTES_OF_A_DAY = 24 * 60


def channel_problems(policy: Policy, clinics: Sequence[Clinic], first_start: int) -> Iterator[Problem]:
    """Yield every problem of the policy's presets and channels; `first_start` is the earliest minute of a session."""
    yield from _named_twice(policy)
    for rule in policy.channels:
        yield from _unknown_names(rule, clinics)
        yield from _how_many(rule)
        yield from _channels_crossed(rule)
    rules = channel_rules(policy)
    for rule in rules:
        if rule.name != RESERVE:
            yield from _falls_back_first(rule, first_start)
    bases = {rule: base_clinics(rule, clinics) for rule in rules}
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
    specialties = sorted({clinic.specialty for clinic in clinics})
    for name in () if rule.specialties == "all" else rule.specialties:
        if name not in specialties:
            wrong = message("no clinic has this specialty")
            yield Problem(_where(rule, "specialties"), wrong, suggest(name, specialties), name)
    known = sorted(clinic.clinic for clinic in clinics)
    for name in rule.clinics:
        if name not in known:
            wrong = message("this clinic is not in the table clinics")
            yield Problem(_where(rule, "clinics"), wrong, suggest(name, known), name)


def _how_many(rule: ChannelPolicy) -> Iterator[Problem]:
    told = [name for name in ("share", "number", "return_share") if getattr(rule, name) is not None]
    remedy = message("Tell exactly one of share, number and return_share.")
    if not told:
        yield Problem(_where(rule), message("nothing tells how many tickets are held"), remedy, rule.name)
    if len(told) > 1:
        wrong = message("{told} contradict each other", told=told)
        yield Problem(_where(rule, told[-1]), wrong, remedy, exact_text(Fraction(getattr(rule, told[-1]))))


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
