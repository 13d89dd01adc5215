"""Settings: one table for defaults, help and docs; everything that is wrong told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.cli import settings_text
from api.jobs.cluster import DaskExecutor
from api.settings import SETTINGS, read_settings
from scheduler.errors import SettingError
from scheduler.words import Words


def test_the_defaults_are_safe_on_this_machine_alone() -> None:
    settings = read_settings({})
    assert (settings.host, settings.executor, settings.is_sqlite) == ("127.0.0.1", "local", True)


def test_every_setting_that_is_wrong_is_told() -> None:
    wrong = {"MENZHEN_PORT": "0x1", "MENZHEN_EXECUTOR": "ray", "MENZHEN_RATE": "often"}
    with pytest.raises(SettingError) as told:
        read_settings(wrong)
    assert {problem.where.field for problem in told.value.problems} == set(wrong)


def test_a_value_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://menzhen:secret@db/menzhen\n", encoding="utf-8")
    settings = read_settings({"MENZHEN_DATABASE_URL_FILE": str(tmp_path / "url")})
    assert settings.url == "postgresql+psycopg://menzhen:secret@db/menzhen"
    with pytest.raises(SettingError):
        read_settings({"MENZHEN_DATABASE_URL_FILE": str(tmp_path / "none")})


def test_dask_without_postgresql_is_refused() -> None:
    with pytest.raises(SettingError, match="cannot share a SQLite file"):
        read_settings({"MENZHEN_EXECUTOR": "dask", "MENZHEN_DASK_SCHEDULER": "tcp://scheduler:8786"})


def test_streams_may_not_take_every_thread() -> None:
    with pytest.raises(SettingError, match="no thread for other requests"):
        read_settings({"MENZHEN_THREADS": "8", "MENZHEN_EVENT_STREAMS": "8"})


def test_dask_that_is_not_installed_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(SettingError, match="distributed"):
        DaskExecutor(read_settings({}), lambda job, attempt, died: None)


def test_help_and_docs_tell_every_setting() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else ""
        assert setting.name in settings_text(Words("en"))
        assert f"| `{setting.name}` | {default} | {setting.meaning} |" in docs
