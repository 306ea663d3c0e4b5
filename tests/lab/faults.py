"""The fault laboratory (M14, M6): conversations over all channels while processes are killed and connections dropped.

`kefu up` runs with its own database; the platforms' far ends are the tests' own. Every webhook comes three times, late
and side by side. Afterwards what the far ends have received is set against what the service says it sent.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
from sqlalchemy import insert

from app.demo.data import load_demo
from app.schema import upgrade
from backends.account import tables as account
from channels.sms.cmpp import ANSWER, V2, Command, Deliver, deliver
from channels.sms.parts import opened, read
from core.clock import SystemClock
from database.handle import Database
from tests.channels.wechat.platform import AES_KEY, APP_ID, TOKEN, sealed
from tests.channels.wechat.platform import opened as opened_wechat
from tests.conftest import ROOT, free_port
from tests.fakes.bot_api import BotApi
from tests.fakes.cmpp_gateway import ACCOUNT, SECRET, CmppGateway
from tests.fakes.wechat_platform import WeChatPlatform
from tests.keys import KEYS, unsealed

COPIES = 3
PATIENCE = 30.0
# An app process that was killed is back after so long, and has worked off what waited at its door.
RESTART_SECONDS = 8.0
TELEGRAM_SECRET = "lab-secret"
SIGNATURE = "【客服中心】"
_CODE = re.compile(r"验证码是(\d{6}).*?业务变更")
# What each customer says, one after another; CODE is the one that came by SMS.
BY_SMS = [
    "话费还剩多少",
    "YE",
    "加1G流量包",
    "确认",
    "CODE",
    "我要投诉，客服态度不好",
    "昨天打电话等了一个小时都没有人接",
    "流量还剩多少",
]
AS_VISITOR = ["你好", "附近的营业厅在哪里", "你是机器人吗", "流量还剩多少", "谢谢", "BZ"]
OF_A_SUBSCRIBER = ["话费还剩多少", "我是什么套餐", "开了哪些业务", "上个月账单", "ZD", "谢谢"]


@dataclass
class Seen:
    """What the laboratory has seen from outside."""

    acknowledged: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    # (channel, address) → the texts that arrived, in order.
    told: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    passive: dict[str, str] = field(default_factory=dict)
    # Channel → (when it began, how long it took in ms) of each acknowledgement.
    acks: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    app_killed: list[float] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)


@dataclass
class Page:
    """A page with the widget: what it was told, and the last message that it said."""

    browser: httpx.AsyncClient
    listening: asyncio.Task[None]
    told: list[str]
    said: str = ""


class LabGateway(CmppGateway):
    """The gateway, which gives a message again and again until it is acknowledged."""

    def __init__(self, seen: Seen) -> None:
        super().__init__(V2)
        self._seen, self._answers = seen, dict[int, asyncio.Future[int]]()
        self._parts: dict[tuple[str, int], dict[int, bytes]] = defaultdict(dict)

    async def give(self, number: int, phone: str, text: str) -> None:
        """Let a phone say something."""
        message = Deliver(number, phone, "1069", text.encode("utf-16-be"))
        while True:
            answer = self._answers.setdefault(number, asyncio.get_running_loop().create_future())
            for writer in list(self._writers):
                for _ in range(random.randint(1, COPIES)):
                    writer.write(deliver(message, V2, next(self._sequence)))
            try:
                if await asyncio.wait_for(asyncio.shield(answer), 5) == 0:
                    return
            except TimeoutError:
                pass
            if answer.done():
                self._answers.pop(number)
                await asyncio.sleep(0.3)

    def drop(self) -> None:
        """Break the connections."""
        for writer in list(self._writers):
            writer.transport.abort()
        self._writers.clear()

    def _answer(self, writer: asyncio.StreamWriter, command: int, sequence: int, body: bytes) -> None:
        if command == ANSWER | Command.DELIVER:
            waiting = self._answers.get(int.from_bytes(body[:8]))
            if waiting is not None and not waiting.done():
                waiting.set_result(int.from_bytes(body[8:]))
            return
        before = len(self.submissions)
        super()._answer(writer, command, sequence, body)
        for submission in self.submissions[before:]:
            content, place = opened(submission.part.content, submission.part.place is not None)
            if place is None:
                self._arrived(submission.to, read(content, submission.part.coding))
                continue
            parts = self._parts[submission.to, place.ref]
            parts[place.number] = content
            if len(parts) == place.total:
                self._arrived(submission.to, read(b"".join(parts[at] for at in sorted(parts)), 8))
                del self._parts[submission.to, place.ref]

    def _arrived(self, phone: str, text: str) -> None:
        self._seen.told["sms", phone].append(text.removeprefix(SIGNATURE) if "业务变更" not in text else text)


class Laboratory:
    """One run."""

    def __init__(self, messages: int, kills: int, seed: int) -> None:
        self.messages, self.wanted_kills, self.chance = messages, kills, random.Random(seed)
        self.seen, self.port, self.folder = Seen(), free_port(), Path(tempfile.mkdtemp(prefix="kefu-faults-"))
        self.wechat, self.telegram, self.sms = WeChatPlatform(), BotApi(), LabGateway(self.seen)
        self.given, self.finished = 0, False
        self.pages = list[Page]()

    async def run(self) -> dict[str, Any]:
        """Play, stop, reconcile."""
        await self._prepare()
        await self.sms.start()
        service = self._start()
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=30) as self.client:
                await self._until_ready()
                begun = time.monotonic()
                killer = asyncio.create_task(self._kill(service))
                people = asyncio.Semaphore(24)
                await asyncio.gather(*(self._customer(people, number) for number in range(self._customers())))
                self.finished = True
                await killer
                await self._until_quiet()
                seconds = time.monotonic() - begun
                await self._read_mailboxes()
                await self._close_pages()
        finally:
            service.send_signal(signal.SIGINT)
            service.wait(60)
            await self.sms.stop()
        return self._reconciled() | {"seconds": round(seconds)}

    def _customers(self) -> int:
        return max(self.messages * 5 // (len(BY_SMS) + 3 * len(AS_VISITOR) + len(OF_A_SUBSCRIBER)), 5)

    async def _prepare(self) -> None:
        database = Database(f"sqlite+aiosqlite:///{self.folder}/kefu.db", KEYS)
        await upgrade(database)
        await load_demo(database, 1, SystemClock().now())
        rows = [
            {"id": 100 + number, "phone": _phone(number), "name": "演练", "level": "standard", "state": "active",
             "plan_code": "cx59", "balance_fen": 10000}
            for number in range(self._customers())
        ]  # fmt: skip
        async with database.write() as db:
            await db.execute(insert(account.customer), rows)
        await database.close()

    def _start(self) -> subprocess.Popen[bytes]:
        environment = os.environ | {
            "PORT": str(self.port),
            "KEFU_DATABASE_URL": f"sqlite+aiosqlite:///{self.folder}/kefu.db",
            "KEFU_TELEGRAM_TOKEN": "1:lab",
            "KEFU_TELEGRAM_SECRET": TELEGRAM_SECRET,
            "KEFU_TELEGRAM_API": self.telegram.url,
            "KEFU_WECHAT_TOKEN": TOKEN,
            "KEFU_WECHAT_APP_ID": APP_ID,
            "KEFU_WECHAT_SECRET": "app-secret",
            "KEFU_WECHAT_AES_KEY": AES_KEY,
            "KEFU_WECHAT_API": self.wechat.url,
            "KEFU_SMS_URL": f"cmpp://{ACCOUNT}:{SECRET}@127.0.0.1:{self.sms.port}?sender=1069",
        }
        log = (self.folder / "service.log").open("wb")
        return subprocess.Popen(
            [sys.executable, "-m", "app.cli", "up"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )

    async def _until_ready(self) -> None:
        for _ in range(1200):
            try:
                if (await self.client.get("/healthz")).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.5)
        raise RuntimeError(f"the service did not start; see {self.folder}/service.log")

    async def _kill(self, service: subprocess.Popen[bytes]) -> None:
        """Kill processes and break connections, evenly over the run."""
        me = psutil.Process(service.pid)
        while not self.finished:
            due = self.wanted_kills * self.given / max(self.messages, 1)
            if self.seen.kills.total() >= due:
                await asyncio.sleep(0.2)
                continue
            what = self.chance.choices(["app", "engine", "sms"], [6, 1, 3])[0]
            if what == "sms":
                self.sms.drop()
            else:
                mark = "app.serve" if what == "app" else "rasa"
                found = [each for each in me.children() if mark in " ".join(_command(each))]
                if not found:
                    await asyncio.sleep(0.3)
                    continue
                found[0].send_signal(signal.SIGKILL)
                if what == "app":
                    self.seen.app_killed.append(time.monotonic())
            self.seen.kills[what] += 1
            await asyncio.sleep(self.chance.uniform(0.5, 3))

    async def _customer(self, people: asyncio.Semaphore, number: int) -> None:
        async with people:
            match number % 5:
                case 0:
                    await self._by_sms(_phone(number))
                case 1:
                    await self._on_wechat(f"o-lab-{number}")
                case 2:
                    await self._on_telegram(1000 + number)
                case 3:
                    await self._over_rest(f"lab-{number}", _phone(number))
                case 4:
                    await self._on_the_page(number)

    def _counted(self) -> int:
        self.given += 1
        if self.given % 50 == 0:
            kills = self.seen.kills.total()
            print(f"\r{self.given}/{self.messages} messages, {kills} kills", end="", file=sys.stderr, flush=True)
        return self.given

    async def _by_sms(self, phone: str) -> None:
        told = self.seen.told["sms", phone]
        for say in BY_SMS:
            before = len(told)
            if say == "CODE":
                codes = [found[1] for text in told if (found := _CODE.search(text))]
                if not codes:
                    continue
                say = codes[-1]
            number = self._counted()
            await self.sms.give(number, phone, say)
            self.seen.acknowledged["sms"].add(str(number))
            if not await self._answered(told, before):
                return  # a person has it, or nobody knows whether the answer arrived

    async def _answered(self, told: list[str], before: int) -> bool:
        """Wait for an answer as a customer does, and not for ever: some are uncertain, some wait for a person."""
        for _ in range(int(PATIENCE / 0.05)):
            if len(told) > before:
                await asyncio.sleep(0.1)
                return "转接人工" not in "".join(told[before:])
            await asyncio.sleep(0.05)
        return False

    async def _on_wechat(self, openid: str) -> None:
        for say in AS_VISITOR:
            number = self._counted()
            xml = (
                f"<xml><ToUserName>gh</ToUserName><FromUserName>{openid}</FromUserName><CreateTime>1407743423"
                f"</CreateTime><MsgType>text</MsgType><Content>{say}</Content><MsgId>{number}</MsgId></xml>"
            ).encode()
            answers = await self._thrice(number, "wechat", lambda xml=xml: sealed(xml))
            texts = {opened_wechat(body).findtext("Content") or "" for body in answers if body != b"success"}
            self.seen.told["wechat", openid] += sorted(texts)
            await asyncio.sleep(self.chance.uniform(0, 0.3))

    async def _on_telegram(self, chat: int) -> None:
        for say in AS_VISITOR:
            number = self._counted()
            message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": say}
            body = json.dumps({"update_id": number, "message": message}).encode()
            headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET}
            call = ("/webhooks/telegram", body, headers)
            await self._thrice(number, "telegram", lambda call=call: call)

    async def _over_rest(self, sender: str, phone: str) -> None:
        headers = {"Content-Type": "application/json", "Authorization": "Bearer demo-token"}
        for say in OF_A_SUBSCRIBER:
            number = self._counted()
            metadata = {"message_id": str(number), "phone": phone}
            body = json.dumps({"sender": sender, "message": say, "metadata": metadata}).encode()
            call = ("/webhooks/rest/webhook", body, headers)
            await self._thrice(number, "rest", lambda call=call: call)

    async def _on_the_page(self, number: int) -> None:
        """Chat as the widget does: a stream that is taken up again from the last message seen, until the end."""
        browser = httpx.AsyncClient(base_url=self.client.base_url, timeout=30)
        told = self.seen.told["page", str(number)]
        csrf = ""
        while not csrf:
            with contextlib.suppress(httpx.HTTPError):
                csrf = (await browser.post("/chat/session")).json()["csrf"]
        page = Page(browser, asyncio.create_task(self._listen(browser, told)), told)
        self.pages.append(page)
        for say in AS_VISITOR:
            page.said = f"lab-web-{self._counted()}"
            body = json.dumps({"id": page.said, "text": say}).encode()
            call = ("/chat/messages", body, {"Content-Type": "application/json", "X-CSRF": csrf})
            await self._thrice(page.said, "web", lambda call=call: call, browser)
            await asyncio.sleep(self.chance.uniform(0, 0.3))

    async def _close_pages(self) -> None:
        """Give the last messages the time to come, and let each page be known by its conversation's address."""
        await asyncio.sleep(5)
        for page in self.pages:
            page.listening.cancel()
            await page.browser.aclose()
            [(address,)] = self._sql(
                "select address from conversation where id = (select conversation_id from inbox "
                "where channel = 'web' and external_id like ?)",
                f"%:{page.said}",
            )
            self.seen.told["web", unsealed(address, "conversation.address")] = page.told

    async def _listen(self, browser: httpx.AsyncClient, told: list[str]) -> None:
        last = 0
        while True:
            try:
                patience = httpx.Timeout(30, read=40)
                async with browser.stream("GET", f"/chat/events?after={last}", timeout=patience) as stream:
                    async for line in stream.aiter_lines():
                        letter = json.loads(line[5:]) if line.startswith("data:") else {}
                        if "author" not in letter:
                            continue
                        last = letter["id"]
                        if letter["author"] != "customer":
                            told.append(letter.get("text", ""))
            except httpx.HTTPError:
                await asyncio.sleep(0.3)

    async def _thrice(
        self, number: int | str, channel: str, made: Any, client: httpx.AsyncClient | None = None
    ) -> list[bytes]:
        """Post three copies, late and side by side, and again until one of them is acknowledged."""

        async def post() -> bytes | None:
            await asyncio.sleep(self.chance.uniform(0, 0.2))
            call = made()
            url, body, headers = call if isinstance(call, tuple) else (call.url, call.body, call.headers)
            begun = time.monotonic()
            try:
                answer = await (client or self.client).post(url, content=body, headers=headers)
            except httpx.HTTPError:
                return None
            if not answer.is_success:
                return None
            self.seen.acks[channel].append((begun, (time.monotonic() - begun) * 1000))
            return answer.content

        while True:
            answers = [each for each in await asyncio.gather(*(post() for _ in range(COPIES))) if each is not None]
            if answers:
                self.seen.acknowledged[channel].add(str(number))
                return answers
            await asyncio.sleep(0.5)

    async def _until_quiet(self) -> None:
        """Wait until nothing is under way any more."""
        calm = 0
        for _ in range(600):
            waiting = self._sql("select count(*) from inbox where state != 'done'")[0][0]
            sending = self._sql("select count(*) from outbox where state in ('waiting', 'sending')")[0][0]
            calm = calm + 1 if not waiting + sending else 0
            if calm > 3:
                return
            await asyncio.sleep(0.5)

    async def _read_mailboxes(self) -> None:
        headers = {"Authorization": "Bearer demo-token"}
        for (sender,) in self._sql("select distinct address from conversation where channel = 'rest'"):
            query = {"sender": unsealed(sender, "conversation.address")}
            posts = (await self.client.get("/webhooks/rest/messages", params=query, headers=headers)).json()
            self.seen.told["rest", query["sender"]] = [post["text"] for post in posts if "text" in post]

    def _sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.folder / "kefu.db", timeout=20) as db:
            return db.execute(query, values).fetchall()

    def _reconciled(self) -> dict[str, Any]:
        """Set what the far ends have seen against what the service has written down."""
        for path, body in list(self.wechat.calls):
            if path == "message/custom/send":
                self.seen.told["wechat", body["touser"]].append(body["text"]["content"])
        for method, parameters in list(self.telegram.calls):
            if method == "sendMessage":
                self.seen.told["telegram", parameters["chat_id"]].append(parameters["text"])
        figures: Counter[str] = Counter(received=sum(len(ids) for ids in self.seen.acknowledged.values()))
        for channel, ids in self.seen.acknowledged.items():
            stored = {
                str(row[0]).rpartition(":")[2]
                for row in self._sql("select external_id from inbox where channel = ?", channel)
            }
            figures["lost_received"] += len(ids - stored)
        for outcome, number in self._sql("select coalesce(outcome, 'open'), count(*) from inbox group by 1"):
            figures[f"turn_{outcome}"] += number
        for state, number in self._sql("select state, count(*) from outbox group by 1"):
            figures[f"send_{state}"] += number
        self._compare(figures)
        twice = "select count(*) from (select customer_id from {} where {} group by 1 having count(*) > 1)"
        figures["duplicate_orders"] = self._sql(twice.format("change_order", "state = 'done' and customer_id >= 100"))[
            0
        ][0]
        figures["duplicate_tickets"] = self._sql(twice.format("complaint_ticket", "customer_id >= 100"))[0][0]
        figures["orders"] = self._sql("select count(*) from change_order where state = 'done'")[0][0]
        figures["tickets"] = self._sql("select count(*) from complaint_ticket where customer_id >= 100")[0][0]
        acks = {}
        for channel, found in self.seen.acks.items():
            acks[f"{channel}_ack_ms"] = _worst([taken for _, taken in found])
            up = [taken for begun, taken in found if not self._app_was_down(begun)]
            acks[f"{channel}_ack_ms_with_an_app"] = _worst(up)
        kills = {f"kills_{what}": number for what, number in self.seen.kills.items()}
        return dict(sorted(figures.items())) | kills | acks | {"folder": str(self.folder)}

    def _app_was_down(self, begun: float) -> bool:
        return any(killed - 1 < begun < killed + RESTART_SECONDS for killed in self.seen.app_killed)

    def _compare(self, figures: Counter[str]) -> None:
        """Count what was lost, came twice or out of order, address by address."""
        rows = self._sql("select channel, address, state, body, secret, conversation_id from outbox order by id")
        said: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        notices = set[str]()
        for channel, address, state, body, secret, conversation_id in rows:
            text = json.loads(body).get("text", "")
            if not secret:
                said[channel, unsealed(address, "outbox.address")].append((state, text))
            if conversation_id is None:  # of a receipt and an answer nobody has promised an order
                notices.add(_plain(text))
        for key, lines in said.items():
            arrived = [text for text in self.seen.told.get(key, []) if "业务变更" not in text]
            got = Counter(_plain(text) for text in arrived)
            sure = Counter(_plain(text) for state, text in lines if state == "sent")
            perhaps = Counter(_plain(text) for state, text in lines if state in ("sent", "uncertain"))
            lost, more = (sure - got).total(), (got - perhaps).total()
            figures["lost_sent"] += lost
            figures["duplicate_sent"] += more
            if lost or more:
                print(f"\n{key[0]}: lost {list(sure - got)}, twice {list(got - perhaps)}", file=sys.stderr)
            if key[0] == "wechat":
                continue  # a passive answer and a message have no common clock here
            ordered = [text for text in map(_plain, arrived) if text not in notices]
            figures["out_of_order"] += _inversions([_plain(text) for _, text in lines], ordered)


def _worst(times: list[float]) -> dict[str, int]:
    """Return p99 and maximum in ms; the engine may be busy or down in any of them."""
    return {"p99": round(sorted(times)[int(len(times) * 0.99)]), "max": round(max(times))} if times else {}


def _plain(text: str) -> str:
    return text.removeprefix(SIGNATURE)


def _inversions(said: list[str], arrived: list[str]) -> int:
    """Return how many texts arrived before one that was said earlier."""
    at, wrong = -1, 0
    for text in arrived:
        places = [place for place, each in enumerate(said) if each == text]
        later = [place for place in places if place > at]
        if later:
            at = later[0]
        elif places:
            wrong += 1
    return wrong


def _phone(number: int) -> str:
    return f"137{number:08d}"


def _command(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def main() -> int:
    """Run as told and print what came of it; 1 where anything was lost or came twice."""
    given = argparse.ArgumentParser()
    given.add_argument("--messages", type=int, default=10_000)
    given.add_argument("--kills", type=int, default=120)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--json", action="store_true")
    asked = given.parse_args()
    figures = asyncio.run(Laboratory(asked.messages, asked.kills, asked.seed).run())
    print(
        json.dumps(figures) if asked.json else "\n" + "\n".join(f"{name:20} {value}" for name, value in figures.items())
    )
    bad = ("lost_received", "lost_sent", "duplicate_sent", "duplicate_orders", "duplicate_tickets", "out_of_order")
    return int(any(figures.get(name) for name in bad))


if __name__ == "__main__":
    sys.exit(main())
