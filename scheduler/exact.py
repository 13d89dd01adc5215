"""Numbers held exactly as they are written: decimals and fractions, never floats."""

from __future__ import annotations

import unicodedata
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer


def exact(value: Any) -> Fraction:
    """Return 6/5 for `1.2`, `"6/5"`, `"6:5"` or `"1.2:1"`, exactly as it is written; raises ValueError."""
    if isinstance(value, bool) or value is None:
        raise ValueError("expected a number such as 1.2 or 6/5")
    if isinstance(value, (Fraction, int)):
        return Fraction(value)
    text = unicodedata.normalize("NFKC", str(value)).strip()
    text = text.removesuffix(":1").replace(":", "/") if text.count(":") == 1 else text
    # 1e999999999 would take hours to hold exactly; a fraction may be as long as that of a 40-digit decimal.
    if len(text) > (100 if "/" in text else 40) or "e" in text.lower():
        raise ValueError("expected a number such as 1.2 or 6/5")
    try:
        number = Fraction(text) if "/" in text else Fraction(Decimal(text))
    except (InvalidOperation, ValueError, ZeroDivisionError, OverflowError):
        raise ValueError("expected a number such as 1.2 or 6/5") from None
    return number


def exact_text(value: Fraction) -> str:
    """Return the text that people read and that reads back as `value`: a decimal, or a fraction where that is shorter.

    A decimal of up to six digits stays one.
    """
    fraction = f"{value.numerator}/{value.denominator}"
    for digits in range(41):
        scaled = value * 10**digits
        if scaled.denominator == 1:
            whole, rest = divmod(abs(int(scaled)), 10**digits)
            sign = "-" if value < 0 else ""
            decimal = f"{sign}{whole}.{rest:0{digits}d}" if digits else f"{sign}{whole}"
            return decimal if digits <= 6 or len(decimal) <= len(fraction) else fraction
    return fraction


Exact = Annotated[Fraction, BeforeValidator(exact), PlainSerializer(exact_text, return_type=str)]
"""A share or ratio held exactly, written as a decimal or a fraction."""
