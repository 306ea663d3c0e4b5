"""The desk: who may take, say, hand back and close; and the bot is silent while a person owns."""

import asyncio
import re
import uuid

import httpx
from sqlalchemy import select, update

from core.conversation import Owner, Step
from core.rating import SCORES
from desk.conversations.view import Seen, Thread
from storage import conversations, people
from storage.tables import audit, outbox, rating
from tests.channels.runner import settled
from tests.turn.conftest import InProcess


class Agent:
    """A signed-in agent's browser."""

    def __init__(self, house: InProcess) -> None:
        self.house, self.client, self.csrf = house, house.browser(), ""

    async def sign_in(self, login: str = "agent1", password: str = "kefu-demo") -> httpx.Response:
        answer = await self.client.post("/desk/login", data={"login": login, "password": password})
        page = await self.client.get("/desk")
        found = re.search(r'name="csrf" content="([^"]+)"', page.text)
        self.csrf = found[1] if found else ""
        return answer

    async def do(self, deed: str, conversation: int = 1, **body: object) -> httpx.Response:
        path = f"/desk/conversations/{conversation}/{deed}"
        return await self.client.post(path, json=body, headers={"X-CSRF": self.csrf})

    async def end(self, token: int, about: str = "query.bill") -> httpx.Response:
        return await self.do("ending", token=token, about=about)

    async def say(self, text: str, token: int, key: str | None = None) -> httpx.Response:
        return await self.do("messages", token=token, key=key or str(uuid.uuid4()), text=text)


async def signed_in(house: InProcess, login: str = "agent1") -> Agent:
    agent = Agent(house)
    assert (await agent.sign_in(login)).status_code == 303
    return agent


async def waiting(house: InProcess) -> None:
    """Let a customer wait in the queue."""
    (answer,) = await house.say("转人工", phone="13800138000")
    assert answer["custom"] == {"owner": "queue"}


async def owner(house: InProcess) -> Owner:
    async with house.parts.database.read() as db:
        return (await conversations.load(db, 1)).owner


async def written(house: InProcess) -> list[dict[str, object]]:
    headers = {"Authorization": "Bearer demo-token"}
    answer = await house.client.get("/webhooks/rest/messages", params={"sender": "s"}, headers=headers)
    return [each for each in answer.json() if each["author"] != "bot"]


async def sent(house: InProcess, count: int) -> list[dict[str, object]]:
    """Wait until so many messages of people have reached the customer."""
    for _ in range(100):
        if len(found := await written(house)) >= count:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("they did not arrive")


async def test_a_conversation_is_taken_answered_and_handed_back(house: InProcess) -> None:
    await waiting(house)
    agent = await signed_in(house)
    token = (await agent.do("take")).json()["token"]
    assert await house.say("在吗", phone="13800138000") == [{"recipient_id": "s", "custom": {"owner": "agent"}}]
    assert (await agent.say("您好，请讲。", token)).status_code == 202
    assert [each["text"] for each in await sent(house, 2)][1] == "您好，请讲。"
    assert (await agent.do("hand-back", token=token)).status_code == 200
    (answer,) = await house.say("话费", phone="13800138000")
    assert answer["text"] == "听到：话费"
    assert house.engine.dialogue.asked == ["话费"]  # the bot heard nothing of what was said to the person


async def test_of_two_agents_one_takes_and_the_other_is_told(house: InProcess) -> None:
    await waiting(house)
    first, second = await signed_in(house, "agent1"), await signed_in(house, "agent2")
    answers = await asyncio.gather(first.do("take"), second.do("take"))
    assert sorted(answer.status_code for answer in answers) in ([200, 404], [200, 409])


async def test_a_stale_tab_says_nothing(house: InProcess) -> None:
    await waiting(house)
    agent = await signed_in(house)
    token = (await agent.do("take")).json()["token"]
    await agent.do("hand-back", token=token)
    assert (await agent.say("还在吗", token)).status_code in (404, 409)
    assert len(await sent(house, 2)) == 2


async def test_the_same_message_twice_is_said_once(house: InProcess) -> None:
    await waiting(house)
    agent = await signed_in(house)
    token = (await agent.do("take")).json()["token"]
    for _ in range(2):
        assert (await agent.say("您好，请讲。", token, key="browser-key-1")).status_code == 202
    assert len(await sent(house, 2)) == 2


async def test_a_forbidden_phrase_and_a_strangers_number_are_given_back_with_the_reason(house: InProcess) -> None:
    await waiting(house)
    agent = await signed_in(house)
    token = (await agent.do("take")).json()["token"]
    for text, word in (("这不归我管", "忌语"), ("他的号码是13900001111", "号码")):
        answer = await agent.say(text, token)
        assert answer.status_code == 422
        assert word in answer.json()["mend"]
    assert len(await sent(house, 1)) == 1
    async with house.parts.database.read() as db:
        refusals = (await db.execute(select(audit.c.actor).where(audit.c.action == "gate.refused"))).all()
    assert refusals == [("agent:1",), ("agent:1",)]


async def test_a_harsh_sentence_goes_out_at_the_agents_wish_and_the_warning_is_written_down(house: InProcess) -> None:
    await waiting(house)
    agent = await signed_in(house)
    token = (await agent.do("take")).json()["token"]
    assert (await agent.say("您这耐心也太差了点。", token)).status_code == 202
    assert len(await sent(house, 2)) == 2
    async with house.parts.database.read() as db:
        warned = (await db.execute(select(audit.c.actor, audit.c.reason).where(audit.c.action == "gate.warned"))).all()
    assert warned == [("agent:1", "wording.tone")]


async def test_another_agents_conversation_is_not_there(house: InProcess) -> None:
    await waiting(house)
    await (await signed_in(house, "agent1")).do("take")
    other = await signed_in(house, "agent2")
    assert (await other.say("您好", 3)).status_code == 404
    assert (await other.end(3)).status_code == 404
    assert (await other.do("take", conversation=999)).status_code == 404


async def test_nothing_is_done_without_sign_in_or_with_a_foreign_csrf_token(house: InProcess) -> None:
    await waiting(house)
    stranger = Agent(house)
    assert (await stranger.do("take")).status_code == 401
    agent = await signed_in(house)
    agent.csrf = "foreign"
    assert (await agent.do("take")).status_code == 403
    assert await owner(house) is Owner.QUEUE


async def test_five_wrong_passwords_lock_the_sign_in(house: InProcess) -> None:
    agent = Agent(house)
    for _ in range(5):
        assert (await agent.sign_in(password="wrong")).status_code == 401
    locked = await agent.sign_in()
    assert locked.status_code == 401
    assert "次数过多" in locked.text


async def test_a_late_answer_of_the_bot_is_dropped_when_a_person_took_over_meanwhile(house: InProcess) -> None:
    agent = await signed_in(house)
    house.engine.dialogue.may_answer.clear()
    asking = asyncio.create_task(house.say("话费", phone="13800138000"))
    await house.engine.dialogue.thinking.wait()
    # Nobody waits in the queue yet, so the desk's own button is not there: the step itself is taken.
    async with house.parts.database.write() as db:
        current = await conversations.load(db, 1)
        await conversations.step(db, current, Step.TAKE, house.parts.clock.now(), staff_id=1)
    house.engine.dialogue.may_answer.set()
    assert await asking == [{"recipient_id": "s", "custom": {"owner": "agent"}}]
    async with house.parts.database.read() as db:
        assert (await db.execute(select(outbox.c.id))).all() == []
        dropped = (await db.execute(select(audit.c.reason).where(audit.c.action == "turn.dropped"))).all()
    assert dropped == [("not_owner",)]
    assert (await agent.say("您好，请讲。", 2)).status_code == 202


async def test_a_closed_conversation_stays_closed_and_the_next_message_opens_another(house: InProcess) -> None:
    await waiting(house)
    agent = await signed_in(house)
    token = (await agent.do("take")).json()["token"]
    assert (await agent.end(token)).status_code == 200
    assert await owner(house) is Owner.NOBODY
    (answer,) = await house.say("话费", phone="13800138000")
    assert answer["text"] == "听到：话费"
    assert await owner(house) is Owner.NOBODY


async def test_what_did_not_go_out_is_on_the_desk_and_goes_out_by_one_click(house: InProcess) -> None:
    agent = await signed_in(house)
    await house.say("转人工")
    assert (await agent.do("take")).status_code == 200
    await settled(house)
    async with house.parts.database.write() as db:
        await db.execute(update(outbox).values(state="failed"))
    page = (await agent.client.get("/desk/undelivered")).text
    assert page.count("发送失败") == 2
    assert "转接人工" not in page  # what was said is nobody's but the conversation's
    forged = await agent.client.post("/desk/undelivered/1", data={"csrf": "guessed"})
    assert forged.status_code == 403
    for number in (1, 2):
        answer = await agent.client.post(f"/desk/undelivered/{number}", data={"csrf": agent.csrf})
        assert answer.status_code == 303
    assert await settled(house) == ["sent", "sent"]
    assert (await agent.client.post("/desk/undelivered/1", data={"csrf": agent.csrf})).status_code == 409
    assert "都已送出" in (await agent.client.get("/desk/undelivered")).text
    async with house.parts.database.read() as db:
        entries = (await db.execute(select(audit.c.action).where(audit.c.action == "message.resent"))).all()
    assert len(entries) == 2


async def closed(house: InProcess) -> None:
    """Let an agent serve a customer and close the conversation."""
    await waiting(house)
    agent = await signed_in(house)
    token = (await agent.do("take")).json()["token"]
    assert (await agent.end(token)).status_code == 200
    await sent(house, 2)


async def scores(house: InProcess) -> list[tuple[int, int | None]]:
    async with house.parts.database.read() as db:
        return [tuple(row) for row in await db.execute(select(rating.c.staff_id, rating.c.score))]


async def test_after_a_closed_conversation_the_customer_is_asked_and_the_answer_is_kept(house: InProcess) -> None:
    await closed(house)
    question = (await written(house))[-1]
    titles = [f"{score}分 {words}" for words, score in SCORES.items()]
    assert [button["title"] for button in question["buttons"]] == titles  # type: ignore[attr-defined]
    assert "5分是非常满意，1分是非常不满意" in str(question["text"])
    (answer,) = await house.say("非常满意", phone="13800138000")
    assert "感谢您的评价" in answer["text"]
    assert await scores(house) == [(1, 5)]
    assert house.engine.dialogue.asked == []


async def test_a_number_is_a_rating_as_the_first_word_and_a_poor_one_is_answered_with_regret(house: InProcess) -> None:
    await closed(house)
    (answer,) = await house.say("1", phone="13800138000")
    assert "很抱歉" in answer["text"]
    assert await scores(house) == [(1, 1)]


async def test_a_number_is_read_by_the_scale_under_which_it_was_asked(house: InProcess) -> None:
    await closed(house)
    async with house.parts.database.write() as db:
        await db.execute(update(rating).values(best=1))  # asked by SMS before 5 was the best everywhere
    await house.say("1", phone="13800138000")
    assert await scores(house) == [(1, 5)]


async def test_other_words_and_a_later_number_are_no_rating_and_a_second_one_changes_nothing(house: InProcess) -> None:
    await closed(house)
    for text in ("话费", "5"):
        assert (await house.say(text, phone="13800138000"))[0]["text"] == f"听到：{text}"
    assert await scores(house) == [(1, None)]
    await house.say("满意", phone="13800138000")
    assert (await house.say("非常不满意", phone="13800138000"))[0]["text"] == "听到：非常不满意"
    assert await scores(house) == [(1, 4)]


async def thread_of(house: InProcess, conversation: int) -> Thread:
    """Return what the first agent is shown of a conversation."""
    async with house.parts.database.read() as db:
        staff = await people.staff_by_login(db, "agent1")
    assert staff is not None
    thread = await house.parts.view.thread(staff, conversation, Seen())
    assert thread is not None
    return thread


async def test_the_agent_sees_what_the_customer_wrote_on_other_channels_and_nobody_else_s(house: InProcess) -> None:
    await house.client.post(
        "/sandbox/sms/say", json={"id": "sms-before-1", "phone": "13800138000", "text": "短信里问过的事"}
    )
    await house.client.post("/sandbox/sms/say", json={"id": "sms-other-1", "phone": "13800138001", "text": "别人的事"})
    await settled(house)
    await house.say("转人工", phone="13800138000")
    agent = await signed_in(house)
    current = 3
    shown = str((await thread_of(house, current)).history)
    assert "短信里问过的事" in shown and "短信" in shown
    assert "别人的事" not in shown
    piece = await agent.client.get(f"/desk/conversations/{current}/past/1")
    assert "短信里问过的事" in piece.text
    for other in (2, 99, 2**40):
        assert (await agent.client.get(f"/desk/conversations/{current}/past/{other}")).status_code == 404
    async with house.parts.database.read() as db:
        read = (await db.execute(select(audit.c.subject).where(audit.c.action == "conversation.read"))).all()
    assert read == [("conversation:1",)]


async def test_an_agent_without_the_conversation_reads_nothing_of_its_customer(house: InProcess) -> None:
    await house.say("你好", phone="13800138000")  # the bot has it: no agent may look
    await house.client.post(
        "/sandbox/sms/say", json={"id": "sms-before-2", "phone": "13800138000", "text": "短信里问过的事"}
    )
    await settled(house)
    agent = await signed_in(house)
    assert (await agent.client.get("/desk/conversations/1/past/2")).status_code == 404
