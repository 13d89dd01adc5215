from __future__ import annotations

import yaml

from scheduler.scenario.patch import Patch, RowChange
from tests.study.study_files import study

PATCH = Patch(
    ("policy.ratio.limit=1.1", "policy.reserve.leave_out=expert;mdt", "rules.cover=soft"),
    (
        RowChange("stop", "doctors", (("doctor", "ann"),)),
        RowChange("stop", "doctors", (("doctor", "bob"), ("day", "fri"), ("half", "PM"))),
        RowChange("pin", "template", (("specialty", "eye"),)),
        RowChange("pin", "template", (("specialty", "ear"),)),
        RowChange("pin", "template", (("doctor", "ann"),)),
        RowChange("rooms", "rooms", (("pool", "eye"), ("at", "fri-pm;mon-am")), (("count", "2"),)),
        RowChange("remove", "template", (("doctor", "ann"), ("day", "mon"), ("day", "tue"))),
        RowChange(
            "add", "demand", (), (("clinic", "eye"), ("day", "fri"), ("half", "PM"), ("sessions", "2"))
        ),
        RowChange("change", "doctors", (("doctor", "ann"),), (("max_sessions", "4"), ("clinics", "a;b"))),
    ),
)


def test_a_patch_written_into_a_study_file_is_read_back_as_it_was(tmp_path):
    text = yaml.safe_dump({"patches": {"it": PATCH.entry()}}, sort_keys=False)
    assert study(tmp_path, text).variants[1].patch == PATCH


def test_a_patch_is_written_with_the_short_forms_of_a_study_file():
    entry = PATCH.entry()
    assert list(entry) == ["set", "rules", "stop", "pin", "rooms", "remove", "add", "change"]
    assert entry["rules"] == {"cover": "soft"}
    assert entry["stop"] == ["ann", "bob@fri-pm"]
    assert entry["pin"] == {"specialty": ["eye", "ear"], "doctor": ["ann"]}
    assert entry["rooms"] == [{"pool": "eye", "at": ["fri-pm", "mon-am"], "count": "2"}]
    assert entry["remove"] == {"template": [{"doctor": "ann", "day": ["mon", "tue"]}]}


def test_a_patch_that_changes_nothing_is_an_empty_group():
    assert Patch().entry() == {}
