import ast
import json
import re
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from scheduler.rules import RULES
from scheduler.tables.scenario.settings import known_settings
from scheduler.words import Message, Words, join_messages, marked, message, preferred_language

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for part in ("scheduler", "api") for path in (ROOT / part).rglob("*.py"))
PAGES = sorted((ROOT / "scheduler").rglob("templates/*.html"))
CHINESE = ROOT / "scheduler/locale/zh/LC_MESSAGES"
EXTRACT = "-F .babel/mapping.cfg -k message -k marked --no-location --sort-output"


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="zh")


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    return read(CHINESE / "menzhen.po")


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    template = tmp_path_factory.mktemp("words") / "menzhen.pot"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        CommandLineInterface().run(
            ["pybabel", "-q", "extract", *EXTRACT.split(), "-o", str(template), "scheduler", "api"]
        )
    return {str(entry.id) for entry in read(template) if entry.id}


def sentences(catalogue: Catalog) -> dict[str, str]:
    return {str(entry.id): str(entry.string) for entry in catalogue if entry.id}


def test_the_make_target_extracts_the_same_words() -> None:
    assert EXTRACT in (ROOT / "Makefile").read_text("utf-8")


def test_every_sentence_is_in_the_chinese_catalogue(chinese: Catalog, english: set[str]) -> None:
    assert sorted(english - sentences(chinese).keys()) == []


def test_the_chinese_catalogue_holds_no_sentence_that_is_gone(chinese: Catalog, english: set[str]) -> None:
    assert sorted(sentences(chinese).keys() - english) == []
    assert not chinese.obsolete


def test_no_translation_is_missing_or_fuzzy(chinese: Catalog) -> None:
    assert [entry.id for entry in chinese if entry.id and (not entry.string or entry.fuzzy)] == []


def test_every_translation_is_chinese(chinese: Catalog) -> None:
    english = [
        said
        for said in sentences(chinese).values()
        if re.search("[A-Za-z]", re.sub("{.*?}", "", said)) and not re.search("[一-鿿]", said)
    ]
    assert english == []


def test_chinese_punctuation_is_full_width(chinese: Catalog) -> None:
    narrow = re.compile("[一-鿿][,;:?!]|[,;:?!][一-鿿]|[一-鿿][.]$")
    assert [said for said in sentences(chinese).values() if narrow.search(said)] == []


def placeholders(text: str) -> list[tuple[str | None, ...]]:
    parts = (
        (name, "" if "|" in spec else spec, how) for _, name, spec, how in Formatter().parse(text) if name
    )
    return sorted(parts)  # type: ignore[type-var]


def test_placeholders_are_the_same_in_both_languages(chinese: Catalog) -> None:
    wrong = [
        text
        for text, said in sentences(chinese).items()
        if said and set(placeholders(text)) != set(placeholders(said))
    ]
    assert wrong == []


def test_the_compiled_catalogue_is_that_of_the_text(chinese: Catalog) -> None:
    compiled = BytesIO()
    write_mo(compiled, chinese)
    assert compiled.getvalue() == (CHINESE / "menzhen.mo").read_bytes()


def test_the_catalogue_is_sorted_and_names_no_lines(chinese: Catalog) -> None:
    keys = list(sentences(chinese))
    assert keys == sorted(keys)
    assert "\n#:" not in (CHINESE / "menzhen.po").read_text("utf-8")


def calls(path: Path, *names: str) -> list[ast.Call]:
    tree = ast.parse(path.read_text("utf-8"))
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
    ]


def test_every_sentence_is_a_literal() -> None:
    loose = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in SOURCES
        for call in calls(path, "message", "marked")
        if not (call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str))
    ]
    assert loose == []


def test_the_extraction_sees_every_sentence(english: set[str]) -> None:
    # It does not look into f-strings before Python 3.12.
    written = {
        call.args[0].value
        for path in SOURCES
        for call in calls(path, "message", "marked")
        if isinstance(call.args[0], ast.Constant)
    }
    assert sorted(written - english) == []


def test_messages_are_made_from_other_text_only_where_it_is_marked() -> None:
    makers = {str(path.relative_to(ROOT)) for path in SOURCES if calls(path, "Message")}
    # The names of rules and a setting's meaning are marked where they stand; an assembled problem keeps the text
    # of its message; what a validator of pydantic says is shown as it is.
    assert makers == {
        "scheduler/words.py",
        "scheduler/rules.py",
        "scheduler/tables/scenario/setting_fields.py",
        "scheduler/tables/scenario/assembly.py",
        "scheduler/study/base.py",
    }


def test_every_setting_and_rule_is_told_in_chinese() -> None:
    told = [setting.description for setting in known_settings()]
    told += [part for rule in RULES for part in (rule.sentence, rule.unit)]
    words = Words("zh")
    assert [str(part) for part in told if not re.search("[一-鿿]", words.say(part))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_no_text_beside_the_catalogue(page: Path) -> None:
    styles = r"<style>.*?</style>|{% block style %}.*?{% endblock %}"
    text = re.sub(
        rf"{styles}|{{%.*?%}}|{{{{.*?}}}}|{{#.*?#}}|<[^>]*>", " ", page.read_text("utf-8"), flags=re.DOTALL
    )
    assert re.findall("[A-Za-z]{2,}", text) == []


def test_a_sentence_without_translation_is_said_in_english() -> None:
    assert Words("zh").say(Message("no catalogue knows {this}", {"this": 7})) == "no catalogue knows 7"


def test_marked_text_is_the_text_itself() -> None:
    assert marked("a sentence") == "a sentence"


def test_a_message_inside_a_message_is_translated_with_it() -> None:
    inner = message("row {row}", row=3)
    assert Words("zh").say(Message("{at}!", {"at": inner})) == "第 3 行!"
    assert Words("en").say(Message("{at}!", {"at": inner})) == "row 3!"


@pytest.mark.parametrize(
    ("count", "english", "chinese"),
    [
        (0, "0 sessions move", "调整 0 个出诊单元"),
        (1, "1 session moves", "调整 1 个出诊单元"),
        ("1", "1 session moves", "调整 1 个出诊单元"),
        ("2,438", "2,438 sessions move", "调整 2,438 个出诊单元"),
    ],
)
def test_one_is_singular(count: int | str, english: str, chinese: str) -> None:
    moves = message("{n:session moves|sessions move}", n=count)
    assert (Words("en").say(moves), Words("zh").say(moves)) == (english, chinese)


def test_a_word_may_agree_with_a_number_that_stands_elsewhere() -> None:
    part = message("{kept} of {given} {kept:=was|were} needed", kept=1, given=2)
    assert str(part) == "1 of 2 was needed"


COUNTED = "session|ticket|doctor|slot|room|event|chain|variant|problem|violation|point|morning|minute|hour|working day"


def test_no_sentence_has_a_number_before_a_bare_plural(english: set[str]) -> None:
    bare = re.compile(rf"\{{(?!doctor)\w+\}} (\w+ )?({COUNTED})s\b(?!')")
    assert [text for text in sorted(english) if bare.search(text)] == []


def test_sequences_are_enumerated_as_the_language_does() -> None:
    parts = ("x", message("Monday"), 2)
    assert Words("en").join(parts) == "x, Monday, 2"
    assert Words("zh").join(parts) == "x、周一、2"
    assert Words("zh").say(message("Use one of: {known}.", known=["a", "b"])) == "请选用：a、b。"


@given(st.text())
def test_a_value_is_said_as_it_is_whatever_it_holds(value: str) -> None:
    assert Words("zh").say(message("sheet {sheet}", sheet=value)) == f"工作表“{value}”"


def test_a_message_reads_as_english() -> None:
    assert str(message("row {row}", row=3)) == "row 3"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="use one of en, zh"):
        Words("de")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_CN"}, "zh"),
        ({"MENZHEN_LANG": "zh", "LC_ALL": "en_GB.UTF-8"}, "zh"),
        ({"MENZHEN_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_environment_chooses_the_language(environment: dict[str, str], language: str) -> None:
    assert preferred_language(environment) == language


def test_a_message_comes_back_from_json_and_reads_the_same() -> None:
    inner = [message("{count} rooms", count=3), "B2"]
    sentence = message("{who} at {share} of {where}", who="D001", share=Fraction(7, 6), where=inner)
    back = Message.from_json(json.loads(json.dumps(sentence.to_json())))
    assert back == sentence
    assert str(back) == "D001 at 7/6 of 3 rooms, B2"


def test_a_message_in_every_language_comes_back_as_one_that_reads_the_same() -> None:
    sentence = message("Try again.")
    back = Message.from_json(json.loads(json.dumps(sentence.in_every_language())))
    assert back == sentence
    assert Words("zh").say(back) == Words("zh").say(sentence) != "Try again."
    assert Message.from_json(back.to_json()) == sentence


def test_messages_that_read_alike_in_english_alone_differ() -> None:
    assert message("Try again.") != message("{text}", text="Try again.")


def test_joined_messages_are_translated_one_by_one() -> None:
    joined = join_messages([message("Try again."), "D001"], " | ")
    assert str(joined) == "Try again. | D001"
    assert Words("zh").say(joined).endswith(" | D001")
