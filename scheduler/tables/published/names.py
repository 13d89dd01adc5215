"""The names in a cell: one name a session, what stands about it taken off and read (title, stopped, odd weeks, tickets)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scheduler.scenario.hospital import Kind, Level
from scheduler.scenario.recurrence import EVERY_WEEK, Recurrence
from scheduler.tables.columns.moments import Moment, names_a_moment, read_moments
from scheduler.tables.columns.spellings import folded, simplified
from scheduler.tables.columns.values import parse_kind, parse_level, parse_status
from scheduler.tables.published.notes import stopped_days
from scheduler.text_cache import text_cache


@dataclass(frozen=True, slots=True)
class CellEntry:
    """What a cell says of one session: a name, which may be empty, and what stood about it.

    `marks` are what was taken off, as written, `unread` what was taken off without being understood; `post` is a name of
    no person; `stops` are days, or halves, on which the session is stopped. `clinic` and `campus` are empty, and `level`, `kind`, `stopped` and `tickets` None, where the cell tells none.
    """

    name: str
    marks: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    level: Level | None = None
    kind: Kind | None = None
    stopped: bool | None = None
    stops: tuple[Moment, ...] = ()
    tickets: int | None = None
    weeks: Recurrence = EVERY_WEEK
    clinic: str = ""
    campus: str = ""
    room: str = ""
    number: str = ""
    moments: tuple[Moment, ...] = ()
    post: bool = False


_SEPARATOR = re.compile(
    r"[、，,;；/|&]+|(?<=[\u4e00-\u9fff）)\]】*])[ \u3000\t]+(?=[\u4e00-\u9fff【\[(（])|\s{2,}|\s\+\s"
)
BRACKETED = re.compile(r"[(（\[【〔<《「]([^()（）\[\]【】〔〕<>《》「」]*)[)）\]】〕>》」]")
_SYMBOLS = re.compile(r"[*＊★☆#＃※▲△●○◆◇■□◎^§†‡①②③④⑤⑥⑦⑧⑨⑩√✓✔☑]+|(?<=\D)[.。:：、]+$|^[-—–:：.。]+")
_TITLE = re.compile(
    r"(科?副?主任(中|西)?(医师|药师|技师|护师|医生|大夫)?|主治(中|西)?(医师|医生)?|主管(药师|技师|护师)|住院(医师|医生)"
    r"|医师|医生|大夫|副?教授|副?研究员|博士|硕士|知名专家|专家|老师|院士|名医|院长|副高|正高)$"
)
ROOM = re.compile(
    r"(?:\d+|[a-z]\d+|[一二三四五六七八九十]+)\s*(?:号|诊)?(?:诊室|诊间|室|诊区|诊位)|.*(?:诊室|诊间|诊区)\s*\d*|(?:[a-z]|门诊楼?|外科楼|内科楼)?\s*(?:\d+\s*[层楼fF](?:.*)|[一二三四五六七八九十]+[层楼])|\d+[-#]\d+",
    re.IGNORECASE,
)
CAMPUS = re.compile(
    r".{1,12}(?:院区|分院|院部|医院)|本部|总院|本院|[东西南北中新老]院|[东西南北中新老]区|.{1,6}门诊部"
)
PLACE = re.compile(
    r".{0,20}(?:科|门诊|诊区|中心|病房|病区|专病|疾病|专业|专科|病|诊疗组?|症|综合征)(?:\d*|[一二三四五六七八九十]*)"
)
_POST = re.compile(
    r"(?:(?:普通|普|专家|专科|专病|特需|国际|主任|副主任|主治|住院|值班|当班|出诊|轮转|轮值|轮流|本科|各级|多学科|联合|夜间|方便|便民|简易|急诊|知名|"
    r"教学|全科|名医|医疗|在岗|其他)+(?:门诊|号源?|诊|医生|医师|大夫|团队|小组|组|专家)*|(?:门诊|医生|医师|专家|大夫|团队|医疗组|待定|未定|轮转)+)"
    r"[\da-z一二三四五六七八九十]*"
)
_TICKETS = re.compile(r"限?(?:号|额)?\s*(\d{1,3})\s*(?:个?号|人|个|位|名)?")
_NUMBER = re.compile(r"[a-z]{0,4}\d{4,}", re.IGNORECASE)
_NUMBERED = re.compile(
    r"([A-Za-z]{0,4}\d{4,})[\s-]*([\u4e00-\u9fff].*)|([\u4e00-\u9fff].*?)[\s-]*([A-Za-z]{0,4}\d{4,})"
)
"""A staff number before or after a name."""
_TIMED = (
    re.compile(r"(?P<name>.*[\u4e00-\u9fff)）])\s*(?P<time>\d{1,2}[:：]\d\d.*)"),
    re.compile(r"(?P<time>\d{1,2}[:：]\d\d[-~～—–至到\d:：\s]*)(?P<name>[\u4e00-\u9fff].*)"),
    re.compile(
        r"(?P<name>[\u4e00-\u9fff]{2,4}?)"
        r"(?P<time>(?:周|星期|礼拜)[一二三四五六日天].*|[上下]午.*|全天.*|[单双隔]周.*)"
    ),
)
"""A time after or before a name."""
_NOT_A_NAME = re.compile(r"诊|号|限|预约|患者|病人|复查|\d元|电话|通知|待定|详见")
"""Words that no name of a person has."""
_INSTEAD = re.compile(r"(?:代|替)(?!诊).{1,4}|.{1,4}(?:代|替)诊?")
_COVERED = ("被替", "被代", "已替", "停")


NOTHING = frozenset(
    "- -- --- — —— – / \\ 无 空 休 休息 轮休 off 不出诊 未排 n/a na none nil x × ✗ 0 否 no n".split()  # noqa: SIM905
) | {""}
"""Cells that hold nothing, folded."""


LONGEST = 120
"""Most characters of a name; patterns are not tried on longer texts, which may be anything."""

_LONGEST_CELL = 500
"""More characters are no names of doctors."""


_DOWNWARDS = re.compile(r"[\u4e00-\u9fff](?:\s*\n\s*[\u4e00-\u9fff]){1,3}")


@text_cache
def names_in(text: str) -> tuple[CellEntry, ...]:
    """Return the names in a cell, in order; none where it holds none (`-`, `无`, `休息`).

    What stands before the first name of a line belongs to all its names (骨科：甲一、乙二), what stands after a name to
    that name; a line that names nobody belongs to the name above it, or below. A cell that names nobody at all gives one
    entry without a name, and so does a line that says that another time is stopped.
    """
    if len(text) > _LONGEST_CELL:
        return (CellEntry(text),)
    names: list[CellEntry] = []
    ahead = CellEntry("")
    # A sign a line is one name that was folded, or written downwards.
    lines = ["".join(text.split())] if _DOWNWARDS.fullmatch(text.strip()) else text.splitlines()
    for line in map(_plain, lines):
        of_line = _names_of_line(line, ahead)
        if any(entry.name for entry in of_line):
            names += of_line
            ahead = CellEntry("")
        elif names and names[-1].moments and of_line and of_line[0].stops:
            names.append(replace(of_line[0], stopped=True))  # another time, at which nobody sits: 下午：停诊
        elif names and of_line:
            names[-1] = _with(names[-1], of_line[0])
        elif of_line:
            ahead = of_line[0]
    if names or ahead == CellEntry(""):
        return tuple(names)
    if ahead.kind is not None and not ahead.clinic:
        return (replace(ahead, name="".join(ahead.marks), post=True, marks=()),)
    return (ahead,)


_NUMBERED_ITEM = re.compile(r"(?:^|(?<=\s)|(?<=\D[：:]))\d{1,2}[.．、)）]\s*(?=[\u4e00-\u9fff])")
_NAMES_OF_A_KIND = re.compile(r"(?P<kind>[^(（)）]+)[(（](?P<names>[^(（)）]+)[)）]")


def _plain(line: str) -> str:
    """Return a line without the numbers of its items (1.甲一 2.乙二), and 普通门诊（甲一） as 普通门诊：甲一."""
    line = _NUMBERED_ITEM.sub("", line)
    match = _NAMES_OF_A_KIND.fullmatch(line.strip())
    if match and kind_of_words(folded(match["kind"])) is not None and told_beside(match["names"]) is None:
        return f"{match['kind']}：{match['names']}"
    return line


def _names_of_line(line: str, ahead: CellEntry) -> list[CellEntry]:
    """Return the names of a line; where it has none, one entry of what it tells, if anything."""
    names: list[CellEntry] = []
    parted = False  # by a blank, which may also pad a name of two characters
    for piece, mark in _pieces(line):
        found = _read(piece)
        if found.name and parted and names and _padded(names[-1], found):
            names[-1] = replace(names[-1], name=names[-1].name + found.name, unread=found.unread)
        elif found.name:
            names.append(_with(found, ahead))
            ahead = replace(ahead, marks=())
            if ":" in simplified(piece):
                about = CellEntry("", clinic=found.clinic, kind=found.kind, moments=found.moments)
                ahead = _with(about, ahead)
        elif names:
            names[-1] = _with(names[-1], found)
        else:
            ahead = _with(found, ahead)
        parted = not mark.strip()
    return names or ([ahead] if ahead != CellEntry("") else [])


_SURNAMES = frozenset(
    "欧阳 司马 上官 诸葛 司徒 夏侯 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 端木 东方 独孤 南宫 轩辕".split()  # noqa: SIM905
)
"""Surnames of two characters that may stand before a blank."""


def _padded(first: CellEntry, second: CellEntry) -> bool:
    """Return whether a blank parted a name (陈 明远): no name has one character, and a surname alone is none."""
    alone = len(first.name) == 1 or simplified(first.name) in _SURNAMES
    return alone and len(second.name) in (1, 2) and not first.marks and not second.marks


_EACH_WITH_MARKS = re.compile(r"[\u4e00-\u9fff]{2,4}[(（][^(（)）]*[)）]")
_ALL_WITH_MARKS = re.compile(rf"(?:{_EACH_WITH_MARKS.pattern}){{2,}}")
"""Names of which each has its marks, without a sign between: 甲一（8:00-10:00）乙二（10:00-12:00）."""


def _pieces(line: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces of a line and the separator after each. What stands in brackets is not parted."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\x00{len(kept) - 1}\x01"

    hidden = BRACKETED.sub(keep, line)
    at = 0
    while at <= len(hidden):
        match = _SEPARATOR.search(hidden, at)
        end, after = (match.start(), match.end()) if match else (len(hidden), len(hidden) + 1)
        piece = re.sub(r"\x00(\d+)\x01", lambda match: kept[int(match[1])], hidden[at:end]).strip()
        if folded(piece) not in NOTHING:
            *names, last = _EACH_WITH_MARKS.findall(piece) if _ALL_WITH_MARKS.fullmatch(piece) else [piece]
            yield from ((name, "") for name in names)
            yield last, hidden[end:after]
        at = after


def _with(name: CellEntry, other: CellEntry) -> CellEntry:
    """Return `name` with what it leaves open taken from `other`."""
    changed = {
        field: getattr(other, field)
        for field in ("level", "kind", "stopped", "tickets")
        if getattr(name, field) is None and getattr(other, field) is not None
    }
    changed |= {
        field: getattr(other, field)
        for field in ("weeks", "clinic", "campus", "room", "number", "moments", "stops")
        if not getattr(name, field) and getattr(other, field)
    }
    return replace(name, marks=name.marks + other.marks, unread=name.unread + other.unread, **changed)


_HANDED_OVER = re.compile(r"(?P<before>[^→⇒]+(?:→|⇒))(?P<now>[^→⇒]+)")
"""Who sat, and who does now: 甲一→乙二."""


def _read(piece: str) -> CellEntry:
    if len(piece) > LONGEST:
        return CellEntry(piece)
    handed_over = _HANDED_OVER.fullmatch(piece)
    if handed_over and (now := _read(handed_over["now"])).name:
        return replace(now, marks=(*now.marks, handed_over["before"].strip()))
    whole = BRACKETED.fullmatch(piece.strip())
    if whole and told_beside(whole[1]) is None:
        bare, found = whole[1], CellEntry("", (piece,))  # 【甲一】: the brackets are an ornament
    else:
        bare, found = _without_brackets(piece)
    symbols = tuple(mark for mark in _SYMBOLS.findall(bare) if mark.strip())
    bare = _SYMBOLS.sub("", bare).strip()
    found = replace(found, marks=found.marks + symbols)
    if not bare:
        return found
    about = None if _looks_like_person_with_title(bare) else told_beside(bare)
    return _named(bare, found) if about is None else _with(found, about)


def _without_brackets(piece: str) -> tuple[str, CellEntry]:
    """Return the piece without what stands in brackets, unless it is part of a name or clinic, and what that tells."""
    outside = _SYMBOLS.sub("", BRACKETED.sub("", piece)).strip()
    # 王静（女）, 骨科（关节）, Smith (John)
    named = bool(outside) and (
        not re.search(r"[\u4e00-\u9fff]", outside) or PLACE.fullmatch(folded(outside)) is not None
    )
    found = CellEntry("")
    for text in BRACKETED.findall(piece):
        about = told_beside(text)
        if about is not None:
            found = _with(found, about)
        elif not named and not (outside and len(text) == 1):
            found = replace(found, unread=(*found.unread, text.strip()))
    bare = BRACKETED.sub(
        lambda match: (
            "" if match[1].strip() in found.unread or told_beside(match[1]) is not None else match[0]
        ),
        piece,
    )
    return bare, found


def _looks_like_person_with_title(bare: str) -> bool:
    match = _TITLE.search(bare)
    return match is not None and len(bare) - len(match[0]) in (2, 3) and not _POST.fullmatch(simplified(bare))


def _named(bare: str, found: CellEntry) -> CellEntry:
    """Return the name with its title, tickets and colon taken off: `骨科：甲一主任 20`."""
    for pattern in _TIMED:
        if (timed := pattern.fullmatch(bare)) and names_a_moment(timed["time"]):
            moments = read_moments(timed["time"])
            about = CellEntry("", (timed["time"],), moments=moments, weeks=moments[0].weeks)
            return _with(_read(timed["name"].strip()), _with(found, about))
    head, colon, rest = re.sub("：", ":", bare).partition(":")
    if colon and rest.strip():
        about = told_beside(head.strip()) or CellEntry("", clinic=head.strip())
        return _with(_read(rest.strip()), _with(found, about))
    if (numbered := _NUMBERED.fullmatch(bare)) is not None:
        number, name = numbered[1] or numbered[4], numbered[2] or numbered[3]
        return _with(_read(name), _with(found, CellEntry("", (number,), number=number)))
    plain = simplified(bare)
    if _POST.fullmatch(plain) and not re.search(r"\d\d$", plain):
        return _with(CellEntry(bare, post=True), found)
    counted = re.search(r"(?<=[^\d\s:-])\s*[*×xX]?\s*(\d{1,3})\s*(?:个?号|人|个)?$", bare)
    if (
        counted
        and re.search(r"[\u4e00-\u9fff]", bare[: counted.start()])
        and not re.search(r"[A-Za-z\d-]$", bare[: counted.start()].rstrip())
    ):
        found = replace(
            found,
            tickets=int(counted[1]) if found.tickets is None else found.tickets,
            marks=(*found.marks, counted[0].strip()),
        )
        bare = bare[: counted.start()].strip()
    if _NOT_A_NAME.search(simplified(bare)):
        return replace(found, unread=(*found.unread, bare))
    if _POST.fullmatch(simplified(bare).replace(" ", "")):
        return _with(CellEntry("".join(bare.split()), post=True), found)
    while (title := _TITLE.search(simplified(bare))) is not None and len(bare) - len(title[0]) >= 2:
        mark, bare = bare[len(bare) - len(title[0]) :], bare[: len(bare) - len(title[0])].strip()
        found = _with(found, CellEntry("", (mark,), level=_level(mark)))
    if re.search(r"[\u4e00-\u9fff]", bare):
        bare = "".join(bare.split())
    return _with(CellEntry(bare), found)


_BETWEEN_MARKS = re.compile(r"[、，,;；|/\s]+")
_FEE = re.compile(r"[¥￥]?\d{1,4}(?:\.\d+)?元(?:/[次号人])?|[¥￥]\d{1,4}")


def told_beside(text: str) -> CellEntry | None:
    """Return what `text`, found beside a name, tells of the session; None where it may be a name, or part of one.

    It may be several marks (特需，限20号), and a fee, which tells nothing here (特需300元).
    """
    about = _told(text)
    if about is not None:
        return about
    pieces = [piece for piece in _BETWEEN_MARKS.split(_FEE.sub(" ", text)) if piece]
    found = [_told(piece) for piece in pieces] if pieces != [text.strip()] else [None]
    if None in found:
        return None
    about = CellEntry("")
    for one in found:
        about = about if one is None else _with(about, one)
    return replace(about, marks=(text.strip(),))


def _told(text: str) -> CellEntry | None:
    word = folded(text)
    mark = (text.strip(),)
    if not word:
        return CellEntry("", mark)
    if word in ("单双周", "隔周"):
        return CellEntry("", mark)
    if word in ("单", "双", "每周"):
        return CellEntry("", mark, weeks=Recurrence.parse(word))
    if stops := stopped_days(word):
        return CellEntry("", mark, stops=stops)
    if (status := _status(word)) is not None:
        return CellEntry("", mark, stopped=status)
    if word not in ("主任", "专家") and (level := _level(text)) is not None:
        return CellEntry("", mark, level=level)
    if word in ("主任", "专家"):
        return CellEntry("", mark, level=_level(text), kind=Kind.EXPERT if word == "专家" else None)
    if (tickets := _TICKETS.fullmatch(word)) is not None:
        return CellEntry("", mark, tickets=int(tickets[1]))
    if _NUMBER.fullmatch(word) and re.search(r"^\d", word):
        return CellEntry("", mark, number=text.strip())
    if ROOM.fullmatch(word):
        return CellEntry("", mark, room=text.strip())
    if (kind := kind_of_words(word)) is not None:
        return CellEntry("", mark, kind=kind)
    if CAMPUS.fullmatch(word):
        return CellEntry("", mark, campus=text.strip())
    if PLACE.fullmatch(word) and not _POST.fullmatch(word):
        return CellEntry("", mark, clinic=text.strip())
    try:
        moments = read_moments(text)
    except ValueError:
        return None
    return CellEntry("", mark, moments=moments, weeks=moments[0].weeks)


def _status(word: str) -> bool | None:
    if any(part in word for part in _COVERED):
        return True
    if _INSTEAD.fullmatch(word) and len(word) <= 6 and ("诊" in word or word[0] in "代替"):
        return False
    try:
        return parse_status(word)
    except ValueError:
        return None


def _level(text: str) -> Level | None:
    try:
        return parse_level(text)
    except ValueError:
        return None


_KIND_ONLY = re.compile(
    r"(?:普通|专家|知名|特需|特诊|国际|国疗|专病|多学科|联合|mdt|vip|名医|药学|会诊|便民|简易)+(?:门诊|号|诊|专家|医疗)*"
)


def kind_of_words(word: str) -> Kind | None:
    """Return the kind that a folded text names and nothing else, such as 专家门诊, or None."""
    return parse_kind(word) if _KIND_ONLY.fullmatch(word) else None


_PERSON = re.compile(
    r"[^\W\d_]{1,4}\w?|[^\W\d_]+(?:[·•・.'\s-]+[^\W\d_]+)+[.]?|[a-z]{0,6}[-_]?[a-z]?\d+", re.IGNORECASE
)
_OF_A_PERSON = re.compile(r"[(（][男女大小老]\w?[)）]$")


@text_cache
def may_be_a_person(name: str) -> bool:
    """Return whether a name is like a person's, or a code for one: no department, no sentence, no signs inside."""
    plain = _OF_A_PERSON.sub("", simplified(name))
    latin = re.search(r"[^\W\d_a-z]", plain) is None
    return latin or (_PERSON.fullmatch(plain) is not None and PLACE.fullmatch(plain) is None)


@text_cache
def names_a_clinic(text: str) -> bool:
    """Return whether a text that should be a kind names a clinic (高血压门诊), and no kind, post or time."""
    word = folded(text)
    return (
        PLACE.fullmatch(word) is not None
        and kind_of_words(word) is None
        and _POST.fullmatch(word) is None
        and not names_a_moment(text)
    )
