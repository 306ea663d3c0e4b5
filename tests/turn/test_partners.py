"""Partners read and order only what the subscriber has confirmed, are counted, and are stopped (K4)."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from backends.account.tables import customer_service
from compliance.partners import Scope
from storage import partners
from storage.tables import audit
from tests.turn.conftest import InProcess

PHONE, OTHER, NOBODYS = "13800138001", "13800138003", "13999999999"
ALL = tuple(Scope)


class Partner:
    """A partner's program."""

    def __init__(self, house: InProcess, token: str) -> None:
        self.house, self._headers = house, {"Authorization": f"Bearer {token}"}

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.house.client.post(f"/api/v1{path}", json=body, headers=self._headers)

    async def get(self, path: str) -> httpx.Response:
        return await self.house.client.get(f"/api/v1{path}", headers=self._headers)

    async def code(self, words: str, phone: str = PHONE) -> str:
        for _ in range(100):
            messages = (await self.house.client.get("/sandbox/messages", params={"to": phone})).json()
            for message in messages:
                if words in message["text"] and (found := re.search(r"验证码(\d{6})", message["text"])):
                    return found[1]
            await asyncio.sleep(0.05)
        raise AssertionError(f"no short message with {words}")

    async def granted(self, *scopes: Scope) -> str:
        grant = (await self.post("/grants", phone=PHONE, scopes=scopes)).json()["grant"]
        confirmed = await self.post(f"/grants/{grant}/confirm", code=await self.code("申请"))
        assert confirmed.status_code == 200, confirmed.text
        return str(grant)


@pytest.fixture
async def join(house: InProcess) -> Callable[..., Any]:
    async def joined(name: str = "乐享视频", scopes: tuple[Scope, ...] = ALL, an_hour: int = 100) -> Partner:
        async with house.parts.database.write() as db:
            _, token = await partners.add_partner(db, name, scopes, an_hour, house.parts.clock)
        return Partner(house, token)

    return joined


async def test_nothing_is_read_before_the_subscriber_has_brought_the_code(house: InProcess, join: Any) -> None:
    partner = await join()
    grant = (await partner.post("/grants", phone=PHONE, scopes=["balance.read"])).json()["grant"]
    assert (await partner.get(f"/grants/{grant}/balance")).status_code == 403
    assert (await partner.post(f"/grants/{grant}/confirm", code="000000")).status_code == 400
    assert (await partner.get(f"/grants/{grant}/balance")).status_code == 403
    code = await partner.code("申请查询话费余额")
    assert (await partner.post(f"/grants/{grant}/confirm", code=code)).status_code == 200
    assert "balance_fen" in (await partner.get(f"/grants/{grant}/balance")).json()
    assert (await partner.get(f"/grants/{grant}/services")).status_code == 403  # it was not asked for
    async with house.parts.database.read() as db:
        seen = select(audit.c.action, audit.c.reason).where(audit.c.actor == "partner:1")
        done = [tuple(row) for row in await db.execute(seen)]
    assert ("gate.refused", "partner.not_allowed") in done
    assert ("account.balance.read", "") in done


async def test_a_grant_is_its_partners_own_and_no_guess_opens_it(join: Any) -> None:
    partner, rival = await join(), await join("竞争伙伴")
    grant = await partner.granted(Scope.BALANCE)
    assert (await rival.get(f"/grants/{grant}/balance")).status_code == 404
    assert (await rival.get("/grants/guessed/balance")).status_code == 404
    assert (await rival.get("/grants/..%2f..%2fetc/balance")).status_code in (404, 422)


async def test_whose_a_number_is_is_not_told(join: Any) -> None:
    partner = await join()
    known = await partner.post("/grants", phone=PHONE, scopes=["balance.read"])
    nobodys = await partner.post("/grants", phone=NOBODYS, scopes=["balance.read"])
    assert (known.status_code, known.json().keys()) == (nobodys.status_code, nobodys.json().keys())
    told = {
        (await partner.post(f"/grants/{each.json()['grant']}/confirm", code="000000")).text for each in (known, nobodys)
    }
    assert len(told) == 1
    offer = {"purpose": "offers", "text": "您好。", "key": "1"}
    refused = {(await partner.post("/adverts", phone=phone, **offer)).text for phone in (PHONE, NOBODYS)}
    assert len(refused) == 1


async def test_an_order_is_carried_out_with_its_own_code_and_not_with_the_grants(house: InProcess, join: Any) -> None:
    async def services() -> set[str]:
        async with house.parts.database.read() as db:
            mine = select(customer_service.c.service_code).where(customer_service.c.customer_id == 2)
            return set((await db.execute(mine)).scalars())

    partner = await join()
    grant = await partner.granted(Scope.ORDERS)
    first, before = await partner.code("申请"), await services()
    assert "cl" not in before
    wanted = {"kind": "open_service", "target": "cl", "key": "1"}
    order = (await partner.post(f"/grants/{grant}/orders", **wanted)).json()
    assert (await partner.post(f"/grants/{grant}/orders", **wanted)).json() == order
    assert await services() == before
    confirm = f"/grants/{grant}/orders/{order['number']}/confirm"
    code = await partner.code("为您申请办理：")
    if code != first:
        assert (await partner.post(confirm, code=first)).status_code == 400
    assert await services() == before
    assert (await partner.post(confirm, code=code)).json()["state"] == "done"
    assert await services() == before | {"cl"}


@pytest.mark.parametrize("kind", ["cancel_account", "refund", "transfer", "replace_sim", "read_details", "undo"])
async def test_what_no_partner_may_propose_is_refused(join: Any, kind: str) -> None:
    partner = await join()
    grant = await partner.granted(Scope.ORDERS)
    answer = await partner.post(f"/grants/{grant}/orders", kind=kind, target="", key="1")
    assert answer.status_code == 403


async def test_a_client_without_the_scope_or_the_token_gets_nothing(house: InProcess, join: Any) -> None:
    partner = await join(scopes=(Scope.BALANCE,))
    assert (await partner.post("/grants", phone=PHONE, scopes=["orders"])).status_code == 403
    assert (await partner.post("/adverts", phone=PHONE, purpose="offers", text="您好。", key="1")).status_code == 403
    for token in ("", "Bearer ", "Bearer guessed", "Bearer demo-token", "Basic x"):
        answer = await house.client.post(
            "/api/v1/grants", json={"phone": PHONE, "scopes": ["balance.read"]}, headers={"Authorization": token}
        )
        assert answer.status_code == 401


async def test_who_asks_too_much_is_stopped_and_stays_so_until_somebody_has_looked(house: InProcess, join: Any) -> None:
    partner = await join(an_hour=5)
    answers = [await partner.post("/grants", phone=f"139{n:08d}", scopes=["balance.read"]) for n in range(8)]
    assert [answer.status_code for answer in answers] == [202] * 5 + [429] + [403] * 2
    async with house.parts.database.read() as db:
        [stopped] = await partners.everyone(db)
        alarm = select(audit).where(audit.c.action == "partner.stopped")
        assert (await db.execute(alarm)).one().subject == "partner:1"
    assert "超过5次" in stopped.stopped_for
    async with house.parts.database.write() as db:
        await partners.stop(db, 1, "")
    assert (await partner.post("/grants", phone=PHONE, scopes=["balance.read"])).status_code == 202


async def test_an_offer_goes_to_who_has_agreed(house: InProcess, join: Any) -> None:
    partner = await join()
    offer = {"phone": PHONE, "purpose": "partners", "text": "新片上线，欢迎观看。", "key": "1"}
    refused = await partner.post("/adverts", **offer)
    assert (refused.status_code, refused.json()["detail"]["error"]) == (403, "consent.missing")
    await house.parts.adverts.agree(2, ["partners"], "sms", True, "page", "page …")
    assert (await partner.post("/adverts", **offer)).status_code == 202
    assert (await partner.post("/adverts", **offer)).status_code == 202
