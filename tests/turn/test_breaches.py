"""Nuisance is warned, ended, blocked and reviewed; breaches are cases that nobody closes for oneself (K5, K9)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from compliance.breaches import SANCTIONS, Degree, may_decide
from compliance.nuisance import BLOCKED_FOR, REMEMBERED_FOR, WARNED_FOR, Mark, Step, blocked_until, next_step
from core.roles import Role
from storage.tables import audit, breach
from tests.channels.runner import settled
from tests.turn.conftest import InProcess
from tests.turn.test_desk import Agent, signed_in
from tests.turn.test_people import somebody

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
steps = st.builds(
    Mark,
    st.sampled_from(Step),
    st.integers(0, 20_000).map(lambda minutes: NOW - timedelta(minutes=minutes)),
    st.booleans(),
)


@given(st.lists(steps, max_size=6))
def test_nobody_is_ended_with_unwarned_or_blocked_before_two_ends(marks: list[Mark]) -> None:
    step, holding = next_step(marks, NOW), [mark for mark in marks if not mark.lifted]
    if step is not Step.WARN:
        assert any(mark.step is Step.WARN and NOW - mark.at <= WARNED_FOR for mark in holding)
    if step is Step.BLOCK:
        ends = [mark for mark in holding if mark.step is not Step.WARN and NOW - mark.at <= REMEMBERED_FOR]
        assert len(ends) >= 2


@given(st.lists(steps, max_size=6))
def test_a_block_lasts_a_day_and_not_where_it_was_lifted(marks: list[Mark]) -> None:
    until = blocked_until(marks, NOW)
    assert until is None or NOW < until <= NOW + BLOCKED_FOR
    assert blocked_until([Mark(mark.step, mark.at, True) for mark in marks], NOW) is None


@pytest.mark.parametrize("role", Role)
def test_nobody_decides_about_oneself_and_no_superior_at_all(role: Role) -> None:
    assert not may_decide(3, role, 3)
    assert may_decide(9, role, 3) == (role is Role.AUDITOR)
    assert set(SANCTIONS) == set(Degree)


async def taken(house: InProcess, agent: Agent) -> tuple[int, int]:
    """Let the troublemaker ask for a person and the agent take it; return the conversation and its token."""
    await house.say("转人工", sender="trouble")
    await settled(house)
    async with house.parts.database.read() as db:
        number = (await db.exec_driver_sql("select max(id) from conversation")).scalar_one()
    token = (await agent.do("take", number)).json()["token"]
    return int(number), int(token)


async def test_who_disturbs_is_warned_then_ended_then_blocked_until_somebody_lifts_it(house: InProcess) -> None:
    agent, lead = await signed_in(house), await somebody(house, "supervisor1")
    for expected in ("end", "end", "block"):
        number, token = await taken(house, agent)
        assert (await agent.do("nuisance", number, token=token)).json() == {"step": "warn"}
        assert (await agent.do("nuisance", number, token=token)).json() == {"step": expected}
    said = str(await house.say("你好", sender="trouble"))
    assert "暂停为您服务" in said
    assert "110" in said
    assert "听到" in str(await house.say("你好", sender="somebody-else"))
    page = await lead.look("/desk/nuisance")
    assert page.count("处理得当") == 6
    assert (await agent.client.get("/desk/nuisance")).status_code == 403
    assert (await lead.send("/desk/nuisance/6", upheld="false")).status_code == 303
    assert (await lead.send("/desk/nuisance/6", upheld="true")).status_code == 409
    assert "听到" in str(await house.say("你好", sender="trouble"))


async def test_a_breach_is_reported_in_confidence_and_decided_by_who_stands_apart(house: InProcess) -> None:
    agent, auditor = await somebody(house, "agent1"), await somebody(house, "auditor1")
    facts = "看到同事把13800138001的资料发到外面"
    told = await agent.send("/desk/breaches", prohibition="1", facts=facts, concerned="agent2", named="true")
    assert "案件编号1" in told.text
    assert "受到保护" in told.text
    assert "结案" not in told.text
    page = await auditor.look("/desk/breaches")
    assert "138****8001" in page
    assert "13800138001" not in page
    async with house.parts.database.read() as db:
        stored = (await db.exec_driver_sql("select reporter from breach")).scalar_one()
        entry = (await db.execute(select(audit).where(audit.c.action == "breach.reported"))).one()
        assert (await db.execute(select(breach.c.reporter))).scalar_one() == "1"
    assert stored != "1"
    assert entry.actor == "reporter"
    assert (await agent.send("/desk/breaches/1", degree="unfounded", responsibility="没有")).status_code == 403
    assert "查证结果" in (await auditor.send("/desk/breaches/1", degree="breach")).text
    done = await auditor.send("/desk/breaches/1", degree="breach", responsibility="属实，本人负全部责任")
    assert done.status_code == 303
    assert "予以辞退" in await auditor.look("/desk/breaches")
    again = await auditor.send("/desk/breaches/1", degree="unfounded", responsibility="没有")
    assert again.status_code == 409


async def test_an_auditor_does_not_close_a_case_against_oneself(house: InProcess) -> None:
    agent, auditor = await somebody(house, "agent1"), await somebody(house, "auditor1")
    await agent.send("/desk/breaches", prohibition="1", facts="审计员私自导出日志", concerned="auditor1")
    refused = await auditor.send("/desk/breaches/1", degree="unfounded", responsibility="没有")
    assert refused.status_code == 403
    assert "涉及您本人" in refused.text
    unknown = await agent.send("/desk/breaches", prohibition="1", facts="某人泄露信息", concerned="nobody")
    assert unknown.status_code == 422
