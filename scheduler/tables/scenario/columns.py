"""Columns that several tables of scenarios and rosters have."""

from __future__ import annotations

from scheduler.tables.columns.cells import (
    COUNT,
    HALF,
    KIND,
    LEVEL,
)
from scheduler.tables.columns.headings import Column
from scheduler.words import message

DOCTOR = Column(
    "doctor",
    "医生",
    message("The doctor's key: a name or number that no other doctor has."),
    required=True,
    aliases=("医师", "医生编号", "医师编号", "工号"),
)
CLINIC = Column(
    "clinic",
    "门诊",
    message("The clinic's key: a name that no other clinic has."),
    required=True,
    aliases=("门诊名称", "出诊门诊"),
)
SPECIALTY = Column(
    "specialty",
    "科室",
    message("The specialty, written the same in every table."),
    required=True,
    aliases=("专科", "专业", "科室名称"),
)
CAMPUS = Column("campus", "院区", message("The campus; empty where there is one only."), aliases=("分院",))
ROOM = Column("room", "诊室", message("The consulting room."), aliases=("诊间", "诊室名称"))
TICKETS = Column(
    "tickets",
    "限号",
    message("Tickets (0 to 500)."),
    COUNT,
    aliases=("号数", "号源数", "放号量", "限号数"),
)
HALF_COLUMN = Column(
    "half",
    "午别",
    message("AM, PM or EVE; empty: any half where the table allows it."),
    HALF,
    aliases=("时段", "半天", "班次"),
)
LEVEL_COLUMN = Column(
    "level",
    "级别",
    message("The level: resident, attending, deputy_chief, chief or known_expert."),
    LEVEL,
    aliases=("职级", "医师级别", "职称"),
)
KIND_COLUMN = Column(
    "kind",
    "类别",
    message("What the clinic is to patients: ordinary, expert, disease, special_need and so on."),
    KIND,
    aliases=("门诊类别", "号别", "门诊类型"),
)
