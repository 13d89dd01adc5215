"""A notice as a text for patients: one line a session, without a word on any patient or on why the doctor is away."""

from __future__ import annotations

import datetime as dt

from scheduler.forms.notices.changes import Notice, NoticeKind
from scheduler.names import LEVEL_WORDS
from scheduler.report.voice import Voice
from scheduler.report.words import HALF_WORDS
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message


def patient_text(scenario: Scenario, notice: Notice, voice: Voice) -> str:
    """Return the text of a session that is stopped, covered or rescheduled, as the hospital sends it."""
    parts = {
        "at": half_day(notice.at.date, voice) + voice.say(HALF_WORDS[notice.at.half]),
        "where": place(notice, voice),
        "doctor": scenario.doctor_name(notice.doctor),
    }
    if notice.to is not None:
        parts["to"] = half_day(notice.to.date, voice) + voice.say(HALF_WORDS[notice.to.half])
    room = voice.say(message(", room {room}", room=notice.room)) if notice.room else ""
    return voice.say(_sentence(scenario, notice, voice, parts, room))


def _sentence(scenario: Scenario, notice: Notice, voice: Voice, parts: dict[str, str], room: str) -> Message:
    if notice.kind is NoticeKind.STOPPED:
        return message(
            "{at}, {where}: Dr {doctor}'s clinic is stopped. If you have booked, please change your booking or return it.",
            **parts,
        )
    if notice.kind is NoticeKind.COVERED:
        level = scenario.level_at(notice.other, min(notice.clinics))
        return message(
            "{at}, {where}: Dr {other} ({level}) sees patients in place of Dr {doctor}; the time stays{room}. If you"
            " prefer, please change your booking or return it.",
            **parts,
            other=scenario.doctor_name(notice.other),
            level=LEVEL_WORDS[level],
            room=room,
        )
    if notice.kind is NoticeKind.MOVED:
        return message(
            "{at}, {where}: Dr {doctor}'s clinic moves to {to}{room}. If you cannot come then, please change your"
            " booking or return it.",
            **parts,
            room=room,
        )
    return message("{at}, {where}: an extra clinic of Dr {doctor}{room}.", **parts, room=room)


def half_day(date: dt.date, voice: Voice) -> str:
    """Return a date as a text begins with it: `7月22日（周三）`, `Wed 22 Jul `."""
    if voice.language == "zh":
        return f"{date.month}月{date.day}日（{voice.weekday(date)}）"
    return f"{voice.date(date)} "


def place(notice: Notice, voice: Voice) -> str:
    """Return campus, specialty and clinics of a notice, none of them twice."""
    clinics = voice.join(notice.clinics)
    names = (name for name in (notice.campus, notice.specialty) if name and name not in clinics)
    return " ".join((*names, clinics))
