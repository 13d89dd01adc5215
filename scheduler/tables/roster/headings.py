"""The tables of a roster and their columns, in the order in which they are written."""

from __future__ import annotations

from dataclasses import replace

from scheduler.tables.columns.cells import CHANNEL, CLOCK, DATE, HALF, MOMENT, NATURAL, TEXT
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
from scheduler.words import message

_SESSION = Column(
    "session", "单元编号", message("The session's identity."), aliases=("出诊单元", "出诊单元编号")
)
_SLOT = Column(
    "slot", "时段编号", message("The slot's identity."), required=True, aliases=("时段", "号段编号")
)
_DATE = Column(
    "date", "日期", message("The date; empty: the session is dropped."), DATE, aliases=("出诊日期",)
)
# What follows from other columns is written for people and not read: it may be stale after an edit.
_START = Column("start", "开始", message("Start (HH:MM)."), aliases=("开始时间",))
_END = Column("end", "结束", message("End (HH:MM)."), aliases=("结束时间",))
_KIND = replace(KIND_COLUMN, reading=TEXT)
_LEVEL = replace(LEVEL_COLUMN, reading=TEXT)
_COUNTED = replace(TICKETS, explanation=message("Tickets."), reading=NATURAL, required=True)

SESSIONS = Table(
    "sessions",
    "出诊表",
    message("Every session of the week: a row per session and clinic."),
    (
        _SESSION,
        _DATE,
        HALF_COLUMN,
        _START,
        _END,
        CAMPUS,
        replace(SPECIALTY, required=False),
        CLINIC,
        _KIND,
        DOCTOR,
        _LEVEL,
        ROOM,
        _COUNTED,
        Column("was_date", "原日期", message("The template's date; empty: the session is added."), DATE),
        Column("was_half", "原午别", message("The template's half."), HALF, aliases=("原时段",)),
        Column("change", "变化", message("kept, moved, covered, added or dropped."), aliases=("变动",)),
        Column(
            "was_doctor",
            "原医生",
            message("The template's doctor, where another one has taken the session over."),
            aliases=("替诊前医生", "被替医生"),
        ),
    ),
)
SLOTS = Table(
    "slots",
    "分时段",
    message("Every slot with its tickets."),
    (
        _SLOT,
        replace(_SESSION, required=True),
        replace(_DATE, explanation=message("The date."), required=True),
        replace(_START, reading=CLOCK, required=True),
        replace(_END, reading=CLOCK, required=True),
        CLINIC,
        DOCTOR,
        _LEVEL,
        ROOM,
        _COUNTED,
        Column("reserved", "预留", message("Tickets held for partners."), NATURAL, aliases=("预留号数",)),
    ),
)
CHANNELS = Table(
    "channels",
    "渠道",
    message("Who may book a slot's tickets, and until when."),
    (
        _SLOT,
        Column("channel", "渠道", message("The channel."), CHANNEL, required=True),
        Column("holder", "持有单位", message("The partner that holds them; empty: nobody in particular.")),
        _COUNTED,
        Column(
            "opens_at",
            "开放时间",
            message("When they can be booked (Beijing time)."),
            MOMENT,
            required=True,
            aliases=("放号时间",),
        ),
        Column("falls_back_at", "回收时间", message("When unclaimed ones fall back; empty: never."), MOMENT),
        Column(
            "falls_back_to",
            "回退渠道",
            message("The channel they fall back to; where the column is missing: public."),
            CHANNEL,
        ),
    ),
)
APPOINTMENTS = Table(
    "appointments",
    "就诊时间",
    message("The time of every ticket."),
    (
        _SLOT,
        Column(
            "ticket", "序号", message("Number of the ticket in its slot, from 1."), NATURAL, required=True
        ),
        Column("start", "开始", message("Start (HH:MM)."), CLOCK, required=True, aliases=("就诊时间",)),
        # Both follow from the start and the policy; the ledger, which has no scenario, reads them.
        Column(
            "told",
            "告知时间",
            message("The time that the patient is told; empty: the slot's start."),
            CLOCK,
            aliases=("通知时间",),
        ),
        Column(
            "come", "到院时间", message("When the patient is asked to come."), CLOCK, aliases=("请到时间",)
        ),
    ),
)

SESSION_LIST = Table(
    "session_list",
    "出诊列表",
    message("The sheet of roster.xlsx that lists every session; its edits are read back."),
    (
        _SESSION,
        _DATE,
        HALF_COLUMN,
        CAMPUS,
        replace(SPECIALTY, required=False),
        CLINIC,
        DOCTOR,
        Column("name", "医生姓名", message("The doctor's name; follows from the doctor.")),
        ROOM,
        _COUNTED,
    ),
)

ROSTER_TABLES = (SESSIONS, SLOTS, CHANNELS, APPOINTMENTS)
"""The tables of a roster in the order in which they are written."""
