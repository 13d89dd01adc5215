"""What the report calls things: a message for every level, half, kind, status, strictness and the like."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.clock import DayKind, Half
from scheduler.outcome import SESSIONS, Status
from scheduler.roster import Change, Channel
from scheduler.rules import Strictness, rule
from scheduler.scenario.hospital import Kind
from scheduler.words import Message, message

HALF_WORDS: Mapping[Half, Message] = {
    Half.AM: message("AM"),
    Half.PM: message("PM"),
    Half.EVE: message("EVE"),
}

KIND_WORDS: Mapping[Kind, Message] = {
    Kind.ORDINARY: message("ordinary"),
    Kind.EXPERT: message("expert"),
    Kind.DISEASE: message("disease"),
    Kind.SPECIAL_NEED: message("special-need"),
    Kind.INTERNATIONAL: message("international"),
    Kind.MDT: message("multidisciplinary"),
    Kind.PHARMACY: message("pharmacy"),
}

STATUS_WORDS: Mapping[Status, Message] = {
    Status.OPTIMAL: message("Proved optimal"),
    Status.FEASIBLE: message("Feasible, not proved optimal"),
    Status.INFEASIBLE: message("No roster possible"),
    Status.TIMED_OUT: message("Out of time"),
}

STRICTNESS_WORDS: Mapping[Strictness, Message] = {
    Strictness.HARD: message("must hold"),
    Strictness.SOFT: message("striven for"),
    Strictness.OFF: message("not looked at"),
}

CHANGE_WORDS: Mapping[Change, Message] = {
    Change.KEPT: message("kept"),
    Change.MOVED: message("moved"),
    Change.COVERED: message("covered"),
    Change.ADDED: message("added"),
    Change.DROPPED: message("dropped"),
}

CHANNEL_WORDS: Mapping[Channel, Message] = {
    Channel.PARTNER: message("consortium partners"),
    Channel.PRIMARY_CARE: message("primary care"),
    Channel.RETURN_VISIT: message("return visits"),
    Channel.ON_SITE: message("on site"),
    Channel.PUBLIC: message("public booking"),
}

DAY_KIND_WORDS: Mapping[DayKind, Message] = {
    DayKind.WORKING: message("working day"),
    DayKind.WEEKEND: message("weekend"),
    DayKind.CLOSED: message("closed"),
}


def tier_name(key: str) -> Message:
    """Return what people call the tier with this key: that of a rule, or of the sessions that change."""
    return message("changed sessions") if key == SESSIONS else rule(key).name
