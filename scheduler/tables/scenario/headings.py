"""The tables of a scenario and their columns; the keys are the fields of the models."""

from __future__ import annotations

from dataclasses import replace

from scheduler.tables.columns.cells import (
    COUNT,
    DATE,
    DAY,
    DAY_KIND,
    EXACT,
    FLAG,
    HALF_DAYS,
    HOURS,
    LEVEL,
    LIST,
    PRESENCE,
    WEEKDAY,
    WEEKS,
)
from scheduler.tables.columns.headings import Column, Table
from scheduler.tables.scenario.columns import (
    CAMPUS,
    CLINIC,
    DOCTOR,
    HALF_COLUMN,
    KIND_COLUMN,
    LEVEL_COLUMN,
    ROOM,
    SPECIALTY,
    TICKETS,
)
from scheduler.tables.scenario.partner_headings import CREDITS, PARTNERS
from scheduler.tables.scenario.patient_headings import DISCHARGES, EXAMS, PACE, RETURNS, SERVICES
from scheduler.words import message

_POOL = Column(
    "pool",
    "诊室池",
    message("The room pool that sessions of the clinic take their rooms from."),
    required=True,
    aliases=("诊室组", "房间池"),
)

_MINUTES = Column(
    "minutes",
    "平均接诊分钟",
    message("Mean consultation in minutes (1 to 120); empty: the next more general value."),
    COUNT,
    aliases=("接诊分钟", "平均分钟"),
)

_DAY = Column(
    "day",
    "星期",
    message("mon to sun, a date, or empty for every day."),
    DAY,
    aliases=("周几", "日期", "星期或日期", "weekday", "date"),
)

DOCTORS = Table(
    "doctors",
    "医生",
    message("Who sees patients, and how many sessions a week."),
    (
        DOCTOR,
        Column("name", "姓名", message("The name people read; empty: the key."), aliases=("医生姓名",)),
        SPECIALTY,
        LEVEL_COLUMN,
        Column(
            "clinics",
            "可出门诊",
            message('Clinics the doctor is approved for, separated by ";"; empty: all of the specialty.'),
            LIST,
            aliases=("准出门诊", "核准门诊"),
        ),
        Column(
            "min_sessions",
            "最少出诊",
            message("Fewest sessions a week (0 to 21)."),
            COUNT,
            aliases=("最少单元", "最少单元数"),
        ),
        Column(
            "max_sessions",
            "最多出诊",
            message("Most sessions a week (0 to 21); empty: as many as in the template, or 10."),
            COUNT,
            aliases=("最多单元", "最多单元数"),
        ),
        _MINUTES,
        Column(
            "past_afternoons",
            "已出下午",
            message("Afternoon sessions of earlier weeks that fairness counts."),
            COUNT,
        ),
        Column(
            "past_fridays",
            "已出周五",
            message("Friday sessions of earlier weeks that fairness counts."),
            COUNT,
        ),
        Column(
            "past_weekends",
            "已出周末",
            message("Weekend sessions of earlier weeks that fairness counts."),
            COUNT,
        ),
    ),
    ("医师", "医生表"),
)

CLINICS = Table(
    "clinics",
    "门诊",
    message("What patients book, and where it is held."),
    (
        CLINIC,
        SPECIALTY,
        CAMPUS,
        KIND_COLUMN,
        _POOL,
        Column("min_level", "最低级别", message("Lowest level of doctor that may serve the clinic."), LEVEL),
        replace(TICKETS, explanation=message("Tickets of an added session (0 to 500); empty: the policy's.")),
        _MINUTES,
        Column(
            "returns",
            "复诊预测",
            message("Forecast of return visits a week (0 to 20000); empty: there is none."),
            COUNT,
            aliases=("预计复诊", "复诊量预测"),
        ),
        Column(
            "no_show",
            "爽约率",
            message("Share of patients expected to stay away (0 to 1/2); empty: the policy's."),
            EXACT,
            aliases=("失约率", "缺诊率"),
        ),
    ),
    ("门诊表",),
)

LEVELS = Table(
    "levels",
    "门诊级别",
    message("A doctor's level at one clinic, where it is not the doctor's own."),
    (DOCTOR, CLINIC, replace(LEVEL_COLUMN, required=True)),
    ("级别表",),
)

ROOMS = Table(
    "rooms",
    "诊室",
    message("Consulting rooms by pool."),
    (
        replace(ROOM, required=True),
        replace(_POOL, explanation=message("The pool the room belongs to.")),
        CAMPUS,
        Column(
            "closed",
            "停用时段",
            message('Half-days the room cannot be used, such as fri-pm, separated by ";".'),
            HALF_DAYS,
            aliases=("关闭时段",),
        ),
    ),
    ("诊间", "诊室表"),
)

TRAVEL = Table(
    "travel",
    "院区通勤",
    message(
        "Minutes from campus to campus: a doctor can change campus within a day only where there is time."
    ),
    (
        Column(
            "from_campus",
            "出发院区",
            message("The campus that the doctor comes from."),
            required=True,
            aliases=("from", "出发"),
        ),
        Column(
            "to_campus",
            "到达院区",
            message(
                "The campus that the doctor goes to; the way back takes as long unless it has its own row."
            ),
            required=True,
            aliases=("to", "到达"),
        ),
        Column(
            "minutes",
            "通勤分钟",
            message("Minutes from the end of one session to the start of the next (0 to 720)."),
            COUNT,
            required=True,
            aliases=("路程分钟", "分钟"),
        ),
    ),
    ("院区路程", "通勤表"),
)

TEMPLATE = Table(
    "template",
    "模板",
    message("The standing timetable: a row per doctor, weekday, half and clinic."),
    (
        DOCTOR,
        Column("day", "星期", message("mon to sun."), WEEKDAY, required=True, aliases=("周几", "weekday")),
        replace(HALF_COLUMN, explanation=message("AM, PM or EVE."), required=True),
        CLINIC,
        replace(TICKETS, required=True),
        replace(ROOM, explanation=message("The usual room; empty where there is none.")),
        Column("pinned", "固定", message("yes: the session may not be moved."), FLAG, aliases=("固定不动",)),
        Column(
            "stopped",
            "停诊",
            message("yes: not run in the published week, but part of the timetable."),
            FLAG,
            aliases=("已停诊",),
        ),
        Column(
            "booked",
            "已约",
            message("Tickets that patients already hold: such a session is moved or dropped last."),
            COUNT,
            aliases=("已约号数", "已预约"),
        ),
        Column(
            "weeks",
            "单双周",
            message("Weeks in which it takes place: odd, even, 2/2026-07-06, 1st;3rd; empty: all."),
            WEEKS,
            aliases=("周次", "隔周"),
        ),
        Column(
            "hours",
            "出诊时间",
            message("Its own hours, such as 14:00-16:00; empty: those of its clinic."),
            HOURS,
            aliases=("坐诊时间", "门诊时间", "时间"),
        ),
    ),
    ("出诊模板",),
)

AVAILABILITY = Table(
    "availability",
    "出诊时间",
    message("When doctors are away, can come besides, or wish to come or not."),
    (
        DOCTOR,
        _DAY,
        HALF_COLUMN,
        Column("state", "状态", message("away, open, prefer or avoid."), PRESENCE, aliases=("出诊状态",)),
        Column("weight", "权重", message("How much a wish weighs (1 to 100)."), COUNT),
    ),
    ("可出诊时间",),
)

DEMAND = Table(
    "demand",
    "需求",
    message("How many sessions each clinic needs."),
    (
        CLINIC,
        _DAY,
        HALF_COLUMN,
        replace(LEVEL_COLUMN, explanation=message("Lowest level that counts."), aliases=("最低级别", "职称")),
        Column(
            "sessions",
            "单元数",
            message("Sessions needed (0 to 500)."),
            COUNT,
            required=True,
            aliases=("出诊单元数", "出诊单元"),
        ),
        Column("hard", "必须", message("yes: must be met."), FLAG, aliases=("必须满足",)),
    ),
    ("门诊需求",),
)

CALENDAR = Table(
    "calendar",
    "日历",
    message("The planner's word on single dates, stronger than the public calendar."),
    (
        Column("date", "日期", message("A date of the planned week."), DATE, required=True),
        Column(
            "kind",
            "类型",
            message("working, weekend or closed."),
            DAY_KIND,
            required=True,
            aliases=("日类", "日期类型"),
        ),
        Column(
            "follows",
            "按周几",
            message("The weekday whose timetable a working day follows; empty: its own."),
            WEEKDAY,
            aliases=("执行星期",),
        ),
        Column("reason", "原因", message("Why, in words."), aliases=("说明", "事由")),
    ),
    ("工作日历",),
)

SCENARIO_TABLES = (
    CALENDAR,
    DOCTORS,
    CLINICS,
    LEVELS,
    ROOMS,
    TRAVEL,
    TEMPLATE,
    AVAILABILITY,
    DEMAND,
    PARTNERS,
    CREDITS,
    RETURNS,
    DISCHARGES,
    EXAMS,
    PACE,
    SERVICES,
)
"""The tables of a scenario in the order of `scheduler.scenario.TABLES`."""

SCENARIO_SHEET = Table(
    "scenario",
    "方案",
    message("Name, week, hours, policy and rules; a row per value."),
    (
        Column(
            "key", "键", message("The dotted name of the value."), required=True, aliases=("项目", "设置")
        ),
        Column("value", "值", message("The value; empty: the default."), aliases=("取值",)),
        Column("meaning", "含义", message("What the value means; not read."), aliases=("说明",)),
    ),
)
"""The sheet of a workbook that stands for scenario.yaml."""
