"""Headings of published timetables: what a column holds, by its heading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from scheduler.tables.columns.spellings import folded
from scheduler.text_cache import text_cache

SAME_AS: Mapping[str, tuple[str, ...]] = {
    "date": (
        "日期", "出诊日期", "就诊日期", "门诊日期", "看诊日期", "排班日期", "坐诊日期", "看诊日", "出诊日", "就诊日",
        "visit date", "clinic date", "session date",
    ),
    "day": ("星期", "周几", "星期几", "出诊星期", "周", "周次", "礼拜", "weekday", "day of week"),
    "half": (
        "午别", "时段", "班次", "班别", "出诊时段", "就诊时段", "门诊时段", "时间段", "上下午", "半天",
        "出诊午别", "节次", "half day", "period", "shift", "am/pm", "time interval", "time slot",
    ),
    "when": ("出诊时间", "门诊时间", "就诊时间", "坐诊时间", "时间", "应诊时间", "time", "clinic time", "schedule"),
    "start": ("开始时间", "起始时间", "开始", "上班时间", "start", "start time", "from"),
    "end": ("结束时间", "截止时间", "终止时间", "结束", "下班时间", "end", "end time", "until"),
    "clinic": (
        "门诊", "门诊名称", "出诊门诊", "门诊科室", "出诊科室", "号源名称", "专科门诊", "专业门诊", "专病门诊",
        "诊疗组", "clinic name", "outpatient clinic",
    ),
    "doctor": (
        "医生", "医生姓名", "医师", "医师姓名", "专家姓名", "专家", "姓名", "出诊医生", "出诊医师",
        "出诊专家", "坐诊医生", "坐诊专家", "医生名称", "出诊人员", "出诊人", "大夫", "教授",
        "doctor name", "physician", "name", "consultant",
    ),
    "number": (
        "工号", "医生工号", "医师工号", "职工号", "员工号", "医生编号", "医师编号", "医生代码", "医师代码", "人员编号", "人员代码", "工作证号",
        "staff number", "staff id", "employee id", "employee number", "doctor id", "doctor code",
    ),
    "campus": ("院区", "院区名称", "出诊院区", "就诊院区", "分院", "院址", "出诊医院", "site", "hospital site"),
    "specialty": (
        "科室", "科室名称", "专业", "专科", "学科", "所属科室", "一级科室", "挂号科室", "科别", "部门", "科目", "专业组",
        "department", "speciality", "dept", "dept name", "department name",
    ),
    "kind": (
        "类别", "号别", "门诊类型", "门诊类别", "号类", "号源类型", "号类别", "出诊类型", "类型", "挂号类别", "type",
    ),
    "level": ("级别", "医师级别", "医生级别", "号级", "出诊级别", "rank", "grade", "reg level", "register level"),
    "title": ("职称", "医师职称", "医生职称", "技术职称", "专业技术职称", "职务", "职级", "job title"),
    "capacity": (
        "限号", "限号数", "号源数", "放号量", "放号数", "号源", "号数", "总号数", "号源总数", "限额",
        "可挂号数", "总号", "总号源", "限号量", "号源量", "tickets", "quota", "total num", "total number", "limit num",
    ),
    "room": (
        "诊室", "诊间", "诊室名称", "诊室号", "出诊诊室", "出诊地点", "就诊地点", "房间", "地点", "诊位", "位置", "consulting room", "room name", "clinic room",
    ),
    "fee_cny": (
        "医事服务费", "挂号费", "诊查费", "诊疗费", "费用", "挂号费用", "金额", "服务费", "价格",
        "fee", "price", "reg fee", "registration fee",
    ),
    "status": ("状态", "出诊状态", "门诊状态", "停诊状态", "排班状态", "出诊情况", "停诊", "stop flag"),
    "note": ("备注", "说明", "单双周", "注", "备注说明", "其他", "note", "notes", "remark", "remarks"),
}  # fmt: skip
"""Every column that is known, with the other headings it goes by, the better ones first."""

TIMES = ("date", "day", "half", "when", "start", "end")
"""Columns that say when a session is."""

# Where a heading is none of these words, it is what it contains: the first that fits.
_CONTAINS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "",
        re.compile(
            r"序号|编码|科室代码|电话|手机|邮箱|简介|擅长|特长|专长|研究方向|院长|日期类型|更新|审核|图片|照片|性别|年龄"
        ),
    ),
    ("number", re.compile(r"工号|(医生|医师|人员|专家|员工|职工).*(编号|代码|id)")),
    ("status", re.compile(r"^(是否|有无|当日|本周|临时|已)?(停诊|停替诊|停/替诊|替停诊)|状态")),
    ("note", re.compile(r"备注|说明|单双周")),
    ("date", re.compile(r"日期|date$")),
    ("day", re.compile(r"^(出诊|门诊)?(星期|周|礼拜)几?$")),
    ("start", re.compile(r"(开始|起始)(时间)?$")),
    ("end", re.compile(r"(结束|截止|终止)(时间)?$")),
    ("capacity", re.compile(r"限号|限额|号源数|放号|号数|限挂")),
    ("fee_cny", re.compile(r"(费|价格|金额)(\(?元\)?)?$")),
    ("title", re.compile(r"职称|职务")),
    ("kind", re.compile(r"(门诊|号源?|出诊|挂号)(类别|类型|种类|性质)|号别|号种")),
    ("level", re.compile(r"级别|等级")),
    (
        "doctor",
        re.compile(
            # Not whatever ends so: 张伟 主任医师 is a doctor, not a heading.
            r"^(副?主任|主治|住院|科室|专[家科病]|普通|[出坐应看接就门值当夜首主]诊|值班|当班|当日|预约|挂号|责任|排班"
            r"|[\d一二三四五六日天周星期礼拜月号年上下午晚夜早/().、 -])*(医生|医师|大夫)$"
            r"|(医生|医师|专家|大夫|人员)(姓名|名称|名单)$|姓名"
        ),
    ),
    ("when", re.compile(r"时间(及|和|与|、)?(诊室|地点|位置)$")),
    ("room", re.compile(r"诊室|诊间|地点|位置|楼层|房间|诊位|诊区")),
    ("campus", re.compile(r"院区|分院|院部")),
    ("half", re.compile(r"午别|时段|班次|上下午")),
    ("when", re.compile(r"时间$")),
    ("specialty", re.compile(r"科室|科别|专科|学科|专业$")),
    ("clinic", re.compile(r"门诊名称$|诊疗组")),
)
_LEFT_OF_ALL = re.compile(
    r"(剩余|余号|余|已约|已挂|可约)(号|号数|号源)?/(总|全部|限)(号|数|号数|号源|号源数)?"
)
"""剩余/总号: the larger of two numbers is the tickets."""
_LONGEST = 60
_ORNAMENT = re.compile(r"[(\[【（].*?[)\]】）]|[_\-*:：]")


def _key(heading: str) -> str:
    return re.sub(r"[_\-*:：]", "", folded(heading))


_BY_WORD = {
    _key(word): column for column, words in reversed(list(SAME_AS.items())) for word in (*words, column)
}


@text_cache
def column_named(heading: str) -> str | None:
    """Return the column that a heading names (empty: one that is of no use), or None where the words are not known."""
    if len(heading) > _LONGEST:
        return None
    key = _key(heading)
    for word in (key, _ORNAMENT.sub("", folded(heading))):
        if word in _BY_WORD:
            return str(_BY_WORD[word])
    if not 2 <= len(key) <= 16:
        return None
    if _LEFT_OF_ALL.fullmatch(key):
        return "capacity"
    # Several columns in one heading (科室/时间, a corner cut by a slash) name none of them alone.
    parts = [part for part in re.split(r"[/\\|\n]", heading.strip()) if part.strip()]
    if len(parts) > 1:
        named = {column_named(part) for part in parts}
        return named.pop() if len(named) == 1 else None
    return next((column for column, pattern in _CONTAINS if pattern.search(key)), None)


def preference(column: str, heading: str) -> int:
    """Return the place of a heading among the words of its column: of two columns the lower is meant."""
    words = [_key(word) for word in (column, *SAME_AS.get(column, ()))]
    key = _key(heading)
    return words.index(key) if key in words else len(words)


def title_of(column: str) -> Iterable[str]:
    """Return the key of a column and its usual Chinese heading."""
    return column, SAME_AS[column][0]
