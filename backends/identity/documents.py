"""Secrets that prove who somebody is and that we may only compare: the resident ID number (B1)."""

import re
import unicodedata

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from backends.identity.hashing import NOBODY, matches, place
from backends.identity.tables import resident_id
from core.identifiers import identifiers
from database.handle import Database


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


def same_name(name: str) -> str:
    """Return a name as it is compared: half-width, in capitals, without blanks and the dot within it.

    >>> same_name("买买提·艾力"), same_name(" 买买提•艾力 "), same_name("ｌｉ Wei")
    ('买买提艾力', '买买提艾力', 'LIWEI')
    """
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name)).upper()


async def register(db: AsyncConnection, customer_id: int, hashed: str, number: str | None = None) -> None:
    """Keep which ID a number is registered to; `hashed` comes from hashing.py, and `number` is sealed."""
    await db.execute(delete(resident_id).where(resident_id.c.customer_id == customer_id))
    await db.execute(insert(resident_id).values(customer_id=customer_id, hash=hashed, number=number))


async def is_registered_to(database: Database, customer_id: int | None, id_number: str) -> bool:
    """Return whether the customer's number is registered to this ID; one that is registered to none never is.

    A customer who is not there takes as long.
    """
    async with database.read() as db:
        query = select(resident_id.c.hash).where(resident_id.c.customer_id == customer_id)
        kept = (await db.execute(query)).scalar_one_or_none()
    with place():
        right = await matches(kept or NOBODY, id_number)
    return right and kept is not None
