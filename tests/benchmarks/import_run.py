"""Processor time of imports of generated timetables, each beside a bare read of its cells; printed as JSON by kind."""

from __future__ import annotations

import datetime as dt
import json
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import xlsxwriter
from python_calamine import load_workbook

from scheduler.errors import Suggestions
from scheduler.tables.published.timetable import read_published, to_scenario

DOCTORS, SPECIALTIES, SESSIONS = 600, 40, 2500
HEADINGS = ("日期", "午别", "院区", "专科", "门诊", "类别", "医生", "级别", "号数", "状态")
HALVES, KINDS, LEVELS = ("上午", "下午"), ("专家", "普通"), ("主任医师", "副主任医师", "主治医师")
Cells = tuple[str | int, ...]


def name_of(doctor: int) -> str:
    """Return a name of three characters, one for each doctor."""
    return f"{'赵钱孙李周吴郑王冯陈'[doctor % 10]}{'安朵舟望初霁知若禾竹'[doctor // 10 % 10]}{'一可云晓希佳'[doctor // 100]}"


def held(number: int) -> tuple[int, int]:
    """Return the doctor and the half of the week (0 to 13) of a session."""
    doctor, turn = number % DOCTORS, number // DOCTORS
    return doctor, (doctor * 3 + turn * 5) % 14


def rows(weeks: int) -> Iterator[Cells]:
    """Yield a flat timetable of so many weeks: the same sessions in each."""
    for week in range(weeks):
        for number in range(SESSIONS):
            doctor, half = held(number)
            date = dt.date(2025, 6, 2) + dt.timedelta(days=7 * week + half // 2)
            specialty, kind = f"专科{doctor % SPECIALTIES:02d}", KINDS[doctor % 2]
            status = "停诊" if (number + week) % 20 == 0 else "出诊"
            yield (
                *(date.isoformat(), HALVES[half % 2], ("本部", "北院")[doctor % 2], specialty),
                *(f"{specialty}{kind}门诊", kind, name_of(doctor), LEVELS[doctor % 3], 20 + half, status),
            )


def grid() -> Iterator[Cells]:
    """Yield the sessions of one week as a grid: doctors down, weekdays and halves across, clinics in the cells."""
    yield ("专科", "医生", "级别", *(f"周{day}{half}" for day in "一二三四五六日" for half in HALVES))
    cells: dict[int, list[str]] = {}
    for number in range(SESSIONS):
        doctor, half = held(number)
        cells.setdefault(doctor, [""] * 14)[half] = f"专科{doctor % SPECIALTIES:02d}{KINDS[doctor % 2]}门诊"
    for doctor, row in sorted(cells.items()):
        yield (f"专科{doctor % SPECIALTIES:02d}", name_of(doctor), LEVELS[doctor % 3], *row)


def save(path: Path, table: Iterator[Cells]) -> Path:
    """Write a workbook of one sheet."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("2025-06-02")
        for at, row in enumerate(table):
            sheet.write_row(at, 0, row)
    return path


def used(do: Callable[[], object], times: int = 1) -> float:
    """Return the least seconds of processor that `do` took, processes that it started with it."""
    return min(_once(do) for _ in range(times))


def _once(do: Callable[[], object]) -> float:
    start = _processor()
    do()
    return _processor() - start


def _processor() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def bare(path: Path) -> None:
    """Read the cells and nothing else."""
    with load_workbook(str(path)) as book:
        book.get_sheet_by_name(book.sheet_names[0]).to_python()


def whole(path: Path) -> None:
    """Import the file."""
    to_scenario(read_published(path))


def suggest() -> None:
    """Look for the nearest of all doctors for 1,000 unknown names, as a table of rows does."""
    known = Suggestions([name_of(doctor) for doctor in range(DOCTORS)])
    for number in range(1000):
        known.remedy(f"未知{number}")


def main(folder: Path) -> None:
    """Print the seconds of every kind."""
    large = save(folder / "large.xlsx", iter((HEADINGS, *rows(20))))
    flat = save(folder / "flat.xlsx", iter((HEADINGS, *rows(1))))
    wide = save(folder / "grid.xlsx", grid())
    whole(flat)  # what is loaded once is no part of any
    seconds = {
        "bare": used(lambda: bare(large), 3),
        "large": used(lambda: whole(large), 3),
        "names": used(suggest, 3),
        "flat": used(lambda: whole(flat), 3),
        "grid": used(lambda: whole(wide), 3),
    }
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
