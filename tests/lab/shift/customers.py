"""The customers: what each comes for, and how they hear and speak; each word of theirs bears their mark."""

import asyncio
import contextlib
import json
import random
import uuid
from dataclasses import dataclass, field
from typing import Protocol

import httpx
from playwright.async_api import Browser, Page
from playwright.async_api import Error as PageError

from tests.lab.shift.day import Day

LISTEN_SECONDS = 0.4
# (author, text); a phone is not told who wrote.
Heard = list[tuple[str, str]]
QUESTIONS = ("话费还剩多少", "我家宽带断网了", "我用的是什么套餐", "流量还有多少", "怎么开发票")
MORE = ("那大概什么时候能好", "好的，还想问一下费用", "我再说明一下情况", "麻烦您再看一下")
UPSET = "你们到底是干什么吃的，一个月断了九次，再不解决我就去工信部投诉"
SCORES = ("5分", "5分", "4分", "非常满意", "满意", "一般", "2分", "1分")
CLOSED = "本次服务已结束"
LEFT = "由智能客服继续为您服务"
CALLED = "登记回电"
# What tells who waits when, or why not.
TOLD = ("预计等待约", "您是下一位", "都不在线", "不在人工服务时间", CALLED, "已记下这个号码", "安排其他同事")
LONG = "说来话长，" + "我的宽带从上周三开始就时断时续，" * 176  # 3,000 characters
SCRIPT = "<script>document.title='错'</script><img src=x onerror=document.title='错'>"


class Way(Protocol):
    """How a customer reaches us."""

    async def say(self, text: str) -> None:
        """Say something; when this returns, it is stored."""

    async def heard(self) -> Heard:
        """Return everything that was heard so far, in order."""

    async def away(self, seconds: float) -> None:
        """Leave for a while and come back."""

    async def leave(self) -> None:
        """Go."""


class Client:
    """Web chat as a program: a session, and a stream that is taken up again."""

    def __init__(self, url: str) -> None:
        """Talk to the house at `url`."""
        self._browser = httpx.AsyncClient(base_url=url, timeout=30)
        self._heard: Heard = []
        self._last = 0
        self._csrf = ""
        self._listening: asyncio.Task[None] | None = None

    async def say(self, text: str) -> None:
        """Say something, and again until it is stored."""
        if not self._csrf:
            self._csrf = (await self._browser.post("/chat/session")).json()["csrf"]
        self._listening = self._listening or asyncio.create_task(self._listen())
        body = {"id": str(uuid.uuid4()), "text": text}
        answer = await self._browser.post("/chat/messages", json=body, headers={"X-CSRF": self._csrf})
        answer.raise_for_status()

    async def heard(self) -> Heard:
        """Return what the stream has brought."""
        return list(self._heard)

    async def away(self, seconds: float) -> None:
        """Close the stream for a while."""
        if self._listening:
            self._listening.cancel()
        await asyncio.sleep(seconds)
        self._listening = asyncio.create_task(self._listen())

    async def leave(self) -> None:
        """Close everything."""
        if self._listening:
            self._listening.cancel()
        await self._browser.aclose()

    async def _listen(self) -> None:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                patience = httpx.Timeout(30, read=40)
                async with self._browser.stream("GET", f"/chat/events?after={self._last}", timeout=patience) as stream:
                    async for line in stream.aiter_lines():
                        letter = json.loads(line[5:]) if line.startswith("data:") else {}
                        if "author" not in letter:
                            continue
                        self._last = letter["id"]
                        if letter["author"] != "customer":
                            self._heard.append((letter["author"], letter.get("text", "")))
            await asyncio.sleep(LISTEN_SECONDS)


class Widget:
    """Web chat in a browser, as people have it."""

    def __init__(self, browser: Browser, url: str) -> None:
        """Open the house's page at `url` when something is said."""
        self._browser, self._url = browser, url
        self._page: Page | None = None

    async def say(self, text: str) -> None:
        """Write and send, and wait until the page knows that it is stored."""
        page = self._page or await self._opened()
        async with page.expect_response(lambda answer: answer.url.endswith("/chat/messages") and answer.ok):
            await page.get_by_label("您要说的话").fill(text)
            await page.get_by_role("button", name="发送").click()

    async def heard(self) -> Heard:
        """Read what stands in the thread."""
        if self._page is None:
            return []
        script = "all => all.map(each => [each.className, each.textContent])"
        found = await self._page.locator(".lines li").evaluate_all(script)
        authors = ("agent", "bot", "system")
        told = [(next((each for each in authors if each in kind.split()), ""), text) for kind, text in found]
        return [(author, text) for author, text in told if author]

    async def away(self, seconds: float) -> None:
        """Close the page, as somebody does who has no time, and open it again."""
        assert self._page is not None
        context = self._page.context
        await self._page.close()
        await asyncio.sleep(seconds)
        self._page = await context.new_page()
        await self._page.goto(self._url)
        await self._unfolded(self._page)

    async def leave(self) -> None:
        """Close the browser."""
        if self._page:
            await self._page.context.close()

    async def _opened(self) -> Page:
        context = await self._browser.new_context(viewport={"width": 420, "height": 760}, locale="zh-CN")
        self._page = await context.new_page()
        await self._page.goto(self._url)
        await self._unfolded(self._page)
        return self._page

    @staticmethod
    async def _unfolded(page: Page) -> None:
        if not await page.get_by_label("您要说的话").is_visible():
            await page.get_by_role("button", name="在线客服").click()


class Phone:
    """A phone of the sandbox, by short message."""

    def __init__(self, url: str, number: str) -> None:
        """Be the phone with this number."""
        self._client, self._number = httpx.AsyncClient(base_url=url, timeout=30), number

    async def say(self, text: str) -> None:
        """Send a short message."""
        body = {"id": str(uuid.uuid4()), "phone": self._number, "text": text}
        (await self._client.post("/sandbox/sms/say", json=body)).raise_for_status()

    async def heard(self) -> Heard:
        """Return what the phone has received."""
        found = (await self._client.get("/sandbox/messages", params={"to": self._number})).json()
        return [("", each["text"]) for each in reversed(found)]

    async def away(self, seconds: float) -> None:
        """Put the phone into the pocket."""
        await asyncio.sleep(seconds)

    async def leave(self) -> None:
        """Close what is open."""
        await self._client.aclose()


@dataclass
class Customer:
    """One customer and their day.

    plan        asks (the bot alone), waits, leaves, calls, upset, returns, long, or late: comes when nobody serves
    heard_when  whether they were told when they would be served
    """

    mark: str
    plan: str
    way: Way
    day: Day
    chance: random.Random
    said: list[str] = field(default_factory=list)
    scores: list[str] = field(default_factory=list)
    asked: bool = False
    gave_up: bool = False
    closed: int = 0
    heard_when: bool = False
    _read: int = 0
    _before: int = 0
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)  # nobody writes two things at a time

    async def live(self, arrival: float) -> None:
        """Come after so many seconds, and go when it is over."""
        await asyncio.sleep(arrival)
        self.day.closing[self.mark] = asyncio.Event()
        late = asyncio.create_task(self._afterthought())
        try:
            await self._come()
        except (httpx.HTTPError, PageError) as error:
            self.day.diary.findings.append(f"{self.mark} could not go on: {type(error).__name__} {error}"[:300])
        finally:
            late.cancel()

    async def heard(self) -> Heard:
        """Return everything that was heard."""
        return await self.way.heard()

    async def told(self) -> bool:
        """Return whether they heard when they would be served."""
        return any(words in text for _, text in await self.heard() for words in TOLD)

    async def _come(self) -> None:
        await self._say(f"你好，我是{self.mark}。{SCRIPT if self.chance.random() < 0.15 else ''}")
        await self._until_answered()
        await self._say(LONG + self.mark if self.plan == "long" else self.chance.choice(QUESTIONS))
        await self._until_answered()
        if self.plan == "asks":
            return
        await self._ask()
        if self.plan == "leaves":
            await asyncio.sleep(self.chance.uniform(0.5, 4))
            self.gave_up = True
            await self._say("不等了")
        if self.plan == "calls":
            await self._say("回电")
        if self.plan == "late":
            return
        await self._served()
        if self.plan == "returns" and self.closed and not self.day.home.is_set():
            await asyncio.sleep(self.chance.uniform(1, 4))
            await self._say(f"又是我，{self.mark}，刚才的事还没有好。")
            await self._until_answered()
            await self._ask()
            await self._served()

    async def _ask(self) -> None:
        self.asked = True
        await self._say(UPSET if self.plan == "upset" else "转人工")
        if self.plan in ("waits", "returns") and self.chance.random() < 0.3:
            self.day.diary.deeds["customer away"] += 1
            await self.way.away(self.chance.uniform(2, 8))

    async def _served(self) -> None:
        """Converse with whoever answers, until it is over or was given up."""
        turns = self.chance.randint(1, 3)
        while not self.day.over.is_set():
            for author, text in await self._news():
                if CLOSED in text:
                    self.closed += 1
                    return await self._rate("打分" in text)
                if self.gave_up and LEFT in text:
                    return None
                if self.mark in text and author in ("agent", "") and turns:
                    turns -= 1
                    await asyncio.sleep(self.chance.uniform(0.5, 3))
                    await self._say(f"{self.chance.choice(MORE)}（{self.mark}）")
            await asyncio.sleep(LISTEN_SECONDS)
        return None

    async def _rate(self, asked: bool) -> None:
        if asked and self.chance.random() < 0.8:
            self.scores.append(self.chance.choice(SCORES))
            await self._say(self.scores[-1])
            await self._until_answered()

    async def _afterthought(self) -> None:
        """Write in the very moment in which the agent ends the conversation."""
        await self.day.closing[self.mark].wait()
        if self.chance.random() < 0.3:
            await asyncio.sleep(self.chance.uniform(0, 0.6))
            self.day.diary.deeds["customer writes at the end"] += 1
            with contextlib.suppress(httpx.HTTPError, PageError):
                await self._say(f"等一下，{self.mark}还有一句话。")

    async def _say(self, text: str) -> None:
        async with self._one:
            self._before = len(await self.way.heard())
            await self.way.say(text)
            self.said.append(text)

    async def _news(self) -> Heard:
        heard = await self.way.heard()
        new = heard[self._read :]
        self._read = len(heard)
        return new

    async def _until_answered(self, seconds: float = 25) -> None:
        """Wait until something was heard since the last word."""
        for _ in range(int(seconds / LISTEN_SECONDS)):
            if len(await self.way.heard()) > self._before:
                return
            await asyncio.sleep(LISTEN_SECONDS)
