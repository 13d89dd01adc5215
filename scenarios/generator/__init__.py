"""The seeded generator: hospitals of any size whose week can be planned, because a planned week came first.

`python -m scenarios.generator --size typical --seed 1 --out DIR` writes one.
"""

from scenarios.generator.make import Generated, generate, generate_answered
from scenarios.generator.sizes import Size

__all__ = ["Generated", "Size", "generate", "generate_answered"]
