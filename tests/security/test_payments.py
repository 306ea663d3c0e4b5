"""Money is booked for the provider's own word alone, for what was to be paid, and once."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from app.bootstrap import build
from app.settings import Settings
from backends.payment.notices import FRESH, Notice
from backends.payment.port import State
from core.clock import FixedClock, SystemClock
from core.errors import BackendDown
from storage.tables import audit
from tests.fakes.engine import FakeEngine
from tests.turn.conftest import InProcess, running

SECRET = "demo-payment-secret"


async def asked(house: InProcess) -> tuple[str, int]:
    """Return the number and the amount of a recharge that waits for its money."""
    payment = await house.parts.payments.start(1, 5000, "m1", "bot")
    return payment.number, payment.amount_fen


async def post(house: InProcess, said: Notice, signature: str, **headers: str) -> httpx.Response:
    return await house.client.post(
        f"/payments/{said.number}/paid",
        json={"amount_fen": said.amount_fen, "at": said.at},
        headers={"X-Signature": signature} | headers,
    )


async def state(house: InProcess, number: str) -> State:
    found = await house.parts.payments.find(number)
    assert found is not None
    return found.state


def now() -> int:
    return int(SystemClock().now().timestamp())


async def test_the_token_that_reads_subscribers_books_no_money(house: InProcess) -> None:
    number, amount = await asked(house)
    answer = await post(house, Notice(number, amount, now()), "", Authorization="Bearer demo-token")
    assert (answer.status_code, await state(house, number)) == (401, State.WAITING)


async def test_a_signature_covers_order_amount_and_time(house: InProcess) -> None:
    number, amount = await asked(house)
    signed = Notice(number, amount, now())
    signature = signed.signature(SECRET)
    other = await house.parts.payments.start(1, 5000, "m2", "bot")
    for said in (
        Notice(other.number, amount, signed.at),
        Notice(number, amount + 1, signed.at),
        Notice(number, amount, signed.at + 1),
    ):
        assert (await post(house, said, signature)).status_code == 401
    for forged in ("", "0" * 64, signed.signature("demo-token"), signed.signature(""), signature.upper()[:63]):
        assert (await post(house, signed, forged)).status_code == 401
    assert await state(house, number) is State.WAITING
    assert (await post(house, signed, signature)).json() == {"state": "paid"}


async def test_the_amount_must_be_what_was_to_be_paid(house: InProcess) -> None:
    number, amount = await asked(house)
    for wrong in (amount - 1, amount + 1, 1):
        said = Notice(number, wrong, now())
        answer = await post(house, said, said.signature(SECRET))
        assert (answer.status_code, answer.json()["detail"]["error"]) == (409, "amount_differs")
    assert await state(house, number) is State.WAITING
    async with house.parts.database.read() as db:
        kept = (await db.execute(select(audit.c.reason).where(audit.c.action == "payment.refused"))).scalars().all()
    assert kept == ["amount_differs"] * 3


async def test_a_notice_that_somebody_has_read_serves_nobody_again(house: InProcess) -> None:
    number, amount = await asked(house)
    said = Notice(number, amount, now())
    signature = said.signature(SECRET)
    before = (await house.parts.accounts.balance(1, "test")).balance_fen
    assert (await post(house, said, signature)).status_code == 200
    assert (await post(house, said, signature)).status_code == 409
    again = Notice(number, amount, said.at - 1)  # the provider was not sure, and says so anew
    assert (await post(house, again, again.signature(SECRET))).json() == {"state": "paid"}
    assert (await house.parts.accounts.balance(1, "test")).balance_fen == before + amount


@pytest.mark.parametrize("seconds", [FRESH.total_seconds() + 60, -FRESH.total_seconds() - 60])
async def test_an_old_notice_and_one_of_the_future_are_refused(house: InProcess, seconds: float) -> None:
    number, amount = await asked(house)
    said = Notice(number, amount, now() + int(seconds))
    answer = await post(house, said, said.signature(SECRET))
    assert (answer.status_code, answer.json()["detail"]["error"]) == (401, "stale")


async def test_a_notice_that_could_not_be_booked_may_come_again(
    house: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, amount = await asked(house)
    said = Notice(number, amount, now())

    async def down(_number: str, _by: str) -> None:
        raise BackendDown()

    with monkeypatch.context() as broken:
        broken.setattr(house.parts.payments, "paid", down, raising=False)
        assert (await post(house, said, said.signature(SECRET))).status_code == 503
    assert (await post(house, said, said.signature(SECRET))).status_code == 200


async def test_without_a_secret_nobody_can_sign(demo_copy: str) -> None:
    engine, clock = FakeEngine(), FixedClock(SystemClock().now())
    settings = Settings(database_url=demo_copy, payment_secret="")
    async with running(build(settings, clock, engine, engine.dialogue), engine) as house:
        number, amount = await asked(house)
        said = Notice(number, amount, int((clock.now() + timedelta(seconds=1)).timestamp()))
        assert (await post(house, said, said.signature(""))).status_code == 401
