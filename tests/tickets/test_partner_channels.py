"""Channels that a partner may claim: told with the published week, and kept by the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.errors import ClaimError
from scheduler.roster import Channel
from scheduler.scenario.hospital import Partner
from scheduler.tables.partner_channels import PARTNER_CHANNELS_FILE, write_partner_channels
from scheduler.tickets.claims import claim
from scheduler.tickets.publications import publish
from scheduler.tickets.queries import find_claims, list_available_slots
from scheduler.tickets.store import Store
from scheduler.tickets.verify import verify
from scheduler.words import Words
from tests.check.small import scenario
from tests.tickets.week import CLAIMED, OPENS, Piece, write_week

BOTH = Piece("a", [("partner", "", 3), ("primary_care", "", 3)])
CENTRE, HOSPITAL = Partner(partner="P1", channels=("primary_care",)), Partner(partner="P2")
PARTNER, PRIMARY = Channel.PARTNER, Channel.PRIMARY_CARE


def week_of(folder: Path, *partners: Partner) -> Path:
    """The files of a week with three tickets for each channel, and the channels of these partners."""
    write_week(folder, [BOTH])
    write_partner_channels(scenario(partners=partners), folder)
    return folder


def test_a_partner_claims_of_the_channels_that_its_scenario_names_and_of_no_other(
    store: Store, tmp_path: Path
) -> None:
    publish(store, week_of(tmp_path / "w", CENTRE, HOSPITAL), OPENS, "office")
    claim(store, "P1", "a", "R-1", CLAIMED, channel=PRIMARY)
    with pytest.raises(ClaimError) as refused:
        claim(store, "P1", "a", "R-2", CLAIMED)
    assert "P1 may not claim tickets of this channel" in str(refused.value)
    assert "primary_care" in str(refused.value)
    (problem,) = refused.value.problems
    assert Words("zh").say(problem.wrong) == "成员单位 P1 不能认领该渠道的号"
    for channel in (PARTNER, PRIMARY):
        claim(store, "P2", "a", f"R-{len(channel)}", CLAIMED, channel=channel)
    assert verify(store).whole


def test_only_what_may_be_claimed_is_listed(store: Store, tmp_path: Path) -> None:
    publish(store, week_of(tmp_path / "w", CENTRE), OPENS, "office")
    assert list_available_slots(store, "P1", CLAIMED) == ()
    (slot,) = list_available_slots(store, "P1", CLAIMED, channel=PRIMARY)
    assert slot.shared == 3
    assert len(list_available_slots(store, "P2", CLAIMED)) == 1


def test_a_refused_claim_takes_no_ticket(store: Store, tmp_path: Path) -> None:
    publish(store, week_of(tmp_path / "w", CENTRE), OPENS, "office")
    for number in range(4):
        with pytest.raises(ClaimError):
            claim(store, "P1", "a", f"R-{number}", CLAIMED)
    (slot,) = list_available_slots(store, "P2", CLAIMED)
    assert slot.shared == 3


def test_a_version_that_takes_a_channel_away_keeps_the_claims(store: Store, tmp_path: Path) -> None:
    publish(store, week_of(tmp_path / "w"), OPENS, "office")
    assert not (tmp_path / "w" / PARTNER_CHANNELS_FILE).exists()
    claim(store, "P1", "a", "R-1", CLAIMED)
    done = publish(store, week_of(tmp_path / "w", CENTRE), CLAIMED, "office", reason="by contract")
    assert (done.version, done.kept) == (2, 1)
    with pytest.raises(ClaimError, match="may not claim"):
        claim(store, "P1", "a", "R-2", CLAIMED)
    assert [str(one.state) for one in find_claims(store, "P1")] == ["live"]
    assert verify(store).whole


def test_channels_that_were_changed_in_the_table_are_seen(store: Store, tmp_path: Path) -> None:
    from sqlalchemy import text

    publish(store, week_of(tmp_path / "w", CENTRE), OPENS, "office")
    store.write(lambda connection: connection.execute(text("UPDATE publications SET channels = NULL")))
    assert [broken.wrong.text for broken in verify(store).broken] == [
        "version {version} of {week} is not as it was published"
    ]
