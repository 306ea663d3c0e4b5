"""Many texts leave the house only when two people want it, and name nobody (K7)."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from compliance.exports import MOST_DAYS, OPEN_FOR, Wish, may_fetch, may_grant, wrong_days
from core.clock import SHANGHAI
from storage.tables import audit
from tests.channels.runner import settled
from tests.turn.conftest import InProcess
from tests.turn.test_people import somebody

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 1)
people = st.integers(1, 4)


@given(people, people, people, st.booleans() | st.none(), st.integers(0, 72))
def test_nobody_fetches_what_nobody_else_has_granted(
    asker: int, judge: int, who: int, granted: bool | None, ago: int
) -> None:
    decided = NOW - timedelta(hours=ago)
    wish = Wish(1, DAY, DAY, "", asker, NOW, granted, None if granted is None else judge, decided if granted else None)
    if may_fetch(wish, who, NOW):
        assert granted and who == asker != judge and NOW - decided < OPEN_FOR
    assert not may_grant(wish, asker)
    assert granted is None or not may_grant(wish, who)


@pytest.mark.parametrize(
    ("since", "until", "word"),
    [(1, 0, "之后"), (0, 400, "还没有到"), (-MOST_DAYS, 0, "分次"), (1 - MOST_DAYS, 0, ""), (0, 0, "")],
)
def test_a_span_that_is_wrong_is_said_why(since: int, until: int, word: str) -> None:
    said = wrong_days(DAY + timedelta(days=since), DAY + timedelta(days=until), DAY + timedelta(days=30))
    assert word in said and bool(said) == bool(word)


async def test_one_asks_another_grants_and_the_file_names_nobody(house: InProcess) -> None:
    await house.say("=1+1，我叫王小明，电话13912345678，住在建设路66号3栋201室")
    await settled(house)
    lead, inspector = await somebody(house, "supervisor1"), await somebody(house, "inspector1")
    auditor, agent = await somebody(house, "auditor1"), await somebody(house, "agent1")
    today = house.parts.clock.now().astimezone(SHANGHAI).date()
    await lead.look("/desk/exports")
    wish = {"since": str(today), "until": str(today), "why": "核查13912345678的服务质量"}
    assert (await lead.send("/desk/exports", **wish | {"until": "2999-01-01"})).status_code == 422
    assert (await lead.send("/desk/exports", **wish)).status_code == 303
    assert (await lead.client.get("/desk/exports/1")).status_code == 403
    assert (await lead.send("/desk/exports/1", granted="true")).status_code == 409
    for other in (auditor, agent):
        await other.look()
        assert (await other.send("/desk/exports", **wish)).status_code == 403
    page = await auditor.look("/desk/exports")
    assert "批准" in page and "13912345678" not in page
    assert (await inspector.client.get("/desk/exports/1")).status_code == 403
    assert (await auditor.send("/desk/exports/1", granted="true")).status_code == 303
    await inspector.look("/desk/exports")
    assert (await inspector.send("/desk/exports/1", granted="false")).status_code == 409
    for other in (auditor, inspector, agent):
        assert (await other.client.get("/desk/exports/1")).status_code == 403
    answer = await lead.client.get("/desk/exports/1")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["会话", "时间", "渠道", "发言人", "内容"]
    said = next(row[4] for row in rows[1:] if "1+1" in row[4])
    assert said.startswith("'=1+1")  # a word, not a formula
    assert "〔姓名〕" in said and "〔手机号码〕" in said and "〔地址〕" in said
    assert not [private for private in ("王小明", "13912345678", "建设路66号") if private in answer.text]
    async with house.parts.database.read() as db:
        deeds = select(audit.c.action, audit.c.reason).where(audit.c.subject == "export:1").order_by(audit.c.id)
        told = [tuple(row) for row in await db.execute(deeds)]
    assert told.count(("gate.refused", "export.two_people")) == 6  # the agent has no right to the page at all
    assert [each for each, _ in told if each != "gate.refused"] == ["export.asked", "export.granted", "export.fetched"]


async def test_a_file_can_be_fetched_for_a_day(house: InProcess) -> None:
    lead, inspector = await somebody(house, "supervisor1"), await somebody(house, "inspector1")
    today = house.parts.clock.now().astimezone(SHANGHAI).date()
    await lead.look("/desk/exports")
    await lead.send("/desk/exports", since=str(today), until=str(today), why="月度质检抽查")
    await inspector.look("/desk/exports")
    assert (await inspector.send("/desk/exports/1", granted="true")).status_code == 303
    assert (await lead.client.get("/desk/exports/1")).status_code == 200
    async with house.parts.database.write() as db:
        await db.exec_driver_sql("update bulk_export set decided_at = '2020-01-01 00:00:00'")
    assert (await lead.client.get("/desk/exports/1")).status_code == 403


async def test_the_audit_log_leaves_the_house_only_when_two_people_want_it(house: InProcess) -> None:
    auditor, supervisor = await somebody(house, "auditor1"), await somebody(house, "supervisor1")
    today = house.parts.clock.now().astimezone(SHANGHAI).date()
    wanted = {"since": str(today), "until": str(today), "why": "季度内审抽查", "kind": "audit"}
    assert (await supervisor.send("/desk/exports", **wanted)).status_code == 403
    assert (await auditor.send("/desk/exports", **{**wanted, "kind": "conversations"})).status_code == 403
    assert (await auditor.send("/desk/exports", **wanted)).status_code == 303
    assert (await auditor.client.get("/desk/exports/1")).status_code == 403
    assert (await supervisor.send("/desk/exports/1", granted="true")).status_code == 303
    rows = list(csv.reader(io.StringIO((await auditor.client.get("/desk/exports/1")).text.lstrip("\ufeff"))))
    assert rows[0][:4] == ["编号", "时间", "谁", "做了什么"]
    assert any(row[3] == "员工：登录" for row in rows[1:]) and any(row[6] == "export.granted" for row in rows[1:])
