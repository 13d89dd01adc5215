"""No patient data: what is refused by pattern, what is not, and that none of it is ever repeated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.errors import ClaimError, Where
from scheduler.tickets.claims import claim
from scheduler.tickets.personal_data import key_problems, name_problems, referral_problems, text_problems
from scheduler.tickets.queries import find_claims, list_available_slots, report_use
from scheduler.tickets.returns import return_claim
from scheduler.tickets.store import open_or_make_store
from tests.tickets.week import CLAIMED

PERSONAL = {
    "identity card": ["11010519491231002X", "440524188001010014", "R-110105194912310028", "130503670401001"],
    "number of an identity card": ["77711010519491231002X", "1101051949123100289999", "R0110105194912310028"],
    "mobile telephone": [
        "13800138000",
        "+8613800138000",
        "86-138-0013-8000",
        "R13800138000",
        "138 0013 8000",
        "013812345678",
        "00013812345678",
    ],
    "telephone number": ["010-62345678", "01062345678", "0755-8234567", "+86 10 6234 5678"],
    "e-mail": ["zhang@example.org"],
}


@pytest.mark.parametrize("text", [text for texts in PERSONAL.values() for text in texts])
def test_a_number_of_a_person_is_refused_everywhere(text: str) -> None:
    for problems in (referral_problems(text), text_problems(f"because of {text}", "reason")):
        assert problems
        assert all(text not in str(problem) for problem in problems)


@pytest.mark.parametrize(("word", "texts"), PERSONAL.items())
def test_the_refusal_says_what_it_looks_like(word: str, texts: list[str]) -> None:
    for text in texts:
        assert any(word in str(problem.wrong) for problem in text_problems(text, "reason"))


def test_all_reasons_are_told_at_once() -> None:
    assert len(referral_problems("张三 13800138000 @" + "x" * 30)) >= 5


@pytest.mark.parametrize("text", ["", "张三", "a b", "a#b", "x" * 41, "é", "zhangsan", "ZHANG-SAN"])
def test_a_referral_is_made_of_plain_letters_figures_and_a_few_signs(text: str) -> None:
    assert referral_problems(text)


@pytest.mark.parametrize(
    "text", ["R-2026-000123", "7", "2026-17", "P1-0000004711", "1" + "a" * 39, "ZY/2026_07.0001"]
)
def test_opaque_numbers_pass(text: str) -> None:
    assert referral_problems(text) == ()


@pytest.mark.parametrize(
    "text", ["张医生停诊", "患者少", "Dr D0017 away from 2026-07-20", "改期至20260721上午8:30", ""]
)
def test_a_reason_without_persons_passes(text: str) -> None:
    assert text_problems(text, "reason") == ()


DAY = dt.date(2026, 7, 10)


@pytest.mark.parametrize(
    "referral",
    ["19800101", "X-2012-03-04", "R0019800101", "19561012", "20260709", "R2026/07/09", "20250101-7"],
)
def test_a_referral_holds_no_date_of_birth(referral: str) -> None:
    assert any("a date" in str(problem.wrong) for problem in referral_problems(referral, DAY))
    assert referral_problems(referral) == ()


@pytest.mark.parametrize("referral", ["R20260710-15", "202607100001", "ZZ2026071000015", "2026.06.30/3"])
def test_a_dated_serial_number_is_no_birth(referral: str) -> None:
    assert referral_problems(referral, DAY) == ()


@pytest.mark.parametrize(
    "text",
    ["1380013\u200b8000", "١٣٨٠٠١٣٨٠٠٠", "一三八〇〇一三八〇〇〇", "138O0I38000", "１３８—００１３—８０００"],
)
def test_a_number_of_a_person_is_refused_in_whatever_signs_it_is_written(text: str) -> None:
    assert text_problems(f"call {text}", "reason")


@pytest.mark.parametrize("text", ["患者张三改期", "病人：欧阳娜娜不来", "患\u200b者 张三 改期"])
def test_a_reason_names_no_patient(text: str) -> None:
    (problem,) = text_problems(text, "reason")
    assert "name a patient" in str(problem.wrong)
    assert name_problems(text, "by") == ()


def test_bytes_that_are_no_text_are_refused_without_a_traceback(tmp_path: Path) -> None:
    store = open_or_make_store(f"sqlite:///{tmp_path / 'ledger.db'}")
    asks: list[Callable[[str], object]] = [
        lambda bad: claim(store, bad, "a", "R-1", CLAIMED),
        lambda bad: claim(store, "P1", bad, "R-1", CLAIMED),
        lambda bad: list_available_slots(store, bad, CLAIMED),
        lambda bad: find_claims(store, bad),
        lambda bad: report_use(store, week=bad),
        lambda bad: return_claim(store, bad, "R-1", CLAIMED),
    ]
    for ask in asks:
        with pytest.raises(ClaimError, match="characters that are not text") as refused:
            ask("P\udcff")
        str(refused.value).encode()
    store.close()


def test_a_long_number_is_refused_in_free_text() -> None:
    assert text_problems("record 00123456", "reason")


@given(st.integers(0, 10**9 - 1), st.sampled_from("3456789"), st.text("-abcXYZ", max_size=5))
def test_every_mobile_number_is_found_wherever_it_stands(rest: int, second: str, before: str) -> None:
    assert referral_problems(f"{before}1{second}{rest:09d}")


def test_a_refused_number_is_nowhere_in_the_error_or_the_file(tmp_path) -> None:
    file = tmp_path / "ledger.db"
    store = open_or_make_store(f"sqlite:///{file}")
    with pytest.raises(ClaimError) as refused:
        claim(store, "P1", "a", "13800138000", CLAIMED)
    store.close()
    assert "13800138000" not in str(refused.value)
    assert all(b"13800138000" not in path.read_bytes() for path in tmp_path.iterdir())


@pytest.mark.parametrize("number", ["20150123456", "D0211", "00123456"])
def test_a_staff_number_of_any_length_may_stand_in_a_timetable(number: str) -> None:
    assert key_problems(number, Where(field="doctor")) == ()


@pytest.mark.parametrize("text", ["张三 13800138000", "１１０１０１１９９００３０７７７５８", "a@b.cn"])
def test_a_name_in_a_timetable_holds_no_number_of_a_person(text: str) -> None:
    (problem,) = key_problems(text, Where(field="doctor"))
    assert text not in str(problem.sentence())
