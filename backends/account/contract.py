"""The contract of an account system over HTTP, from the other side: what a carrier serves so that HttpAccounts can ask.

`docs/ports/account.json` is its OpenAPI document, and a test keeps the two the same. The app answers from any Accounts:
in the tests it stands for the carrier's system; in front of a real one it may be the adapter.
"""

import hmac
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends, FastAPI, Header, HTTPException, Path, Query, Response

from backends.account.port import (
    Accounts,
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
from core.chinese_time import Month

Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
By = Annotated[str, Header(alias="X-By", max_length=64, description="who reads: bot, agent:7, …")]
MonthAsked = Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="YYYY-MM")]


def contract_app(accounts: Accounts, token: str) -> FastAPI:
    """Return the app that answers from `accounts` to whoever brings `token`."""

    async def allowed(authorization: Annotated[str, Header()] = "") -> None:
        if not hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            raise HTTPException(401, "bring the token: Authorization: Bearer …")

    app = FastAPI(
        title="kefu: account port",
        version="1",
        description="All money in fen, all data in megabytes. 404: no such customer. 204: there is none of it.",
        dependencies=[Depends(allowed)],
    )

    @app.get("/customers")
    async def by_phone(phone: Annotated[str, Query(pattern=r"^1\d{10}$")]) -> Customer:
        """Return the subscriber of a number."""
        found = await accounts.by_phone(phone)
        if found is None:
            raise HTTPException(404, "no such customer")
        return found

    @app.get("/customers/{customer_id}/profile")
    async def profile(customer_id: Id, x_by: By) -> Customer:
        """Return the subscriber."""
        return await _of(lambda: accounts.customer(customer_id, x_by))

    @app.get("/customers/{customer_id}/balance")
    async def balance(customer_id: Id, x_by: By) -> Balance:
        """Return the balance at this moment."""
        return await _of(lambda: accounts.balance(customer_id, x_by))

    @app.get("/customers/{customer_id}/plan")
    async def plan(customer_id: Id, x_by: By) -> Plan:
        """Return the present plan."""
        return await _of(lambda: accounts.plan(customer_id, x_by))

    @app.get("/customers/{customer_id}/waiting_plan", responses={204: {"description": "no plan waits"}})
    async def waiting_plan(customer_id: Id, x_by: By) -> WaitingPlan:
        """Return the plan that was ordered and has not begun."""
        return _there(await _of(lambda: accounts.waiting_plan(customer_id, x_by)))

    @app.get("/customers/{customer_id}/usage")
    async def usage(customer_id: Id, x_by: By, month: MonthAsked) -> Usage:
        """Return what was used of a month's allowance."""
        return await _of(lambda: accounts.usage(customer_id, _month(month), x_by))

    @app.get("/customers/{customer_id}/bill", responses={204: {"description": "no bill of this month"}})
    async def bill(customer_id: Id, x_by: By, month: MonthAsked) -> Bill:
        """Return a month's bill."""
        return _there(await _of(lambda: accounts.bill(customer_id, _month(month), x_by)))

    @app.get("/customers/{customer_id}/services")
    async def services(customer_id: Id, x_by: By) -> tuple[Service, ...]:
        """Return the value-added services that are on."""
        return await _of(lambda: accounts.services(customer_id, x_by))

    @app.get("/customers/{customer_id}/recharges")
    async def recharges(customer_id: Id, x_by: By, since: datetime) -> tuple[Recharge, ...]:
        """Return the recharges from `since` on, the newest first."""
        return await _of(lambda: accounts.recharges(customer_id, since, x_by))

    @app.get("/customers/{customer_id}/points")
    async def points(customer_id: Id, x_by: By) -> Points:
        """Return the points that have not expired."""
        return await _of(lambda: accounts.points(customer_id, x_by))

    @app.get("/customers/{customer_id}/promotions")
    async def promotions(customer_id: Id, x_by: By) -> tuple[Promotion, ...]:
        """Return the promotions that the customer may take today."""
        return await _of(lambda: accounts.promotions(customer_id, x_by))

    @app.get("/customers/{customer_id}/broadband", responses={204: {"description": "no home line"}})
    async def broadband(customer_id: Id, x_by: By) -> Broadband:
        """Return the home line."""
        return _there(await _of(lambda: accounts.broadband(customer_id, x_by)))

    @app.exception_handler(_NotThere)
    async def none_of_it(_request: object, _error: Exception) -> Response:
        return Response(status_code=204)

    return app


class _NotThere(Exception):
    """The customer has none of what was asked for."""


def _there[T](found: T | None) -> T:
    if found is None:
        raise _NotThere
    return found


def _month(text: str) -> Month:
    year, number = text.split("-")
    return Month(int(year), int(number))


async def _of[T](asking: Callable[[], Awaitable[T]]) -> T:
    try:
        return await asking()
    except LookupError:
        raise HTTPException(404, "no such customer") from None


if __name__ == "__main__":
    print(json.dumps(contract_app(cast("Accounts", None), "").openapi(), indent=1, ensure_ascii=False))
