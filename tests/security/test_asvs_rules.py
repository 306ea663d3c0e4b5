"""Sessions, passwords and what is written down of them; and that docs/security.md says what the code does."""

import logging
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.bodies import MOST_BYTES
from app.customer_pages.session import MOST_PAGES
from app.web import create_app
from backends.identity import passwords as service_passwords
from backends.identity.hashing import PLACES
from backends.identity.port import ATTEMPTS_ALLOWED, CODE_LIVES, CODES_AN_HOUR
from compliance import pictures
from conversation.inbox.floods import PER_ADDRESS, PER_SENDER
from core.clock import FixedClock
from core.roles import RIGHTS
from database.sealed import Blind, Findable, Sealed
from desk.session import passwords, sessions
from desk.session.sessions import StaffSessions
from migrations.tables import METADATA
from storage import people
from storage.tables import audit, conversation
from tests.security.conftest import describe_everything
from tests.security.test_asvs_browser import failing
from tests.security.test_asvs_code import SECURITY, listed
from tests.turn.conftest import InProcess
from tests.turn.test_people import HTML, somebody
from tests.turn.test_turn import Visitor


def stated() -> dict[str, str]:
    """Return what docs/security.md says of each limit."""
    part = SECURITY.read_text(encoding="utf-8").split("\n## Limits\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", part, re.M))


def _tries(most: int, locked_for: timedelta) -> str:
    return f"{most}, then none for {locked_for.seconds // 60} min"


def test_the_limits_that_are_written_down_are_those_of_the_code() -> None:
    hours = int(people.STAFF_SESSION.total_seconds() // 3600)
    limits = {
        "a session of the staff": f"{hours} h",
        "a session of the chat": f"{people.WEB_SESSION.days} days",
        "sessions of one person at once": "any number",
        "chat pages of one customer at once": f"{MOST_PAGES}",
        "a one-time code lives": f"{CODE_LIVES.seconds // 60} min",
        "wrong tries of a code": f"{ATTEMPTS_ALLOWED}",
        "codes of a number an hour": f"{CODES_AN_HOUR}",
        "wrong passwords of the staff": _tries(sessions.LIMIT.most, sessions.LIMIT.locked_for),
        "wrong service passwords": _tries(service_passwords.FAILURES_ALLOWED, service_passwords.LOCKED_FOR),
        "a password of the staff": f"{passwords.SHORTEST} to {passwords.LONGEST} characters",
        "secrets compared at once, waiting": f"1, {PLACES}",
        "messages of one sender": PER_SENDER,
        "requests of one address": PER_ADDRESS,
        "a request": f"{MOST_BYTES // 1024} kB",
        "a picture (JPEG, PNG, WebP, GIF)": f"{pictures.MOST_BYTES // 1024**2} MB",
    }
    said = stated()
    assert {name: said.get(name) for name in limits} == limits


def test_the_rights_that_are_written_down_are_those_of_the_code() -> None:
    part = SECURITY.read_text(encoding="utf-8").split("\n## Who may what\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", part, re.M)
    assert {role: set(rights.split(", ")) for role, rights in rows} == {
        str(r): {str(x) for x in rights} for r, rights in RIGHTS.items()
    }


async def test_the_ways_to_sign_in_that_are_written_down_are_those_of_the_interface(house: InProcess) -> None:
    app = create_app(house.parts)
    describe_everything(app)
    paths = app.openapi()["paths"]
    assert {path for path in paths if re.search(r"sign-in|login|oidc/back|grant_id\}/confirm", path)} == listed(
        "Ways to sign in"
    )


def test_every_sealed_column_is_in_the_table_of_sensitive_data() -> None:
    kinds = (Sealed, Findable, Blind)
    sealed = {
        f"{table.name}.{column.name}"
        for metadata in METADATA
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, kinds)
    }
    assert len(sealed) > 20
    assert sealed == listed("Sensitive data")


async def test_a_password_holds_until_somebody_changes_it(house: InProcess) -> None:
    later = FixedClock(house.parts.clock.now() + timedelta(days=3650))
    token, _ = await StaffSessions(house.parts.database, later).begin("agent1", "kefu-demo")
    assert token


async def test_a_session_ends_when_its_time_is_over(house: InProcess) -> None:
    now = house.parts.clock.now()
    lives = {"staff": people.STAFF_SESSION, "web": people.WEB_SESSION}
    for kind, length in lives.items():
        async with house.parts.database.write() as db:
            token = await people.begin_session(db, people.Session(kind, "csrf", address="a"), now)
            assert await people.session_of(db, kind, token, now + length - timedelta(seconds=1))
            assert await people.session_of(db, kind, token, now + length) is None


async def test_a_token_serves_nobody_after_the_sign_out(house: InProcess) -> None:
    agent = await somebody(house, "agent1")
    token = agent.client.cookies["kefu_desk"]
    assert (await agent.client.get("/complaints")).status_code == 200
    await agent.send("/desk/logout")
    assert (await house.browser().get("/complaints", headers={"Cookie": f"kefu_desk={token}"})).status_code == 401
    visitor = Visitor(house)
    await visitor.begin()
    token = visitor.client.cookies["kefu_chat"]
    await visitor.post("sign-out")
    old = {"Cookie": f"kefu_chat={token}", "X-CSRF": visitor.csrf}
    said = await house.browser().post("/chat/messages", json={"id": "browser-1", "text": "a"}, headers=old)
    assert said.status_code == 401


async def test_a_new_password_ends_every_other_session(house: InProcess) -> None:
    agent, elsewhere = await somebody(house, "agent1"), await somebody(house, "agent1")
    changed = await agent.send("/desk/me/password", old="kefu-demo", new="seven wild geese")
    assert changed.status_code == 303
    assert (await elsewhere.client.get("/complaints")).status_code == 401
    database, now = house.parts.database, house.parts.clock.now()
    async with database.write() as db:
        own, other, anothers = [
            await people.begin_session(db, people.Session("web", "csrf", address=f"a{n}", customer_id=who), now)
            for n, who in enumerate((1, 1, 2))
        ]
        await people.end_other_sessions(db, 1, own)
        found = [await people.session_of(db, "web", token, now) for token in (own, other, anothers)]
    assert [each is not None for each in found] == [True, False, True]


async def test_a_page_is_told_no_more_of_its_session_than_it_shows(house: InProcess) -> None:
    visitor = Visitor(house)
    await visitor.begin()
    told = await visitor.post("sign-in", phone="13800138000", code=await visitor.code("13800138000"))
    assert set(told.json()) == {"signed_in", "csrf", "demo", "brand"}
    assert "13800138000" not in told.text


async def test_a_code_has_six_digits_and_is_another_each_time(house: InProcess) -> None:
    codes = {(await house.parts.codes.issue(f"1390000000{n}")).code or "" for n in range(8)}
    assert len(codes) > 6
    assert all(re.fullmatch(r"\d{6}", code) for code in codes)


async def test_a_field_that_nobody_asked_for_changes_nothing(house: InProcess) -> None:
    visitor = Visitor(house)
    await visitor.begin()
    said = {"id": "browser-1", "text": "话费", "customer_id": 1, "channel": "sms", "address": "13800138000"}
    assert (await visitor.post("messages", **said)).status_code in (202, 422)
    async with house.parts.database.read() as db:
        kept = (await db.execute(select(conversation.c.channel, conversation.c.customer_id))).all()
    assert [tuple(row) for row in kept] in ([("web", None)], [])


async def test_a_pages_token_counts_only_where_it_belongs(house: InProcess) -> None:
    agent = await somebody(house, "agent1")
    for path, data in ((f"/desk/logout?csrf={agent.csrf}", {}), ("/desk/logout", {"csrf": [agent.csrf, "forged"]})):
        assert (await agent.client.post(path, data=data, headers=HTML)).status_code in (403, 422)
    assert (await agent.client.get("/complaints")).status_code == 200
    visitor = Visitor(house)
    await visitor.begin()
    body = {"id": "browser-1", "text": "a", "csrf": visitor.csrf}
    assert (await visitor.client.post(f"/chat/messages?x_csrf={visitor.csrf}", json=body)).status_code == 403


async def test_who_is_not_let_in_is_written_down_and_not_who_it_may_have_been(house: InProcess) -> None:
    for login in ("agent1", "nobody-here"):
        await house.client.post("/desk/login", data={"login": login, "password": "a wrong one"})
    visitor = Visitor(house)
    await visitor.begin()
    await visitor.post("sign-in", phone="13800138000", code="000000")
    await visitor.post("sign-in/password", phone="13800138000", password="000000")
    async with house.parts.database.read() as db:
        rows = (await db.execute(select(audit).where(audit.c.action.like("%refused")))).all()
    assert [row.action for row in rows] == ["staff.sign_in_refused"] * 2 + ["identity.refused"] * 2
    written = str([tuple(row) for row in rows])
    for whom in ("nobody-here", "13800138000", "a wrong one"):
        assert whom not in written
    assert rows[0].subject != rows[1].subject == "staff"


async def test_who_may_not_is_written_down(house: InProcess, caplog: pytest.LogCaptureFixture) -> None:
    agent = await somebody(house, "agent1")
    with caplog.at_level(logging.WARNING, "desk.pages"):
        assert (await agent.client.get("/desk/staff", headers=HTML)).status_code == 403
    assert re.search(r"agent:\d+ was refused GET /desk/staff", caplog.text)


async def test_what_nobody_foresaw_is_written_down_by_its_route(
    house: InProcess, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(house, monkeypatch)
    await house.client.post("/webhooks/rest/webhook", json={"sender": "s", "message": "话费"})
    errors = [each for each in caplog.records if each.name == "app.web" and each.levelno == logging.ERROR]
    assert len(errors) == 1 and "webhooks/rest/webhook" in errors[0].getMessage() and errors[0].exc_info
