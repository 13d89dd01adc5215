from __future__ import annotations

import pytest

from scheduler.exact import exact, exact_text


@pytest.mark.parametrize(
    "text", ["1.19999999", "1.142857142857142857", "1/7", "1/1024", "0.000001", "-0.5", "1.2"]
)
def test_a_number_of_many_digits_is_told_as_it_was_written(text):
    assert exact_text(exact(text)) == text
