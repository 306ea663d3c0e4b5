"""Ticket systems in memory; tests/contract runs the same cases on these and on SQL."""

from datetime import UTC, datetime

from backends.complaint.port import ComplaintTicket, Grievance
from backends.repair.port import FaultReport, RepairTicket

_DAY = datetime(2026, 11, 23, tzinfo=UTC)


class FakeRepairs:
    def __init__(self) -> None:
        self.by_key: dict[str, RepairTicket] = {}

    async def open(self, customer_id: int, report: FaultReport, key: str, by: str) -> RepairTicket:
        number = f"WX20261123{len(self.by_key):06d}"
        return self.by_key.setdefault(key, RepairTicket(number, customer_id, report, "open", _DAY))

    async def find(self, customer_id: int, number: str, by: str) -> RepairTicket | None:
        return next((each for each in await self.unfinished(customer_id, by) if each.number == number.upper()), None)

    async def unfinished(self, customer_id: int, by: str) -> tuple[RepairTicket, ...]:
        return tuple(each for each in reversed(self.by_key.values()) if each.customer_id == customer_id)


class FakeComplaints:
    def __init__(self) -> None:
        self.by_key: dict[str, ComplaintTicket] = {}

    async def open(self, customer_id: int, grievance: Grievance, key: str, by: str) -> ComplaintTicket:
        number = f"TS20261123{len(self.by_key):06d}"
        return self.by_key.setdefault(key, ComplaintTicket(number, customer_id, grievance, "open", _DAY))

    async def find(self, customer_id: int, number: str, by: str) -> ComplaintTicket | None:
        return next((each for each in await self.unfinished(customer_id, by) if each.number == number.upper()), None)

    async def unfinished(self, customer_id: int, by: str) -> tuple[ComplaintTicket, ...]:
        return tuple(each for each in reversed(self.by_key.values()) if each.customer_id == customer_id)
