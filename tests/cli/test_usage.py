import re
import sys

import pytest
from rich.cells import cell_len
from typer.main import get_command

from scheduler.cli.main import build_app, guarded
from scheduler.cli.usage import call
from tests.cli.conftest import Menzhen


@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        (["pln"], "no such command ('pln'). Did you mean plan?", "没有这个命令（'pln'）。是否应为 plan？"),
        (
            ["plan", "--sed", "1"],
            "no such option ('--sed'). Did you mean --seed?",
            "没有这个选项（'--sed'）。是否应为 --seed？",
        ),
        (["plan"], "scenario: this is missing.", "scenario：缺少此项。"),
        (["plan", "week"], "--out: this is missing.", "--out：缺少此项。"),
        (["plan", "week", "--out"], "--out: the value is missing.", "--out：缺少取值。"),
        (["plan", "week", "more", "--out", "x"], "too many arguments ('more')", "有多余的参数（'more'）"),
        (
            ["plan", "week", "--out", "x", "--seed", "ten"],
            "--seed: the value does not fit --seed <int>. See menzhen plan --help.",
            "--seed：取值不符合 --seed <int>。用法见 menzhen plan --help。",
        ),
        (["plan", "--help=1"], "this cannot be understood", "无法识别"),
    ],
)
def test_a_wrong_call_is_reported_in_the_readers_language(
    menzhen: Menzhen, monkeypatch: pytest.MonkeyPatch, words: list[str], english: str, chinese: str
) -> None:
    for language, headline, problem in (("en", "The call is wrong:", english), ("zh", "命令有误：", chinese)):
        monkeypatch.setenv("MENZHEN_LANG", language)
        code, out, err = menzhen(*words)
        assert (code, out) == (2, "")
        assert err.startswith(headline)
        assert problem in err


def test_an_unknown_language_is_reported(menzhen: Menzhen) -> None:
    code, _, err = menzhen("plan", "week", "--out", "x", "--lang", "de")
    assert code == 2
    assert "--lang: this language is not supported ('de'). Use en or zh." in err


@pytest.mark.parametrize("lang", [["--lang", "zh"], ["--lang=zh"]])
def test_the_language_asked_for_is_also_that_of_mistakes(menzhen: Menzhen, lang: list[str]) -> None:
    assert menzhen("plan", "--sed", "1", *lang)[2].startswith("命令有误：")
    assert menzhen("plan", "--help", *lang)[1].startswith("用法：menzhen plan [选项]")
    assert menzhen("plan", "--sed", "1")[2].startswith("The call is wrong:")


def test_without_a_command_the_help_is_shown_and_the_call_is_wrong(menzhen: Menzhen) -> None:
    code, out, err = menzhen()
    assert (code, out) == (2, "")
    assert err.startswith("Usage: menzhen [OPTIONS] COMMAND [ARGUMENTS]\n")
    assert menzhen("--lang", "zh")[2].startswith("用法：menzhen [选项] 命令 [参数]\n")


def test_the_help_names_every_command(menzhen: Menzhen) -> None:
    code, out, _ = menzhen("--help")
    assert code == 0
    shown = re.findall(r"^  ([a-z]+)  ", out.partition("Commands:")[2], re.MULTILINE)
    assert shown == list(get_command(build_app()).commands)


@pytest.mark.parametrize("lang", [["--lang", "zh"], ["--lang=zh"]])
def test_the_language_may_also_stand_before_the_command(menzhen: Menzhen, lang: list[str]) -> None:
    assert menzhen(*lang, "plan", "--help")[1].startswith("用法：menzhen plan [选项]")
    assert menzhen(*lang, "partner", "--help")[1].startswith("用法：menzhen partner [选项]")
    assert menzhen(*lang, "plan")[2].startswith("命令有误：")
    assert menzhen("--lang", "de", "plan", "week", "--out", "x")[0] == 2


def test_a_groups_help_names_its_commands_in_the_readers_language(menzhen: Menzhen, monkeypatch) -> None:
    monkeypatch.setenv("MENZHEN_LANG", "zh")
    code, out, _ = menzhen("partner", "--help")
    assert code == 0
    assert re.findall(r"^  ([a-z]+)  ", out, re.MULTILINE) == ["list", "slots", "claim", "return"]
    assert not re.search("Usage|OPTIONS|COMMAND|Show", out)


def test_help_in_chinese_is_all_chinese_and_lined_up(menzhen: Menzhen) -> None:
    _, out, _ = menzhen("plan", "--help", "--lang", "zh")
    for heading in ("用法：", "参数：", "选项："):
        assert f"{heading}" in out
    assert not re.search("Usage|Arguments|Options|OPTIONS|Show|Default|Must", out)
    meanings = re.findall(r"^(  --\S+(?: \S+)? {2,})\S", out, re.MULTILINE)
    assert len(meanings) > 3
    assert len({cell_len(left) for left in meanings}) == 1


def test_a_long_option_squeezes_no_meanings_and_no_word_is_cut(menzhen: Menzhen) -> None:
    _, out, _ = menzhen("export", "--help", "--lang", "zh")
    lines = out.splitlines()
    place = next(n for n, line in enumerate(lines) if line.strip().startswith("--form "))
    assert lines[place].endswith("|fhir")
    assert lines[place + 1].strip().startswith("departments：科室周表；")
    for word in ("departments", "clinics", "doors", "month", "changes", "platform", "ics", "fhir"):
        assert f"{word}：" in out


def test_help_says_what_must_be_given_and_what_is_the_default(menzhen: Menzhen) -> None:
    _, out, _ = menzhen("plan", "--help")
    out = " ".join(out.split())
    assert "Seed of the solver. Default: 0." in out
    assert "A scenario: a folder or an xlsx workbook. Must be given." in out


def test_an_interrupt_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MENZHEN_LANG", "zh")
    monkeypatch.setattr(sys, "argv", ["menzhen", "stop"])
    app = build_app()

    @app.command("stop")
    def stop() -> None:
        raise KeyboardInterrupt

    assert guarded(lambda: call(app)) == 130
    assert capsys.readouterr().err == "已中止，未写入任何文件。\n"
