"""Addresses of papers: made unguessable, kept as a hash, so that the database gives none away."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import paper_link

# Letters alone, so that no part of an address is taken for a number of a person: 2 ** 131 of them.
_LETTERS, _LENGTH = "abcdefghijklmnopqrstuvwxyz", 28


@dataclass(frozen=True)
class Link:
    """Where an address leads: to a subscriber's paper; `until` it does so for whoever has the address."""

    customer_id: int
    number: str
    until: datetime


async def add(db: AsyncConnection, link: Link) -> str:
    """Return a new address (28 letters) of a paper."""
    token = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    await db.execute(insert(paper_link).values(token_hash=_hash(token), **vars(link)))
    return token


async def find(db: AsyncConnection, token: str) -> Link | None:
    """Return where an address leads, or None."""
    row = (await db.execute(select(paper_link).where(paper_link.c.token_hash == _hash(token)))).one_or_none()
    return Link(row.customer_id, row.number, row.until) if row else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
