"""A leave list (请假停诊表) as departments keep it: csv or workbook, titles above, notes below, merged cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scheduler.errors import InputError, Problem, Where
from scheduler.tables.columns.headings import Column, Table, heading_key
from scheduler.tables.grids.sheets import Sheet, read_sheets
from scheduler.tables.published.table import Table as FilledSheet
from scheduler.words import Message, message


def _column(key: str, chinese: str, explanation: Message, others: str) -> Column:
    """Return a column; `others` are its other headings, blanks between them and none inside."""
    return Column(key, chinese, explanation, aliases=tuple(others.split()))


LEAVE_LIST = Table(
    "leave_list",
    "请假表",
    message("Doctors who cannot come, a row a doctor and time."),
    (
        _column(
            "doctor",
            "医生",
            message("The doctor, by key or name; several with 、 between them."),
            "姓名 医师 医生姓名 医师姓名 专家 专家姓名 出诊医生 出诊医师 出诊专家 停诊医生 停诊医师 停诊专家 请假人 请假医生"
            " 请假人员 申请人 大夫 name doctorname physician",
        ),
        _column(
            "number",
            "工号",
            message("The doctor's staff number."),
            "职工号 员工号 医生工号 医师工号 人员编号 医生编号 医师编号 编号 staffnumber staffid employeeid id",
        ),
        _column(
            "specialty",
            "科室",
            message("The doctor's specialty, where several bear the name."),
            "专科 科别 科室名称 所属科室 所在科室 出诊科室 部门 department dept",
        ),
        _column(
            "from",
            "开始",
            message("First day or half-day, or the whole time in one cell."),
            "从 自 起 起始 开始日期 开始时间 起始日期 起始时间 起始日 请假开始 停诊开始 日期 时间 停诊日期 停诊时间"
            " 请假日期 请假时间 起止日期 起止时间 外出时间 休假时间 start startdate date dates when time",
        ),
        _column(
            "to",
            "结束",
            message("Last day or half-day."),
            "至 到 止 截止 结束日期 结束时间 截止日期 截止时间 终止日期 请假结束 停诊结束 结束日 end enddate until through",
        ),
        _column(
            "day",
            "星期",
            message("The weekday, where no date is given."),
            "周几 星期几 周 weekday",
        ),
        _column(
            "half",
            "半天",
            message("AM, PM, EVE or the whole day; nothing is the whole day."),
            "时段 午别 班次 班别 上下午 时间段 停诊时段 请假时段 出诊时段 门诊时段 halves halfday session period",
        ),
        _column(
            "reason",
            "原因",
            message("Why; only the departments' notices say it."),
            "事由 请假原因 停诊原因 请假事由 停诊事由 请假类型 请假类别 假别 假种 缘由 type",
        ),
        _column(
            "cover",
            "替诊",
            message("yes, no (the session is stopped), or the doctor who covers."),
            "安排 处理 处理方式 停诊或替诊 停诊/替诊 停替诊 coverwanted",
        ),
        _column(
            "substitute",
            "替诊医生",
            message("The doctor who covers, beside a column of yes and no."),
            "顶班医生 接替医生 coveredby coverdoctor",
        ),
    ),
)
"""The columns of a leave list; all of their cells are read as text, as what they mean depends on the week."""

_WHO, _WHEN = ("doctor", "number"), ("from", "day", "to")
_LOOKED_AT = 30
_OF_NO_USE = frozenset(("序号", "no", "no.", "职称", "级别"))
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_WORDINGS = {
    "cover": re.compile(
        r"(?:是否|可否|能否|要否|需否|需不需要|要不要|有无)?(?:已)?(?:需要?|要|可|能)?(?:安排|找)?(?:[替代]诊|人?顶班)"
        r"(?:与?否|情况|安排|要求|需求|意见|吗)?[?？]?"
    ),
    "substitute": re.compile(r"(?:拟|建议|指定)?(?:[替代]诊|顶班)(?:医[生师]|专家|人员?|者)(?:姓名)?"),
}
"""The many wordings of the headings by which a department says whether somebody covers, and who."""


@dataclass(frozen=True)
class LeaveRow:
    """A row of a leave list as its text, by column key without blank cells, and its place for messages."""

    where: Where
    cells: Mapping[str, str]
    headings: Mapping[str, str]

    def text(self, key: str) -> str:
        """Return the text of a column, empty where there is none."""
        return self.cells.get(key, "")

    def at(self, key: str) -> Where:
        """Return the place of a cell of this row."""
        place = self.headings.get(key, key)
        if self.where.field:
            return Where(field=f"{self.where.field}/{place}")
        return Where(self.where.file, self.where.sheet, self.where.row, place)


@dataclass(frozen=True)
class LeaveList:
    """The rows of a leave list, and what was passed over in it."""

    rows: tuple[LeaveRow, ...]
    warnings: tuple[Message, ...] = ()


def read_leave_list(path: Path) -> LeaveList:
    """Return the leave list in a csv or workbook; every visible sheet with headings is read.

    A blank doctor is the one of the row above, a row of one text is a note. Raises InputError where the file cannot be
    read or no row names a column of doctors and one of times.
    """
    rows: list[LeaveRow] = []
    warnings: list[Message] = []
    found = False
    for sheet in read_sheets(path):
        table = FilledSheet.of(sheet).rows
        place = next((n for n, (_, cells) in enumerate(table[:_LOOKED_AT]) if _is_heading(cells)), None)
        if sheet.hidden or place is None:
            continue
        found = True
        columns, unknown = _columns(table[place][1])
        if unknown:
            where = Where(sheet.file, sheet.name).sentence()
            warnings.append(message("{place}: not read: columns {columns}.", place=where, columns=unknown))
        read, notes = _read_rows(sheet, table[place][1], columns, table[place + 1 :])
        rows += read
        warnings += notes
    if not found:
        raise InputError([_no_heading(path)])
    return LeaveList(tuple(rows), tuple(warnings))


def _no_heading(path: Path) -> Problem:
    return Problem(
        Where(file=path.name),
        message("there is no row of headings with the doctor and the time"),
        message(
            "Head the columns doctor, from, to, half, reason, cover (医生, 开始, 结束, 半天, 原因, 替诊)."
        ),
    )


def _named(heading: str) -> str:
    """Return the key of the column that a heading means, also without what stands in brackets; else nothing."""
    for text in (heading, _BRACKETS.sub("", heading)):
        column = LEAVE_LIST.column_of.get(heading_key(text))
        if column is not None:
            return column.key
    plain = _BRACKETS.sub("", "".join(heading.split()))
    return next((key for key, wording in _WORDINGS.items() if wording.fullmatch(plain)), "")


def _is_heading(cells: Sequence[str]) -> bool:
    keys = {_named(cell) for cell in cells if cell}
    return bool(keys.intersection(_WHO)) and bool(keys.intersection(_WHEN))


def _columns(headings: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Return the place of each column, and the headings that are not read; of two that mean one the first counts."""
    columns: dict[str, int] = {}
    unknown: list[str] = []
    for place, heading in enumerate(headings):
        key = _named(heading)
        if key and key not in columns:
            columns[key] = place
        elif heading and heading_key(heading) not in _OF_NO_USE:
            unknown.append(heading)
    return columns, unknown


def _read_rows(
    sheet: Sheet,
    headings: Sequence[str],
    columns: Mapping[str, int],
    table: Sequence[tuple[int, Sequence[str]]],
) -> tuple[list[LeaveRow], list[Message]]:
    names = {key: headings[place] for key, place in columns.items()}
    rows: list[LeaveRow] = []
    notes: list[Message] = []
    who: dict[str, str] = {}
    for number, cells in table:
        values = {key: cells[place] for key, place in columns.items() if cells[place]}
        where = Where(sheet.file, sheet.name, number)
        texts = {cell for cell in cells if cell}
        if _is_heading(cells):
            continue
        if _is_note(values, texts):
            notes.append(
                message(
                    "{place}: passed over as a note ({text}).", place=where.sentence(), text=_short(texts)
                )
            )
            continue
        if values.keys() & set(_WHO):
            who = {key: values[key] for key in (*_WHO, "specialty") if key in values}
        rows.append(LeaveRow(where, {**who, **values}, names))
    return rows, notes


def _is_note(values: Mapping[str, str], texts: set[str]) -> bool:
    """Return whether a row holds one text that is no time: below a merged doctor the time alone is a row."""
    return len(texts) == 1 and not (len(values) == 1 and values.keys() & {"from", "day"})


def _short(texts: set[str]) -> str:
    text = min(texts)
    return text if len(text) <= 40 else text[:39] + "…"
