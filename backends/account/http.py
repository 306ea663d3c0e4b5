"""Accounts over HTTP: a carrier's own billing system, behind the contract of docs/ports/account.json."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from backends.account.port import (
    Balance,
    Bill,
    Broadband,
    Customer,
    Plan,
    Points,
    Promotion,
    Recharge,
    Service,
    Usage,
    WaitingPlan,
)
from backends.http import HttpBackend
from compliance.audit import AuditEntry, AuditLog
from core.chinese_time import Month
from core.errors import BackendDown


class HttpAccounts:
    """Accounts (see port.py) of another system; each reading is in our audit log before it is asked for."""

    def __init__(self, backend: HttpBackend, audit: AuditLog) -> None:
        """Ask `backend`."""
        self._backend, self._audit = backend, audit

    async def by_phone(self, phone: str) -> Customer | None:
        """Return the subscriber of a number, or None."""
        try:
            return _read(Customer, await self._backend.get("/customers", "sign-in", phone=phone))
        except LookupError:
            return None

    async def customer(self, customer_id: int, by: str) -> Customer:
        """Return the subscriber."""
        return _read(Customer, await self._of(customer_id, by, "profile"))

    async def balance(self, customer_id: int, by: str) -> Balance:
        """Return the balance at this moment."""
        return _read(Balance, await self._of(customer_id, by, "balance"))

    async def plan(self, customer_id: int, by: str) -> Plan:
        """Return the present plan."""
        return _read(Plan, await self._of(customer_id, by, "plan"))

    async def waiting_plan(self, customer_id: int, by: str) -> WaitingPlan | None:
        """Return the plan that was ordered and has not begun, or None."""
        found = await self._of(customer_id, by, "waiting_plan")
        return None if found is None else _read(WaitingPlan, found)

    async def usage(self, customer_id: int, month: Month, by: str) -> Usage:
        """Return what was used of a month's allowance."""
        return _read(Usage, await self._of(customer_id, by, "usage", month=str(month)))

    async def bill(self, customer_id: int, month: Month, by: str) -> Bill | None:
        """Return a month's bill, or None where there is none."""
        found = await self._of(customer_id, by, "bill", month=str(month))
        return None if found is None else _read(Bill, found)

    async def services(self, customer_id: int, by: str) -> tuple[Service, ...]:
        """Return the value-added services that are on."""
        return _read(tuple[Service, ...], await self._of(customer_id, by, "services"))

    async def recharges(self, customer_id: int, since: datetime, by: str) -> tuple[Recharge, ...]:
        """Return the recharges from `since` on, the newest first."""
        return _read(tuple[Recharge, ...], await self._of(customer_id, by, "recharges", since=since.isoformat()))

    async def points(self, customer_id: int, by: str) -> Points:
        """Return the points that have not expired."""
        return _read(Points, await self._of(customer_id, by, "points"))

    async def promotions(self, customer_id: int, by: str) -> tuple[Promotion, ...]:
        """Return the promotions that the customer may take today."""
        return _read(tuple[Promotion, ...], await self._of(customer_id, by, "promotions"))

    async def broadband(self, customer_id: int, by: str) -> Broadband | None:
        """Return the home line, or None."""
        found = await self._of(customer_id, by, "broadband")
        return None if found is None else _read(Broadband, found)

    async def _of(self, customer_id: int, by: str, what: str, **parameters: str) -> Any:
        await self._audit.record(AuditEntry(by, f"account.{what}.read", f"customer:{customer_id}"))
        return await self._backend.get(f"/customers/{customer_id}/{what}", by, **parameters)


def _read[T](kind: type[T], found: Any) -> T:
    """Return the JSON as what it must be: a figure that does not fit is no figure."""
    try:
        return TypeAdapter(kind).validate_python(found)
    except ValidationError:
        raise BackendDown("account") from None
