"""Draws a hospital: its clinics on their floors, and its people with their levels and half-days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from random import Random

from scenarios.generator.sizes import Size
from scenarios.generator.words import CAMPUSES, SPECIALTIES, made_up_name
from scheduler.clock import Half
from scheduler.scenario.hospital import Clinic, Kind, Level
from scheduler.scenario.policy import ExpertPolicy

_FLOOR = 4
"""Clinics that share the rooms of one floor come from this many specialties."""

_LEVELS = {
    Level.RESIDENT: 2,
    Level.ATTENDING: 10,
    Level.DEPUTY_CHIEF: 44,
    Level.CHIEF: 10,
    Level.KNOWN_EXPERT: 34,
}
"""Per cent of doctors: a real hospital's tickets by level over tickets a session and sessions a week."""

_HALF_DAYS = {1: 51, 2: 66, 3: 133, 4: 111, 5: 74, 6: 55, 7: 44, 8: 28, 9: 16}
"""Doctors of a real hospital by half-days a week, its "7 or more" spread out."""

_ONE_HALF_ONLY = {Half.AM: 7, Half.PM: 6}
"""Per cent of doctors who come in the mornings, or in the afternoons, only."""

_TICKETS = {Kind.ORDINARY: 22, Kind.DISEASE: 22, Kind.EXPERT: 25, Kind.PHARMACY: 20}
_TICKETS |= {Kind.SPECIAL_NEED: 15, Kind.INTERNATIONAL: 6}
_MINUTES = {Kind.SPECIAL_NEED: 12, Kind.INTERNATIONAL: 30}


@dataclass(frozen=True)
class Person:
    """A doctor as drawn: `half_days` a week wanted, all in the half `only` where there is one."""

    doctor: str
    name: str
    specialty: str
    level: Level
    half_days: int
    only: Half | None
    clinics: tuple[Clinic, ...]
    listed: bool

    @property
    def expert(self) -> bool:
        """Whether the doctor counts as an expert by the default policy."""
        return self.level.at_least(ExpertPolicy().from_level)


@dataclass(frozen=True)
class Hospital:
    """Clinics and people, before anybody sits anywhere."""

    clinics: tuple[Clinic, ...]
    people: tuple[Person, ...]


def draw_hospital(size: Size, prefix: str, rng: Random) -> Hospital:
    """Return one hospital of `size`; every name in it begins with `prefix`."""
    clinics = _clinics(size, prefix, rng)
    by_specialty: dict[str, list[Clinic]] = defaultdict(list)
    for clinic in clinics:
        by_specialty[clinic.specialty].append(clinic)
    names = list(by_specialty)
    people = tuple(
        # Every specialty gets its equal share first; a few large ones take a second turn.
        _person(f"{prefix}D{number + 1:03d}", by_specialty[_specialty(names, number, rng)], size, rng)
        for number in range(size.doctors)
    )
    return Hospital(clinics, people)


def _specialty(names: list[str], number: int, rng: Random) -> str:
    if number < len(names) * 5:
        return names[number % len(names)]
    return names[min(rng.randrange(len(names)), rng.randrange(len(names)))]


def _clinics(size: Size, prefix: str, rng: Random) -> tuple[Clinic, ...]:
    campuses = [prefix + campus for campus in CAMPUSES[: size.campuses]]
    lodged: dict[str, int] = defaultdict(int)
    found: list[Clinic] = []
    for number, plain in enumerate(SPECIALTIES[: size.specialties]):
        # Half of all specialties live on the main campus, the others on the branches in turn.
        home = campuses[0] if number % 2 == 0 else campuses[1 + number // 2 % (len(campuses) - 1)]
        for campus, kinds in _kinds(plain, home, campuses, rng).items():
            pool = f"{campus}-{1 + lodged[campus] // _FLOOR}层"
            lodged[campus] += 1
            found += [_clinic(prefix + plain, campus, kind, pool, home) for kind in kinds]
    return tuple(found)


def _kinds(plain: str, home: str, campuses: list[str], rng: Random) -> dict[str, list[Kind]]:
    if plain == "药学部":
        return {home: [Kind.PHARMACY]}
    kinds = [Kind.ORDINARY, Kind.EXPERT]
    for kind, chance in ((Kind.DISEASE, 0.5), (Kind.SPECIAL_NEED, 0.7), (Kind.INTERNATIONAL, 0.15)):
        if rng.random() < chance:
            kinds.append(kind)
    found = {home: kinds}
    if rng.random() < 0.3:
        found[rng.choice([campus for campus in campuses if campus != home])] = [Kind.ORDINARY]
    return found


_ENDINGS = {
    Kind.ORDINARY: "门诊",
    Kind.EXPERT: "专家门诊",
    Kind.DISEASE: "专病门诊",
    Kind.SPECIAL_NEED: "特需门诊",
    Kind.INTERNATIONAL: "国疗门诊",
    Kind.PHARMACY: "门诊",
}
_LOWEST = {Kind.EXPERT: Level.DEPUTY_CHIEF, Kind.SPECIAL_NEED: Level.DEPUTY_CHIEF}
_LOWEST |= {Kind.INTERNATIONAL: Level.DEPUTY_CHIEF, Kind.DISEASE: Level.ATTENDING}


def _clinic(specialty: str, campus: str, kind: Kind, pool: str, home: str) -> Clinic:
    branch = "" if campus == home else f"({campus})"
    return Clinic(
        clinic=f"{specialty}{_ENDINGS[kind]}{branch}",
        specialty=specialty,
        campus=campus,
        kind=kind,
        pool=pool,
        min_level=_LOWEST.get(kind, Level.RESIDENT),
        tickets=_TICKETS[kind],
        minutes=_MINUTES.get(kind),
    )


def _person(key: str, clinics: list[Clinic], size: Size, rng: Random) -> Person:
    level = rng.choices(list(_LEVELS), list(_LEVELS.values()))[0]
    fit = [clinic for clinic in clinics if level.at_least(clinic.min_level)]
    listed = rng.random() < 0.3
    if listed:
        fit = sorted(rng.sample(fit, max(1, len(fit) - 1)), key=lambda clinic: clinic.clinic)
    only = rng.choices((*_ONE_HALF_ONLY, None), (*_ONE_HALF_ONLY.values(), 100 - 13))[0]
    half_days = max(1, _half_days(level, rng) - size.fewer)
    if only is not None:
        half_days = min(half_days, 4)
    return Person(key, made_up_name(rng), clinics[0].specialty, level, half_days, only, tuple(fit), listed)


def _half_days(level: Level, rng: Random) -> int:
    # Deputy chiefs sit more than the mean and attendings less (4.6 and 2.9 against 4.2): the better, or the
    # lesser, of two draws gives about that.
    one, other = rng.choices(list(_HALF_DAYS), list(_HALF_DAYS.values()), k=2)
    if level is Level.DEPUTY_CHIEF and rng.random() < 0.3:
        return max(one, other)
    return one if level.at_least(Level.DEPUTY_CHIEF) else min(one, other)
