"""What was said is erased when its time is over or its subscriber wishes it, and nothing of it is left (K8)."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, make_url, select, update

from app.demo.data import load_demo
from app.jobs.retention import STEPS, Retention
from app.schema import upgrade
from backends.account.tables import call_detail
from backends.complaint.tables import complaint_event, complaint_ticket
from backends.identity.tables import one_time_code
from backends.registration.tables import registration
from backends.repair.tables import repair_ticket
from bot.dialogue.state import Frame, State, written
from compliance.retention import ERASED_TEXT, FILE, KINDS, read_retention
from core.clock import FixedClock
from core.conversation import Owner
from database.handle import Database, scrub
from storage import audit_chain, conversations, search
from storage.tables import (
    audit,
    breach,
    conversation,
    inbox,
    mailbox,
    message,
    nuisance,
    outbox,
    partner,
    partner_grant,
    picture,
    rating,
    sandbox_message,
    session,
)
from tests import postgres
from tests.keys import KEYS

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=4000)
MARKED = "记号七九三一"
ADDRESS = "openid-marked-7931"
OWN, OTHER = 1, 2
APPLIED = {
    "identifier": "KH1", "key": "k", "name": MARKED, "id_number": MARKED, "phone": MARKED, "number": MARKED,
    "plan_code": "p", "terms": "t", "agreed_at": LONG_AGO, "held_until": LONG_AGO, "over_limit": False,
}  # fmt: skip


async def furnished(url: str) -> None:
    made = Database(url, KEYS)
    await upgrade(made)
    await load_demo(made, 1, NOW)
    await made.close()


# The databases with the demo's data as of NOW, of which each test gets a copy: made once, by their server's folder.
_MADE: dict[Path, str] = {}


async def copied(server: postgres.Postgres) -> str:
    if server.folder not in _MADE:
        made = await server.fresh()
        await furnished(made)
        _MADE[server.folder] = str(make_url(made).database)
    return await server.copied(_MADE[server.folder])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("retention")


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, folder: Path, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        if not (made_once := folder / "kefu.db").exists():
            await furnished(f"sqlite+aiosqlite:///{made_once}")
        shutil.copy(made_once, tmp_path / "kefu.db")
        url = f"sqlite+aiosqlite:///{tmp_path}/kefu.db"
    else:
        url = await copied(request.getfixturevalue("postgres_server"))
    made = Database(url, KEYS)
    yield made
    await made.close()


def retention(database: Database) -> Retention:
    return Retention(database, FixedClock(NOW))


async def talked(
    database: Database, at: datetime, customer_id: int | None = OWN, address: str = ADDRESS, owner: str = "bot"
) -> int:
    """Store a conversation with a word of each side, a message, a picture and a rating; return its number."""
    async with database.write() as db:
        row: dict[str, Any] = {
            "channel": "web",
            "address": address,
            "customer_id": customer_id,
            "acts_as": "subscriber",
        }
        dialogue = written(State(sign_in=(MARKED,), stack=(Frame("complain", "1", {"facts": MARKED}),)))
        row |= {"owner": owner, "token": 1, "dialogue": dialogue, "misses": 0, "moods": []}
        adding = insert(conversation).values(**row, opened_at=at, changed_at=at).returning(conversation.c.id)
        number = int((await db.execute(adding)).scalar_one())
        line = {"conversation_id": number, "audience": "everyone", "body": {"text": MARKED}, "at": at}
        for author in ("customer", "bot"):
            await db.execute(insert(message).values(author=author, **line))
        heard = (await db.execute(select(func.max(message.c.id)))).scalar_one()
        done = {"state": "done", "attempts": 1, "due_at": at}
        came = {"channel": "web", "external_id": f"{address}-{number}", "conversation_id": number, "message_id": heard}
        await db.execute(insert(inbox).values(**came, **done, text=MARKED, at=at, outcome="answered"))
        went = {"channel": "web", "address": address, "customer_id": customer_id, "author": "bot", "at": at}
        sent = {"state": "sent", "attempts": 1, "due_at": at, "token": 1, "secret": False, "body": {"text": MARKED}}
        await db.execute(insert(outbox).values(key=f"k{number}", conversation_id=number, **went, **sent))
        await db.execute(insert(mailbox).values(key=f"m{number}", **went, body={"text": MARKED}))
        shown = {"conversation_id": number, "customer_id": customer_id, "data": MARKED.encode(), "at": at}
        await db.execute(insert(picture).values(id=f"free{number}", **shown))
        await db.execute(insert(picture).values(id=f"kept{number}", **shown | {"data": b"proof"}, ticket="TS1"))
        await db.execute(
            insert(rating).values(conversation_id=number, channel="web", address=address, asked_at=at, score=5)
        )
    async with database.write() as db:
        await search.index(db, 1000)
    return number


async def whole(database: Database) -> str:
    """Return every row of what was said, as the app reads it."""
    found = []
    async with database.read() as db:
        for table in (conversation, message, inbox, outbox, mailbox, picture, rating):
            found += [str(row) for row in await db.execute(select(table))]
        found += [str(row) for row in await search.find(db, MARKED)]
    return "\n".join(found)


def test_every_kind_of_the_file_has_its_steps_and_a_wrong_file_is_refused() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert set(STEPS) == set(KINDS) == set(read_retention(text))
    for wrong in (text.replace("said: 730", "said: 0"), text.replace("codes: 1", "code: 1"), "[]", text + "\nbills: 9"):
        with pytest.raises(ValueError, match="content/retention"):
            read_retention(wrong)


async def test_what_was_said_long_ago_is_gone_and_its_figures_are_not(database: Database) -> None:
    old = await talked(database, LONG_AGO)
    assert MARKED in await whole(database)
    assert (await retention(database).once())["said"] > 0
    left = await whole(database)
    assert MARKED not in left and ADDRESS not in left and str(MARKED.encode()) not in left
    async with database.read() as db:
        kept = await conversations.load(db, old)
        assert (kept.owner, kept.customer_id, kept.address) == (Owner.NOBODY, None, "")
        assert [line.body["text"] for line in await conversations.lines(db, old)] == [ERASED_TEXT] * 2
        assert (await db.execute(select(rating.c.score))).scalar_one() == 5
        assert list((await db.execute(select(picture.c.ticket))).scalars()) == ["TS1"]
    assert "said" not in await retention(database).once()


async def test_what_is_younger_or_still_goes_on_stays(database: Database) -> None:
    await talked(database, NOW - timedelta(days=700))
    served = await talked(database, LONG_AGO, OTHER, "served", owner="agent")
    assert (await retention(database).once())["said"] == 6  # its lines, messages and picture, not with whom
    async with database.read() as db:
        assert (await conversations.load(db, served)).customer_id == OTHER
    assert (await whole(database)).count(MARKED) > 4


async def test_old_words_of_a_conversation_that_goes_on_are_gone_and_new_ones_are_not(database: Database) -> None:
    number = await talked(database, LONG_AGO)
    async with database.write() as db:
        await db.execute(update(conversation).values(changed_at=NOW))
        line = {"conversation_id": number, "audience": "everyone", "body": {"text": "今天说的"}, "at": NOW}
        await db.execute(insert(message).values(author="customer", **line))
    await retention(database).once()
    async with database.read() as db:
        said = [line.body["text"] for line in await conversations.lines(db, number)]
        assert said == [ERASED_TEXT, ERASED_TEXT, "今天说的"]
        assert (await conversations.load(db, number)).customer_id == OWN


async def test_what_has_waited_for_a_customer_all_that_time_is_not_sent_any_more(database: Database) -> None:
    number = await talked(database, LONG_AGO)
    async with database.write() as db:
        await db.execute(update(outbox).values(state="held"))
    await retention(database).once()
    async with database.read() as db:
        assert list((await db.execute(select(outbox.c.state))).scalars()) == ["dropped"]
        assert (await conversations.load(db, number)).customer_id is None


async def test_what_proves_a_complaint_goes_with_it(database: Database) -> None:
    await talked(database, LONG_AGO)
    ticket = {"customer_id": OWN, "facts": MARKED, "state": "closed", "opened_at": LONG_AGO}
    ticket |= {"number": "TS1", "key": "old"}
    async with database.write() as db:
        like = dict((await db.execute(select(complaint_ticket).limit(1))).mappings().one())
        await db.execute(insert(complaint_ticket).values(like | ticket))
    await retention(database).once()
    async with database.read() as db:
        assert not (await db.execute(select(picture.c.id))).all()


async def test_many_packs_come_to_an_end_and_each_is_in_the_audit_log(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.jobs.retention.AT_ONCE", 3)
    for each in range(5):
        await talked(database, LONG_AGO, None, f"a{each}")
    packs: list[int] = []
    await retention(database).once(lambda _kind, count: packs.append(count))
    async with database.read() as db:
        told = [row.details["rows"] for row in await db.execute(select(audit).where(audit.c.action == "data.erased"))]
    assert told == packs
    assert MARKED not in await whole(database)


async def test_the_other_kinds_go_when_their_time_is_over(database: Database) -> None:
    ticket = {"key": "k9", "customer_id": OWN, "opened_at": LONG_AGO}
    complaint = ticket | {"number": "TS9", "kind": "fee", "facts": MARKED, "state": "closed"}
    repair = ticket | {
        "number": "BX9",
        "kind": "broadband",
        "address": MARKED,
        "since": "",
        "visit": "",
        "state": "done",
    }
    case = {
        "prohibition": 1,
        "facts": MARKED,
        "concerned": 1,
        "reporter": "2",
        "responsibility": MARKED,
        "at": LONG_AGO,
    }
    tables: dict[Any, dict[str, Any]] = {
        call_detail: {"customer_id": OWN, "at": LONG_AGO, "kind": "c", "peer": MARKED, "minutes": 1, "fee_fen": 1},
        one_time_code: {"phone": MARKED, "salt": "s", "code_hash": "h", "issued_at": LONG_AGO, "attempts": 0},
        registration: APPLIED,
        sandbox_message: {"key": "s", "to": MARKED, "channel": "sms", "text": MARKED, "at": LONG_AGO},
        session: {"token_hash": "t", "kind": "web", "address": MARKED, "csrf": "c", "expires_at": LONG_AGO},
        complaint_ticket: complaint,
        complaint_event: {"key": "e", "number": "TS9", "at": LONG_AGO, "by": "c", "deed": "add", "text": MARKED},
        repair_ticket: repair,
        partner_grant: {"id": MARKED, "partner_id": 9, "customer_id": OWN, "scopes": [], "asked_at": LONG_AGO},
        breach: case | {"degree": "none", "decided_at": LONG_AGO},
    }
    number = await talked(database, NOW, None, "x")
    async with database.write() as db:
        name = {"id": 9, "name": "伙伴", "token_hash": "p", "scopes": [], "an_hour": 1, "since": LONG_AGO}
        await db.execute(insert(partner).values(**name))
        for table, row in tables.items():
            await db.execute(insert(table).values(**row))
        noted = {"channel": "web", "address": MARKED, "conversation_id": number, "staff_id": 1, "step": "warn"}
        await db.execute(insert(nuisance).values(**noted, at=LONG_AGO, state="upheld"))
        await db.execute(insert(nuisance).values(**noted | {"address": "open"}, at=LONG_AGO, state="open"))
    counts = await retention(database).once()
    assert {kind for kind in KINDS if counts.get(kind)} >= set(KINDS) - {"said"}
    async with database.read() as db:
        for table in tables:
            assert MARKED not in str((await db.execute(select(table))).all()), table.name
        assert sorted((await db.execute(select(nuisance.c.address))).scalars()) == ["", "open"]


async def test_an_open_ticket_is_kept_however_old(database: Database) -> None:
    row = {"number": "TS9", "key": "k9", "customer_id": OWN, "kind": "fee", "facts": MARKED, "opened_at": LONG_AGO}
    async with database.write() as db:
        await db.execute(insert(complaint_ticket).values(**row, state="investigating"))
    await retention(database).once()
    async with database.read() as db:
        facts = select(complaint_ticket.c.facts).where(complaint_ticket.c.number == "TS9")
        assert (await db.execute(facts)).scalar_one() == MARKED


async def test_a_subscribers_wish_erases_theirs_and_nobody_elses_and_the_log_proves_it(database: Database) -> None:
    own = [
        await talked(database, NOW),
        await talked(database, NOW, None),
        await talked(database, NOW, OWN, "other-phone"),
    ]
    others = await talked(database, NOW, OTHER, "somebody-else")
    erased = await retention(database).of_subscriber(OWN, "customer")
    assert (erased.conversations, erased.going_on, erased.under_review) == (3, 0, 0)
    async with database.read() as db:
        for number in own:
            assert [line.body["text"] for line in await conversations.lines(db, number)] == [ERASED_TEXT] * 2
        assert [line.body["text"] for line in await conversations.lines(db, others)] == [MARKED] * 2
        assert [found.conversation_id for found in await search.find(db, MARKED)] == [others] * 2
        entry = (await db.execute(select(audit).where(audit.c.id == erased.proof))).one()
        assert (entry.action, entry.subject, entry.reason) == ("data.erased", f"customer:{OWN}", "wish")
        assert entry.details["message"] == 6 and entry.details["left"] == 0
        # What a platform sends once more is still known.
        again = select(func.count()).select_from(inbox).where(inbox.c.external_id == f"{ADDRESS}-{own[0]}")
        assert (await db.execute(again)).scalar_one() == 1


async def test_a_conversation_with_a_person_or_under_review_is_kept_and_said_so(database: Database) -> None:
    await talked(database, NOW, OWN, "a", owner="agent")
    disturbed = await talked(database, NOW, OWN, "b")
    async with database.write() as db:
        noted = {"channel": "web", "address": "b", "conversation_id": disturbed, "staff_id": 1, "step": "block"}
        await db.execute(insert(nuisance).values(**noted, at=NOW, state="open"))
    erased = await retention(database).of_subscriber(OWN, "customer")
    assert (erased.conversations, erased.going_on, erased.under_review) == (0, 1, 1)


async def test_where_something_would_be_left_nothing_is_erased(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forgotten(*_given: object) -> None:
        pass

    number = await talked(database, NOW)
    monkeypatch.setattr("storage.retention.drop", forgotten)
    with pytest.raises(RuntimeError, match="search"):
        await retention(database).of_subscriber(OWN, "customer")
    async with database.read() as db:
        assert (await conversations.lines(db, number))[0].body["text"] == MARKED


async def test_after_scrubbing_not_even_the_bytes_of_the_files_know_it(database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's files are its server's own")
    for each in range(30):
        await talked(database, LONG_AGO, None, f"a{each}")
    path = Path(str(database.engine.url.database))
    files = [path, path.with_name(path.name + "-wal")]

    def known() -> bool:
        # JSON escapes what is not ASCII; the index holds the words as they are.
        marks = (MARKED.encode(), MARKED.encode("unicode_escape"), "七九三一".encode())
        return any(mark in file.read_bytes() for file in files if file.exists() for mark in marks)

    assert known()
    await retention(database).once()
    await scrub(database)
    assert not known()


async def test_the_audit_chain_still_holds(database: Database) -> None:
    await talked(database, LONG_AGO)
    await retention(database).once()
    await retention(database).of_subscriber(OWN, "customer")
    async with database.write() as db:
        await audit_chain.seal(db, b"key", 1000)
    async with database.read() as db:
        assert (await audit_chain.verify(db, b"key", NOW, lambda _seen: None)).broken == ""
