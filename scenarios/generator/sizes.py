"""How large a generated hospital is."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """A hospital, or a consortium of `hospitals` equal ones, each so large.

    `fewer` sessions are taken off every doctor's usual number where at least one remains. With `template` the
    week starts from a standing timetable; without, from demand. `partners` are those of each hospital.
    """

    name: str
    hospitals: int
    campuses: int
    specialties: int
    doctors: int
    partners: int
    fewer: int
    template: bool

    @classmethod
    def parse(cls, text: str) -> Size:
        """Return the size `typical`, `large` or `5x` (five large hospitals); raises ValueError for others."""
        if text in _NAMED:
            return _NAMED[text]
        found = re.fullmatch(r"([1-9]\d?)x", text)
        if found is None:
            raise ValueError(f"{text!r} is not a size: use typical, large or a factor such as 5x")
        return cls(text, int(found[1]), 6, 64, 900, 8, 0, template=False)

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What every name of a hospital begins with; nothing where there is only one."""
        if self.hospitals == 1:
            return ("",)
        return tuple(f"H{number:02d}" for number in range(1, self.hospitals + 1))


_NAMED = {
    "typical": Size("typical", 1, 2, 8, 60, 3, 1, template=True),
    "large": Size("large", 1, 6, 64, 900, 8, 0, template=False),
}
