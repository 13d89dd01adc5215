"""Doctors and clinics as planners type them: by key in any spelling, or by a name that only one bears."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.errors import Problem, Where, suggest
from scheduler.scenario.week import Scenario
from scheduler.tables.columns.spellings import folded
from scheduler.words import message


def resolve_key(names: Mapping[str, str], text: str) -> str:
    """Return the key that `text` means, itself or by the one name that is spelled so; else `text`.

    `names` are what the keys are called, empty where a key is the name.
    """
    if text in names:
        return text
    bearers = find_bearers(names, text)
    return bearers[0] if len(bearers) == 1 else text


def find_bearers(names: Mapping[str, str], text: str) -> list[str]:
    """Return every key that is spelled so, or is called so."""
    sought = folded(text)
    return [key for key, name in names.items() if sought and sought in (folded(key), folded(name))]


def parse_doctor(scenario: Scenario, text: str) -> str:
    """Return the key of the doctor that `text` means; else `text`, for `unknown_doctor` to say what is wrong."""
    return resolve_key(_doctor_names(scenario), text)


def parse_clinic(scenario: Scenario, text: str) -> str:
    """Return the clinic that `text` means, in any spelling; else `text`."""
    return resolve_key(dict.fromkeys(scenario.clinic_of, ""), text)


def unknown_doctor(scenario: Scenario, text: str, where: Where) -> Problem:
    """Return what is wrong with a doctor that is none, or a name that several bear."""
    several = find_bearers(_doctor_names(scenario), text)
    if len(several) > 1:
        keys = [f"{key} ({scenario.doctor_of[key].specialty})" for key in several]
        return Problem(
            where,
            message("several doctors bear this name"),
            message("Use one of: {known}.", known=keys),
            text,
        )
    return Problem(where, message("there is no such doctor"), suggest(text, list(scenario.doctor_of)), text)


def _doctor_names(scenario: Scenario) -> Mapping[str, str]:
    return {key: doctor.name for key, doctor in scenario.doctor_of.items()}
