"""Appeals of agents against what the gate has refused (M9)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from compliance.gate import sentences
from compliance.wording import taboos
from storage.tables import appeal, staff

# How the rules of wording begin (content/wording.yml): these an appeal may change for a sentence.
WORDING = "wording."


@dataclass(frozen=True)
class Appeal:
    """What was refused, by which rule and why, and why the agent finds that wrong; state is open, right or wrong."""

    id: int
    conversation_id: int
    name: str
    text: str
    rule: str
    reason: str
    why: str
    at: datetime
    state: str
    answer: str | None

    @property
    def changes_rule(self) -> bool:
        """Whether the gate lets the sentence out once the appeal is granted; numbers and lengths are no wording."""
        return self.rule.startswith(WORDING)


async def add(
    db: AsyncConnection,
    conversation_id: int,
    staff_id: int,
    refused: tuple[str, str, str],
    why: str,
    at: datetime,
) -> None:
    """Write an appeal down; `refused` is (text, rule, reason), the text with every number hidden."""
    text, rule, reason = refused
    row = {"conversation_id": conversation_id, "staff_id": staff_id, "text": text, "rule": rule, "reason": reason}
    await db.execute(insert(appeal).values(row | {"why": why, "at": at, "state": "open"}))


async def newest(db: AsyncConnection, staff_id: int | None = None, limit: int = 100) -> list[Appeal]:
    """Return the appeals, the open ones first and then the newest, everybody's or one agent's."""
    query = select(appeal, staff.c.name).join(staff, staff.c.id == appeal.c.staff_id)
    if staff_id is not None:
        query = query.where(appeal.c.staff_id == staff_id)
    rows = await db.execute(query.order_by(appeal.c.state != "open", appeal.c.id.desc()).limit(limit))
    return [_appeal(row) for row in rows]


async def excused(db: AsyncConnection) -> frozenset[str]:
    """Return the sentences whose wording was allowed by an appeal: the gate lets them out, and they cost no points."""
    granted = (appeal.c.state == "right") & appeal.c.rule.startswith(WORDING, autoescape=True)
    texts = (await db.execute(select(appeal.c.text).where(granted))).scalars()
    return frozenset(each for text in texts for each in sentences(text) if taboos(each))


async def find(db: AsyncConnection, appeal_id: int) -> Appeal | None:
    """Return an appeal, or None."""
    query = select(appeal, staff.c.name).join(staff, staff.c.id == appeal.c.staff_id).where(appeal.c.id == appeal_id)
    row = (await db.execute(query)).one_or_none()
    return _appeal(row) if row else None


async def decide(db: AsyncConnection, appeal_id: int, right: bool, answer: str, by: int, at: datetime) -> bool:
    """Decide an open appeal; return False where it is decided already."""
    this = (appeal.c.id == appeal_id) & (appeal.c.state == "open")
    values = {"state": "right" if right else "wrong", "answer": answer, "decided_by": by, "decided_at": at}
    return bool((await db.execute(update(appeal).where(this).values(values))).rowcount)


def _appeal(row: Row[Any]) -> Appeal:
    return Appeal(
        row.id, row.conversation_id, row.name, row.text, row.rule, row.reason, row.why, row.at, row.state, row.answer
    )
