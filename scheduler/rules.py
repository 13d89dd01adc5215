"""The catalogue of rules: one key each, the sentence people read, its unit, source and default. No logic."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scheduler.words import Message, marked, message


class Strictness(StrEnum):
    """How a rule is held: it must hold, it is striven for, or it is not looked at."""

    HARD = "hard"
    SOFT = "soft"
    OFF = "off"


class Stage(StrEnum):
    """The step of the plan that answers for a rule."""

    WEEK = "week"
    ROOMS = "rooms"
    SLOTS = "slots"
    RESERVE = "reserve"


@dataclass(frozen=True)
class Rule:
    """One rule. `unit` is what one unit of violation is; `source` the paragraph it comes from."""

    key: str
    sentence: Message
    unit: Message
    source: str
    default: Strictness
    stage: Stage = Stage.WEEK

    @property
    def name(self) -> Message:
        """What people call the rule: its key in English, a short name in other languages."""
        return Message(self.key, {})


_HARD, _SOFT = Strictness.HARD, Strictness.SOFT

RULES: tuple[Rule, ...] = (
    Rule(
        marked("availability"),
        message("Nobody is rostered where they are away."),
        message("sessions where the doctor is away"),
        "hospital practice: signed leave and stop requests (停诊)",
        _HARD,
    ),
    Rule(
        marked("one_place"),
        message("A doctor has at most one session in a half-day."),
        message("sessions too many in a half-day"),
        "the session is doctor x half-day x room (出诊单元)",
        _HARD,
    ),
    Rule(
        marked("eligible"),
        message("A doctor serves only clinics approved for them, and meets each clinic's level."),
        message("ticket blocks without approval or level"),
        "2023 outpatient booking standard (门诊预约诊疗服务规范), art. 7",
        _HARD,
    ),
    Rule(
        marked("session_limits"),
        message("Each doctor's sessions a week lie within their limits."),
        message("sessions outside a doctor's limits"),
        "Beijing practice about 2012: chiefs at least 3 half-days, deputy chiefs at least 5",
        _HARD,
    ),
    Rule(
        marked("rooms"),
        message("At no half-day do a pool's sessions outnumber its rooms."),
        message("sessions without a room"),
        "100-day plan of 22 July 2019, task 1: one doctor, one patient (一医一患)",
        _HARD,
    ),
    Rule(
        marked("pinned"),
        message("Pinned sessions stay where they are."),
        message("pinned sessions moved or dropped"),
        "the planner's word",
        _HARD,
    ),
    Rule(
        marked("ratio_day"),
        message("On every working day the morning sessions stay within the limit per afternoon session."),
        message("morning sessions above the limit"),
        "100-day plan of 22 July 2019, task 6: daily ratio 1.2:1",
        _HARD,
    ),
    Rule(
        marked("ratio_specialties"),
        message("Most specialties keep the limit over the week."),
        message("specialties missing"),
        "2019 plan, section (三): most specialties of the hospital (全院绝大多数专业)",
        _HARD,
    ),
    Rule(
        marked("ratio_target"),
        message("Each working day strives for the target ratio."),
        message("morning sessions above the target"),
        "100-day plan of 22 July 2019, task 6: strive for 1.1:1 (力争)",
        _SOFT,
    ),
    Rule(
        marked("ratio_experts"),
        message("Expert sessions keep the limit too, each working day."),
        message("expert morning sessions above the limit"),
        "2023 outpatient booking standard, art. 9: raise the afternoon share of expert sessions",
        _SOFT,
    ),
    Rule(
        marked("cover"),
        message("Each clinic gets the sessions, of the level, that its demand asks for."),
        message("sessions short of demand"),
        "2023 outpatient booking standard, art. 8",
        _SOFT,
    ),
    Rule(
        marked("expert_presence"),
        message("A specialty that opens on a working day has an expert session that day."),
        message("specialty days without an expert"),
        "2023 outpatient booking standard, art. 9",
        _SOFT,
    ),
    Rule(
        marked("changes"),
        message("Few sessions change."),
        message("change points (same date 2, other date 3)"),
        "hospital practice: 91 % of the timetable stays from month to month",
        _SOFT,
    ),
    Rule(
        marked("fairness"),
        message("Afternoons, Fridays and weekends are shared out among a specialty's doctors."),
        message("sessions above a doctor's fair share"),
        "hospital practice; physician rostering literature (Erhard et al. 2018)",
        _SOFT,
    ),
    Rule(
        marked("rest"),
        message("A doctor has enough hours of rest between two days."),
        message("nights with too little rest"),
        "EU Directive 2003/88/EC, art. 3: daily rest; Beijing names no hours, and no morning after an evening is practice",
        _SOFT,
    ),
    Rule(
        marked("one_campus"),
        message("A doctor stays at one campus through a day, unless there is time to travel."),
        message("days on which a doctor changes campus"),
        "hospital practice",
        _SOFT,
    ),
    Rule(
        marked("daily_sessions"),
        message("No doctor has too many sessions a day or too many days a week."),
        message("sessions too many a day, days too many a week"),
        "Labour Law of China (劳动法), art. 36 and 38: 8 hours a day, one day of rest a week",
        _SOFT,
    ),
    Rule(
        marked("preferences"),
        message("Doctors' wishes are met."),
        message("wishes not met, weighted"),
        "the doctors' word",
        _SOFT,
    ),
    Rule(
        marked("same_room"),
        message("A doctor keeps the room of before, and one room through a day."),
        message("room changes"),
        "hospital practice",
        _SOFT,
        Stage.ROOMS,
    ),
    Rule(
        marked("slot_length"),
        message("Slots are at most 30 minutes."),
        message("slots that are too long"),
        "2019 plan, section (一) and 100-day plan, task 5; 2023 standard, art. 10",
        _HARD,
        Stage.SLOTS,
    ),
    Rule(
        marked("tickets_add_up"),
        message("A session's tickets are all in its slots, and a slot's tickets all in its channels."),
        message("tickets lost or made up"),
        "bookkeeping",
        _HARD,
        Stage.SLOTS,
    ),
    Rule(
        marked("appointments"),
        message(
            "Every ticket has its start inside its slot; doctor, room and clinic of a slot are its session's."
        ),
        message("tickets without a right start, slots unlike their session"),
        "bookkeeping; 2023 outpatient booking standard, art. 10: appointments by time",
        _HARD,
        Stage.SLOTS,
    ),
    Rule(
        marked("reserve_expert"),
        message(
            "Of each consortium specialty's expert tickets a week the share is held for partners, spread evenly."
        ),
        message("tickets short of the share or out of even spread"),
        "2019 plan, section (一): 30 % of expert tickets of the consortium's specialties",
        _HARD,
        Stage.RESERVE,
    ),
    Rule(
        marked("channel_shares"),
        message(
            "Every channel holds the tickets its rules ask for, and opens and falls back at their hours."
        ),
        message("tickets short of a channel's rule, or in the wrong window"),
        "the policy's presets and channels; docs/consortium.md tells their sources",
        _HARD,
        Stage.RESERVE,
    ),
    Rule(
        marked("partner_shares"),
        message("Every partner gets its part of a specialty's reserve, credits of earlier weeks counted."),
        message("tickets away from a partner's part, or that it cannot use"),
        "2019 plan, section (一): numbers kept for partners and primary care; docs/consortium.md",
        _HARD,
        Stage.RESERVE,
    ),
)
"""Every rule, in the order reports show them."""

KEYS: tuple[str, ...] = tuple(rule.key for rule in RULES)
"""The keys of all rules, in catalogue order."""

DEFAULT_TIERS: tuple[str, ...] = (
    "cover",
    "changes",
    "ratio_target",
    "ratio_experts",
    "expert_presence",
    "fairness",
    "rest",
    "one_campus",
    "daily_sessions",
    "preferences",
    "same_room",
)
"""Order in which soft rules are optimised, the most important first."""

_HELD_LONGEST = (
    "one_place",
    "pinned",
    "eligible",
    "availability",
    "session_limits",
    "rooms",
    "ratio_specialties",
    "ratio_day",
    "cover",
    "changes",
)

BENDING_ORDER: tuple[str, ...] = (
    *_HELD_LONGEST,
    *(rule.key for rule in RULES if rule.stage is Stage.WEEK and rule.key not in _HELD_LONGEST),
)
"""The weekly rules in the order they are held on to when not all can be: what is last is given up first."""

_BY_KEY = {rule.key: rule for rule in RULES}


def rule(key: str) -> Rule:
    """Return the rule with this key; raises KeyError for a key that is none."""
    return _BY_KEY[key]
