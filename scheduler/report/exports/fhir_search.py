"""FHIR search over slots and schedules: those that fit the parameters, in pages that stay true while claims go on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from scheduler.clock import BEIJING
from scheduler.errors import CallError, Problem, Where
from scheduler.words import message

Resource = Mapping[str, Any]
Test = Callable[["Found"], bool]

_DATE = re.compile(r"(eq|ne|ge|gt|le|lt|sa|eb)?(\d{4}-\d{2}-\d{2})(T.+)?")
_UNITS = (
    (re.compile(r"T\d{2}:\d{2}(?!:)"), dt.timedelta(minutes=1)),
    (re.compile(r"T\d{2}:\d{2}:\d{2}(?!\.)"), dt.timedelta(seconds=1)),
)
_INSTANT = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Found:
    """A resource as it is searched: with its start, its last change, and the schedule that it is or belongs to."""

    resource: Resource
    start: dt.datetime
    updated: dt.datetime
    schedule: Resource

    @property
    def mark(self) -> str:
        """The resource's place in the order of a search: by start, then by identity."""
        return f"{self.start.astimezone(dt.UTC):%Y%m%d%H%M}{self.resource['id']}"


def search(
    found: Iterable[Found], parameters: Mapping[str, Sequence[str]], address: str, count: int, after: str
) -> Resource:
    """Return the page of `count` resources after the mark `after` as a searchset Bundle.

    `parameters` are those of PARAMETERS with their values, all of which must fit; several in one, parted by commas, are
    alternatives. `address` is where the search is answered. Raises CallError with every value that is wrong.
    """
    tests = _tests(parameters)
    fitting = sorted((one for one in found if all(test(one) for test in tests)), key=lambda one: one.mark)
    rest = [one for one in fitting if one.mark > after]
    links = [{"relation": "self", "url": _url(address, parameters, count, after)}]
    if len(rest) > count > 0:
        links.append({"relation": "next", "url": _url(address, parameters, count, rest[count - 1].mark)})
    root = address.rpartition("/")[0]
    entries = [
        {
            "fullUrl": f"{root}/{one.resource['resourceType']}/{one.resource['id']}",
            "resource": {**one.resource, "meta": {"lastUpdated": one.updated.isoformat()}},
            "search": {"mode": "match"},
        }
        for one in rest[:count]
    ]
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(fitting), "link": links}
    return bundle | ({"entry": entries} if entries else {})


def _url(address: str, parameters: Mapping[str, Sequence[str]], count: int, after: str) -> str:
    pairs = [(name, value) for name, values in parameters.items() for value in values]
    pairs += [("_count", str(count)), *([("_after", after)] if after else [])]
    return f"{address}?{urlencode(pairs, quote_via=quote)}"


def _tests(parameters: Mapping[str, Sequence[str]]) -> list[Test]:
    tests, problems = [], []
    for name, values in parameters.items():
        for value in values:
            try:
                tests.append(PARAMETERS[name](value))
            except (ValueError, OverflowError):  # the last day there is has no day after it
                wrong = message("this cannot be understood")
                remedy = message("Write a date or a time with its zone, such as ge2026-07-20.")
                problems.append(Problem(Where(field=f"?{name}"), wrong, remedy, value))
    if problems:
        raise CallError(problems)
    return tests


def _dated(time_of: Callable[[Found], dt.datetime]) -> Callable[[str], Test]:
    def make(text: str) -> Test:
        prefix, low, high = _interval(text)
        fits: Mapping[str, Callable[[dt.datetime], bool]] = {
            "eq": lambda at: low <= at < high,
            "ne": lambda at: not low <= at < high,
            "ge": lambda at: at >= low,
            "gt": lambda at: at >= high,
            "sa": lambda at: at >= high,
            "le": lambda at: at < high,
            "lt": lambda at: at < low,
            "eb": lambda at: at < low,
        }
        return lambda one: fits[prefix](time_of(one))

    return make


def _interval(text: str) -> tuple[str, dt.datetime, dt.datetime]:
    """Return the prefix, and the first and the end of the times that the text stands for; raises ValueError."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    prefix, date, time = match[1] or "eq", match[2], match[3]
    # A plus that was not encoded comes as a blank.
    at = dt.datetime.fromisoformat(date + (time or "").replace(" ", "+"))
    unit = dt.timedelta(days=1) if not time else next((u for p, u in _UNITS if p.match(time)), _INSTANT)
    low = at.replace(tzinfo=BEIJING) if at.tzinfo is None else at
    return prefix, low, low + unit


def _token(texts_of: Callable[[Found], Iterable[str]]) -> Callable[[str], Test]:
    """Return the test of a token: `system|value` counts by its value, here all systems are one."""

    def make(text: str) -> Test:
        wanted = {part.rpartition("|")[2] for part in text.split(",")}
        return lambda one: not wanted.isdisjoint(texts_of(one))

    return make


def _reference(keys_of: Callable[[Found], Iterable[str]]) -> Callable[[str], Test]:
    """Return the test of a reference: an id, `Type/id`, an address that ends so, or an identifier."""

    def make(text: str) -> Test:
        wanted = {part.rpartition("|")[2].rpartition("/")[2] for part in text.split(",")}
        return lambda one: not wanted.isdisjoint(keys_of(one))

    return make


def _texts(concepts: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    return (concept["text"] for concept in concepts)


def _identifiers(resource: Resource) -> Iterable[str]:
    return (identifier["value"] for identifier in resource["identifier"])


def _actors(one: Found) -> Iterable[str]:
    for actor in one.schedule["actor"]:
        if "identifier" in actor:
            yield actor["identifier"]["value"]
        if "reference" in actor:
            yield actor["reference"].rpartition("/")[2]


PARAMETERS: Mapping[str, Callable[[str], Test]] = {
    "_id": _token(lambda one: (one.resource["id"],)),
    "_lastUpdated": _dated(lambda one: one.updated),
    "identifier": _token(lambda one: _identifiers(one.resource)),
    "start": _dated(lambda one: one.start),
    "date": _dated(lambda one: one.start),
    "status": _token(lambda one: (one.resource.get("status", ""),)),
    "schedule": _reference(lambda one: (one.schedule["id"], *_identifiers(one.schedule))),
    "schedule.actor": _reference(_actors),
    "actor": _reference(_actors),
    "service-type": _token(lambda one: _texts(one.schedule["serviceType"])),
    "specialty": _token(lambda one: _texts(one.schedule["specialty"])),
}
"""What can be searched by, and the test that a value makes; it raises ValueError for a value that means nothing."""


def searchable(
    resources: Iterable[Resource], kind: str, updated: Mapping[str, dt.datetime], made: dt.datetime
) -> list[Found]:
    """Return the resources of a kind as they are searched; `updated` is when a slot last changed after `made`."""
    every = list(resources)
    schedules = {one["id"]: one for one in every if one["resourceType"] == "Schedule"}
    found = []
    for one in every:
        if one["resourceType"] != kind:
            continue
        schedule = one if kind == "Schedule" else schedules[one["schedule"]["reference"].rpartition("/")[2]]
        start = one["planningHorizon"]["start"] if kind == "Schedule" else one["start"]
        changed = (updated[key] for key in _identifiers(one) if key in updated)
        found.append(Found(one, dt.datetime.fromisoformat(start), max([made, *changed]), schedule))
    return found
