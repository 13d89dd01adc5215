"""The tables of what patients do: who comes and how long it takes, windows, return visits, examinations."""

from __future__ import annotations

from dataclasses import replace

from scheduler.tables.columns.cells import (
    COUNT,
    DATE,
    EXACT,
    NO_SHOWS,
    OPEN_WINDOWS,
    PACE_QUALITY,
    PACE_SCOPE,
    VISIT,
    WEEKDAY,
)
from scheduler.tables.columns.headings import Column, Table
from scheduler.tables.scenario.columns import CAMPUS, CLINIC, SPECIALTY
from scheduler.words import message

PACE = Table(
    "pace",
    "接诊用时",
    message("How long consultations take and who comes: learned from the record, or written by planners."),
    (
        Column(
            "scope",
            "范围",
            message("Whose pace the row tells: hospital, specialty or doctor."),
            PACE_SCOPE,
            required=True,
        ),
        Column(
            "key",
            "对象",
            message("The doctor's or specialty's key; empty in the hospital's row."),
            aliases=("医生或科室",),
        ),
        Column("records", "记录数", message("Consultations that the row rests on."), COUNT),
        Column("sessions", "单元数", message("Sessions that the row rests on."), COUNT),
        Column(
            "minutes",
            "平均接诊分钟",
            message("Mean consultation in minutes (1/3 to 180)."),
            EXACT,
            required=True,
            aliases=("接诊分钟", "平均分钟"),
        ),
        Column("low", "下限", message("With 80 % the mean lies between low and high, in minutes."), EXACT),
        Column("high", "上限", message("With 80 % the mean lies between low and high, in minutes."), EXACT),
        Column(
            "cv",
            "变异系数",
            message(
                "Standard deviation of a consultation within its session, as a share of the mean; empty: 0.5."
            ),
            EXACT,
        ),
        Column(
            "session_sd",
            "单元间差异",
            message("Standard deviation of the means of sessions, as a share of the mean."),
            EXACT,
        ),
        Column(
            "base",
            "固定分钟",
            message("Minutes of a session besides its patients, where its length is told better so."),
            EXACT,
        ),
        Column(
            "per_patient",
            "每人分钟",
            message("Minutes that a patient adds to base."),
            EXACT,
        ),
        Column(
            "own_weight",
            "自身权重",
            message("Weight (0 to 1) of the row's own records against the row above: specialty, hospital."),
            EXACT,
        ),
        Column(
            "no_show",
            "爽约率",
            message(
                "Share of booked patients who stay away, or shares by the days booked ahead (0:0.05;7:0.27)."
            ),
            NO_SHOWS,
            aliases=("失约率", "缺诊率"),
        ),
        Column("walk_ins", "无约人数", message("Patients without a ticket, a session, in the mean."), EXACT),
        Column(
            "early_mean",
            "提前分钟",
            message("Minutes that patients come before their time, in the mean; empty: they are punctual."),
            EXACT,
        ),
        Column(
            "early_sd",
            "提前标准差",
            message("Standard deviation of the minutes that patients come before their time."),
            EXACT,
        ),
        Column(
            "late_start",
            "晚开诊分钟",
            message("Minutes that sessions begin after their time, in the mean."),
            EXACT,
        ),
        Column(
            "quality",
            "数据质量",
            message("What the minutes rest on: measured, call_times, upper_bound or stated."),
            PACE_QUALITY,
        ),
    ),
    ("接诊用时表", "接诊节奏"),
)

SERVICES = Table(
    "services",
    "服务窗口",
    message("Windows that patients queue at: check-in, payment and others, campus by campus."),
    (
        replace(
            CAMPUS, explanation=message("The campus; empty: every campus without a row of its own for it.")
        ),
        Column(
            "service",
            "服务",
            message(
                "What the windows are for, such as check-in or payment; patients go from one to the next by name."
            ),
            required=True,
            aliases=("窗口", "窗口类型", "服务名称"),
        ),
        Column(
            "share",
            "比例",
            message("Share of the patients who come to it (0 to 1); empty: all."),
            EXACT,
            aliases=("使用比例",),
        ),
        Column(
            "minutes",
            "平均办理分钟",
            message("Mean minutes at the window (1/60 to 120)."),
            EXACT,
            required=True,
            aliases=("办理分钟", "平均分钟"),
        ),
        Column(
            "cv",
            "变异系数",
            message("Standard deviation of the minutes at the window, as a share of the mean; empty: 0.5."),
            EXACT,
        ),
        Column(
            "visit",
            "诊前诊后",
            message("before or after the consultation; empty: before."),
            VISIT,
            aliases=("先后", "环节"),
        ),
        Column(
            "windows",
            "开放窗口",
            message("When how many windows are open, every day, such as 07:30-10:00:8;10:00-12:00:5."),
            OPEN_WINDOWS,
            required=True,
            aliases=("窗口数", "开窗数"),
        ),
    ),
    ("窗口服务", "服务窗口表"),
)

RETURNS = Table(
    "returns",
    "复诊量",
    message(
        "Return visits a planned session of each clinic, learned from the record; they replace its forecast."
    ),
    (
        CLINIC,
        Column(
            "per_session",
            "每单元复诊",
            message("Mean number of return visits a planned session (0 to 500)."),
            EXACT,
            required=True,
            aliases=("每单元复诊人次", "单元复诊量"),
        ),
        Column(
            "dispersion",
            "离散度",
            message("Variance of a week's return visits divided by their mean (0 to 100); empty: 1."),
            EXACT,
            aliases=("方差均值比",),
        ),
        Column(
            "weeks",
            "统计周数",
            message("Weeks of the record that it was learned from."),
            COUNT,
            aliases=("周数",),
        ),
    ),
    ("复诊", "复诊率"),
)

DISCHARGES = Table(
    "discharges",
    "出院复诊",
    message(
        "Patients who leave the wards, and how many of them come back to the clinic, after how many days."
    ),
    (
        SPECIALTY,
        Column(
            "weekday",
            "星期",
            message("mon to sun."),
            WEEKDAY,
            required=True,
            aliases=("周几", "出院星期", "day"),
        ),
        Column(
            "patients",
            "出院人数",
            message("Mean number who leave on that weekday (0 to 5000)."),
            EXACT,
            required=True,
            aliases=("出院人次", "平均出院人数"),
        ),
        Column(
            "share",
            "复诊比例",
            message("Share of them who come back after these days (0 to 1)."),
            EXACT,
            required=True,
            aliases=("复诊率",),
        ),
        Column(
            "days",
            "几天后",
            message("Days after which they come back (0 to 180)."),
            COUNT,
            required=True,
            aliases=("天数", "出院后天数", "间隔天数"),
        ),
    ),
    ("出院患者", "出院"),
)

EXAMS = Table(
    "exams",
    "检查预约",
    message("Examinations that patients wait for: places, requests, the list, and the lead time to reach."),
    (
        Column(
            "exam",
            "检查",
            message("The examination; where it is a clinic of the scenario, the clinic's key."),
            required=True,
            aliases=("检查项目", "检查名称"),
        ),
        CAMPUS,
        Column(
            "slots",
            "每单元检查数",
            message("Places of a session (1 to 500)."),
            COUNT,
            required=True,
            aliases=("每单元人数", "检查数", "slots_per_session"),
        ),
        Column(
            "sessions",
            "每周单元数",
            message("Sessions a week as it is now (0 to 500)."),
            COUNT,
            required=True,
            aliases=("单元数", "现有单元数"),
        ),
        Column(
            "requests",
            "每周申请",
            message("Mean number of requests a week (above 0, up to 20000)."),
            EXACT,
            required=True,
            aliases=("每周申请数", "周申请量"),
        ),
        Column(
            "waiting",
            "现有等候",
            message("Patients on the list when the planned week begins."),
            COUNT,
            required=True,
            aliases=("等候人数", "排队人数"),
        ),
        Column(
            "target_days",
            "目标天数",
            message("The most days that a patient is to wait (1 to 366)."),
            COUNT,
            required=True,
            aliases=("目标等候天数", "预约目标天数"),
        ),
        Column(
            "by",
            "达标日期",
            message("The date on which the lead time is to be reached."),
            DATE,
            required=True,
            aliases=("目标日期", "截止日期"),
        ),
        Column(
            "no_show",
            "爽约率",
            message("Share of the places that patients leave empty (0 to 1/2); empty: 0."),
            EXACT,
            aliases=("失约率",),
        ),
        Column(
            "urgent_share",
            "加急比例",
            message("Share of the requests that go before all others (0 to 1); empty: 0."),
            EXACT,
            aliases=("急查比例", "加急占比"),
        ),
    ),
    ("检查", "医技预约"),
)
