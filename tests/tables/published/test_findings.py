"""Every sentence that an import says of a file, in both languages, each from the smallest week that makes it say so."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from scheduler.clock import Week
from scheduler.tables.published import findings
from scheduler.tables.published.timetable import Imported, ReadOptions, read_published, to_scenario
from scheduler.words import Message, Words

DATED = "日期,午别,门诊,医生"
MON, TUE, NEXT = "2026-11-23", "2026-11-24", "2026-12-01"


class Said(NamedTuple):
    """A week, and a line that its import prints, label and note: in English and in Chinese."""

    week: str
    english: str
    chinese: str
    options: Mapping[str, Any] = MappingProxyType({})


LINES = (
    Said(
        f"{DATED}\n{MON},上午,骨科,甲一",
        "read as | 1 | one session a row; headings in row 1",
        "读取方式 | 1 | 每行一次出诊；表头在第 1 行",
    ),
    Said(f"{DATED}\n{MON},上午,骨科,甲一", "rows | 1", "行数 | 1"),
    Said(f"{DATED}\n{MON},上午,骨科,甲一", "room pools | 1 | 1 room", "诊室池 | 1 | 诊室 1 间"),
    Said(
        f"{DATED}\n{MON},上午,骨科,甲一",
        "rooms that the file does not name | 1 | as many as each pool's busiest half-day needs; rooms.csv holds them, "
        "to be corrected",
        "文件未写明的诊室 | 1 | 按各诊室池最忙的半天推定间数；实际诊室请在 rooms.csv 中改正",
    ),
    Said(
        f"{DATED}\n{MON},上午,骨科,甲一",
        "rows without a level | 1 | 0 from the title, 0 from the fee, 1 from neither",
        "未填级别的行 | 1 | 按职称 0 行，按医事服务费 0 行，无依据 1 行",
    ),
    Said(
        f"{DATED}\n{MON},上午,骨科,甲一",
        "doctors of no level taken as attending | 1 | 甲一",
        "级别不明、按主治医师计的医生 | 1 | 甲一",
    ),
    Said(
        f"{DATED}\n{MON},上午,骨科,甲一",
        "sessions of a clinic without tickets, filled | 1 | 0 as the doctor's other sessions, 0 the clinic's "
        "median, 1 by the policy",
        "未填限号、已补全的单元 | 1 | 按同医生其他单元 0 个，按门诊中位数 0 个，按默认值 1 个",
    ),
    Said(
        f"{DATED}\n{MON},上午,骨科,甲一",
        "clinics of no kind taken as ordinary | 1 | 骨科",
        "类别不明、按普通计的门诊 | 1 | 骨科",
    ),
    Said(
        f"{DATED}\n{MON},上午,骨科,甲一",
        "days found | 2026-11-23 .. 2026-11-23",
        "出诊表日期 | 2026-11-23 .. 2026-11-23",
    ),
    Said(
        f"{DATED}\n{MON},上午,骨科,甲一",
        "week planned | 2026-W49 | 2026-11-30 to 2026-12-06",
        "所排的周 | 2026-W49 | 2026-11-30 至 2026-12-06",
    ),
    Said(
        f"{DATED}\n{MON},上午,骨科,甲一\n{MON},上午,手外科,甲一",
        "sessions with several clinics | 1",
        "同时出多个门诊的单元 | 1",
    ),
    Said(
        f"{DATED},状态\n{MON},上午,骨科,甲一,正常\n{TUE},上午,骨科,甲一,停诊",
        "stopped rows | 1 | kept in the template, marked",
        "停诊行 | 1 | 保留在固定出诊表中并标记",
    ),
    Said(
        f"{DATED},状态\n{MON},上午,骨科,甲一,正常\n{TUE},上午,骨科,甲一,停诊",
        "stopped rows | 1 | left out",
        "停诊行 | 1 | 已去除",
        {"stopped": "drop"},
    ),
    Said(f"{DATED},院区\n{MON},上午,骨科,甲一,东院", "campuses | 1", "院区 | 1"),
    Said(
        f"{DATED},颜色\n{MON},上午,骨科,甲一,红",
        "columns ignored | 颜色 | no such column is known",
        "忽略的列 | 颜色 | 未识别的列",
    ),
    Said(
        f"{DATED},状态\n{MON},上午,骨科,甲一,正常\n{TUE},上午,骨科,甲一,待核",
        "words not understood in 状态 | 1 | 待核: counted as running",
        "状态 列中未识别的词 | 1 | 待核：按出诊计",
    ),
    Said(
        f"{DATED},号别\n{MON},上午,骨科,甲一,专家\n{TUE},上午,骨科,甲一,蓝",
        "words not understood in 号别 | 1 | 蓝: the name of the clinic decides",
        "号别 列中未识别的词 | 1 | 蓝：改按门诊名称判断",
    ),
    Said(
        f"{DATED},级别,职称\n{MON},上午,骨科,甲一,主任医师,\n{TUE},上午,骨科,甲一,蓝,主任医师",
        "words not understood in 级别 | 1 | 蓝: the title or the fee decides",
        "级别 列中未识别的词 | 1 | 蓝：改按职称或费用判断",
    ),
    Said(
        f"{DATED},职称\n{MON},上午,骨科,甲一,主任医师\n{TUE},上午,骨科,乙二,蓝",
        "words not understood in 职称 | 1 | 蓝: nothing else tells the level: counted as attending",
        "职称 列中未识别的词 | 1 | 蓝：无其他依据，按主治医师计",
    ),
    Said(
        f"{DATED},职称,挂号费\n{MON},上午,骨科,甲一,主任医师,\n{TUE},上午,骨科,乙二,蓝,80",
        "words not understood in 职称 | 1 | 蓝: the fee decides",
        "职称 列中未识别的词 | 1 | 蓝：改按费用判断",
    ),
    Said(
        f"{DATED},限号\n{MON},上午,骨科,甲一,20\n{TUE},上午,骨科,甲一,很多",
        "words not understood in 限号 | 1 | 很多: taken as missing",
        "限号 列中未识别的词 | 1 | 很多：按缺失计",
    ),
    Said(
        f"{DATED},备注\n{MON},上午,骨科,甲一,节假日停诊",
        "words not understood in 备注 | 1 | 节假日停诊: counted as running",
        "备注 列中未识别的词 | 1 | 节假日停诊：按出诊计",
    ),
    Said(
        f"{DATED}\n{MON},上午,骨科,甲一\n{MON},上午,骨科,甲一",
        "repeated rows dropped | 1",
        "删除的重复行 | 1",
    ),
    Said(
        f"{DATED}\n{MON},上午,ICU门诊,甲一\n{TUE},上午,icu门诊,甲一",
        "spellings of the same name unified | 1 | icu门诊",
        "统一的同名异写 | 1 | icu门诊",
    ),
    Said(
        f"{DATED},工号\n{MON},上午,骨科,甲一,003505\n{TUE},上午,骨科,甲一,3505",
        "staff numbers in several spellings, joined | 1 | 3505",
        "写法不同的同一工号，已合并 | 1 | 3505",
    ),
    Said(
        f"{DATED},科室\n{MON},上午,骨科门诊,甲一,骨科\n{TUE},上午,眼科门诊,甲一,眼科",
        "names in two departments, kept as two people | 1 | 甲一",
        "两个科室的同名医生，按两人计 | 1 | 甲一",
    ),
    Said(
        f"{DATED},科室\n{MON},上午,骨科门诊,甲一,骨科\n{TUE},上午,眼科门诊,甲一,眼科",
        "doctors | 2",
        "医生 | 2",
    ),
    Said(
        f"{DATED},科室\n{MON},上午,骨科门诊,甲一,骨科\n{TUE},上午,眼科门诊,甲一,眼科",
        "specialties | 2",
        "专科 | 2",
    ),
    Said(
        f"{DATED},工号\n{MON},上午,骨科,甲一,3505\n{TUE},上午,骨科,乙二,3505",
        "staff numbers with several names | 1 | 3505",
        "对应多个姓名的工号 | 1 | 3505",
    ),
    Said(
        f"{DATED}\n{MON},上午,骨科,普通门诊\n{TUE},上午,骨科,甲一",
        "posts that are no person | 1 | 普通门诊（骨科）",
        "不是具体医生的岗位 | 1 | 普通门诊（骨科）",
    ),
    Said(
        f"{DATED},院区\n{MON},上午,骨科,甲一,东院\n{MON},上午,骨科,甲一,西院",
        "doctors at two campuses at once, made two | 1 | 甲一",
        "同时在两个院区的医生，按两人计 | 1 | 甲一",
        {"conflicts": "split"},
    ),
    Said(
        f"{DATED}\n{MON},上午,骨科,甲一主任",
        "marks taken off names | 1 | 主任",
        "从姓名中去掉的标记 | 1 | 主任",
    ),
    Said(
        f"{DATED}\n{MON},上午,骨科,甲一、乙二",
        "cells with several names, made sessions of their own | 1",
        "含多个姓名的单元格，分成各自的出诊 | 1",
    ),
    Said(f"{DATED}\n{MON},上午,骨科,甲一、乙二", "sessions | 2", "出诊单元 | 2"),
    Said(f"{DATED}\n{MON},上午,骨科,甲一、乙二", "clinics | 1", "门诊 | 1"),
    Said(
        f"{DATED}\n{MON},全天,骨科,甲一",
        "sessions of a whole day, made two | 1",
        "全天出诊，分成上午和下午 | 1",
    ),
    Said(
        f"{DATED},限号\n{MON},上午,骨科,甲一,20+5",
        "numbers of tickets written otherwise | 1 | 20+5",
        "写法特殊的号源数 | 1 | 20+5",
    ),
    Said(
        f"{DATED}\n{MON},上午,骨科,甲一\n,下午,骨科,乙二\n,下午,骨科,丙三",
        "blank cells filled from above | 2",
        "按上一行补全的空白单元格 | 2",
    ),
    Said(f"{DATED}\n46349,上午,骨科,甲一", "dates that were day numbers | 1", "由序号换算的日期 | 1"),
    Said(
        f"{DATED}\n11/23/2026,上午,骨科,甲一\n11/24/2026,上午,骨科,甲一",
        "dates read with the month first | 1",
        "按“月在前”读取的日期 | 1",
    ),
    Said(
        "星期,午别,门诊,医生\n周一,上午,骨科,甲一",
        "days by weekday only | 1 | they are those of the week read",
        "只写星期的出诊 | 1 | 按所读取的周计",
        {"week": Week(2026, 48)},
    ),
    Said(
        f"{DATED}\n{MON},上午,骨科,甲一\n{NEXT},上午,骨科,甲一",
        "other weeks in the file | 1 | read one with --from: 2026-11-23",
        "文件中的其他周 | 1 | 用 --from 读取：2026-11-23",
    ),
    Said(
        f"{DATED}\n{MON},08:00-12:00,骨科,甲一",
        "usual hours of morning | 08:00-12:00",
        "上午的通常时间 | 08:00-12:00",
    ),
    Said(
        f"{DATED},院区\n"
        + "".join(f"{MON},13:30-17:00,骨科,{who},东院\n" for who in "甲乙丙")
        + f"{MON},14:30-17:30,骨科,丁,西院",
        "usual hours of afternoon | 13:30-17:00 | 西院 14:30-17:30 at campuses of their own",
        "下午的通常时间 | 13:30-17:00 | 另有时间的院区：西院 14:30-17:30",
    ),
    Said(
        f"{DATED}\n{MON},下午,骨科,甲一\n{MON},下午,骨科,乙二\n{TUE},下午 14:00-16:00,骨科,甲一",
        "rows with hours of their own | 1 | 14:00-16:00 (1)",
        "另有时间的行 | 1 | 14:00-16:00 (1)",
    ),
    Said(
        f"{DATED}\n{MON},上午 14:00-16:00,骨科,甲一",
        "hours of another half, passed over | 1",
        "与上午、下午不符而忽略的时间 | 1",
    ),
    Said(
        f"{DATED}\n{MON},上午（单周）,骨科,甲一\n{MON},下午,骨科,甲一",
        "rows of some weeks only | 1 | 1 of odd weeks, 0 of even ones, 0 of others",
        "只在部分周出诊的行 | 1 | 单周 1 行，双周 0 行，其他 0 行",
    ),
    Said(
        f"{DATED}\n{MON},上午,骨科,甲一\n{MON},随时,骨科,乙二",
        "rows left out | 1 | no half of a day can be read",
        "未采用的行 | 1 | 读不出上午、下午或夜间",
    ),
    Said(
        f"{DATED}\n{MON},上午,骨科,甲一\n注：以当日为准,,,",
        "lines passed over | 1 | 注：以当日为准",
        "跳过的行 | 1 | 注：以当日为准",
    ),
    Said(
        f"骨科出诊表,,\n日期,午别,医生\n{MON},上午,甲一",
        "departments and campuses by the name of a sheet or a title | 1 | 骨科",
        "按工作表名或标题确定的科室和院区 | 1 | 骨科",
    ),
    Said(
        f"{DATED},职称\n{MON},上午,骨科,甲一,主任医师\n{TUE},上午,手外科,甲一,副主任医师",
        "doctors with a level of their own at some clinic | 1 | 甲一",
        "在个别门诊另有级别的医生 | 1 | 甲一",
    ),
    Said(
        f"{DATED},职称\n{MON},上午,骨科,甲一,主任医师\n{TUE},上午,骨科,甲一,副主任医师",
        "doctors with several levels at one clinic, the highest taken | 1 | 甲一",
        "同一门诊有多个级别的医生，取最高 | 1 | 甲一",
    ),
    Said(
        f"{DATED},限号\n{MON},上午,骨科,甲一,999",
        "rows without a limit of tickets (不限, 999), taken as missing | 1",
        "不限号（不限、999）、按缺失计的行 | 1",
    ),
    Said(
        f"{DATED},限号\n{MON},上午,骨科,甲一,20\n{MON},上午,骨科,甲一,30",
        "rows of one session and clinic merged | 1 | the larger number of tickets kept",
        "合并的同单元同门诊行 | 1 | 保留较大的限号",
    ),
    Said(
        f"{DATED},号别\n{MON},上午,骨科,甲一,普通\n{TUE},上午,骨科,甲一,特需",
        "clinic names in several specialties, campuses or kinds, renamed | 1 | 骨科（特需）",
        "同名门诊分属不同专科、院区或类别，已改名 | 1 | 骨科（特需）",
    ),
    Said(
        f"{DATED},诊室\n{MON},上午,骨科,甲一,1诊室\n{MON},上午,骨科,乙二,1诊室",
        "rooms with two sessions at once | 1 | 1诊室: the first session keeps the room",
        "同时被两个单元占用的诊室 | 1 | 1诊室：由第一个单元使用",
    ),
    Said(
        f"{DATED}\n2031-11-24,上午,骨科,甲一",
        "adjusted working days (调休) | 2031 | the public calendar does not know them yet: add them to the table calendar",
        "调休安排 | 2031 | 公共日历尚未收录，请在 calendar 表中补充",
    ),
    Said(
        f"{DATED}\n{MON} 周五,上午,骨科,甲一",
        "dates whose weekday is another | 1",
        "与所写星期不符的日期 | 1",
    ),
    Said(
        f"{DATED}\n{MON},上午,骨科,甲一（仅限老患者）",
        "marks not understood, taken off names | 1 | 仅限老患者",
        "姓名旁未识别、已去掉的标注 | 1 | 仅限老患者",
    ),
    Said(
        f"日期,午别,科室,门诊类别,医生\n{MON},上午,内科,高血压门诊,甲一",
        "clinics named where a kind should stand | 1 | 高血压门诊",
        "写在类别列里的门诊名称 | 1 | 高血压门诊",
    ),
    Said(
        f"{DATED},状态\n{MON},上午,骨科,甲一【停诊】,正常",
        "words of status overruled by a mark or a note, counted as stopped | 1 | 正常",
        "与姓名标注或备注不一致、按停诊计的状态 | 1 | 正常",
    ),
    Said(
        "科室,医生,周一上午,周二上午\n骨科,甲一,√,○",
        "different ticks, each counted as a session | 2 | √, ○",
        "不同的勾选符号，均按出诊计 | 2 | √、○",
        {"week": Week(2026, 48)},
    ),
    Said(
        "科室,医生,周一上午,周二上午\n骨科,甲一,√,病房",
        "duties that are not outpatient sessions, passed over | 1 | 病房",
        "不是门诊的工作，未计入 | 1 | 病房",
        {"week": Week(2026, 48)},
    ),
    Said(
        "科室,医生,周一上午,周二上午\n骨科,甲一,★,√\n注：★为特需门诊",
        "marks read as the file's own legend explains them | 1 | ★ = 特需门诊",
        "按文件自带图例读取的标记 | 1 | ★ = 特需门诊",
        {"week": Week(2026, 48)},
    ),
    Said(
        f"{DATED}\n{MON},上午,骨科,骨科（甲一）",
        "names unlike a person's, kept as they stand | 1 | 骨科（甲一）",
        "不像人名、按原样保留的姓名 | 1 | 骨科（甲一）",
    ),
    Said(
        f"诊室,日期,午别,医生\n骨科门诊,{MON},上午,甲一",
        "columns known by what their cells look like | 1 | 诊室 = 科室",
        "按单元格内容认定的列 | 1 | 诊室 = 科室",
    ),
    Said(
        f"{DATED}\n{MON},上午（隔周）,骨科,甲一",
        "rows of every other week (隔周), counted in every week | 1",
        "隔周出诊的行，按每周计 | 1",
    ),
    Said(
        f"{DATED},备注\n{MON},上午,骨科,甲一,12月7日停诊",
        "stopped days in notes and marks, without a session in the week read | 1",
        "备注或标注中的停诊日，所读取的周内没有对应出诊 | 1",
    ),
    Said(
        f"{DATED},备注\n{MON},上午,骨科,甲一,11月23日停诊\n{TUE},上午,骨科,甲一,11月23日停诊",
        "sessions stopped on the day that a note or mark names | 1",
        "按备注或标注所写日期停诊的出诊 | 1",
    ),
    Said(
        "科室,午别,周一,周二\n骨科,上午,甲一,停诊",
        "rows left out | 1 | stopped, and no doctor is named",
        "未采用的行 | 1 | 停诊，且未写医生",
        {"week": Week(2026, 48)},
    ),
)


def imported(text: str, folder: Path, *, stopped: Any = "keep", **options: Any) -> Imported:
    path = folder / "week.csv"
    path.write_text(text, encoding="utf-8")
    return to_scenario(
        read_published(path, ReadOptions(**options)), week=options.get("week"), stopped=stopped
    )


def lines(found: Imported, language: str) -> list[str]:
    words = Words(language)
    return [
        " | ".join((words.say(one.label), one.value, *((words.say(one.note),) if one.note else ())))
        for one in found.findings
    ]


@pytest.mark.parametrize("said", LINES, ids=lambda said: said.english.partition(" | ")[0])
def test_what_was_found_is_said_in_both_languages(said: Said, tmp_path: Path) -> None:
    found = imported(said.week, tmp_path, **said.options)
    assert said.english in lines(found, "en")
    assert said.chinese in lines(found, "zh")


def book(folder: Path, options: ReadOptions | None = None) -> Imported:
    """A workbook with a cover sheet, a hidden sheet and a formula that was never calculated."""
    from openpyxl import Workbook

    path, file = folder / "week.xlsx", Workbook()
    file.active.title = "封面"  # type: ignore[union-attr]  # a new workbook has a sheet
    file.active.append(["门诊部"])  # type: ignore[union-attr]
    for name, doctor in (("本周", "甲一"), ("上周", "乙二")):
        sheet = file.create_sheet(name)
        sheet.append([*DATED.split(","), "限号"])
        sheet.append([MON, "上午", "骨科", doctor, "=10+10"])
        sheet.sheet_state = "visible" if name == "本周" else "hidden"
    file.save(path)
    return to_scenario(read_published(path, options))


def test_sheets_that_were_not_asked_for_are_not_called_empty(tmp_path: Path) -> None:
    found = book(tmp_path, ReadOptions(sheet="上周"))
    assert "sheets passed over | 本周 | not read; read it with --sheet 本周" in lines(found, "en")
    assert "未读取的工作表 | 本周 | 未读取；用 --sheet 本周 读取" in lines(found, "zh")


def test_what_was_found_in_a_workbook_is_said_in_both_languages(tmp_path: Path) -> None:
    found = book(tmp_path)
    assert set(lines(found, "en")) >= {
        "read as (本周) | 1 | one session a row; headings in row 1",
        "sheets passed over | 封面 | holds no timetable",
        "sheets passed over | 上周 | hidden; read it with --sheet 上周",
        "formulas without a value, taken as missing | 1",
    }
    assert set(lines(found, "zh")) >= {
        "读取方式（本周） | 1 | 每行一次出诊；表头在第 1 行",
        "未读取的工作表 | 封面 | 不是出诊表",
        "未读取的工作表 | 上周 | 隐藏的工作表；用 --sheet 上周 读取",
        "没有保存结果的公式，按缺失计 | 1",
    }


def test_no_sentence_is_left_without_a_line_here(tmp_path: Path) -> None:
    found = [imported(said.week, tmp_path, **said.options) for said in LINES] + [book(tmp_path)]
    said = {text for one in found for finding in one.findings for text in _texts(finding.label, finding.note)}
    calls = ast.walk(ast.parse(inspect.getsource(findings)))
    written = {
        node.args[0].value  # type: ignore[attr-defined]  # a message is a literal
        for node in calls
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "message"
    }
    assert written - said == set()


def _texts(*messages: Message | None) -> Iterator[str]:
    for one in messages:
        if one is not None:
            yield one.text
            yield from _texts(*(value for value in one.values.values() if isinstance(value, Message)))
