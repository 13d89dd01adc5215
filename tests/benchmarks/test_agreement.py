"""Thousands of random weeks solved twice: in the loop of tiers, and by the single model alone."""

from collections import Counter

from tests.test_agreement import agree


def test_both_engines_agree_on_thousands_of_weeks() -> None:
    agree(5000, 4, ways := Counter())
    assert min(ways[way] for way in ("parts", "whole")) >= 100
