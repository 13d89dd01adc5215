"""The tables of a scenario and their columns; the keys are the fields of the models."""

from __future__ import annotations

from dataclasses import replace

from scheduler.tables.columns.cells import (
    CHANNELS_LIST,
    COUNT,
    DATE,
    DAY,
    DAY_KIND,
    EXACT,
    FLAG,
    HALF,
    HALF_DAYS,
    HOURS,
    KIND,
    LEVEL,
    LIST,
    NO_SHOWS,
    OPEN_WINDOWS,
    PACE_QUALITY,
    PACE_SCOPE,
    PRESENCE,
    VISIT,
    WEEKDAY,
    WEEKDAYS_LIST,
    WEEKS,
)
from scheduler.tables.columns.headings import Column, Table
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
