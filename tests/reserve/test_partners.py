"""Who holds which reserved ticket: from the partner channel to the partners, and again after changes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from scheduler.reserve.partners import give_again, give_to_partners
from scheduler.roster import Channel, Plan, template_roster
from scheduler.scenario.hospital import Partner
from scheduler.scenario.week import Scenario
from tests.check.small import publish, row, scenario

PARTNERS = (Partner(partner="east"), Partner(partner="west", days=("mon", "wed")))
ROWS = tuple(row("ann", f"{day}-am", room="e1") for day in ("mon", "tue", "wed"))


def week(*partners: Partner, **more) -> Scenario:
    """18 tickets for partners, 6 a day on three mornings."""
    return scenario(template=ROWS, partners=partners, **more)


def published(found: Scenario) -> Plan:
    return publish(found, template_roster(found))


def shared_out(found: Scenario) -> Plan:
    plan = published(found)
    return replace(plan, holdings=give_to_partners(found, plan.roster, plan.slots, plan.holdings).holdings)


def holders(plan: Plan) -> Counter[str]:
    found: Counter[str] = Counter()
    for holding in plan.holdings:
        if holding.channel is Channel.PARTNER:
            found[holding.holder] += holding.tickets
    return +found


def test_a_partner_that_may_claim_of_primary_care_only_is_held_nothing():
    only = Partner(partner="north", channels=("primary_care",))
    assert holders(shared_out(week(*PARTNERS, only))) == holders(shared_out(week(*PARTNERS)))
    assert holders(shared_out(week(only))) == {"": 18}


def test_without_partners_nothing_changes():
    found = week()
    plan = published(found)
    given = give_to_partners(found, plan.roster, plan.slots, plan.holdings)
    assert given.holdings == plan.holdings
    assert given.notes == ()


def test_every_partner_ticket_gets_a_holder_and_no_other_ticket_does():
    plan = shared_out(week(*PARTNERS))
    assert holders(plan) == {"east": 9, "west": 9}
    assert {h.holder for h in plan.holdings if h.channel is Channel.PUBLIC} == {""}


def test_windows_of_the_channel_and_sums_of_slots_stay():
    found = week(*PARTNERS)
    before, after = published(found), shared_out(found)
    for key in {holding.slot for holding in before.holdings}:
        old = [h for h in before.holdings if h.slot == key and h.channel is Channel.PARTNER and h.tickets]
        new = [h for h in after.holdings if h.slot == key and h.channel is Channel.PARTNER and h.tickets]
        assert sum(h.tickets for h in old) == sum(h.tickets for h in new)
        assert {h.opens_at for h in old} == {h.opens_at for h in new}


def test_what_does_not_fit_is_told():
    found = week(Partner(partner="west", days=("mon",)), Partner(partner="east", days=("mon",), minimum=30))
    plan = published(found)
    given = give_to_partners(found, plan.roster, plan.slots, plan.holdings)
    assert [str(note) for note in given.notes] == [
        "eye: the partners' guaranteed tickets are more than the 18 reserved; they are scaled down.",
        "eye: east gets 6 of 18 tickets; its days have no more.",
    ]


def test_slots_that_did_not_change_keep_their_holders():
    found = week(*PARTNERS)
    before = shared_out(found)
    anew = published(found).holdings
    keys = {slot.slot for slot in before.slots if slot.date.strftime("%a") != "Tue"}
    after = give_again(found, before.roster, before.slots, anew, before.holdings, keys)
    assert [h for h in after if h.slot in keys] == [h for h in before.holdings if h.slot in keys]
    assert holders(replace(before, holdings=after)) == {"east": 9, "west": 9}


def test_a_slot_that_holds_more_or_fewer_is_given_anew():
    found = week(*PARTNERS)
    before = shared_out(found)
    first = next(h for h in before.holdings if h.channel is Channel.PARTNER and h.holder == "east")
    wrong = [replace(h, tickets=h.tickets + 1, holder="north") if h == first else h for h in before.holdings]
    keys = {slot.slot for slot in before.slots}
    after = give_again(found, before.roster, before.slots, published(found).holdings, wrong, keys)
    assert "north" not in {holding.holder for holding in after}
