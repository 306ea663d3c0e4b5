"""Who works here: roles and what they open, adding and leaving, rosters, leave, bulletins, courses, passwords."""

import re
from datetime import timedelta
from html import unescape

import httpx
import pytest
from sqlalchemy import select

from compliance.audit import AuditEntry
from core.clock import SHANGHAI, SystemClock
from core.conversation import Owner
from core.roles import Role
from desk.pages import MENU
from storage import audit as log
from storage import people
from storage.tables import audit
from tests.turn.conftest import InProcess
from tests.turn.test_desk import Agent, owner, signed_in, waiting

ONE_OF_EACH = {
    Role.AGENT: "agent1",
    Role.SENIOR_AGENT: "senior1",
    Role.SUPERVISOR: "supervisor1",
    Role.INSPECTOR: "inspector1",
    Role.ACCOUNT_MANAGER: "manager1",
    Role.ENGINEER: "engineer1",
    Role.ADMINISTRATOR: "admin1",
    Role.AUDITOR: "auditor1",
}
HTML = {"Accept": "text/html"}


class Somebody(Agent):
    """A signed-in member of staff, who may have any role."""

    async def sign_in(self, login: str = "agent1", password: str = "kefu-demo") -> httpx.Response:
        answer = await self.client.post("/desk/login", data={"login": login, "password": password})
        await self.look()
        return answer

    async def look(self, path: str = "/desk/me") -> str:
        page = (await self.client.get(path, headers=HTML, follow_redirects=True)).text
        found = re.search(r'name="csrf" content="([^"]+)"', page)
        self.csrf = found[1] if found else ""
        return page

    async def send(self, path: str, **fields: object) -> httpx.Response:
        return await self.client.post(path, data={"csrf": self.csrf, **fields}, headers=HTML)


async def somebody(house: InProcess, login: str, password: str = "kefu-demo") -> Somebody:
    found = Somebody(house)
    assert (await found.sign_in(login, password)).status_code == 303
    return found


async def staff_number(house: InProcess, login: str) -> int:
    async with house.parts.database.read() as db:
        found = await people.staff_by_login(db, login)
    assert found is not None
    return found.id


def staff_id(page: str, login: str) -> int:
    found = re.search(rf'login-name">{login}<(?:(?!</tr>).)*?action="/desk/staff/(\d+)"', page, re.S)
    assert found, page
    return int(found[1])


@pytest.mark.parametrize("role", ONE_OF_EACH)
async def test_each_role_opens_the_pages_of_its_menu_and_no_other(house: InProcess, role: Role) -> None:
    who = await somebody(house, ONE_OF_EACH[role])
    mine = re.findall(r'<a href="([^"]+)"', (await who.look()).split('class="menu"')[1].split("</nav>")[0])
    for path in {path for path, _, _ in MENU}:
        answer = await who.client.get(path, headers=HTML)
        assert answer.status_code == (200 if path in mine else 303 if path == "/desk" else 403), path


async def test_who_is_not_signed_in_is_shown_the_sign_in_and_a_client_a_401(house: InProcess) -> None:
    for path in {path for path, _, _ in MENU} - {"/desk"}:
        page = await house.client.get(path, headers=HTML)
        assert (page.status_code, page.headers["location"]) == (303, "/desk"), path
        assert (await house.client.get(path)).status_code == 401, path


async def test_a_new_colleague_must_change_the_password_that_somebody_else_has_seen(house: InProcess) -> None:
    admin = await somebody(house, "admin1")
    shown = (await admin.send("/desk/staff", login="new1", name="小新", role="agent")).text
    password = re.findall(r"初始密码 (\S+)，", shown)[0]
    new = await somebody(house, "new1", password)
    assert (await new.client.get("/desk")).headers["location"] == "/desk/me"
    assert (await new.client.get("/complaints", headers=HTML)).status_code == 403
    await new.look()
    assert "至少10位" in (await new.send("/desk/me/password", old=password, new="short")).text
    assert "原密码不正确" in (await new.send("/desk/me/password", old="wrong", new="a-long-password")).text
    assert (await new.send("/desk/me/password", old=password, new="a-long-password")).status_code == 303
    again = await somebody(house, "new1", "a-long-password")
    assert (await again.client.get("/desk")).status_code == 200
    assert "已经存在" in (await admin.send("/desk/staff", login="new1", name="小新", role="agent")).text


async def test_who_leaves_is_signed_out_and_the_conversations_go_back_into_the_queue(house: InProcess) -> None:
    agent, admin = await signed_in(house), await somebody(house, "admin1")
    await waiting(house)
    assert (await agent.do("take")).status_code == 200
    number = staff_id(await admin.look("/desk/staff"), "agent1")
    assert (await admin.send(f"/desk/staff/{number}", name="小林", role="agent", capacity=5)).status_code == 303
    assert await owner(house) is Owner.QUEUE
    assert (await agent.client.get("/complaints")).status_code == 401
    assert (
        await agent.client.post("/desk/login", data={"login": "agent1", "password": "kefu-demo"})
    ).status_code == 401
    async with house.parts.database.read() as db:
        changed = select(audit.c.actor).where(audit.c.action == "staff.changed", audit.c.subject == f"staff:{number}")
        assert (await db.execute(changed)).scalar_one().startswith("agent:")


async def test_an_administrator_keeps_the_role_and_a_page_of_another_session_changes_nothing(house: InProcess) -> None:
    admin = await somebody(house, "admin1")
    own = staff_id(await admin.look("/desk/staff"), "admin1")
    answer = await admin.send(f"/desk/staff/{own}", name="管理员", role="agent", capacity=5, active="true")
    assert answer.status_code == 422 and "另一位管理员" in answer.text
    admin.csrf = "another"
    assert (await admin.send("/desk/staff", login="x1", name="某", role="agent")).status_code == 403


async def test_skills_and_capacity_are_changed_on_the_page(house: InProcess) -> None:
    admin = await somebody(house, "admin1")
    number = staff_id(await admin.look("/desk/staff"), "agent2")
    fields = {"name": "小周", "role": "agent", "capacity": 2, "skills": ["english"], "active": "true"}
    assert (await admin.send(f"/desk/staff/{number}", **fields)).status_code == 303
    await signed_in(house, "agent2")
    supervisor = await somebody(house, "supervisor1")
    assert (await supervisor.send(f"/desk/staff/{number}", **fields)).status_code == 403
    assert (await admin.send(f"/desk/staff/{number}", **{**fields, "capacity": 500})).status_code == 422


async def test_a_shift_stands_on_the_roster_and_on_ones_own_page_but_not_twice_nor_on_leave(house: InProcess) -> None:
    supervisor, agent = await somebody(house, "supervisor1"), await somebody(house, "agent1")
    tomorrow = str((SystemClock().now().astimezone(SHANGHAI) + timedelta(days=1)).date())
    shift = {"staff_id": 1, "day": tomorrow, "starts": "08:30", "ends": "17:30"}
    assert (await supervisor.send("/desk/team/shifts", **shift)).status_code == 303
    assert "08:30 — 17:30" in await agent.look()
    assert "时间重叠" in (await supervisor.send("/desk/team/shifts", **{**shift, "starts": "17:00"})).text
    night = {**shift, "starts": "22:00", "ends": "06:00"}
    assert (await supervisor.send("/desk/team/shifts", **night)).status_code == 303
    assert (
        "12小时" in (await supervisor.send("/desk/team/shifts", **{**shift, "starts": "18:00", "ends": "17:59"})).text
    )
    await agent.send("/desk/me/leave", starts_on=tomorrow, ends_on=tomorrow, reason="家中有事")
    page = await supervisor.look(f"/desk/team?week={tomorrow}")
    asked = re.findall(r"/desk/team/leave/(\d+)", page)[0]
    assert (await supervisor.send(f"/desk/team/leave/{asked}", granted="true")).status_code == 303
    assert "已批准" in await agent.look()
    later = {**shift, "starts": "18:00", "ends": "20:00"}
    assert "已批准休假" in (await supervisor.send("/desk/team/shifts", **later)).text
    for number in re.findall(r"/desk/team/shifts/(\d+)/remove", await supervisor.look(f"/desk/team?week={tomorrow}")):
        await supervisor.send(f"/desk/team/shifts/{number}/remove", day=tomorrow)
    assert "还没有排班" in await agent.look()


async def test_leave_in_the_past_or_for_months_is_not_asked_for(house: InProcess) -> None:
    agent = await somebody(house, "agent1")
    today = SystemClock().now().astimezone(SHANGHAI).date()
    for start, end in (
        (today - timedelta(days=1), today),
        (today, today + timedelta(days=90)),
        (today, today - timedelta(1)),
    ):
        answer = await agent.send("/desk/me/leave", starts_on=str(start), ends_on=str(end), reason="休息")
        assert answer.status_code == 422 and "今天或以后" in answer.text


async def test_a_bulletin_is_on_everybodys_page_until_it_is_confirmed_and_the_supervisor_sees_who_has_not(
    house: InProcess,
) -> None:
    supervisor, agent = await somebody(house, "supervisor1"), await somebody(house, "agent1")
    text = "<b>明天</b>起执行新口径"
    await supervisor.send("/desk/team/bulletins", title="班前会", text=text, meets_at="2026-12-01T08:00")
    page = await agent.look()
    assert "&lt;b&gt;明天" in page and "会议时间 12-01 08:00" in page
    assert "小林" in re.findall(r"未读：([^<]+)<", await supervisor.look("/desk/team"))[0]
    await agent.send("/desk/me/bulletins/1")
    assert "没有未读的公告" in await agent.look()
    left = re.findall(r"未读：([^<]+)<", await supervisor.look("/desk/team"))[0]
    assert "小林" not in left and "小周" in left


async def test_a_course_is_learned_and_its_test_marked(house: InProcess) -> None:
    supervisor, agent = await somebody(house, "supervisor1"), await somebody(house, "agent1")
    asked = "接通后第一句说什么？\n- 您好*\n- 喂\n客户发火时先做什么？\n- 解释\n- 致歉*"
    refused = await supervisor.send("/desk/team/courses", title="用语", text="规范", questions="- 没有题目")
    assert refused.status_code == 422 and "第1行" in refused.text and "规范" in refused.text
    await supervisor.send("/desk/team/courses", title="用语", text="规范", questions=asked)
    assert "尚未学习" in await agent.look()
    assert "请您回答全部题目" in (await agent.send("/desk/me/courses/1", q0="0")).text
    assert "得分 50" in (await agent.send("/desk/me/courses/1", q0="0", q1="0")).text
    assert "已通过" in (await agent.send("/desk/me/courses/1", q0="0", q1="1")).text
    assert "最好成绩 100" in await agent.look()
    assert "通过 1/" in await supervisor.look("/desk/team")


async def test_the_staff_is_a_table_that_is_searched_by_name_sign_in_initials_role_and_skill(house: InProcess) -> None:
    admin = await somebody(house, "admin1")
    for asked, shown, hidden in (
        ("q=小林", "agent1", "agent2"),
        ("q=agent2", "agent2", "agent1"),
        ("q=xl", "agent1", "admin1"),
        ("role=auditor", "auditor1", "agent1"),
        ("active=no", "没有符合条件的同事", "agent1"),
        ("skill=repair", "小", "auditor1"),
    ):
        page = await admin.look(f"/desk/staff?{asked}")
        assert shown in page and f'login-name">{hidden}<' not in page, asked


async def test_a_template_plans_several_people_and_days_and_a_week_is_copied(house: InProcess) -> None:
    supervisor = await somebody(house, "supervisor1")
    monday = "2031-03-03"
    plan = {"template": 1, "week": monday, "staff_ids": [1, 2], "weekdays": [0, 1]}
    planned = await supervisor.send("/desk/team/shifts/plan", **plan)
    assert "已排4个班次" in planned.text and planned.text.count("08:00–16:00</span><button") == 4
    again = await supervisor.send("/desk/team/shifts/plan", **plan)
    assert "已排0个班次" in again.text and "有4个没有排" in again.text
    copied = await supervisor.send("/desk/team/shifts/copy", week=monday)
    assert "已排4个班次" in copied.text
    assert (await supervisor.look("/desk/team?week=2031-03-10")).count("08:00–16:00</span><button") == 4
    assert (await supervisor.send("/desk/team/templates", name="早班", starts="07:00", ends="15:00")).status_code == 409
    assert (await supervisor.send("/desk/team/shifts/plan", **{**plan, "staff_ids": [999]})).status_code == 422


async def test_the_auditor_finds_who_did_what_and_changes_nothing(house: InProcess) -> None:
    await signed_in(house)
    auditor = await somebody(house, "auditor1")
    page = await auditor.look("/desk/audit?action=staff.signed_in&actor=agent:1&since=2026-01-01")
    assert "<td>小林</td>" in page and "员工：登录" in page and "导出（须双人审批）" in page
    for nothing in ("actor=%25", "actor=agent", "action=staff", "until=2020-01-01", "kind=customer&number=99"):
        assert "没有符合条件" in await auditor.look(f"/desk/audit?{nothing}")
    assert "员工：登录" in await auditor.look("/desk/audit?action=staff.")
    assert (await auditor.client.post("/desk/audit", data={"csrf": auditor.csrf})).status_code == 405


async def test_the_auditor_turns_the_pages_and_sees_every_entry_once(house: InProcess) -> None:
    auditor = await somebody(house, "auditor1")
    async with house.parts.database.write() as db:
        for number in range(120):
            entry = AuditEntry("bot", "conversation.read", f"conversation:{number}", "inspection")
            await log.add(db, entry, house.parts.clock)
    seen, address = list[str](), "/desk/audit?action=conversation.read"
    while address:
        page = await auditor.look(address)
        seen += re.findall(r"<td>会话 (\d+)</td>", page)
        older = re.search(r'href="\?([^"]+)">更早的记录', page)
        address = f"/desk/audit?{unescape(older[1])}" if older else ""
    assert seen == [str(number) for number in reversed(range(120))]


async def test_an_administrator_adds_a_partner_stops_it_and_lets_it_go_on(house: InProcess) -> None:
    admin = await somebody(house, "admin1")
    shown = (await admin.send("/desk/partners", name="乐享视频", an_hour="5", scopes="balance.read")).text
    token = re.search(r"<code>([\w-]+)</code>", shown)
    assert token is not None
    assert token[1] not in await admin.look("/desk/partners")
    assert "已经存在" in (await admin.send("/desk/partners", name="乐享视频", an_hour="5")).text

    async def asks() -> int:
        answer = await house.client.post(
            "/api/v1/grants",
            json={"phone": "13800138001", "scopes": ["balance.read"]},
            headers={"Authorization": f"Bearer {token[1]}"},
        )
        return answer.status_code

    assert await asks() == 202
    await admin.send("/desk/partners/1", why="投诉较多，正在核查")
    assert "正在核查" in await admin.look("/desk/partners")
    assert await asks() == 403
    await admin.send("/desk/partners/1")
    assert await asks() == 202
    assert (await admin.send("/desk/partners/99", why="没有")).status_code == 404


async def test_the_first_skill_is_chosen_and_several_learn_or_lose_one_at_once(house: InProcess) -> None:
    admin = await somebody(house, "admin1")
    numbers = [await staff_number(house, login) for login in ("agent1", "agent2")]

    async def skills() -> list[list[str]]:
        async with house.parts.database.read() as db:
            found = [await people.staff_by_id(db, number) for number in numbers]
        return [list(each.skills) for each in found if each]

    fields = {"name": "小周", "role": "agent", "capacity": 5, "active": "true", "skills": ["account", "repair"]}
    assert (await admin.send(f"/desk/staff/{numbers[1]}", **fields, first="repair")).status_code == 303
    assert (await skills())[1] == ["repair", "account"]  # and not in the order in which the table has them
    page = await admin.look("/desk/staff")
    assert '<option value="repair" selected>' in page
    done = await admin.send("/desk/staff/skills", deed="add", skill="english", staff_ids=numbers)
    assert "已为2位同事加上“英语”技能" in done.text
    assert [(each[0], each[-1]) for each in await skills()] == [("account", "english"), ("repair", "english")]
    await admin.send("/desk/staff/skills", deed="remove", skill="account", staff_ids=numbers[:1])
    assert "account" not in (await skills())[0] and "account" in (await skills())[1]
    assert (await admin.send("/desk/staff/skills", deed="add", skill="english")).status_code == 422
    supervisor = await somebody(house, "supervisor1")
    refused = await supervisor.send("/desk/staff/skills", deed="add", skill="english", staff_ids=numbers)
    assert refused.status_code == 403
