"""Advertisement goes to who has agreed to it and to nobody else (N3 二, K2)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from compliance.consent import offered, read_offered
from compliance.gate import WAY_OUT, Advert, before_advertising
from conversation.outbox.adverts import Adverts, Reader
from core.clock import FixedClock
from core.quiet import QuietHours
from database.handle import Database
from storage.tables import audit, outbox

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
MORNING = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
READER = Reader(1, "13800138000", "13800138000")
OFFER = Advert("offers", "sms", "本周办理宽带，首月免费。")


def adverts(database: Database, now: datetime = NOON) -> Adverts:
    return Adverts(database, FixedClock(now), QuietHours.of("22:00-08:00"))


async def states(database: Database) -> list[tuple[str, str]]:
    async with database.read() as db:
        return [(row.state, row.body["text"]) for row in await db.execute(select(outbox).order_by(outbox.c.id))]


async def test_nothing_goes_out_without_consent_and_the_log_says_so(database: Database) -> None:
    decision = await adverts(database).send("1", OFFER, READER, "partner:1")
    assert (decision.allowed, decision.rule) == (False, "consent.missing")
    assert await states(database) == []
    async with database.read() as db:
        [entry] = (await db.execute(select(audit))).all()
    assert (entry.actor, entry.action, entry.reason) == ("partner:1", "gate.refused", "consent.missing")


async def test_who_has_agreed_is_sent_it_once_with_the_way_out(database: Database) -> None:
    ours = adverts(database)
    await ours.agree(1, ["offers"], "sms", True, "page", "page …")
    for _ in range(2):
        assert (await ours.send("1", OFFER, READER, "partner:1")).allowed
    assert await states(database) == [("waiting", f"{OFFER.text}（{WAY_OUT}）")]


@pytest.mark.parametrize(
    "other",
    [Advert("partners", "sms", "您好。"), Advert("offers", "wechat", "您好。"), Advert("prizes", "sms", "您好。")],
    ids=["purpose", "channel", "unknown"],
)
async def test_consent_is_for_one_purpose_on_one_channel_of_one_subscriber(database: Database, other: Advert) -> None:
    ours = adverts(database)
    await ours.agree(1, ["offers"], "sms", True, "page", "page …")
    assert not (await ours.send("1", other, READER, "partner:1")).allowed
    assert not (await ours.send("1", OFFER, Reader(2, "13800138001", "13800138001"), "partner:1")).allowed


async def test_what_waits_for_the_morning_is_dropped_where_consent_is_taken_back(database: Database) -> None:
    ours = adverts(database, NIGHT)
    await ours.agree(1, ["offers", "partners"], "sms", True, "page", "page …")
    await ours.send("1", OFFER, READER, "partner:1")
    await ours.send("2", Advert("partners", "sms", "您好。"), READER, "partner:1")
    async with database.read() as db:
        assert set((await db.execute(select(outbox.c.due_at))).scalars()) == {MORNING}
    await ours.agree(1, ["offers"], "sms", False, "keyword", "inbox:9")
    assert [state for state, _ in await states(database)] == ["dropped", "waiting"]


async def test_an_advertisement_passes_the_same_gate_as_every_text(database: Database) -> None:
    ours = adverts(database)
    await ours.agree(1, ["offers"], "sms", True, "page", "page …")
    for text in ("请联系13900001111。", "这个不归我管。", "好" * 2001):
        assert not (await ours.send("1", Advert("offers", "sms", text), READER, "partner:1")).allowed
    assert await states(database) == []


@given(st.sampled_from([*offered().purposes, "x"]), st.sampled_from([*offered().channels, "x"]), st.text(max_size=40))
def test_no_words_and_no_names_get_past_a_missing_consent(purpose: str, channel: str, text: str) -> None:
    assert not before_advertising(Advert(purpose, channel, text), False, "13800138000").allowed


def test_a_file_whose_keyword_agrees_to_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="prizes"):
        read_offered("{purposes: {offers: {name: a, shown: b}}, channels: {sms: 短信}, by_keyword: prizes}")
