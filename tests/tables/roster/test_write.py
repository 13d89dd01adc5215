import csv
import datetime as dt
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.clock import BEIJING, Cell, Half, Week, Window
from scheduler.errors import InputError
from scheduler.roster import (
    Channel,
    Crowded,
    Holding,
    Plan,
    Roster,
    Session,
    Slot,
    session_key,
    template_roster,
)
from scheduler.scenario.hospital import Clinic, Doctor, Kind, Level
from scheduler.scenario.rows import Block, TemplateRow
from scheduler.scenario.week import Scenario
from scheduler.tables.roster.read import read_plan
from scheduler.tables.roster.write import PLAN_FILES, write_plan

WEEK = Week(2026, 30)
WED_AM, WED_PM, FRI_PM = (WEEK.cell(key) for key in ("wed-am", "wed-pm", "fri-pm"))
OPENS = dt.datetime(2026, 7, 8, 8, tzinfo=BEIJING)

SCENARIO = Scenario(
    week=WEEK,
    doctors=(
        Doctor(doctor="张三", specialty="眼科", level=Level.CHIEF, clinics=("A", "B")),
        Doctor(doctor="李四", specialty="骨科"),
    ),
    clinics=(
        Clinic(clinic="A", specialty="眼科", campus="本部", pool="1", kind=Kind.EXPERT),
        Clinic(clinic="B", specialty="眼科", campus="本部", pool="1"),
        Clinic(clinic="C", specialty="骨科", campus="北院", pool="2"),
    ),
    template=(
        TemplateRow(doctor="张三", day="wed", half=Half.AM, clinic="B", tickets=5, room="101"),
        TemplateRow(doctor="张三", day="wed", half=Half.AM, clinic="A", tickets=20),
        TemplateRow(doctor="李四", day="fri", half=Half.PM, clinic="C", tickets=9),
    ),
)
TWO_BLOCKS = f"{WEEK}.张三.wed-am"

Edit = Callable[[dict[str, str]], dict[str, str] | None]


def holding(slot: str, channel: Channel, tickets: int, holder: str = "") -> Holding:
    return Holding(slot, channel, holder, tickets, OPENS, OPENS + dt.timedelta(days=13), Channel.PUBLIC)


SLOT = Slot("s1", TWO_BLOCKS, WED_AM.date, Window(480, 510), "A", "张三", "101", 3, (480, 490, 500), 1)
PLAN = Plan(
    template_roster(SCENARIO),
    (SLOT, replace(SLOT, slot="s2", window=Window(510, 540), tickets=0, starts=(), reserved=0)),
    (
        holding("s1", Channel.PARTNER, 1, "社区甲"),
        replace(holding("s1", Channel.PUBLIC, 2), falls_back_at=None, falls_back_to=None),
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_plan(PLAN, SCENARIO, tmp_path)
    return tmp_path


def lines(folder: Path, name: str) -> list[str]:
    return (folder / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()


def edit(folder: Path, name: str, change: Edit, encoding: str = "utf-8") -> None:
    """Rewrite a table row by row as a spreadsheet would; a row for which `change` returns None goes."""
    path = folder / f"{name}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [change(row) for row in csv.DictReader(file)]
    kept = [row for row in rows if row is not None]
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(kept[0]))
        writer.writeheader()
        writer.writerows(kept)


def append(folder: Path, text: str) -> None:
    with (folder / "sessions.csv").open("a", encoding="utf-8") as file:
        file.write(text + "\n")


def sessions(folder: Path) -> dict[str, Session]:
    return {session.session: session for session in read_plan(SCENARIO, folder).roster.sessions}


def problem_places(folder: Path) -> list[tuple[str, int | None, str, str | None]]:
    with pytest.raises(InputError) as caught:
        read_plan(SCENARIO, folder)
    return [(p.where.file, p.where.row, p.where.column, p.value) for p in caught.value.problems]


# Out


def test_sessions_are_written_a_row_per_clinic_by_half_day_and_place(folder: Path) -> None:
    assert lines(folder, "sessions") == [
        "session,date,half,start,end,campus,specialty,clinic,kind,doctor,level,room,tickets,was_date,was_half,change,was_doctor",
        "2026-W30.张三.wed-am,2026-07-22,AM,08:00,11:30,本部,眼科,A,expert,张三,chief,101,20,2026-07-22,AM,kept,",
        "2026-W30.张三.wed-am,2026-07-22,AM,08:00,11:30,本部,眼科,B,ordinary,张三,chief,101,5,2026-07-22,AM,kept,",
        "2026-W30.李四.fri-pm,2026-07-24,PM,13:30,17:00,北院,骨科,C,ordinary,李四,attending,,9,2026-07-24,PM,kept,",
    ]


def test_a_dropped_session_is_written_last_without_a_half_day(tmp_path: Path) -> None:
    first, second = PLAN.roster.sessions
    dropped = Roster((replace(first, cell=None), replace(second, cell=WED_PM)))
    write_plan(Plan(dropped), SCENARIO, tmp_path)
    assert [line.split(",")[1:5] + line.split(",")[-4:-1] for line in lines(tmp_path, "sessions")[1:]] == [
        ["2026-07-22", "PM", "13:30", "17:00", "2026-07-24", "PM", "moved"],
        ["", "", "", "", "2026-07-22", "AM", "dropped"],
        ["", "", "", "", "2026-07-22", "AM", "dropped"],
    ]


def test_slots_tell_what_partners_hold(folder: Path) -> None:
    assert lines(folder, "slots") == [
        "slot,session,date,start,end,clinic,doctor,level,room,tickets,reserved",
        "s1,2026-W30.张三.wed-am,2026-07-22,08:00,08:30,A,张三,chief,101,3,1",
        "s2,2026-W30.张三.wed-am,2026-07-22,08:30,09:00,A,张三,chief,101,0,0",
    ]


def test_channels_tell_their_times_in_beijing(folder: Path) -> None:
    assert lines(folder, "channels") == [
        "slot,channel,holder,tickets,opens_at,falls_back_at,falls_back_to",
        "s1,partner,社区甲,1,2026-07-08T08:00:00+08:00,2026-07-21T08:00:00+08:00,public",
        "s1,public,,2,2026-07-08T08:00:00+08:00,,",
    ]


def test_what_fell_back_before_there_was_a_choice_became_public(folder: Path) -> None:
    old = [line.rpartition(",")[0] for line in lines(folder, "channels")]
    (folder / "channels.csv").write_text("\n".join(old), encoding="utf-8")
    assert read_plan(SCENARIO, folder) == PLAN


def test_the_channel_they_fall_back_to_is_read_in_both_languages(folder: Path) -> None:
    text = "\n".join(lines(folder, "channels"))
    for heading, word in (("falls_back_to", "on_site"), ("回退渠道", "现场")):
        changed = text.replace("falls_back_to", heading).replace(",public\n", f",{word}\n")
        (folder / "channels.csv").write_text(changed, encoding="utf-8")
        assert [h.falls_back_to for h in read_plan(SCENARIO, folder).holdings] == [Channel.ON_SITE, None]


def test_appointments_are_numbered_inside_their_slot(folder: Path) -> None:
    assert lines(folder, "appointments") == [
        "slot,ticket,start,told,come",
        "s1,1,08:00,08:00,07:45",
        "s1,2,08:10,08:10,07:55",
        "s1,3,08:20,08:20,08:05",
    ]


def test_a_slot_whose_starts_are_missing_tells_its_patients_no_time_of_their_own(tmp_path: Path) -> None:
    write_plan(replace(PLAN, slots=(replace(SLOT, starts=(480,)),)), SCENARIO, tmp_path)
    assert lines(tmp_path, "appointments")[1:] == ["s1,1,08:00,,"]


def test_starts_are_read_and_what_follows_from_them_is_not(folder: Path) -> None:
    edit(folder, "appointments", lambda row: row | {"told": "", "come": "05:00"})
    assert read_plan(SCENARIO, folder).slots == PLAN.slots


def test_tables_are_written_for_spreadsheets(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == PLAN_FILES
    for path in folder.iterdir():
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert b"\r" not in path.read_bytes()


# And in again

CELLS = st.builds(Cell, st.sampled_from(WEEK.dates), st.sampled_from(Half))
TEXTS = st.text("a9诊、;\"', .=", max_size=4).map(str.strip)
MOMENTS = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1), timezones=st.just(BEIJING)).map(
    lambda moment: moment.replace(microsecond=0)
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    doctors, clinics = st.sampled_from(["张三", "李四"]), st.sampled_from(["A", "B", "C"])
    counts = st.integers(0, 40)
    found = []
    for key in draw(st.lists(TEXTS.filter(bool), unique=True, max_size=4)):
        blocks = draw(st.lists(st.builds(Block, clinics, counts), min_size=1, unique_by=lambda b: b.clinic))
        cell, was = draw(st.none() | CELLS), draw(st.none() | CELLS)
        room = "" if cell is None else draw(TEXTS)
        found.append(Session(key, draw(doctors), cell, tuple(sorted(blocks)), was, room))
    slots = []
    for key in draw(st.lists(TEXTS.filter(bool), unique=True, max_size=4)):
        start = draw(st.integers(0, 1439))
        window = Window(start, draw(st.integers(start + 1, 1440)))
        starts = tuple(draw(st.lists(st.integers(0, 1440), max_size=3)))
        date = draw(st.sampled_from(WEEK.dates))
        slots.append(Slot(key, "x", date, window, draw(clinics), draw(doctors), draw(TEXTS), 3, starts, 2))
    holdings = st.lists(
        st.builds(
            Holding,
            slot=st.sampled_from([slot.slot for slot in slots] or ["none"]),
            channel=st.sampled_from(Channel),
            holder=TEXTS,
            tickets=counts,
            opens_at=MOMENTS,
            falls_back_at=st.none() | MOMENTS,
            falls_back_to=st.none() | st.sampled_from(Channel),
        ),
        max_size=4,
        unique_by=lambda h: (h.slot, h.channel, h.holder),
    )
    return Plan(
        Roster(tuple(sorted(found, key=lambda s: s.session))),
        tuple(sorted(slots, key=lambda s: s.slot)),
        tuple(sorted(draw(holdings), key=lambda h: (h.slot, h.channel, h.holder))),
    )


@settings(max_examples=60, deadline=None)
@given(plans())
def test_a_plan_reads_back_as_it_was_written(plan: Plan) -> None:
    with tempfile.TemporaryDirectory() as name:
        write_plan(plan, SCENARIO, Path(name))
        assert read_plan(SCENARIO, Path(name)) == plan


def test_crowded_slots_are_told_elsewhere(tmp_path: Path) -> None:
    crowded = Crowded("s", WED_AM.date, Half.AM, Window(480, 510), "张三", 9, 6)
    write_plan(replace(PLAN, crowded=(crowded,)), SCENARIO, tmp_path)
    assert read_plan(SCENARIO, tmp_path) == PLAN


def test_the_order_of_rows_and_columns_does_not_matter(folder: Path) -> None:
    for name in ("sessions", "slots", "channels", "appointments"):
        head, *rows = lines(folder, name)
        turned = [",".join(reversed(line.split(","))) for line in (head, *reversed(rows))]
        (folder / f"{name}.csv").write_text("\n".join(turned), encoding="utf-8")
    assert read_plan(SCENARIO, folder) == PLAN


def test_a_table_saved_by_a_chinese_spreadsheet_is_read(folder: Path) -> None:
    chinese = {
        "session": "单元编号",
        "date": "日期",
        "half": "午别",
        "clinic": "门诊",
        "doctor": "医生",
        "tickets": "限号",
        "room": "诊室",
        "was_date": "原日期",
        "was_half": "原午别",
    }
    words = {"AM": "上午", "PM": "下午"}

    def translated(row: dict[str, str]) -> dict[str, str]:
        dates = {"date": row["date"].replace("-", "/").replace("/0", "/")}
        dates["was_date"] = row["was_date"].replace("-", "/").replace("/0", "/")
        return {
            chinese[key]: words.get(value, value) for key, value in (row | dates).items() if key in chinese
        }

    edit(folder, "sessions", translated, "gb18030")
    assert read_plan(SCENARIO, folder).roster == PLAN.roster


def test_slots_channels_and_appointments_may_be_absent(folder: Path) -> None:
    (folder / "appointments.csv").unlink()
    assert read_plan(SCENARIO, folder).slots == tuple(replace(slot, starts=()) for slot in PLAN.slots)
    (folder / "slots.csv").unlink()
    (folder / "channels.csv").unlink()
    assert read_plan(SCENARIO, folder) == Plan(PLAN.roster)


def test_columns_that_follow_from_others_are_not_trusted(folder: Path) -> None:
    lies = {
        "campus": "月球",
        "specialty": "x",
        "level": "总裁",
        "start": "soon",
        "kind": "?",
        "change": "added",
    }
    edit(folder, "sessions", lambda row: row | lies)
    assert read_plan(SCENARIO, folder) == PLAN


def test_a_reserve_is_read_as_the_table_tells_it(folder: Path) -> None:
    edit(folder, "slots", lambda row: row | {"reserved": "2" if row["slot"] == "s1" else ""})
    assert [slot.reserved for slot in read_plan(SCENARIO, folder).slots] == [2, None]


def test_a_slot_that_tells_no_reserve_is_written_with_what_its_partners_hold(tmp_path: Path) -> None:
    silent = tuple(replace(slot, reserved=None) for slot in PLAN.slots)
    write_plan(replace(PLAN, slots=silent), SCENARIO, tmp_path)
    assert read_plan(SCENARIO, tmp_path) == PLAN


# Edited by hand


def test_a_session_moved_by_hand_keeps_its_identity_and_where_it_was(folder: Path) -> None:
    edit(folder, "sessions", lambda row: row | ({"half": "PM"} if row["doctor"] == "张三" else {}))
    assert sessions(folder)[TWO_BLOCKS] == replace(PLAN.roster.sessions[0], cell=WED_PM)


def test_a_row_without_identity_is_an_added_session(folder: Path) -> None:
    append(folder, ",2026/7/22,下午,,,,,C,,李四,,,12,,,")
    key = session_key(WEEK, "李四", WED_PM, added=True)
    assert sessions(folder)[key] == Session(key, "李四", WED_PM, (Block("C", 12),), None)


def test_two_rows_without_identity_at_one_half_day_are_one_session(folder: Path) -> None:
    append(folder, ",2026-07-24,PM,,,,,B,,张三,,,3,,,\n,2026-07-24,PM,,,,,A,,张三,,102,12,,,")
    key = session_key(WEEK, "张三", FRI_PM, added=True)
    assert sessions(folder)[key].blocks == (Block("A", 12), Block("B", 3))
    assert sessions(folder)[key].room == "102"


def test_a_row_without_identity_joins_the_session_of_its_doctor_there(folder: Path) -> None:
    edit(folder, "sessions", lambda row: row if row["clinic"] != "B" else None)
    append(folder, ",2026-07-22,AM,,,,,B,,张三,,,5,,,")
    assert sessions(folder) == {session.session: session for session in PLAN.roster.sessions}


def test_a_row_without_identity_but_with_a_template_half_day_is_that_session(folder: Path) -> None:
    edit(folder, "sessions", lambda row: row | {"session": ""})
    assert read_plan(SCENARIO, folder).roster == PLAN.roster


def test_an_identity_that_is_taken_is_not_given_again(folder: Path) -> None:
    key = session_key(WEEK, "李四", WED_PM, added=True)
    append(folder, f"{key},2026-07-23,PM,,,,,C,,李四,,,7,,,\n,2026-07-22,PM,,,,,C,,李四,,,12,,,")
    assert sessions(folder)[key].cell == WEEK.cell("thu-pm")
    assert sessions(folder)[f"{key}2"].cell == WED_PM


def test_a_session_without_its_date_is_dropped(folder: Path) -> None:
    edit(folder, "sessions", lambda row: row | {"date": "", "half": "", "room": ""})
    assert {session.cell for session in sessions(folder).values()} == {None}


def test_all_that_cannot_be_read_is_told_at_once(folder: Path) -> None:
    append(folder, "x,2026-07-22,noon,,,,,A,,张三,,,12,,,")
    append(folder, "y,2026-08-22,AM,,,,,A,,张三,,,-1,,,")
    append(folder, "z,2026-08-22,AM,,,,,A,,张三,,,1,,,")
    append(folder, "w,2026-07-22,,,,,,D,,张二,,,1,,PM,")
    append(folder, ",,,,,,,A,,张三,,,1,,,")
    with (folder / "slots.csv").open("a", encoding="utf-8") as file:
        file.write("s1,s,2026-07-22,08:00,08:30,A,张三,,,1,\ns3,s,2026-07-22,09:00,08:30,A,张三,,,1,\n")
    with (folder / "channels.csv").open("a", encoding="utf-8") as file:
        file.write("s1,nobody,,1,soon,\n")
    with (folder / "appointments.csv").open("a", encoding="utf-8") as file:
        file.write("s1,3,08:25,,\ns9,1,08:25,,\n")
    assert problem_places(folder) == [
        ("sessions.csv", 5, "half", "noon"),
        ("sessions.csv", 6, "tickets", "-1"),
        ("channels.csv", 4, "channel", "nobody"),
        ("channels.csv", 4, "opens_at", "soon"),
        ("sessions.csv", 8, "doctor", "张二"),
        ("sessions.csv", 8, "clinic", "D"),
        ("sessions.csv", 7, "date", "2026-08-22"),
        ("sessions.csv", 8, "half", None),
        ("sessions.csv", 8, "was_date", None),
        ("sessions.csv", 9, "date", None),
        ("slots.csv", 4, "slot", "s1"),
        ("appointments.csv", 5, "slot", "s1 3"),
        ("slots.csv", 5, "end", None),
        ("appointments.csv", 6, "slot", "s9"),
    ]


def test_rows_of_one_session_that_disagree_are_told(folder: Path) -> None:
    append(folder, f"{TWO_BLOCKS},2026-07-22,PM,,,,,A,,李四,,102,1,2026-07-24,PM,")
    assert problem_places(folder) == [
        ("sessions.csv", 5, "doctor", "李四"),
        ("sessions.csv", 5, "date", "2026-07-22 PM"),
        ("sessions.csv", 5, "was_date", "2026-07-24 PM"),
        ("sessions.csv", 5, "room", "102"),
        ("sessions.csv", 5, "clinic", "A"),
    ]


def test_a_folder_without_sessions_is_told(tmp_path: Path) -> None:
    assert problem_places(tmp_path) == [("sessions.csv", None, "", None)]


def test_the_nearest_doctor_is_suggested(folder: Path) -> None:
    edit(folder, "sessions", lambda row: row | {"doctor": "张三三"})
    with pytest.raises(InputError, match=r"Did you mean 张三\?"):
        read_plan(SCENARIO, folder)


def test_a_session_that_another_doctor_has_taken_over_tells_whose_it_was(tmp_path: Path) -> None:
    taken = replace(PLAN.roster.sessions[0], doctor="李四", was_doctor="张三")
    write_plan(Plan(Roster((taken, *PLAN.roster.sessions[1:]))), SCENARIO, tmp_path)
    assert ",covered,张三" in "".join(lines(tmp_path, "sessions"))
    assert sessions(tmp_path)[taken.session] == taken


def test_a_row_given_to_another_doctor_by_hand_becomes_the_session_it_was(folder: Path) -> None:
    edit(
        folder,
        "sessions",
        lambda row: row | ({"doctor": "李四", "was_doctor": "张三"} if row["doctor"] == "张三" else {}),
    )
    assert sessions(folder)[TWO_BLOCKS] == replace(PLAN.roster.sessions[0], doctor="李四", was_doctor="张三")


def test_a_doctor_whose_session_was_taken_over_must_be_known(folder: Path) -> None:
    edit(folder, "sessions", lambda row: row | {"was_doctor": "张王"})
    with pytest.raises(InputError) as wrong:
        read_plan(SCENARIO, folder)
    assert {problem.where.column for problem in wrong.value.problems} == {"was_doctor"}


def test_the_order_of_a_plans_rows_does_not_change_its_files(folder: Path, tmp_path: Path) -> None:
    turned = replace(PLAN, slots=PLAN.slots[::-1], holdings=PLAN.holdings[::-1])
    turned = replace(turned, roster=Roster(PLAN.roster.sessions[::-1]))
    write_plan(turned, SCENARIO, tmp_path / "turned")
    for name in PLAN_FILES:
        assert (tmp_path / "turned" / name).read_bytes() == (folder / name).read_bytes(), name
