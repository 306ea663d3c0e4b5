"""What is held against the day: a slow reference of every figure, and what must be true of each customer and line.

The reference goes through the audit log and the thread one event after the other, as somebody would tell the day; it
shares nothing with the queries and sums of the wallboard (storage/figures.py, core/service_level.py).
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from backends.account.port import PERSONAL_LEVELS
from conversation.queue.rules import Service as Rules
from tests.conftest import Service
from tests.lab.shift.customers import LEFT, Customer
from tests.lab.shift.day import MARK, Day

# A step's entry in the audit log is written a moment after the step took its time.
NEAR_SECONDS = 0.5
Figures = dict[str, float | None]


@dataclass
class Told:
    """One conversation that came into the queue."""

    channel: str
    level: str
    queued: datetime
    owner: str = "queue"
    taken: datetime | None = None
    replied: datetime | None = None
    staff: int | None = None
    score: int | None = None
    repeated: bool | None = None


class Log:
    """What the house has written down of a day."""

    def __init__(self, house: Service) -> None:
        """Read it."""
        self._house = house
        self.staff = dict(self._rows("select login, id from staff"))
        self.lines = [
            (number, conversation, author, audience, staff, str(json.loads(body).get("text") or ""), _moment(at))
            for number, conversation, author, audience, staff, body, at in self._rows(
                "select id, conversation_id, author, audience, staff_id, body, at from message order by id"
            )
        ]
        # A score that opens a conversation of its own bears no mark: its customer is known by the address.
        places = {number: rest for number, *rest in self._rows("select id, channel, address from conversation")}
        named = dict[tuple[str, ...], str]()
        for _, conversation, author, _, _, text, _ in self.lines:
            if author == "customer" and (found := MARK.search(text)):
                named.setdefault(tuple(places[conversation]), found[0])
        self.marks = {number: named.get(tuple(place), "") for number, place in places.items()}

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(f"file:{self._house.folder}/kefu.db?mode=ro", uri=True, timeout=20) as db:
            return db.execute(query).fetchall()

    def told(self) -> dict[int, Told]:
        """Return every conversation that came into the queue, told from the first event to the last."""
        kinds = {number: rest for number, *rest in self._rows("select id, channel, level, repeated from conversation")}
        events = [
            (_moment(at), action, int(subject.split(":")[1]), actor, reason, json.loads(details))
            for at, action, subject, actor, reason, details in self._rows(
                "select at, action, subject, actor, reason, details from audit where subject like 'conversation:%'"
            )
        ]
        events += [
            (at, "said", conversation, f"agent:{staff}", "", {})
            for _, conversation, author, audience, staff, _, at in self.lines
            if (author, audience) == ("agent", "everyone")
        ]
        day = dict[int, Told]()
        for at, action, number, actor, reason, details in sorted(events, key=lambda each: each[0]):
            if action == "conversation.handed_over":
                channel, level, repeated = kinds[number]
                day[number] = Told(
                    channel, level or "standard", at, repeated=None if repeated is None else bool(repeated)
                )
            elif number in day:
                _happens(day[number], action, at, actor, reason, details)
        return day

    def wrote(self) -> dict[int, int]:
        """Return by conversation the agent who wrote most to the customer, the last of several."""
        counts, last = defaultdict[int, Counter[int]](Counter), dict[tuple[int, int], int]()
        for number, conversation, author, audience, staff, _, _ in self.lines:
            if (author, audience) == ("agent", "everyone"):
                counts[conversation][staff] += 1
                last[conversation, staff] = number
        return {
            conversation: max(found, key=lambda staff: (found[staff], last[conversation, staff]))
            for conversation, found in counts.items()
        }


def _moment(at: Any) -> datetime:
    found = datetime.fromisoformat(str(at))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _happens(told: Told, action: str, at: datetime, actor: str, reason: str, details: Mapping[str, Any]) -> None:
    kind, _, number = actor.partition(":")
    who = int(number) if kind == "agent" else None
    match action:
        case "conversation.take" | "conversation.transfer":
            to = reason.removeprefix("to:") if reason.startswith("to:") else details.get("to", who)
            told.owner, told.taken, told.replied, told.staff = "agent", at, None, int(to)
        case "conversation.return":
            told.owner, told.taken, told.replied, told.staff = "queue", None, None, None
        case "conversation.hand_back" | "queue.leave":
            told.owner, told.staff = "bot", None
        case "conversation.close":
            told.owner, told.staff = "nobody", who
        case "conversation.rated":
            told.score = int(reason)
        case "said":
            told.replied = told.replied or at


def figures(day: Sequence[Told], now: datetime, scores: Sequence[int]) -> Figures:
    """Count every figure one by one."""
    rules = Rules.load().rules
    waiting = [each for each in day if each.owner == "queue"]
    served = [each for each in day if each.owner != "queue" and each.taken]
    left = len(day) - len(waiting) - len(served)
    waits = [(each.taken - each.queued).total_seconds() for each in served if each.taken]
    limits = [rules.targets[0] if each.level in PERSONAL_LEVELS else rules.targets[1] for each in served]
    words = [(each.replied - each.taken).total_seconds() for each in served if each.taken and each.replied]
    told_again = [float(each.repeated) for each in day if each.repeated is not None]
    return {
        "waiting": len(waiting),
        "longest": max([(now - each.queued).total_seconds() for each in waiting], default=None),
        "came": len(day),
        "taken": len(served),
        "in_time": _mean([float(wait <= limit) for wait, limit in zip(waits, limits, strict=True)]),
        "average_wait": _mean(waits),
        "first_word": _mean(words),
        "abandoned": left / (left + len(served)) if left or served else None,
        "satisfied": _mean([float(score >= 4) for score in scores]),
        "score": _mean([float(score) for score in scores]),
        "repeated": _mean(told_again),
    }


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def of_everybody(log: Log, now: datetime) -> dict[tuple[str, str], Figures]:
    """Return the reference's figures by (kind, name): all, each channel, each agent by sign-in."""
    told, wrote = log.told(), log.wrote()
    scores = {number: each.score for number, each in told.items() if each.score is not None}
    found = {("all", ""): figures(list(told.values()), now, list(scores.values()))}
    for channel in {each.channel for each in told.values()}:
        found["channel", channel] = figures([each for each in told.values() if each.channel == channel], now, [])
    for login, staff in log.staff.items():
        own = [each for each in told.values() if each.staff == staff]
        if own:
            rated = [score for number, score in scores.items() if wrote.get(number) == staff]
            found["agent", login] = figures(own, now, rated)
    return found


def customers_wrong(
    customers: Sequence[Customer], heard: Mapping[str, Sequence[tuple[str, str]]], log: Log
) -> list[str]:
    """Return what is wrong with how customers fared: lost, unheard, or told what was meant for another."""
    found = list[str]()
    came = {log.marks.get(number, ""): each for number, each in log.told().items()}
    said = defaultdict[str, Counter[str]](Counter)
    for _, conversation, author, _, _, text, _ in log.lines:
        if author == "customer":
            said[log.marks.get(conversation, "")][text[:200]] += 1
    for each in customers:
        lines = heard[each.mark]
        answered = any(each.mark in text and author in ("agent", "") for author, text in lines)
        waits = each.mark in came and came[each.mark].owner == "queue"
        if each.asked and each.mark not in came:
            found.append(f"{each.mark} asked for a person and came into no queue")
        if each.asked and not answered and not (each.gave_up and any(LEFT in text for _, text in lines)):
            if not waits or each.plan != "late":
                found.append(f"{each.mark} ({each.plan}) was not answered")
            elif not each.heard_when:
                found.append(f"{each.mark} waits and was not told when")
        for author, text in lines:
            if author == "agent" and set(MARK.findall(text)) - {each.mark}:
                found.append(f"{each.mark} heard what was meant for another: {text[:60]}")
        if missing := Counter(text[:200] for text in each.said) - said[each.mark]:
            found.append(f"{each.mark} said what is not in the thread: {[text[:40] for text in missing]}")
    return found


def lines_wrong(day: Day, heard: Mapping[str, Sequence[tuple[str, str]]], log: Log) -> list[str]:
    """Return what is wrong with the lines of the staff: each once, to whom the screen showed, notes to nobody."""
    found, places = list[str](), defaultdict[str, list[tuple[int, str, int]]](list)
    for _, conversation, author, audience, staff, text, _ in log.lines:
        if author == "agent":
            places[text].append((conversation, audience, staff))
    for line in day.diary.lines:
        there = places.pop(line.text, [])
        who, times = f"{line.login}'s line {line.order} ({line.kind})", len(there)
        if times > 1 or (times == 0 and line.kind != "unsure"):
            found.append(f"{who} stands {times} times in the house")
        for conversation, audience, staff in there:
            if conversation != line.conversation or log.marks.get(conversation) != line.mark:
                meant = f"{line.mark} in {line.conversation}"
                found.append(f"{who} for {meant} went to {log.marks.get(conversation)} in {conversation}")
            if (audience == "everyone") != (line.kind in ("said", "unsure")) or staff != log.staff[line.login]:
                found.append(f"{who} stands there for {audience} by {staff}")
            times_heard = sum(line.text in text for _, text in heard.get(line.mark, ()))
            if times_heard != (audience == "everyone"):
                ends = [text[-40:] for _, text in heard.get(line.mark, ()) if line.text in text]
                found.append(f"{who} was heard {times_heard} times by {line.mark}: {ends}")
    return found
