"""Writing what a carrier's files hold into the account system, thousands of rows at a time."""

from collections.abc import Sequence

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.account.intake import KEYS, Problem, Row
from backends.account.tables import bill_item, customer, free_number, plan
from backends.halls.tables import hall
from database.handle import Database, insertion

TABLES: dict[str, Table] = {
    "plans": plan,
    "customers": customer,
    "bills": bill_item,
    "halls": hall,
    "numbers": free_number,
}
# By what a row is found where that is not the column of the file.
_FOUND_BY = {("bills", "phone"): "customer_id", ("customers", "phone"): "phone_index"}
# SQLite takes a few ten thousand values in one question.
_ASKED_AT_ONCE = 5000


async def load(database: Database, kind: str, rows: Sequence[tuple[int, Row]], writing: bool) -> list[Problem]:
    """Insert the rows, or put them in the place of those with the same key; all of them, or none where one is wrong.

    A customer's plan, and a bill's customer, must be there. Without `writing` they are only checked.
    """
    async with database.write() as db:
        problems, ready = await _referring(db, kind, rows)
        if not problems and writing and ready:
            await _put(db, kind, ready)
        return problems


async def _referring(
    db: AsyncConnection, kind: str, rows: Sequence[tuple[int, Row]]
) -> tuple[list[Problem], list[Row]]:
    if kind in ("plans", "halls", "numbers"):
        return [], [row for _, row in rows]
    if kind == "customers":
        known = set((await db.execute(select(plan.c.code))).scalars())
        wrong = [
            Problem(line, "plan is unknown; import it first") for line, row in rows if row["plan_code"] not in known
        ]
        return wrong, [row for _, row in rows]
    phones = sorted({row["phone"] for _, row in rows})
    ids: dict[str, int] = {}
    for at in range(0, len(phones), _ASKED_AT_ONCE):
        asked = select(customer.c.phone, customer.c.id).where(
            customer.c.phone_index.in_(phones[at : at + _ASKED_AT_ONCE])
        )
        ids |= {found.phone: found.id for found in await db.execute(asked)}
    wrong = [
        Problem(line, "phone is no customer's; import the customers first")
        for line, row in rows
        if row["phone"] not in ids
    ]
    ready = [{"customer_id": ids.get(row["phone"]), **row} for _, row in rows]
    for row in ready:
        del row["phone"]
    return wrong, ready


async def _put(db: AsyncConnection, kind: str, rows: list[Row]) -> None:
    table = TABLES[kind]
    keys = [_FOUND_BY.get((kind, name), name) for name in KEYS[kind]]
    inserted = insertion(db, table)
    changed = {name: inserted.excluded[name] for name in rows[0] if name not in KEYS[kind]}
    put = (
        inserted.on_conflict_do_update(index_elements=keys, set_=changed)
        if changed
        else inserted.on_conflict_do_nothing(index_elements=keys)
    )
    await db.execute(put, rows)
