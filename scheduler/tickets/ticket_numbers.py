"""Which tickets of a slot each holding has, by number: the claimed ones first, then the free ones, the earliest first.

So a claim that takes the next of a holding's tickets has the earliest that is free, and its number follows from the row
that was locked to take it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from scheduler.appointment_times import number_tickets
from scheduler.roster import Channel

Place = tuple[Channel, str]
"""A holding of a slot: its channel and holder."""


def to_text(numbers: Iterable[int]) -> str:
    """Return numbers as they are stored: `2 1 3`."""
    return " ".join(map(str, numbers))


def from_text(text: str) -> tuple[int, ...]:
    """Return the numbers that were stored; none for a holding that was published before tickets had numbers."""
    return tuple(map(int, text.split()))


@dataclass(frozen=True)
class Appointment:
    """What the patient of a claim is told: the ticket's number in its slot, its time, and when to come.

    Times are minutes after midnight. A ticket without a number, or of a slot that tells no times, is told its start.
    """

    ticket: int | None
    told: int
    come: int | None

    @property
    def in_event(self) -> Mapping[str, int]:
        """What of it stands in the event of its claim."""
        return {} if self.ticket is None else {"ticket": self.ticket, "told": self.told}


def appointment_of(ticket: int | None, start: int, times: str) -> Appointment:
    """Return what the patient of a ticket is told in a slot of this start and these times, as they are stored."""
    flat = from_text(times)
    if ticket is None or 2 * ticket > len(flat):
        return Appointment(ticket, start, None)
    return Appointment(ticket, *flat[2 * ticket - 2 : 2 * ticket])


@dataclass(frozen=True)
class NumberedClaim:
    """A claim that stays in its slot: where it is counted now, its ticket so far (none: it had no number), its time.

    `told` is the time that its patient was told, in minutes after midnight.
    """

    id: int
    place: Place
    ticket: int | None
    told: int


def number_slot(
    tickets: Mapping[Place, int],
    granted: Mapping[Place, int],
    claims: Sequence[NumberedClaim],
    told: Sequence[int],
) -> tuple[Mapping[Place, tuple[int, ...]], Mapping[int, int]]:
    """Return the numbers of each holding's tickets, and the number of each claim by its id.

    `tickets` were published, `granted` are there after fall-backs; both add up to the slot's, whose tickets are told the
    times `told`, in order. A claim keeps its number and time, else its time, else it gets the nearest one.
    """
    home = number_tickets(tickets)
    claimed = _claimed_numbers(claims, {n: place for place in home for n in home[place]}, told)
    taken = {place: [claimed[claim.id] for claim in claims if claim.place == place] for place in granted}
    free = {number for numbers in home.values() for number in numbers} - set(claimed.values())
    left = {place: granted[place] - len(taken[place]) for place in sorted(granted)}
    own = {place: [n for n in home[place] if n in free][: left[place]] for place in left}
    # What a holding has beyond its own fell back to it, or was given up for a claim.
    rest = sorted(free.difference(*own.values()))
    for place, numbers in own.items():
        missing = left[place] - len(numbers)
        numbers += rest[:missing]
        del rest[:missing]
    return {place: (*taken[place], *sorted(own[place])) for place in own}, claimed


def _claimed_numbers(
    claims: Sequence[NumberedClaim], place_of: Mapping[int, Place], told: Sequence[int]
) -> dict[int, int]:
    numbers: dict[int, int] = {}
    fits: tuple[Callable[[NumberedClaim, int], bool], ...] = (
        lambda claim, number: number == claim.ticket and told[number - 1] == claim.told,
        lambda claim, number: told[number - 1] == claim.told,
        lambda claim, number: True,
    )
    for is_fit in fits:
        for claim in (one for one in claims if one.id not in numbers):
            fitting = [n for n in place_of if n not in numbers.values() and is_fit(claim, n)]
            if fitting:
                numbers[claim.id] = min(fitting, key=_preference(claim, place_of, told))
    return numbers


def _preference(
    claim: NumberedClaim, place_of: Mapping[int, Place], told: Sequence[int]
) -> Callable[[int], tuple[bool, int, int]]:
    # Its own holding's tickets first: others may be sold already where the ledger does not see it.
    return lambda number: (place_of[number] != claim.place, abs(told[number - 1] - claim.told), number)
