from __future__ import annotations

from fractions import Fraction

from scheduler.outcome import SESSIONS, Point, Price, Status, Tier
from scheduler.tables.price import write_price


def test_every_point_is_a_row_with_its_exact_limit_values_and_bounds(tmp_path):
    points = (
        Point(Fraction(184, 119), Price(Status.OPTIMAL, (Tier("changes", 0, 0), Tier(SESSIONS, 0, 0)))),
        Point(
            Fraction(6, 5),
            Price(Status.FEASIBLE, (Tier("cover", 1, 1), Tier("changes", 7, 5), Tier(SESSIONS, 3, 2))),
        ),
        Point(Fraction(1), Price(Status.INFEASIBLE)),
    )
    write_price(points, tmp_path / "price.csv")
    assert (tmp_path / "price.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "limit,status,cover,cover_bound,points,points_bound,sessions,sessions_bound",
        "184/119,optimal,,,0,0,0,0",
        "1.2,feasible,1,1,7,5,3,2",
        "1,infeasible,,,,,,",
    ]
