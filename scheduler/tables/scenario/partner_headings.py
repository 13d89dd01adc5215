"""The tables of a consortium: its partners, and what earlier weeks owe them."""

from __future__ import annotations

from scheduler.tables.columns.cells import (
    CHANNELS_LIST,
    COUNT,
    EXACT,
    LIST,
    WEEKDAYS_LIST,
)
from scheduler.tables.columns.headings import Column, Table
from scheduler.tables.scenario.columns import SPECIALTY
from scheduler.words import message

PARTNER = Column(
    "partner",
    "成员单位",
    message("The partner's key: a name that no other partner has."),
    required=True,
    aliases=("医联体成员", "合作医院", "成员"),
)

CLAIMABLE_CHANNELS = Column(
    "channels",
    "可认领渠道",
    message('Channels whose tickets it may claim, separated by ";"; empty: partner and primary_care.'),
    CHANNELS_LIST,
    aliases=("渠道", "认领渠道"),
)

PARTNERS = Table(
    "partners",
    "医联体成员",
    message("Hospitals of the consortium that send patients."),
    (
        PARTNER,
        Column("name", "名称", message("The name people read; empty: the key."), aliases=("单位名称",)),
        Column(
            "specialties",
            "科室",
            message('Specialties it sends patients to, separated by ";"; empty: all.'),
            LIST,
            aliases=("专科", "专业"),
        ),
        Column(
            "population",
            "服务人口",
            message("People it serves, in any unit (at least 0)."),
            EXACT,
            aliases=("人口", "辖区人口"),
        ),
        Column(
            "referrals",
            "转诊人次",
            message("Patients it has referred, in any unit (at least 0)."),
            EXACT,
            aliases=("转诊数", "转诊量"),
        ),
        Column(
            "contract",
            "协议权重",
            message("Its weight by contract (at least 0)."),
            EXACT,
            aliases=("协议份额", "合同权重"),
        ),
        Column(
            "minimum",
            "保底号数",
            message("Tickets it gets at least, a week and specialty (at least 0)."),
            COUNT,
            aliases=("保底", "每周保底"),
        ),
        Column(
            "days",
            "可转诊日",
            message('Weekdays on which it can send patients, separated by ";"; empty: any.'),
            WEEKDAYS_LIST,
            aliases=("可送诊日", "转诊日"),
        ),
        CLAIMABLE_CHANNELS,
    ),
    ("医联体", "成员单位"),
)

CREDITS = Table(
    "credits",
    "结转号数",
    message("What earlier weeks owe each partner in each specialty."),
    (
        PARTNER,
        SPECIALTY,
        Column(
            "credit",
            "结转",
            message("Tickets owed, such as 2/5; below 0 it has had more than its part."),
            EXACT,
            required=True,
            aliases=("欠号", "结转号"),
        ),
    ),
    ("号源结转",),
)
