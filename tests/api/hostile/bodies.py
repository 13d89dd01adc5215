"""JSON bodies that are made to cost: each of about as many bytes as it is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from scenarios.smallest import RULES
from tests.api.hostile.requests import Hostile


def _week(**parts: Any) -> bytes:
    document = json.loads(RULES["ratio_day"]().model_dump_json())
    return json.dumps({**document, **parts}).encode()


def _fields(size: int) -> dict[str, int]:
    return dict.fromkeys((f"field{number}" for number in range(size // 20)), 1)


def _row(number: int) -> dict[str, Any]:
    return {"doctor": f"nobody {number}", "day": "mon", "half": "AM", "clinic": "no clinic"}


DOCUMENTS: Mapping[str, Callable[[int], bytes]] = {
    "rows of doctors nobody knows": lambda size: _week(template=[_row(n) for n in range(size // 80)]),
    "rows with unknown fields": lambda size: _week(template=[{"x": n} for n in range(size // 12)]),
    "unknown rules": lambda size: _week(rules=dict.fromkeys((f"rule{n}" for n in range(size // 20)), "hard")),
    "unknown settings": lambda size: _week(policy=_fields(size)),
    "clinics without doctors": lambda size: _week(
        clinics=[{"clinic": f"c{n}", "specialty": "s", "pool": "p"} for n in range(size // 55)]
    ),
    "a number of many digits": lambda size: _week(policy={"ratio": {"limit": "1." + "9" * size}}),
    "a whole number of many digits": lambda size: b'{"week":' + b"9" * size + b"}",
    "halves of surrogate pairs": lambda size: b'{"name":"' + rb"\ud800" * (size // 6) + b'"}',
    "brackets": lambda size: b"[" * size,
    "brackets side by side": lambda size: b"[" + b",".join([b"[" * 30 + b"]" * 30] * (size // 61)) + b"]",
    "brackets behind a quotation mark": lambda size: b'["' + rb"\"" * (size // 2),
    "brackets in UTF-16": lambda size: ("[" * (size // 2)).encode("utf-16"),
}
"""Documents in place of a scenario."""


def _body(**content: Any) -> bytes:
    return json.dumps(content).encode()


REQUESTS: Mapping[str, Hostile] = {
    "a claim with unknown fields": Hostile("partner/claims", "partner", lambda n: _body(**_fields(n))),
    "a long referral": Hostile("partner/claims", "partner", lambda n: _body(slot="s", referral="7" * n)),
    "many settings": Hostile(
        "rosters", "planner", lambda n: _body(scenario="sc-0", set=["policy.x=1"] * (n // 14))
    ),
    "a setting of brackets": Hostile(
        "rosters", "planner", lambda n: _body(scenario="{scenario}", set=["a=" + "[" * n])
    ),
    "a setting of many parts": Hostile(
        "rosters", "planner", lambda n: _body(scenario="{scenario}", set=["a." * (n // 2) + "=1"])
    ),
    "many edits": Hostile(
        "rosters/{roster}/check", "viewer", lambda n: _body(edits=[{"drop": "x"}] * (n // 15))
    ),
    "many stops": Hostile(
        "rosters/{roster}/repair", "planner", lambda n: _body(stops=["x@fri-pm"] * (n // 12))
    ),
    "a long reason": Hostile("rosters/{roster}/rejection", "approver", lambda n: _body(reason="x" * n)),
    "a study of many variants": Hostile(
        "studies",
        "planner",
        lambda n: _body(scenario="{scenario}", study={"variants": {f"v{k}": {} for k in range(n // 12)}}),
    ),
    "a study of many values": Hostile(
        "studies",
        "planner",
        lambda n: _body(scenario="{scenario}", study={"grid": {"policy.ratio.limit": list(range(n // 8))}}),
    ),
}
"""Bodies of routes with a model; `{scenario}` and `{roster}` are those that are there."""
