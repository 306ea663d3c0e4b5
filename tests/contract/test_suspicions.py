"""What in the audit log looks like a breach is shown to the auditor, and ordinary work is not (K9)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from app.demo.data import load_demo
from compliance.audit import AuditEntry
from compliance.breaches import PROHIBITIONS, SIGNS
from core.clock import FixedClock
from database.handle import Database
from storage import audit, breaches
from storage.tables import conversation, message

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
# Sign → what is done so often that it shows: by whom, what, of which subscriber, so long ago.
TicketAction = tuple[str, str, int, timedelta]
PLANTED: dict[str, list[TicketAction]] = {
    "reveals": [("agent:1", "customer.revealed", each, HOUR) for each in range(20)],
    "unasked": [("agent:1", "customer.revealed", each, 5 * 24 * HOUR) for each in range(3)],
    "refunds": [("agent:1", "order.refund", 7, each * HOUR) for each in range(3)],
    "regretted": [("partner:4", "order.open_service.propose", each, 3 * HOUR) for each in range(3)]
    + [("bot", "complaint.open", each, HOUR) for each in range(3)],
    "numbers": [("agent:1", "order.transfer.propose", each, HOUR) for each in range(10)],
}


async def done(database: Database, deeds: list[TicketAction]) -> list[tuple[str, str, int]]:
    async with database.write() as db:
        for actor, action, customer, ago in deeds:
            await audit.add(db, AuditEntry(actor, action, f"customer:{customer}"), FixedClock(NOW - ago))
    async with database.read() as db:
        return [(each.actor, each.sign, each.count) for each in await breaches.suspicions(db, NOW)]


@pytest.mark.parametrize("sign", PLANTED)
async def test_what_was_done_so_often_is_shown(database: Database, sign: str) -> None:
    deeds = PLANTED[sign]
    assert (deeds[0][0], sign, SIGNS[sign].least) in await done(database, deeds)
    assert SIGNS[sign].prohibition in PROHIBITIONS


@pytest.mark.parametrize("sign", PLANTED)
async def test_once_less_often_or_long_ago_is_not(database: Database, sign: str) -> None:
    assert await done(database, PLANTED[sign][1:]) == [each for each in await done(database, []) if each[1] != sign]
    old = timedelta(days=SIGNS[sign].days + 1)
    found = await done(database, [(who, what, customer, ago + old) for who, what, customer, ago in PLANTED[sign]])
    assert sign not in [each[1] for each in found]


async def test_whom_an_agent_has_served_may_be_looked_at(database: Database) -> None:
    await load_demo(database, 1, NOW)
    row: dict[str, Any] = {"channel": "web", "acts_as": "subscriber", "owner": "nobody", "token": 1, "misses": 0}
    row |= {"moods": [], "opened_at": NOW, "changed_at": NOW}
    async with database.write() as db:
        for each in range(3):
            adding = (
                insert(conversation).values(**row, address=str(each), customer_id=each).returning(conversation.c.id)
            )
            said = {"author": "agent", "audience": "everyone", "staff_id": 1, "body": {"text": "您好"}, "at": NOW}
            number = (await db.execute(adding)).scalar_one()
            await db.execute(insert(message).values(**said, conversation_id=number))
    assert await done(database, PLANTED["unasked"]) == []
    others = [("agent:2", what, customer, ago) for _, what, customer, ago in PLANTED["unasked"]]
    assert await done(database, others) == [("agent:2", "unasked", 3)]


async def test_who_sold_something_that_nobody_complained_of_is_not_suspected(database: Database) -> None:
    sold, complained = PLANTED["regretted"][:3], PLANTED["regretted"][3:]
    before = [(who, what, customer, 9 * HOUR) for who, what, customer, _ in complained]
    assert await done(database, [*sold, *before]) == []
    by_the_customers = [("bot", what, customer + 50, ago) for _, what, customer, ago in sold]
    others = [("bot", what, customer + 50, ago) for _, what, customer, ago in complained]
    assert await done(database, [*by_the_customers, *others]) == []
