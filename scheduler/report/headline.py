"""The answer in one sentence: what changes, whether the days keep the limit, and what is proved."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.outcome import Status
from scheduler.report.facts import ReportFacts
from scheduler.report.voice import Voice
from scheduler.roster import Change
from scheduler.scenario.policy import exact_text
from scheduler.words import Message, message


def headline(facts: ReportFacts, voice: Voice) -> str:
    """Return the report's first sentence in the voice's language."""
    glue, end = ("；", "。") if voice.language == "zh" else ("; ", ".")
    sentence = glue.join(_parts(facts, voice)) + end
    return sentence[0].upper() + sentence[1:]


def _parts(facts: ReportFacts, voice: Voice) -> Iterator[str]:
    if not facts.solved:
        yield voice.say(_no_roster(facts))
        return
    if facts.has_nothing_to_plan:
        yield voice.say(message("there is nothing to plan: the scenario has neither sessions nor demand"))
        return
    if facts.outcome.status is Status.TIMED_OUT:
        yield voice.say(
            message("the time ran out before a roster was found: this is the template as it stands")
        )
    broken, proof = _broken(facts), _proof(facts)
    if broken is not None:
        yield voice.say(broken)
    yield voice.join(_changes(facts, voice))
    yield voice.say(_days(facts))
    if proof is not None:
        yield voice.say(proof)


def _no_roster(facts: ReportFacts) -> Message:
    if facts.outcome.status is Status.INFEASIBLE:
        return message("no roster keeps all the rules that must hold")
    return message("no roster was found in the time given")


def _broken(facts: ReportFacts) -> Message | None:
    count = sum(result.broken for result in facts.rules)
    if count == 0:
        return None
    return message("{n:rule that must hold is|rules that must hold are} broken", n=count)


def _changes(facts: ReportFacts, voice: Voice) -> list[Message]:
    if not facts.scenario.template:
        return [message("{n:session is|sessions are} placed", n=voice.number(len(facts.after.held)))]
    moved, dropped, added = (
        len(facts.changes(change)) for change in (Change.MOVED, Change.DROPPED, Change.ADDED)
    )
    parts = []
    if moved:
        parts.append(message("{n:session moves|sessions move}", n=voice.number(moved)))
    if covered := len(facts.changes(Change.COVERED)):
        parts.append(message("{n} taken over", n=voice.number(covered)))
    if dropped:
        parts.append(message("{n} dropped", n=voice.number(dropped)))
    if added:
        parts.append(message("{n} added", n=voice.number(added)))
    return parts or [message("no session changes")]


def _days(facts: ReportFacts) -> Message:
    if facts.ratio_after is None or not facts.ratio_after.days:
        return message("the week has no working day")
    policy = facts.scenario.policy.ratio
    above = sum(not balance.within(policy.limit) for _, balance in facts.ratio_after.days)
    limit = exact_text(policy.limit)
    if above == 0:
        return message("every working day keeps {limit}", limit=limit)
    total = len(facts.ratio_after.days)
    return message(
        "{above} of {total:working day|working days} above {limit}", above=above, total=total, limit=limit
    )


def _proof(facts: ReportFacts) -> Message | None:
    changes = next((tier for tier in facts.outcome.tiers if tier.key == "changes"), None)
    if changes is not None and changes.value > 0:
        if changes.gap == 0:
            return message("proved that less change would not do")
        return message(
            "at least {bound} of its {value:change point|change points} {bound:=is|are} proved necessary",
            bound=changes.bound,
            value=changes.value,
        )
    if facts.outcome.status is Status.OPTIMAL:
        return message("proved that no roster does better")
    return None
