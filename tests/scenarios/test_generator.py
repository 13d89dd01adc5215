from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from scenarios.generator import Generated, Size, generate, generate_answered
from scenarios.generator.__main__ import main
from scheduler.check.run import find_violations, totals
from scheduler.clock import Cell, Half
from scheduler.roster import Plan, Roster, Session
from scheduler.rules import RULES, Stage, Strictness
from scheduler.scenario.hospital import Level
from scheduler.scenario.rows import Presence
from scheduler.scenario.week import Scenario
from scheduler.tables.scenario.files import write_scenario

WEEKLY = [rule.key for rule in RULES if rule.stage is Stage.WEEK]
HARD = [rule.key for rule in RULES if rule.stage is Stage.WEEK and rule.default is Strictness.HARD]
SIZES = [("typical", seed) for seed in range(12)] + [("large", 1), ("2x", 3)]


@pytest.fixture(scope="module")
def large() -> Generated:
    return generate_answered(Size.parse("large"), 1)


def _seated(generated: Generated) -> Roster:
    """Give every session of the answer the first free room of its pool, or none."""
    scenario = generated.scenario
    taken: Counter[tuple[str, Cell]] = Counter()
    seated: list[Session] = []
    for session in generated.answer.held:
        pool = scenario.clinic_of[session.blocks[0].clinic].pool
        place = taken[pool, session.at]
        taken[pool, session.at] += 1
        rooms = [room.room for room in scenario.rooms_of[pool] if room.open_at(session.at.key)]
        seated.append(replace(session, room=rooms[place] if place < len(rooms) else ""))
    return Roster(tuple(seated))


def _ratios(scenario: Scenario, cells: Counter[Cell]) -> dict[int, Fraction]:
    return {
        date.weekday(): Fraction(cells[Cell(date, Half.AM)], cells[Cell(date, Half.PM)])
        for date in scenario.working_dates
    }


@pytest.mark.parametrize(("size", "seed"), SIZES)
def test_the_answer_keeps_every_hard_rule(size: str, seed: int) -> None:
    generated = generate_answered(Size.parse(size), seed)
    units = totals(find_violations(generated.scenario, Plan(_seated(generated)), rules=WEEKLY))
    assert {key: units[key] for key in HARD} == dict.fromkeys(HARD, 0)
    assert units["cover"] == 0


@pytest.mark.parametrize("seed", range(12))
def test_a_typical_timetable_is_out_of_balance_on_thursday_and_friday(seed: int) -> None:
    scenario = generate(Size.parse("typical"), seed)
    ratios = _ratios(scenario, Counter(session.cell for session in (*scenario.standing, *scenario.on_leave)))
    assert [day for day, ratio in ratios.items() if ratio > Fraction(6, 5)] == [3, 4]


@pytest.mark.parametrize("seed", range(12))
def test_a_typical_answer_holds_the_timetables_sessions_and_moves_few(seed: int) -> None:
    generated = generate_answered(Size.parse("typical"), seed)
    published = (*generated.scenario.standing, *generated.scenario.on_leave)
    assert len(generated.answer.held) == len(published)
    assert 0 < len(generated.answer.changed) < len(generated.answer.held) / 6


@pytest.mark.parametrize("seed", range(12))
def test_a_typical_timetable_has_every_session_in_a_room_of_its_own(seed: int) -> None:
    scenario = generate(Size.parse("typical"), seed)
    sitting: dict[Cell, list[str]] = defaultdict(list)
    for session in scenario.standing:
        pool = scenario.clinic_of[session.blocks[0].clinic].pool
        assert session.room in {room.room for room in scenario.rooms_of[pool]}
        sitting[session.cell].append(session.room)
    assert all(len(rooms) == len(set(rooms)) for rooms in sitting.values())


def test_one_size_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "other"):
        write_scenario(generate(Size.parse("typical"), 7), tmp_path / folder)
    one, other = (
        {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()}
        for folder in ("one", "other")
    )
    assert one == other


def test_another_seed_gives_another_hospital() -> None:
    size = Size.parse("typical")
    assert generate(size, 1).digest != generate(size, 2).digest


def test_a_typical_hospital_has_what_its_size_says() -> None:
    scenario = generate(Size.parse("typical"), 25)
    counts = {
        "doctors": len(scenario.doctors),
        "rooms": len(scenario.rooms),
        "specialties": len(scenario.specialties),
        "partners": len(scenario.partners),
    }
    assert counts == {"doctors": 60, "rooms": 25, "specialties": 8, "partners": 3}
    assert any(row.hard for row in scenario.demand)
    assert {row.state for row in scenario.availability} == {Presence.AWAY, Presence.AVOID, Presence.PREFER}


def test_typical_timetables_have_doctors_away_and_sessions_of_two_clinics() -> None:
    hospitals = [generate(Size.parse("typical"), seed) for seed in range(12)]
    standing = [s for scenario in hospitals for s in (*scenario.standing, *scenario.on_leave)]
    lost = sum(len(scenario.on_leave) for scenario in hospitals)
    double = sum(len(session.blocks) == 2 for session in standing)
    assert 0.055 <= lost / len(standing) <= 0.07
    assert 0.01 <= double / len(standing) <= 0.03


def test_evenings_and_weekends_of_a_typical_timetable_are_pinned_and_nothing_else_is() -> None:
    for session in generate(Size.parse("typical"), 25).standing:
        outside = session.cell.half is Half.EVE or session.cell.date.weekday() > 4
        assert session.pinned is outside


def test_a_large_hospital_has_what_its_size_says(large: Generated) -> None:
    scenario = large.scenario
    assert (len(scenario.doctors), len(scenario.specialties)) == (900, 64)
    assert len({clinic.campus for clinic in scenario.clinics}) == 6
    assert not scenario.template


def test_a_large_hospital_is_spread_like_real_ones(large: Generated) -> None:
    held = large.answer.held
    a_week = Counter(Counter(session.doctor for session in held).values())
    evenings = sum(session.at.half is Half.EVE for session in held) / len(held)
    weekends = sum(session.at.date.weekday() > 4 for session in held) / len(held)
    assert 3.8 <= len(held) / 900 <= 4.4
    assert a_week.most_common(2)[0][0] in (3, 4)
    assert 0.03 <= evenings <= 0.06
    assert 0.03 <= weekends <= 0.07


def test_the_levels_of_a_large_hospital_are_mixed_like_real_ones(large: Generated) -> None:
    levels = Counter(doctor.level for doctor in large.scenario.doctors)
    expected = {
        Level.RESIDENT: 0.02,
        Level.ATTENDING: 0.10,
        Level.DEPUTY_CHIEF: 0.44,
        Level.CHIEF: 0.10,
        Level.KNOWN_EXPERT: 0.34,
    }
    assert {level: levels[level] / 900 for level in Level} == pytest.approx(expected, abs=0.04)


def test_the_days_of_a_large_answer_follow_their_ratios(large: Generated) -> None:
    ratios = _ratios(large.scenario, Counter(session.at for session in large.answer.held))
    expected = dict(enumerate((0.98, 1.03, 1.06, 1.05, 1.02)))
    assert {day: float(ratio) for day, ratio in ratios.items()} == pytest.approx(expected, abs=0.02)


def test_the_rooms_of_a_large_hospital_are_nearly_full_at_the_peak(large: Generated) -> None:
    peak = max(Counter(session.at for session in large.answer.held).values())
    assert 0.84 <= peak / len(large.scenario.rooms) <= 0.91


def test_chiefs_and_deputies_of_a_large_hospital_owe_their_half_days(large: Generated) -> None:
    least = defaultdict(list)
    for doctor in large.scenario.doctors:
        least[doctor.level].append(doctor.min_sessions)
    assert max(least[Level.CHIEF]) == 3
    assert max(least[Level.DEPUTY_CHIEF]) == 5
    assert sum(owed == 3 for owed in least[Level.CHIEF]) / len(least[Level.CHIEF]) > 0.7


def test_a_consortium_puts_its_hospital_before_every_name() -> None:
    scenario = generate(Size.parse("2x"), 1)
    assert len(scenario.doctors) == 1800
    names = [doctor.doctor for doctor in scenario.doctors] + list(scenario.specialties)
    names += [*scenario.pools, *(clinic.campus for clinic in scenario.clinics), *scenario.clinic_of]
    assert {name[:3] for name in names} == {"H01", "H02"}


@pytest.mark.parametrize("text", ["huge", "0x", "x", "100x", "-1x"])
def test_a_size_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="use typical, large or a factor"):
        Size.parse(text)


def test_the_command_writes_the_scenario(tmp_path: Path) -> None:
    assert main(["--size", "typical", "--seed", "3", "--out", str(tmp_path / "out")]) == 0
    write_scenario(generate(Size.parse("typical"), 3), tmp_path / "expected")
    for path in (tmp_path / "expected").iterdir():
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()


def test_the_command_names_the_sizes_it_knows(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--size", "huge", "--seed", "3", "--out", str(tmp_path / "out")])
    assert stopped.value.code == 2
    assert "use typical, large or a factor such as 5x" in capsys.readouterr().err
