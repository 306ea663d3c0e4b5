"""The customer's whole number for who handles a ticket or a call (M12): on record before it is shown."""

from backends.account.own import own_phone
from compliance.audit import AuditEntry
from desk.parts import DeskParts
from storage import audit


async def on_record(parts: DeskParts, whose: str, reason: str, by: str) -> None:
    """Write down who is about to see a number, whose ("customer:12", "conversation:7") and why."""
    async with parts.database.write() as db:
        await audit.add(db, AuditEntry(by, "customer.revealed", whose, reason), parts.clock)


async def whole_number(parts: DeskParts, customer_id: int, reason: str, by: str) -> str | None:
    """Return a customer's number; who sees it, whose and why stand in the audit log first.

    None where the account system does not answer.
    """
    await on_record(parts, f"customer:{customer_id}", reason, by)
    return await own_phone(parts.accounts, customer_id, by)
