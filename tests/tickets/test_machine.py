"""Publish, claim, return, release and supersede in any order, beside a plain model, on both databases."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from scheduler.errors import ClaimError
from scheduler.roster import Channel
from scheduler.tickets.claims import claim
from scheduler.tickets.publications import publish
from scheduler.tickets.queries import find_claims
from scheduler.tickets.releases import release
from scheduler.tickets.returns import return_claim
from scheduler.tickets.store import open_or_make_store
from scheduler.tickets.verify import verify
from tests.tickets.plain_model import PlainLedger
from tests.tickets.week import AFTER, BEGINS, CLAIMED, LATE, OPENS, Piece, holdings, write_week

FEW = st.integers(0, 2)
TIMES = st.sampled_from([OPENS.replace(day=1), CLAIMED, CLAIMED, CLAIMED, AFTER, LATE, BEGINS])
CHANNELS = st.sampled_from([Channel.PARTNER, Channel.PARTNER, Channel.PRIMARY_CARE])
PARTNERS = st.sampled_from(["P1", "P2"])
SLOTS = st.sampled_from(["a", "b"])
REFERRALS = st.sampled_from([f"R-{n}" for n in range(6)])
ONWARD = {"partner": "primary_care"}


@st.composite
def weeks(draw: st.DrawFn) -> tuple[Piece, ...]:
    """A week of one or two slots, the second of which may be somewhere else in time."""
    a = [("partner", "P1", draw(FEW)), ("partner", "", draw(FEW)), ("public", "", draw(FEW))]
    b = [("partner", "P2", draw(FEW)), ("primary_care", "", draw(FEW)), ("public", "", draw(FEW))]
    second = Piece("b", b, start=draw(st.sampled_from([480, 480, 540])), doctor=draw(st.sampled_from("AB")))
    return (Piece("a", a), second) if draw(st.booleans()) else (Piece("a", a),)


def _case(partner: str, referral: str) -> str:
    """A referral number is its partner's own."""
    return f"{partner} {referral}"


def machine(new_url: Callable[[], str]) -> type[RuleBasedStateMachine]:
    """Return the machine on databases that `new_url` makes, one for each run."""

    class Ledger(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.folder = tempfile.TemporaryDirectory()
            self.store = open_or_make_store(new_url())
            self.model = PlainLedger(ONWARD, most=3)

        def teardown(self) -> None:
            assert verify(self.store).broken == ()
            self.store.close()
            self.folder.cleanup()

        @rule(pieces=weeks(), at=st.sampled_from([CLAIMED, CLAIMED, AFTER, LATE, BEGINS]))
        def publish(self, pieces: tuple[Piece, ...], at: dt.datetime) -> None:
            files = write_week(Path(self.folder.name), pieces, onward=ONWARD)
            done = publish(self.store, files, at, "office", reason="again", most=3)
            if done.new:
                hurt = {_case(one.partner, one.referral) for one in done.hurt}
                assert hurt == self.model.publish(pieces, at)
            self._agree()

        @precondition(lambda self: self.model.pieces)
        @rule(partner=PARTNERS, slot=SLOTS, referral=REFERRALS, at=TIMES, channel=CHANNELS)
        def claim(self, partner: str, slot: str, referral: str, at: dt.datetime, channel: Channel) -> None:
            succeeds = self._succeeds(lambda: claim(self.store, partner, slot, referral, at, channel=channel))
            assert succeeds == self.model.claim(partner, slot, _case(partner, referral), at, channel)
            self._agree()

        @rule(partner=PARTNERS, referral=REFERRALS, at=TIMES)
        def give_back(self, partner: str, referral: str, at: dt.datetime) -> None:
            succeeds = self._succeeds(lambda: return_claim(self.store, partner, referral, at))
            assert succeeds == self.model.give_back(partner, _case(partner, referral), at)
            self._agree()

        @rule(at=TIMES)
        def release(self, at: dt.datetime) -> None:
            result = release(self.store, at)
            assert sum(tickets for _, tickets in result.tickets) == self.model.release(at)
            self._agree()

        def _succeeds(self, ask: Callable[[], object]) -> bool:
            try:
                ask()
            except ClaimError:
                return False
            return True

        def _agree(self) -> None:
            stored = {row: counts for row, counts in holdings(self.store).items() if counts[0]}
            assert stored == self.model.holdings()
            expected = {case: claim.state for case, claim in self.model.claims.items()}
            stored_claims = {
                _case(partner, claim.referral): claim.state
                for partner in ("P1", "P2")
                for claim in sorted(find_claims(self.store, partner), key=lambda claim: claim.number)
            }
            assert stored_claims == expected
            live = [
                (one.slot, one.ticket)
                for partner in ("P1", "P2")
                for one in find_claims(self.store, partner)
                if one.state == "live"
            ]
            assert len(set(live)) == len(live)
            assert None not in {ticket for _, ticket in live}

    return Ledger


def test_the_ledger_does_what_a_plain_list_of_tickets_does(new_url: Callable[[], str]) -> None:
    few = settings(max_examples=20, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(machine(new_url), settings=few)
