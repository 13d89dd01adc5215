from __future__ import annotations

from scheduler.errors import Where
from scheduler.tables.typed_names import parse_clinic, parse_doctor, unknown_doctor
from tests.adjust.small import DOCTORS, row, scenario
from tests.check.small import clinic, monday


def test_a_doctor_is_named_by_key_or_by_a_name_that_one_bears() -> None:
    named = tuple(
        d.model_copy(update={"name": {"ann": "王 伟", "bob": "李明"}.get(d.doctor, "张三")}) for d in DOCTORS
    )
    week = scenario(row("bob", "mon-am"), doctors=named)
    assert parse_doctor(week, "bob") == "bob"
    assert parse_doctor(week, "李明") == "bob"
    assert parse_doctor(week, "王伟") == "ann"
    assert parse_doctor(week, "张三") == "张三"
    assert "cid (eye), dan (eye), eve (ear)" in str(unknown_doctor(week, "张三", Where()).sentence())


def test_a_key_is_known_in_any_width_and_case() -> None:
    week = scenario(row("bob", "mon-am"))
    assert parse_doctor(week, "Ｂｏｂ") == "bob"


def test_a_clinic_is_known_in_any_spelling_and_nothing_is_none() -> None:
    week = monday(clinics=(clinic(), clinic("骨科门诊（本部）", "eye")))
    assert parse_clinic(week, "骨科門診(本部)") == "骨科门诊（本部）"
    assert parse_clinic(week, "") == ""
    assert parse_clinic(week, "x-ray") == "x-ray"
