"""Secrets that prove who somebody is and that we may only compare: the resident ID number (B1)."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from backends.identity.tables import resident_id
from core.identifiers import identifiers
from database.handle import Database

_hasher = PasswordHasher()
# A hash of nothing that anybody can type: compared where there is none, so that the answer takes as long.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$MDAwMDAwMDAwMDAwMDAwMA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def id_number_of(text: str) -> str | None:
    """Return the resident ID number in `text`, however it is written, or None: also where it cannot be one.

    Its check digit or its birthday may be wrong, or there are two.

    >>> id_number_of("11010519491231002x"), id_number_of("是１１０１０５-19491231-002 Ｘ")
    ('11010519491231002X', '11010519491231002X')
    >>> id_number_of("110105194912310021"), id_number_of("查话费")
    (None, None)
    """
    numbers = {each.value for each in identifiers(text) if each.kind == "id"}
    if len(numbers) != 1:
        return None
    try:
        return str(ric.validate(numbers.pop()))
    except ValidationError:
        return None


async def register(db: AsyncConnection, customer_id: int, hashed: str, number: str | None = None) -> None:
    """Keep which ID a number is registered to; `hashed` comes from `hash_of`, and `number` is sealed."""
    await db.execute(delete(resident_id).where(resident_id.c.customer_id == customer_id))
    await db.execute(insert(resident_id).values(customer_id=customer_id, hash=hashed, number=number))


async def hash_of(secret: str) -> str:
    """Return what may be kept of a secret. Argon2 takes its time on purpose, so it works in a thread of its own."""
    return await asyncio.to_thread(_hasher.hash, secret)


async def is_registered_to(database: Database, customer_id: int | None, id_number: str) -> bool:
    """Return whether the customer's number is registered to this ID; one that is registered to none never is.

    A customer who is not there takes as long.
    """
    async with database.read() as db:
        query = select(resident_id.c.hash).where(resident_id.c.customer_id == customer_id)
        kept = (await db.execute(query)).scalar_one_or_none()
    right = await matches(kept or NOBODY, id_number)
    return right and kept is not None


async def matches(hashed: str, secret: str) -> bool:
    """Return whether `hashed` was made of `secret`."""
    try:
        return await asyncio.to_thread(_hasher.verify, hashed, secret)
    except VerificationError:
        return False
