"""What is known of a figure that was drawn many times: its mean, how sure that is, and whether it sets variants apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Interval:
    """A figure's mean over replications and the interval it lies in; rounded decimals, in the figure's unit.

    `low` and `high` are none where there are too few replications. `differs` is whether the variant is
    called different from the base in this figure; none for the base itself and where there is no answer.
    """

    mean: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    differs: bool | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it with its decimals as text."""
        return {
            "mean": str(self.mean),
            "low": None if self.low is None else str(self.low),
            "high": None if self.high is None else str(self.high),
            "differs": self.differs,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Interval:
        """Return what `to_json` gave."""
        low, high = content["low"], content["high"]
        return cls(
            Decimal(content["mean"]),
            None if low is None else Decimal(low),
            None if high is None else Decimal(high),
            content["differs"],
        )
