"""An invoice is opened by its address for thirty days, and by its signed-in owner for good; nobody else opens it."""

import io
import re
from datetime import timedelta

import httpx
from pypdf import PdfReader
from sqlalchemy import select, update

from actions.confirmation import Done
from app.customer_pages.invoices import BY
from app.customer_pages.session import COOKIE
from backends.orders.port import Change, Kind, Order
from core.chinese_time import Month
from core.clock import SHANGHAI
from storage import people
from storage.people import Session
from storage.tables import outbox, paper_link
from tests.turn.conftest import InProcess

OWNER, OTHER = 1, 2
COMPANY, TAX = "杭州云栖科技有限公司", "91110000600037341L"


async def made_out(house: InProcess) -> tuple[Order, str]:
    """Return a confirmed order of last month's invoice, and the path of the link to it."""
    parts = house.parts
    month = str(Month.of(parts.clock.now().astimezone(SHANGHAI).date()).before())
    order = await parts.orders.propose(OWNER, Change(Kind.INVOICE, month, COMPANY, TAX), "k1", "bot")
    code = (await parts.orders.issue_code(OWNER, order.number, "bot")).code
    done = await parts.confirmation.confirm(OWNER, order.number, code or "", "bot")
    assert isinstance(done, Done)
    (link,) = done.links.values()
    return done.order, link.removeprefix(parts.settings.site)


async def signed_in(house: InProcess, customer_id: int) -> httpx.AsyncClient:
    """Return a browser in which a subscriber has signed in."""
    browser = house.browser()
    async with house.parts.database.write() as db:
        opened = Session("web", "csrf", address="a", customer_id=customer_id)
        browser.cookies.set(COOKIE, await people.begin_session(db, opened, house.parts.clock.now()))
    return browser


async def test_the_link_opens_the_paper_and_says_nothing_of_its_owner(house: InProcess) -> None:
    order, link = await made_out(house)
    answer = await house.client.get(link)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["cache-control"] == "no-store"
    told = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert all(part in told for part in (COMPANY, TAX, "尾号8000"))
    assert "13800138000" not in told
    assert re.fullmatch(r"/invoices/[a-z]{28}", link)
    async with house.parts.database.read() as db:
        waiting = [str(row.body) for row in await db.execute(select(outbox.c.body))]
    assert any(link in body for body in waiting)  # the SMS has the very address that is told here
    messages = (await house.client.get("/sandbox/messages", params={"to": "13800138000"})).json()
    assert order.number  # the receipt went out too
    assert all("13800138000" not in message["text"] for message in messages)


async def test_an_old_link_opens_for_its_signed_in_owner_alone(house: InProcess) -> None:
    _, link = await made_out(house)
    async with house.parts.database.write() as db:
        await db.execute(update(paper_link).values(until=house.parts.clock.now() - timedelta(seconds=1)))
    assert (await house.client.get(link)).status_code == 410
    assert (await (await signed_in(house, OTHER)).get(link)).status_code == 410
    assert (await (await signed_in(house, OWNER)).get(link)).status_code == 200


async def test_what_is_no_link_opens_nothing(house: InProcess) -> None:
    order, link = await made_out(house)
    for path in ("/invoices/" + "a" * 28, link[:-1], link + "a", f"/invoices/{order.number}", link.upper()):
        assert (await house.client.get(path)).status_code in (404, 422)
    assert [each.order for each in await house.parts.orders.invoices(OWNER, BY)] == [order.number]
