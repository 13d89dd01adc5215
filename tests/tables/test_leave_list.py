"""Leave lists as departments keep them."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from scheduler.errors import InputError
from scheduler.tables.leave_list import LeaveList, read_leave_list


def read(folder: Path, text: str, encoding: str = "utf-8") -> LeaveList:
    path = folder / "leave.csv"
    path.write_bytes(text.encode(encoding))
    return read_leave_list(path)


def cells(leave: LeaveList) -> list[Mapping[str, str]]:
    return [row.cells for row in leave.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_titles_notes_and_numbers_of_rows_are_passed_over(tmp_path: Path, encoding: str) -> None:
    text = (
        "门诊停诊一览表,,,\n填报：门诊部,,,\n序号,姓名,停诊时间,备注\n1,王芳,7月22日,已告知\n,,,\n"
        "注：请提前告知患者,,,\n"
    )
    leave = read(tmp_path, text, encoding)
    assert cells(leave) == [{"doctor": "王芳", "from": "7月22日"}]
    assert (leave.rows[0].where.row, leave.rows[0].at("from").column) == (4, "停诊时间")
    assert [str(warning) for warning in leave.warnings] == [
        "leave.csv: not read: columns 备注.",
        "leave.csv, row 6: passed over as a note (注：请提前告知患者).",
    ]


@pytest.mark.parametrize(
    ("headings", "keys"),
    [
        ("医生,工号,开始,结束,半天,原因,替诊", "doctor number from to half reason cover"),
        ("姓名,职工号,从,至,时段,事由,是否替诊", "doctor number from to half reason cover"),
        ("请假人,科室,开始日期,结束日期,午别,请假类型,替诊医生", "doctor specialty from to half reason substitute"),
        ("停诊专家,日期（年月日）,星期", "doctor from day"),
        ("医生,开始日期,结束日期,时段,原因,需替诊", "doctor from to half reason cover"),
        ("医生,日期,是否需要替诊（是/否）,拟替诊医生姓名", "doctor from cover substitute"),
        ("医生,日期,要不要 代诊？,代诊人", "doctor from cover substitute"),
        ("doctor,from,to,halves,reason,cover wanted", "doctor from to half reason cover"),
        ("Name,Start date,End date,Half-day,Type,Covered by", "doctor from to half reason substitute"),
    ],
)  # fmt: skip
def test_headings_are_known_in_usual_words(tmp_path: Path, headings: str, keys: str) -> None:
    row = ",".join("abcdefg"[: headings.count(",") + 1])
    (values,) = cells(read(tmp_path, f"{headings}\n{row}\n"))
    assert list(values) == keys.split()


@pytest.mark.parametrize("heading", ["替诊说明", "替诊原因", "替诊费"])
def test_a_heading_that_only_speaks_of_covers_is_not_read(tmp_path: Path, heading: str) -> None:
    leave = read(tmp_path, f"医生,日期,{heading}\n王芳,周一,x\n")
    assert [str(warning) for warning in leave.warnings] == [f"leave.csv: not read: columns {heading}."]


def test_a_doctor_who_is_not_repeated_is_that_of_the_row_above(tmp_path: Path) -> None:
    leave = read(tmp_path, "科室,医生,日期,替诊\n眼科,王芳,周一,是\n,,周三,\n,李雷,周五,否\n")
    assert cells(leave) == [
        {"doctor": "王芳", "specialty": "眼科", "from": "周一", "cover": "是"},
        {"doctor": "王芳", "specialty": "眼科", "from": "周三"},
        {"doctor": "李雷", "from": "周五", "cover": "否"},
    ]


def test_merged_cells_and_dates_of_a_workbook_are_read_on_every_sheet(tmp_path: Path) -> None:
    content = BytesIO()
    book = Workbook(content, {"in_memory": True})
    date = book.add_format({"num_format": "yyyy/m/d"})
    for name in ("内科", "外科"):
        sheet = book.add_worksheet(name)
        sheet.merge_range(0, 0, 0, 2, f"{name}请假表")
        sheet.write_row(1, 0, ("医生", "日期", "时段"))
        sheet.write_row(2, 0, ("王芳",))
        sheet.merge_range(2, 1, 3, 1, 46225, date)
        sheet.write_row(3, 0, ("李雷",))
        sheet.write(2, 2, "上午")
    book.add_worksheet("说明").write(0, 0, "每周四前上交")
    book.close()
    (tmp_path / "leave.xlsx").write_bytes(content.getvalue())
    leave = read_leave_list(tmp_path / "leave.xlsx")
    assert [
        (row.where.sheet, row.text("doctor"), row.text("from"), row.text("half")) for row in leave.rows
    ] == [
        ("内科", "王芳", "2026-07-22", "上午"),
        ("内科", "李雷", "2026-07-22", ""),
        ("外科", "王芳", "2026-07-22", "上午"),
        ("外科", "李雷", "2026-07-22", ""),
    ]


def test_a_file_without_such_headings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no row of headings with the doctor and the time"):
        read(tmp_path, "门诊,限号\n眼科,20\n")
