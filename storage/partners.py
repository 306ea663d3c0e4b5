"""Partners' API clients, how much they ask, and what subscribers have allowed them (K4)."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.clock import Clock
from database.handle import hold
from storage.tables import partner, partner_ask, partner_grant

HOUR = timedelta(hours=1)
# How long the questions of a partner are remembered one by one; the audit log has them for good.
_ASKS_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Partner:
    """A client. `an_hour` is how many questions about subscribers it has; `stopped_for` is empty where it may ask."""

    id: int
    name: str
    scopes: tuple[str, ...]
    an_hour: int
    stopped_for: str
    since: datetime

    @property
    def actor(self) -> str:
        """How the audit log calls it."""
        return f"partner:{self.id}"


@dataclass(frozen=True)
class Grant:
    """What a subscriber was asked to allow a partner; allowed until `until`, None before that."""

    id: str
    customer_id: int | None
    scopes: tuple[str, ...]
    asked_at: datetime
    until: datetime | None


def _partner(row: Row[Any]) -> Partner:
    return Partner(row.id, row.name, tuple(row.scopes), row.an_hour, row.stopped_for, row.since)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def add_partner(
    db: AsyncConnection, name: str, scopes: Sequence[str], an_hour: int, clock: Clock
) -> tuple[int, str]:
    """Add a client and return its id and its token, of which only a hash is kept."""
    token = secrets.token_urlsafe(32)
    values = {"name": name, "token_hash": _hash(token), "scopes": list(scopes), "an_hour": an_hour}
    added = insert(partner).values(**values, since=clock.now()).returning(partner.c.id)
    return int((await db.execute(added)).scalar_one()), token


async def everyone(db: AsyncConnection) -> list[Partner]:
    """Return all clients."""
    return [_partner(row) for row in await db.execute(select(partner).order_by(partner.c.id))]


async def by_token(db: AsyncConnection, token: str) -> Partner | None:
    """Return the client of a token, stopped or not, or None."""
    row = (await db.execute(select(partner).where(partner.c.token_hash == _hash(token)))).one_or_none()
    return _partner(row) if row else None


async def ask(db: AsyncConnection, partner_id: int, now: datetime) -> int:
    """Count one more question and return how many there were within the last hour, with this one."""
    await hold(db, f"partner:{partner_id}")
    own = partner_ask.c.partner_id == partner_id
    await db.execute(delete(partner_ask).where(own, partner_ask.c.at < now - _ASKS_KEPT))
    await db.execute(insert(partner_ask).values(partner_id=partner_id, at=now))
    recent = select(func.count()).select_from(partner_ask).where(own, partner_ask.c.at > now - HOUR)
    return int((await db.execute(recent)).scalar_one())


async def asked(db: AsyncConnection, now: datetime) -> dict[int, int]:
    """Return how many questions each client has asked within the last hour."""
    query = select(partner_ask.c.partner_id, func.count()).where(partner_ask.c.at > now - HOUR)
    return {row[0]: row[1] for row in await db.execute(query.group_by(partner_ask.c.partner_id))}


async def stop(db: AsyncConnection, partner_id: int, why: str) -> bool:
    """Stop a client, or with an empty reason let it ask again; return whether there is such a client."""
    done = await db.execute(update(partner).where(partner.c.id == partner_id).values(stopped_for=why))
    if not why:  # it begins anew, or its next question would stop it again
        await db.execute(delete(partner_ask).where(partner_ask.c.partner_id == partner_id))
    return bool(done.rowcount)


async def add_grant(
    db: AsyncConnection, partner_id: int, customer_id: int | None, scopes: Sequence[str], now: datetime
) -> str:
    """Write down what a subscriber is asked for, and return the id by which the partner speaks of it."""
    grant_id = secrets.token_urlsafe(18)
    values = {"id": grant_id, "partner_id": partner_id, "customer_id": customer_id, "scopes": list(scopes)}
    await db.execute(insert(partner_grant).values(**values, asked_at=now))
    return grant_id


async def grant(db: AsyncConnection, partner_id: int, grant_id: str) -> Grant | None:
    """Return a partner's own grant, or None."""
    own = (partner_grant.c.id == grant_id) & (partner_grant.c.partner_id == partner_id)
    row = (await db.execute(select(partner_grant).where(own))).one_or_none()
    return Grant(row.id, row.customer_id, tuple(row.scopes), row.asked_at, row.until) if row else None


async def allow(db: AsyncConnection, grant_id: str, until: datetime) -> None:
    """Write down that the subscriber has allowed it."""
    await db.execute(update(partner_grant).where(partner_grant.c.id == grant_id).values(until=until))
