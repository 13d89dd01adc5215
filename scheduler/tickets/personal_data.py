"""Personal data, recognised by pattern, which may not be written into the ledger. A refusal never repeats the text."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator

from scheduler.errors import Problem, Where
from scheduler.words import Message, message

_LONGEST = 40
_BEFORE, _AFTER = -90, 30
"""Days from a claim to the date in the number of its case, at least and at most."""
_GAP = r"[-\s.]?"
# With a lookahead, so at every place: a number may begin inside what only looks like one.
_ID_18 = re.compile(rf"(?=([1-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9Xx]))")
_ID_15 = re.compile(rf"(?=(?<![0-9])([1-9](?:{_GAP}[0-9]){{14}})(?![0-9]))")
_MOBILE = re.compile(rf"(?<![0-9])0*(?:\+?86[-\s.()]*0*)?1{_GAP}[3-9](?:{_GAP}[0-9]){{9}}(?![0-9])")
_LANDLINE = re.compile(
    r"(?:(?<![0-9])0|(?:\+|00)86[-\s.(]*0?)(?:10|2[0-9]|[3-9][0-9]{2})[-\s.)]*"
    rf"[2-9](?:{_GAP}[0-9]){{6,7}}(?![0-9])"
)
_EMAIL = re.compile(r"\S@\S")
_LONG_NUMBER = re.compile(r"[0-9]{7,}")
_DAY = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_DATE = re.compile(r"(?=((?:19|20)[0-9]{2})([-/_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12][0-9]|3[01]))")
_NO_FIGURE = re.compile(r"[A-Za-z/_.-]+")
_DIGITS = (
    {character: str(value) for value, character in enumerate("〇一二三四五六七八九")}
    | {"零": "0"}
    | dict.fromkeys("‐‑‒–—―−", "-")
)
# Letters that pass for figures, where figures stand on both sides.
_ZERO = re.compile(r"(?<=[0-9])[OoОо](?=[0-9OoОоIl|])")
_ONE = re.compile(r"(?<=[0-9])[Il|](?=[0-9Il|])")
_PATIENT = re.compile(r"(?:患者|病人)[\s:]*[\u4e00-\u9fff]{2,4}")
# Half of a pair is what Python makes of bytes that are no UTF-8; PostgreSQL has no room for the sign numbered 0.
_NO_LETTER = re.compile("[\x00\ud800-\udfff]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def referral_problems(referral: str, day: dt.date | None = None) -> tuple[Problem, ...]:
    """Return everything that is wrong with a referral number: it is opaque, 1 to 40 of A-Z, a-z, 0-9 and "- / _ .".

    A date in it is one of a birth, unless it lies near the `day` of the claim and more figures follow or precede it, as in
    a dated serial number. Without a day, which is how a number is looked up that was claimed before, dates pass.
    """
    wrong = [*_wrong_letters(referral), *_personal(referral)]
    if day is not None and any(not _is_serial(referral, match, day) for match in _DATE.finditer(referral)):
        wrong.append(message("it contains a date, like a date of birth"))
    if _NO_FIGURE.fullmatch(referral):
        wrong.append(message("it contains no digit, like a name"))
    remedy = message("Use the number that the partner's own referral system gave the case.")
    return tuple(Problem(Where(field="referral"), reason, remedy) for reason in wrong)


def _is_serial(referral: str, match: re.Match[str], day: dt.date) -> bool:
    """Return whether a date in a referral number is no birth: that of a case, with the case's own figures beside it."""
    year, sign, month, of_month = match.groups()
    try:
        date = dt.date(int(year), int(month), int(of_month))
    except ValueError:
        return True
    begin, length = match.start(), len(year + month + of_month) + 2 * len(sign)
    rest = referral[:begin] + referral[begin + length :]
    return _BEFORE <= (date - day).days <= _AFTER and any(character.isdigit() for character in rest)


def text_problems(text: str, field: str) -> tuple[Problem, ...]:
    """Return everything that is wrong with a free text, such as a reason: it may not speak of a person."""
    named = [message("it seems to name a patient")] if _PATIENT.search(_seen(text)) else []
    return _refusals(text, field, [*_numbers(text), *named])


def key_problems(text: str, where: Where) -> tuple[Problem, ...]:
    """Return everything that is wrong with a name of the timetable: a doctor's, a clinic's, a room's, a staff number.

    Numbers of any length are staff numbers, but not those of identity cards and telephones.
    """
    remedy = message("Write a name, or the staff number of the hospital.")
    return tuple(Problem(where, reason, remedy) for reason in _personal(text))


def _refusals(text: str, field: str, wrong: Iterable[Message]) -> tuple[Problem, ...]:
    remedy = message("Write it without names of patients and numbers of persons, cards and telephones.")
    problems = tuple(Problem(Where(field=field), reason, remedy) for reason in wrong)
    return (*letter_problems(text, field), *problems)


def _numbers(text: str) -> list[Message]:
    numbers = _LONG_NUMBER.findall(_plain(text))
    unknown = any(not _DAY.fullmatch(number) for number in numbers)
    long = message("it contains a long number, like that of a record or a card")
    return [*_personal(text)] or ([long] if unknown else [])


def letter_problems(text: str, field: str) -> tuple[Problem, ...]:
    """Return what is wrong with a text that holds what is no letter, such as bytes that are not UTF-8."""
    if not _NO_LETTER.search(text):
        return ()
    remedy = message("Write it in UTF-8, and without control characters.")
    return (Problem(Where(field=field), message("it contains characters that are not text"), remedy),)


def name_problems(text: str, field: str) -> tuple[Problem, ...]:
    """Return everything that is wrong with the name of whoever acts: 1 to 120 characters, and no number of a person."""
    if not text.strip() or len(text) > 120 or text != text.strip():
        remedy = message("Write 1 to 120 characters without blanks around them.")
        return (
            Problem(Where(field=field), message("this is not a name"), remedy),
            *_refusals(text, field, _numbers(text)),
        )
    return _refusals(text, field, _numbers(text))


def _wrong_letters(referral: str) -> Iterator[Message]:
    if not referral:
        yield message("it is empty")
    if len(referral) > _LONGEST:
        yield message("it is longer than {most} characters", most=_LONGEST)
    if any(character.isspace() for character in referral):
        yield message("it contains blanks, like a name")
    if any(character.isalpha() and not character.isascii() for character in referral):
        yield message("it contains Chinese or other letters, like a name")
    other = re.sub(r"[A-Za-z0-9/_.-]|\s", "", referral)
    if any(not character.isalpha() or character.isascii() for character in other):
        yield message('it contains characters other than A-Z, a-z, 0-9 and "- / _ ."')


def _seen(text: str) -> str:
    """Return the text in its plain letters, without characters of no width."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(character for character in folded if unicodedata.category(character) != "Cf")


def _plain(text: str) -> str:
    """Return the text with figures written as figures, whatever sign or script hides them."""
    digits = "".join(_DIGITS.get(character) or _digit(character) for character in _seen(text))
    return _ONE.sub("1", _ZERO.sub("0", digits))


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _personal(text: str) -> Iterator[Message]:
    plain = _plain(text)
    if _holds_id(plain):
        yield message("it looks like the number of an identity card")
    if _MOBILE.search(plain):
        yield message("it looks like a mobile telephone number")
    if _LANDLINE.search(plain):
        yield message("it looks like a telephone number")
    if _EMAIL.search(plain):
        yield message("it looks like an e-mail address")


def _holds_id(text: str) -> bool:
    if any(_is_id(text, *match.span(1)) for match in _ID_18.finditer(text)):
        return True
    short = (re.sub(r"[-\s.]", "", match[1]) for match in _ID_15.finditer(text))
    return any(_DAY.fullmatch("19" + number[6:12]) for number in short)


def _is_id(text: str, begin: int, end: int) -> bool:
    number = re.sub(r"[-\s.]", "", text[begin:end])
    if _DAY.fullmatch(number[6:14]):
        return True
    # Inside a longer number one in eleven would have a right check digit by chance.
    alone = not (text[:begin][-1:].isdigit() or text[end:][:1].isdigit())
    return alone and _has_check_digit(number)


def _has_check_digit(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return "10X98765432"[total % 11] == number[17].upper()


_OF_A_PATIENT = re.compile(
    r"患者|病人|姓名|手机|电话|联系方式|身份证|证件|卡号|病历|病案|住址|地址|出生|生日|微信|邮箱"
    r"|patient|name|phone|mobile|telephone|\btel\b|identity|id_?card|national_?id|\bmrn\b|address|birth|e-?mail|wechat",
    re.IGNORECASE,
)


def column_problems(heading: str, where: Where) -> tuple[Problem, ...]:
    """Return what is wrong with a column by its heading: it may not tell who a patient is."""
    if not _OF_A_PATIENT.search(_seen(heading)):
        return ()
    return (Problem(where, message("the column seems to tell who a patient is"), _TAKE_OUT),)


def record_problems(text: str, where: Where) -> tuple[Problem, ...]:
    """Return what is wrong with a text in a column of a record: it may not hold a number of a person."""
    return tuple(Problem(where, reason, _TAKE_OUT) for reason in _personal(text))


_TAKE_OUT = message("Take the column out of the file: no name, telephone or number of a patient is needed.")
