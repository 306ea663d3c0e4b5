"""Outages at the desk and in the conversation: entered by those who may, told to who reports and who asks."""

import re
from datetime import timedelta

import httpx
from sqlalchemy import select

from backends.outages.rules import suspicion
from core.clock import SHANGHAI, SystemClock
from storage.tables import audit, outbox
from tests.turn.conftest import InProcess
from tests.turn.test_desk import Agent, signed_in

PAGE = "/desk/outages"
FORM = {"area": "江景花园", "technology": "broadband", "told": "光缆被挖断，正在抢修"}


async def send(agent: Agent, path: str = PAGE, **fields: str) -> httpx.Response:
    return await agent.client.post(path, data={"csrf": agent.csrf, **fields})


async def shown(agent: Agent) -> str:
    return (await agent.client.get(PAGE)).text


def version(page: str, number: int) -> str:
    """Return the version of an outage that the page's form would send."""
    card = page.split(f'id="outage-{number}"')[1]
    found = re.search(r'name="version" value="(\d+)"', card)
    assert found
    return found[1]


async def newest(house: InProcess) -> int:
    return (await house.parts.outages.changed_since(SystemClock().now(), "agent:4"))[0].number


async def test_an_outage_is_entered_once_changed_and_ended_and_the_audit_log_has_each(house: InProcess) -> None:
    boss = await signed_in(house, "supervisor1")
    for _ in range(2):
        answer = await send(boss, **FORM, key="0123456789abcdef")
        assert answer.headers["location"] == f"{PAGE}?done=enter"
    page, number = await shown(boss), await newest(house)
    assert page.count("江景花园 · 宽带") == 1
    assert "恢复时间未定" in page
    soon = (SystemClock().now() + timedelta(hours=5)).astimezone(SHANGHAI)
    changed = {**FORM, "told": "光缆正在熔接", "expected": f"{soon:%Y-%m-%dT%H:%M}"}
    assert (await send(boss, f"{PAGE}/{number}", **changed, version="1")).status_code == 303
    page = await shown(boss)
    assert "光缆正在熔接" in page and f"预计 {soon:%m-%d %H:%M} 恢复" in page
    stale = await send(boss, f"{PAGE}/{number}", **{**FORM, "told": "别的"}, version="1")
    assert stale.status_code == 409 and "其他同事更新过" in stale.text and 'value="别的"' in stale.text
    assert (await send(boss, f"{PAGE}/{number}/end", version=version(page, number))).status_code == 303
    assert "已恢复" in await shown(boss)
    ours = (audit.c.actor == "agent:4") & audit.c.action.startswith("outage.")
    async with house.parts.database.read() as db:
        found = await db.execute(select(audit.c.action).where(ours).order_by(audit.c.id))
    said = [action for (action,) in found]
    assert said == ["outage.enter", "outage.enter", "outage.change", "outage.change", "outage.end"]


async def test_what_is_wrong_is_said_and_what_was_written_stays(house: InProcess) -> None:
    boss = await signed_in(house, "supervisor1")
    for wrong, why in (
        ({"told": " "}, "填写区域和说明"),
        ({"begins": "2026-11-27T10:00", "expected": "2026-11-27T09:00"}, "晚于开始时间"),
        ({"planned": "true"}, "计划检修"),
        ({"told": "这个不归我管"}, ""),
        ({"told": "请联系13900001111"}, ""),
    ):
        answer = await send(boss, **{**FORM, **wrong}, key="0123456789abcdef")
        assert answer.status_code == 422 and 'role="alert"' in answer.text and why in answer.text
        assert 'value="江景花园"' in answer.text


async def test_an_agent_reads_and_changes_nothing_and_an_engineer_may(house: InProcess) -> None:
    agent, engineer = await signed_in(house), await signed_in(house, "engineer1")
    engineer.csrf = (re.findall(r'name="csrf" value="([^"]+)"', await shown(engineer)))[0]
    assert "幸福路" in await shown(agent)
    assert "登记故障" not in await shown(agent)
    assert (await send(agent, **FORM, key="0123456789abcdef")).status_code == 403
    assert (await send(engineer, **FORM, key="0123456789abcdef")).status_code == 303
    assert (await (await signed_in(house, "auditor1")).client.get(PAGE)).status_code == 403


async def test_many_reports_raise_a_suspicion_that_later_ones_hear_of_and_a_person_confirms(house: InProcess) -> None:
    outages, boss = house.parts.outages, await signed_in(house, "supervisor1")
    for each in range(1, suspicion().reports + 1):
        await outages.report(each, FORM["technology"], "江景花园3号楼", f"m{each}", "bot")  # type: ignore[arg-type]
    page, number = await shown(boss), await newest(house)
    assert "疑似" in page and f"{suspicion().reports} 位客户反映" in page and "不是区域故障" in page
    assert (await send(boss, f"{PAGE}/{number}", **FORM, version="1")).status_code == 303
    await house.parts.telling.tell()
    async with house.parts.database.read() as db:
        told = (await db.execute(select(outbox.c.key).where(outbox.c.key.startswith(f"outage:{number}:")))).scalars()
    assert sorted(told) == [f"outage:{number}:2:{each}" for each in range(1, suspicion().reports + 1)]
