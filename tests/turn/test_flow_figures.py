"""How flows go is counted from stored decisions, which hold none of the customer's words."""

from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import select

from app.bootstrap import build
from app.settings import Settings
from app.web import create_app
from storage.flow_figures import decided
from storage.tables import message
from tests.fakes.engine import FakeEngine


async def test_a_flow_that_was_begun_and_broken_off_is_counted_without_a_word(demo_copy: str) -> None:
    engine = FakeEngine()
    engine.intents = {"换套餐": "change_plan", "算了": "deny"}
    parts = build(Settings(database_url=demo_copy), engine=engine)
    app = create_app(parts)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://kefu") as web:
        for text in ("换套餐", "算了"):
            body = {"sender": "s", "message": text, "metadata": {"phone": "13800138003"}}
            headers = {"Authorization": "Bearer demo-token"}
            assert (await web.post("/webhooks/rest/webhook", json=body, headers=headers)).status_code == 200
        async with parts.database.read() as db:
            found = await decided(db, datetime.now(UTC) - timedelta(days=1))
            kept = str((await db.execute(select(message.c.body).where(message.c.author == "bot"))).all())
    assert found["change_plan", "target", "reached"] == 1
    assert found["change_plan", "target", "broken_off"] == 1
    assert "decided" in kept
