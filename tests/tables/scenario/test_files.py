import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.clock import DayKind, Half, Week, Window
from scheduler.errors import InputError, MenzhenError, ScenarioError, SettingError
from scheduler.rules import DEFAULT_TIERS, Strictness
from scheduler.scenario.hospital import Channel, Clinic, Doctor, Kind, Level, Partner, Room, Travel
from scheduler.scenario.policy import (
    ChangesPolicy,
    ChannelPolicy,
    Policy,
    Preset,
    RatioPolicy,
    ReservePolicy,
    Rounding,
)
from scheduler.scenario.rows import TABLES, AvailabilityRow, CalendarRow, DemandRow, Presence, TemplateRow
from scheduler.scenario.week import Scenario
from scheduler.tables.published.timetable import read_published, to_scenario
from scheduler.tables.scenario.files import SCENARIO_FILES, read_scenario, write_scenario
from scheduler.words import Words

WEEK = Week(2026, 31)
REAL = Path(__file__).parents[3] / ".." / "shared/data"

Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Write a scenario's folder: a text for every file, `.yaml` and `.csv` left out of the names."""

    def write(scenario: str = "week: 2026-W31\n", **tables: str) -> Path:
        (tmp_path / "scenario.yaml").write_text(scenario, encoding="utf-8")
        for name, text in tables.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return tmp_path

    return write


DOCTORS = "doctor,specialty\nD1,eyes\n"
CLINICS = "clinic,specialty,pool\nC1,eyes,P1\n"


def told(path: Path, *words: str) -> list[tuple[str, int | None, str, str | None]]:
    """Return file, row, column (or field) and value of every problem in a scenario."""
    with pytest.raises(MenzhenError) as caught:
        read_scenario(path, words)
    return [
        (p.where.file, p.where.row, p.where.column or p.where.field, p.value) for p in caught.value.problems
    ]


def problem_text(path: Path) -> str:
    with pytest.raises(MenzhenError) as caught:
        read_scenario(path)
    return caught.value.text(Words("en"))


def test_travel_is_read_under_chinese_headings(folder: Folder):
    clinics = "clinic,specialty,campus,pool\nC1,eyes,东院,P1\nC2,eyes,西院,P2\n"
    scenario = read_scenario(
        folder(doctors=DOCTORS, clinics=clinics, travel="出发院区,到达院区,通勤分钟\n东院,西院,40\n")
    )
    assert scenario.travel == (Travel(from_campus="东院", to_campus="西院", minutes=40),)
    assert scenario.travel_minutes == {("东院", "西院"): 40, ("西院", "东院"): 40}


def test_travel_names_campuses_that_clinics_have_and_minutes_of_half_a_day_at_most(folder: Folder):
    clinics = "clinic,specialty,campus,pool\nC1,eyes,东院,P1\nC2,eyes,西院,P2\n"
    travel = "from,to,minutes\n东院,西院,721\n东,西院,40\n东院,西院,30\n东院,西院,35\n西院,,40\n"
    assert told(folder(doctors=DOCTORS, clinics=clinics, travel=travel)) == [
        ("travel.csv", 2, "minutes", "721"),
        ("travel.csv", 3, "from", "东"),
        ("travel.csv", 5, "from", "东院 西院"),
        ("travel.csv", 6, "to", None),
    ]


# Written and read back

TEXTS = st.text("aZ9眼科é、；;\"'#:,=-_ ()<@%{}[]&*!|\\/~", max_size=5).map(str.strip)
NAMES = TEXTS.filter(bool)
LEVELS = st.sampled_from(Level)
DAYS = st.sampled_from(["", "mon", "sun", WEEK.dates[2].isoformat()])
HALVES = st.sampled_from([None, *Half])
TRAVEL = {"from_campus": st.just("East"), "to_campus": st.just("East"), "minutes": st.integers(0, 720)}


def uniquely(rows: st.SearchStrategy, *keys: str, least: int = 0) -> st.SearchStrategy:
    return st.lists(
        rows, min_size=least, max_size=3, unique_by=lambda row: tuple(getattr(row, key) for key in keys)
    )


@st.composite
def policies(draw: st.DrawFn, specialties: list[str]) -> Policy:
    shares = st.fractions(0, 1, max_denominator=1000)
    limit = draw(st.fractions(Fraction(1, 2), 10, max_denominator=1000))
    kinds = draw(st.lists(st.sampled_from(Kind), unique=True))
    named = st.lists(st.sampled_from(specialties), unique=True).map(tuple)
    return Policy(
        ratio=RatioPolicy(limit=limit, specialties_share=draw(shares)),
        changes=ChangesPolicy(budget=draw(st.none() | st.integers(0, 99))),
        reserve=ReservePolicy(
            share=draw(shares), specialties=draw(st.just("all") | named), leave_out=tuple(kinds)
        ),
        presets=draw(st.sampled_from([(), (Preset.BEIJING_2019_SPECIALTY,), (Preset.RETURN_VISITS_90,)])),
        channels=draw(st.lists(desks(), max_size=1).map(tuple)),
    )


def desks() -> st.SearchStrategy[ChannelPolicy]:
    return st.builds(
        ChannelPolicy,
        name=NAMES,
        channel=st.just(Channel.ON_SITE),
        kinds=st.lists(st.sampled_from(Kind), unique=True).map(tuple),
        from_level=LEVELS,
        number=st.integers(0, 9),
        experts_share=st.fractions(0, 1, max_denominator=99),
        rounding=st.sampled_from(Rounding),
        falls_back_hours=st.none() | st.integers(0, 99),
        counts=st.sampled_from([(), (Channel.PARTNER, Channel.PRIMARY_CARE)]),
    )


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    clinics = draw(
        uniquely(
            st.builds(
                Clinic,
                clinic=NAMES,
                specialty=NAMES,
                campus=st.just("East"),
                kind=st.sampled_from(Kind),
                pool=NAMES,
                min_level=LEVELS,
                tickets=st.none() | st.integers(0, 500),
                returns=st.none() | st.integers(0, 500),
            ),
            "clinic",
            least=1,
        )
    )
    clinic = st.sampled_from([c.clinic for c in clinics])
    doctors = draw(
        uniquely(
            st.builds(
                Doctor,
                doctor=NAMES,
                name=TEXTS,
                specialty=NAMES,
                level=LEVELS,
                clinics=st.lists(clinic, max_size=2).map(tuple),
                min_sessions=st.integers(0, 5),
                max_sessions=st.none() | st.integers(5, 21),
                past_fridays=st.integers(0, 9),
            ),
            "doctor",
            least=1,
        )
    )
    doctor = st.sampled_from([d.doctor for d in doctors])
    specialties = sorted({row.specialty for row in (*clinics, *doctors)})
    half_days = st.lists(st.sampled_from(["mon-am", "fri-pm", "sun-eve"]), unique=True).map(tuple)
    return Scenario(
        name=draw(TEXTS),
        week=WEEK,
        halves={Half.AM: Window(420, 720), Half.PM: Window(780, 1020), Half.EVE: Window(1020, 1440)},
        local_halves=draw(
            st.dictionaries(
                st.sampled_from(sorted({clinic.clinic for clinic in clinics})),
                st.sampled_from([{Half.AM: "07:30-09:00;09:15-11:30"}, {Half.PM: "14:00-17:00"}]),
                max_size=2,
            )
        ),
        policy=draw(policies(specialties)),
        rules={key: draw(st.sampled_from(Strictness)) for key in ("cover", "changes")},
        tiers=tuple(draw(st.permutations(DEFAULT_TIERS))),
        calendar=draw(
            uniquely(
                st.builds(
                    CalendarRow,
                    date=st.sampled_from(WEEK.dates),
                    kind=st.sampled_from(DayKind),
                    follows=st.sampled_from(["", "mon"]),
                    reason=TEXTS,
                ),
                "date",
            )
        ),
        doctors=doctors,
        clinics=clinics,
        travel=draw(uniquely(st.builds(Travel, **TRAVEL), "from_campus", "to_campus")),
        rooms=draw(uniquely(st.builds(Room, room=NAMES, pool=NAMES, closed=half_days), "room", "pool")),
        template=draw(
            uniquely(
                st.builds(
                    TemplateRow,
                    doctor=doctor,
                    day=st.sampled_from(["mon", "sun"]),
                    half=st.sampled_from(Half),
                    clinic=clinic,
                    tickets=st.integers(0, 500),
                    room=TEXTS,
                    pinned=st.booleans(),
                    stopped=st.booleans(),
                    hours=st.none(),
                ),
                "doctor",
                "day",
                "half",
                "clinic",
            )
        ),
        availability=draw(
            st.lists(
                st.builds(
                    AvailabilityRow,
                    doctor=doctor,
                    day=DAYS,
                    half=HALVES,
                    state=st.sampled_from(Presence),
                    weight=st.integers(1, 100),
                ),
                max_size=3,
            )
        ),
        demand=draw(
            uniquely(
                st.builds(
                    DemandRow,
                    clinic=clinic,
                    day=DAYS,
                    half=HALVES,
                    level=LEVELS,
                    sessions=st.integers(0, 500),
                    hard=st.booleans(),
                ),
                "clinic",
                "day",
                "half",
                "level",
            )
        ),
        partners=draw(
            uniquely(
                st.builds(
                    Partner,
                    partner=NAMES,
                    name=TEXTS,
                    specialties=st.lists(st.sampled_from(specialties), max_size=2).map(tuple),
                ),
                "partner",
            )
        ),
    )


def sorted_rows(scenario: Scenario) -> dict[str, object]:
    content = dict(scenario)
    return content | {table: sorted(content[table], key=repr) for table in TABLES}


@settings(max_examples=60, deadline=None)
@given(scenarios())
def test_a_scenario_reads_back_as_it_was_written(scenario: Scenario) -> None:
    with tempfile.TemporaryDirectory() as name:
        write_scenario(scenario, Path(name))
        again = read_scenario(Path(name))
    assert sorted_rows(again) == sorted_rows(scenario)
    assert again.digest == scenario.digest


def test_the_same_scenario_in_another_order_is_the_same_bytes(tmp_path: Path) -> None:
    rooms = (Room(room="2", pool="p"), Room(room="1", pool="p"))
    for name, ordered in (("a", rooms), ("b", rooms[::-1])):
        write_scenario(Scenario(week=WEEK, rooms=ordered), tmp_path / name)
    for file in ("scenario.yaml", "rooms.csv"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_tables_are_written_for_spreadsheets(tmp_path: Path) -> None:
    write_scenario(Scenario(week=WEEK, rooms=(Room(room="诊室1", pool="p"),)), tmp_path)
    text = "\ufeffroom,pool,campus,closed\n诊室1,p,,\n"
    assert (tmp_path / "rooms.csv").read_bytes() == text.encode()


def test_tables_without_rows_are_not_written_and_old_ones_go(tmp_path: Path) -> None:
    write_scenario(Scenario(week=WEEK, rooms=(Room(room="1", pool="p"),)), tmp_path)
    write_scenario(Scenario(week=WEEK), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["scenario.yaml"]
    assert "rooms.csv" in SCENARIO_FILES


def test_every_value_of_the_policy_is_written_with_its_meaning(tmp_path: Path) -> None:
    write_scenario(Scenario(week=WEEK), tmp_path)
    lines = (tmp_path / "scenario.yaml").read_text(encoding="utf-8").splitlines()
    assert "    limit: 1.2  # most morning sessions per afternoon session (default 1.2)" in lines
    assert "    budget: none  # most sessions moved, dropped or added; none: no limit (default none)" in lines
    assert not any(line.startswith(("rules", "tiers")) for line in lines)


@pytest.mark.parametrize("week", ["w43", "w46"])
def test_a_real_week_reads_back_as_it_was_imported(tmp_path: Path, week: str) -> None:
    published = REAL / f"puh3_2025{week}.csv"
    if not published.exists():
        pytest.skip("the real weeks are not here")
    scenario = to_scenario(read_published(published)).scenario
    write_scenario(scenario, tmp_path)
    assert read_scenario(tmp_path).digest == scenario.digest


# As people write it


def test_values_of_the_yaml_are_exact_and_words_stay_words(folder: Folder) -> None:
    scenario = read_scenario(
        folder(
            "name: no\nweek: 2026-W31\nhalves: {AM: 08:00-12:00}\n"
            "policy: {ratio: {limit: 1.1}, changes: {budget: 60}, reserve: {specialties: [], share: 1/3}}\n"
            "rules: {cover: off, changes: hard}\ntiers: [cover]\n"
        )
    )
    assert scenario.name == "no"
    assert scenario.policy.ratio.limit == Fraction(11, 10)
    assert scenario.policy.reserve.share == Fraction(1, 3)
    assert scenario.policy.reserve.specialties == ()
    assert scenario.policy.changes.budget == 60
    assert scenario.rules == {"cover": Strictness.OFF, "changes": Strictness.HARD}
    assert scenario.tiers == ("cover",)
    assert str(scenario.halves[Half.AM]) == "08:00-12:00"
    assert str(scenario.halves[Half.PM]) == "13:30-17:00"


def test_values_left_blank_in_the_yaml_are_the_defaults(folder: Folder) -> None:
    scenario = read_scenario(folder("week: 2026-W31\npolicy:\nrules:\ntiers:\nname:\n"))
    assert scenario == Scenario(week=WEEK)


def test_tables_are_read_in_chinese_with_chinese_names_and_encoding(tmp_path: Path) -> None:
    texts = {
        "scenario.yaml": "name: 眼科周\nweek: 2026-W31\n",
        "医生.csv": "级别,医生,科室,最多出诊\n副高,张三,眼科,3\n",
        "门诊.csv": "门诊,科室,诊室池,类别\n眼科门诊,眼科,一层,特需\n",
        "模板.csv": "医生,星期,午别,门诊,限号,固定\n张三,周三,下午,眼科门诊,20,是\n",
        "诊室.csv": "诊室,诊室池,停用时段\n101,一层,周五下午；周六上午\n",
        "出诊时间.csv": "医生,日期,午别,状态\n张三,2026/7/29,,不出诊\n",
        "日历.csv": "日期,类型,按周几\n2026年8月1日,工作日,周一\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text.encode("gb18030"))
    assert read_scenario(tmp_path) == Scenario(
        name="眼科周",
        week=WEEK,
        doctors=(Doctor(doctor="张三", specialty="眼科", level=Level.DEPUTY_CHIEF, max_sessions=3),),
        clinics=(Clinic(clinic="眼科门诊", specialty="眼科", pool="一层", kind=Kind.SPECIAL_NEED),),
        template=(
            TemplateRow(doctor="张三", day="wed", half=Half.PM, clinic="眼科门诊", tickets=20, pinned=True),
        ),
        rooms=(Room(room="101", pool="一层", closed=("fri-pm", "sat-am")),),
        availability=(AvailabilityRow(doctor="张三", day="2026-07-29", state=Presence.AWAY),),
        calendar=(CalendarRow(date=WEEK.dates[5], kind=DayKind.WORKING, follows="mon"),),
    )


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_is_a_scenario_too(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "week.xlsx",
        方案=[["键", "值"], ["week", "2026-W31"], ["policy.ratio.limit", 1.1], ["tiers", "cover；changes"]],
        医生=[["医生", "科室"], [1207, "eyes"]],
        rooms=[["room", "pool"], [101, "P1"]],
        说明=[["anything"], ["at", "all"]],
        Sheet1=[],
    )
    assert read_scenario(path) == Scenario(
        week=WEEK,
        policy=Policy(ratio=RatioPolicy(limit="1.1")),
        tiers=("cover", "changes"),
        doctors=(Doctor(doctor="1207", specialty="eyes"),),
        rooms=(Room(room="101", pool="P1"),),
    )


def test_settings_win_over_the_file(folder: Folder) -> None:
    path = folder("week: 2026-W31\npolicy: {ratio: {limit: 99}}\n")
    scenario = read_scenario(path, ["policy.ratio.limit=1.1", "week=2026-W32"])
    assert scenario.policy.ratio.limit == Fraction(11, 10)
    assert scenario.week == Week(2026, 32)


# Everything that is wrong


def test_all_problems_are_told_at_once_each_at_its_place(folder: Folder) -> None:
    path = folder(
        "week: someday\npolicy:\n  ratio:\n    limit: 99\n    limt: 1\nrulez: {}\n",
        doctors="doctor,specialty,level,min_sessions,hobby\nD1,eyes,boss,0,x\n,eyes,,many,\nD3,eyes,,22,\n",
        clinics=CLINICS,
        template="doctor,day,half,clinic,tickets\nD9,mon,AM,C1,10\n\nD3,someday,AM,C2,501\n",
    )
    assert told(path) == [
        ("doctors.csv", None, "hobby", "hobby"),
        ("doctors.csv", 2, "level", "boss"),
        ("doctors.csv", 3, "doctor", None),
        ("doctors.csv", 3, "min_sessions", "many"),
        ("doctors.csv", 4, "min_sessions", "22"),
        ("scenario.yaml", 1, "week", "someday"),
        ("scenario.yaml", 4, "policy.ratio.limit", "99"),
        ("scenario.yaml", 5, "policy.ratio.limt", "policy.ratio.limt"),
        ("scenario.yaml", 6, "rulez", "rulez"),
        ("template.csv", 2, "doctor", "D9"),
        ("template.csv", 4, "day", "someday"),
        ("template.csv", 4, "tickets", "501"),
    ]
    with pytest.raises(InputError):
        read_scenario(path)


def test_remedies_name_the_nearest_word(folder: Folder) -> None:
    text = problem_text(
        folder(
            "week: 2026-W31\npolicy: {ratio: {limt: 1}}\nrulez: {}\n",
            doctors="doctor,speciality\nD1,eyes\n",
        )
    )
    assert "Did you mean policy.ratio.limit?" in text
    assert "Did you mean rules?" in text
    assert "Did you mean specialty?" in text
    assert "Add a column with the heading specialty or 科室." in text


def test_problems_are_told_in_plain_words(folder: Folder) -> None:
    text = problem_text(
        folder(
            doctors="doctor,specialty,min_sessions,max_sessions,minutes\nD1,eyes,5,3,\nD2,eyes,,,0\n",
            clinics="clinic,specialty,pool,tickets\n" + "x" * 121 + ",eyes,P,501\n",
        )
    )
    assert "the fewest sessions, 5, are more than the most, 3" in text
    assert "must be at least 1 ('0'). Write a whole number from 1 to 120." in text
    assert "must have at most 120 characters" in text
    assert "must be at most 500" in text
    assert "row 2, column min_sessions" in text
    assert "validation" not in text
    assert "pydantic" not in text


def test_parts_that_do_not_fit_are_told_at_the_rows_of_the_file(folder: Folder) -> None:
    path = folder(
        "week: 2026-W31\npolicy:\n  reserve:\n    specialties: [ears]\n",
        doctors=DOCTORS,
        clinics=CLINICS,
        template="医生,星期,午别,门诊,限号\n\nD1,mon,AM,C1,10\n,,,,\nD2,mon,AM,C1,10\nD1,周一,上午,C1,9\n",
    )
    assert told(path) == [
        ("scenario.yaml", 4, "policy.reserve.specialties", "ears"),
        ("template.csv", 5, "医生", "D2"),
        ("template.csv", 6, "医生", "D1 mon AM C1"),
    ]
    with pytest.raises(ScenarioError, match="the same entry stands in row 3 already"):
        read_scenario(path)


def test_a_row_that_cannot_be_read_does_not_make_its_name_unknown(folder: Folder) -> None:
    path = folder(
        doctors="doctor,specialty,level\nD1,eyes,boss\nD2,eyes,\n",
        clinics=CLINICS,
        template="doctor,day,half,clinic,tickets\nD1,mon,AM,C1,10\nD3,mon,AM,C1,10\n",
    )
    assert told(path) == [("doctors.csv", 2, "level", "boss"), ("template.csv", 3, "doctor", "D3")]


def test_a_table_that_cannot_be_read_does_not_make_its_names_unknown(folder: Folder) -> None:
    template = "doctor,day,half,clinic,tickets\nD1,mon,AM,C1,10\n"
    assert told(folder(docters=DOCTORS, clinics=CLINICS, template=template)) == [
        ("docters.csv", None, "", None)
    ]


def test_a_table_without_a_needed_column_is_told_once(folder: Folder) -> None:
    path = folder(doctors="doctor\nD1\nD2\n", clinics=CLINICS)
    assert told(path) == [("doctors.csv", None, "specialty", None)]


def test_a_column_in_two_languages_is_told(folder: Folder) -> None:
    path = folder(doctors="doctor,specialty,医生\nD1,eyes,D1\n")
    assert told(path) == [("doctors.csv", None, "医生", "医生")]


def test_a_table_in_two_languages_is_told(folder: Folder) -> None:
    assert told(folder(doctors=DOCTORS, 医生=DOCTORS)) == [("医生.csv", None, "", None)]


def test_other_files_in_the_folder_are_left_alone(folder: Folder) -> None:
    path = folder(published="date,half\n")
    (path / "notes.txt").write_text("x")
    assert read_scenario(path) == Scenario(week=WEEK)


def test_sheets_and_cells_of_a_workbook_are_told_by_name(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "week.xlsx",
        scenario=[
            ["key", "value"],
            ["week", "2026-W31"],
            ["policy.ratio.limt", 1],
            ["name", "a"],
            ["name", 1],
        ],
        docters=[["doctor"], ["D1"]],
        诊室=[["诊室", "诊室池", "停用时段"], ["1", "P", "noon"]],
    )
    with pytest.raises(InputError) as caught:
        read_scenario(path)
    assert [(p.where.sheet, p.where.row, p.where.column or p.where.field) for p in caught.value.problems] == [
        ("docters", None, ""),
        ("scenario", 3, "policy.ratio.limt"),
        ("scenario", 5, "name"),
        ("诊室", 2, "停用时段"),
    ]


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [("week: 2026-W31\nrules: {cover: off\n", 3, "1"), ("week: 2026-W31\nname: a: b\n", 2, "8")],
)
def test_broken_yaml_is_told_with_line_and_column(folder: Folder, text: str, row: int, column: str) -> None:
    assert told(folder(text)) == [("scenario.yaml", row, column, None)]


@pytest.mark.parametrize(
    "text", ["[" * 5000, "a: *b\n", "week: !!python/object:os.system 1\n", "--- a\n--- b\n", "week: \x07\n"]
)
def test_hostile_yaml_is_refused_and_not_run(folder: Folder, text: str) -> None:
    assert {file for file, *_ in told(folder(text))} == {"scenario.yaml"}


def test_keys_that_stand_twice_are_told(folder: Folder) -> None:
    path = folder("week: 2026-W31\nweek: 2026-W32\nrules:\n  cover: off\n  cover: hard\n")
    assert told(path) == [("scenario.yaml", 2, "week", "week"), ("scenario.yaml", 5, "rules.cover", "cover")]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("week: 2026-W31\npolicy: 5\n", "policy"),
        ("week: 2026-W31\nname: {a: b}\n", "name"),
        ("week: [2026-W31]\n", "week"),
        ("- a\n", ""),
        ("name: x\n", "week"),
        ("", "week"),
    ],
)
def test_yaml_of_another_shape_is_told(folder: Folder, text: str, field: str) -> None:
    assert field in [where for _, _, where, _ in told(folder(text))]


def test_a_folder_without_scenario_yaml_is_told(tmp_path: Path) -> None:
    assert told(tmp_path) == [("scenario.yaml", None, "", None)]


def test_a_path_that_is_neither_folder_nor_workbook_is_told(folder: Folder) -> None:
    path = folder()
    assert told(path / "nothing.xlsx") == [("nothing.xlsx", None, "", None)]
    assert told(path / "scenario.yaml")[0][0] == "scenario.yaml"


def test_settings_are_told_before_the_files(folder: Folder) -> None:
    with pytest.raises(SettingError):
        read_scenario(folder("week: never\n"), ["rules.cver=off"])


def test_a_setting_that_does_not_fit_the_tables_is_told_by_its_key(folder: Folder) -> None:
    path = folder(doctors=DOCTORS)
    assert told(path, "policy.reserve.specialties=ears") == [("", None, "policy.reserve.specialties", "ears")]


def test_hours_and_weeks_of_rows_are_read_in_either_language(tmp_path: Path) -> None:
    tables = {
        "doctors": "医生,科室\nD1,眼科\n",
        "clinics": "门诊,科室,诊室池,院区\nA,眼科,p,西院\n",
        "template": "医生,星期,午别,门诊,限号,单双周,出诊时间\n"
        "D1,周一,下午,A,9,双周,14:00～16:00\nD1,周二,下午,A,9,每月第1个周二,\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    (tmp_path / "scenario.yaml").write_text(
        "week: 2026-W30\nhalves:\n  西院:\n    PM: 14:30-17:30\n", encoding="utf-8"
    )
    scenario = read_scenario(tmp_path)
    assert [(str(row.weeks), str(row.hours or "")) for row in scenario.template] == [
        ("even", "14:00-16:00"),
        ("1st", ""),
    ]
    assert str(scenario.hours_at(Half.PM, "A")) == "14:30-17:30"
    write_scenario(scenario, tmp_path / "zh", "zh")
    assert "双周,14:00-16:00" in (tmp_path / "zh" / "template.csv").read_text(encoding="utf-8-sig")
    assert read_scenario(tmp_path / "zh") == scenario


def test_a_key_that_is_no_half_is_told_with_those_of_its_campus(tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(
        "week: 2026-W30\nhalves:\n  西院:\n    PMM: 14:30-17:30\n", encoding="utf-8"
    )
    with pytest.raises(MenzhenError) as caught:
        read_scenario(tmp_path)
    (problem,) = caught.value.problems
    assert (problem.where.row, str(problem.remedy)) == (4, "Did you mean halves.西院.PM?")
