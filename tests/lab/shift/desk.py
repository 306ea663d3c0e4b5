"""Who sits at the desk: agents and a supervisor in real pages, who read the customer's mark from the screen."""

import asyncio
import contextlib
import random
import re
from collections.abc import Awaitable, Callable

from playwright.async_api import Browser, BrowserContext, Dialog, Page
from playwright.async_api import Error as PageError

from tests.lab.shift.day import MARK, Day, Line

PATIENCE_MS = 8_000
WORDS = (
    "{mark}，您好，您的问题正在为您核实",
    "{mark}，已经为您查到，请您看一下",
    "{mark}，这边为您登记好了，请您放心",
    "{mark}，请您再稍等，马上为您处理",
)
# Whom the thread on the screen is with: what the customers of it have called themselves.
_ON_SCREEN = "() => [...document.querySelectorAll('#lines .line.customer')].map(each => each.textContent).join(' ')"
_ROWS = """name => [...document.querySelectorAll(`#${name} [data-open]`)].filter(each => !each.disabled)
    .map(each => [Number(each.dataset.open), each.dataset.since !== "0"])"""
# The thread of this conversation is there, whoever owns it, or it is said that it is gone.
_SHOWN = """id => Number(document.querySelector('#head [data-id]')?.dataset.id) === id
    || !document.getElementById('nothing').hidden"""
_STATE = "() => document.querySelector('#head [data-id]')?.dataset.state || 'gone'"
_SENT = "text => document.getElementById('text').value !== text || document.getElementById('error').textContent"
_SHUT = "() => { for (const each of document.querySelectorAll('dialog[open]')) each.close(); }"


class Seat:
    """A member of staff with a browser of their own."""

    def __init__(self, browser: Browser, day: Day, login: str) -> None:
        """Sit down as `login`."""
        self._browser, self.day, self.login = browser, day, login
        self.chance: random.Random = day.chance(login)
        self.context: BrowserContext
        self.page: Page

    async def begin(self) -> None:
        """Open the desk and sign in."""
        self.context = await self._browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        self.page = await self.opened()
        await self.sign_in(self.page)

    async def opened(self, path: str = "/desk") -> Page:
        """Return another tab; what breaks on it is a finding."""
        page = await self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        findings = self.day.diary.findings
        page.on("pageerror", lambda error: findings.append(f"{self.login}'s page broke: {error}"))
        page.on(
            "response",
            lambda answer: findings.append(f"{answer.status} at {_path(answer.url)}") if answer.status >= 500 else None,
        )
        page.on("dialog", self._agree)
        await page.goto(f"{self.day.house.url}{path}")
        return page

    @staticmethod
    async def _agree(dialog: Dialog) -> None:
        await dialog.accept()

    async def sign_in(self, page: Page) -> None:
        """Sign in at a page that asks for it."""
        await page.get_by_label("账号").fill(self.login)
        await page.get_by_label("密码").fill("kefu-demo")
        await page.get_by_role("button", name="登录").click()
        await page.wait_for_selector("#link:has-text('已连接')")

    async def tries(self, name: str, deed: Callable[[], Awaitable[object]]) -> None:
        """Do something that may come too late, as deeds do in a day; the page is ready for the next one afterwards."""
        try:
            if await deed() is not False:
                self.day.diary.deeds[name] += 1
        except PageError:
            self.day.diary.missed[name] += 1
            with contextlib.suppress(PageError):
                await self.page.evaluate(_SHUT)

    async def rows(self, name: str) -> list[tuple[int, bool]]:
        """Return a list's conversations, and whether each customer waits for an answer."""
        return [(int(number), bool(waits)) for number, waits in await self.page.evaluate(_ROWS, name)]

    async def choose(self, number: int) -> str:
        """Choose a row and return how its thread stands: mine, waiting, listening, past or gone."""
        await self.page.click(f"#list [data-open='{number}']")
        await self.page.mouse.move(700, 400)  # rows keep their place under the pointer
        await self.page.wait_for_function(_SHOWN, arg=number)
        return str(await self.page.evaluate(_STATE))

    async def mark(self, page: Page | None = None) -> str:
        """Return whom the screen shows, by the customer's own words; "" where they have said nothing of it."""
        found = MARK.findall(await (page or self.page).evaluate(_ON_SCREEN))
        return str(found[-1]) if found else ""

    async def write(self, words: str, kind: str, page: Page | None = None) -> bool:
        """Write to whom the screen shows, send it, and keep what became of it; return whether it went out."""
        page = page or self.page
        mark, order = await self.mark(page), self.day.next_number()
        number = int(str(await page.evaluate("location.hash")).removeprefix("#") or 0)
        if not mark or not number:
            return False
        text = f"{words.format(mark=mark)}（{order}）。"
        await page.fill("#text", text)
        await page.click("#send")
        with contextlib.suppress(PageError):  # a slow answer: it may have gone out all the same
            await page.wait_for_function(_SENT, arg=text)
        refused = await page.text_content("#error")
        gone = await page.input_value("#text") != text
        if gone or not refused or "网络" in refused:
            self.day.diary.wrote(Line(self.login, number, mark, text, kind if gone else "unsure", order))
        else:
            self.day.diary.deeds["refused"] += 1
            await page.fill("#text", "")  # the state has changed: nothing is kept for somebody else
        return gone


def _path(url: str) -> str:
    return re.sub(r"\d+", "N", url.split("?", 1)[0].partition("//")[2].partition("/")[2])


class Agent(Seat):
    """An agent at work."""

    _said: dict[int, int]

    async def begin(self) -> None:
        """Sign in, and be ready for what comes."""
        self._said = {}
        await super().begin()
        await self.be("ready")

    async def be(self, state: str) -> None:
        """Be ready or busy."""
        if await self.page.get_attribute("#presence", "data-state") != state:
            await self.page.click("#presence")
            await self.page.wait_for_selector(f"#presence[data-state='{state}']")

    async def work(self) -> None:
        """Serve until the day is over."""
        while not self.day.over.is_set():
            await self.tries("moments", self._moment)
            await asyncio.sleep(self.chance.uniform(0.2, 1.2))

    async def busy(self) -> bool:
        """Return whether somebody is served, or waits."""
        with contextlib.suppress(PageError):
            return bool(await self.rows("mine") or await self.rows("queue"))
        return True

    async def _moment(self) -> None:
        mine, queue = await self.rows("mine"), await self.rows("queue")
        if not self.day.home.is_set() and self.chance.random() < 0.06:
            unusual = (self._sign_out_and_in, self._reload, self._rest)
            deed = self.chance.choice(unusual)
            return await self.tries(deed.__name__.strip("_"), deed)
        waiting = [number for number, waits in mine if waits]
        if waiting or mine:
            number = self.chance.choice(waiting or [number for number, _ in mine])
            return await self._serve(number, number in waiting)
        if queue:
            await self.tries("take", lambda: self._take(queue[0][0]))
        return None

    async def _take(self, number: int) -> bool:
        if await self.choose(number) != "waiting":
            return False
        await self.page.click("[data-take]")
        await self.page.wait_for_selector("#head [data-state='mine']")
        return True

    async def _serve(self, number: int, waits: bool) -> None:
        if await self.choose(number) != "mine" or not await self.mark():
            return
        said = self._said.get(number, 0)
        if said and (not waits or self.chance.random() < 0.25):
            return await self.tries("end", self._end)
        deeds = {
            self._answer: 60,
            self._note: 6,
            self._ask_a_colleague: 3 if said else 0,
            self._pass_on: 4 if not self.day.home.is_set() else 0,
            self._answer_from_another_tab: 5,
            self._answer_without_a_network: 3 if not self.day.home.is_set() else 0,
            self._half_a_word_and_away: 8,
        }
        [deed] = self.chance.choices(list(deeds), list(deeds.values()))
        await self.tries(deed.__name__.strip("_"), deed)

    def _counts(self, sent: bool) -> bool:
        if sent:
            number = self.day.diary.lines[-1].conversation
            self._said[number] = self._said.get(number, 0) + 1
        return sent

    async def _answer(self) -> bool:
        return self._counts(await self.write(self.chance.choice(WORDS), "said"))

    async def _note(self) -> bool:
        await self.page.click("#note")
        try:
            return await self.write("备注：{mark}请留意", "noted")
        finally:
            await self.page.click("#reply")

    async def _answer_from_another_tab(self) -> bool:
        number = str(await self.page.evaluate("location.hash"))
        tab = await self.opened(f"/desk{number}")
        try:
            await tab.wait_for_selector("#head [data-state='mine']")
            return self._counts(await self.write(self.chance.choice(WORDS), "said", tab))
        finally:
            await tab.close()

    async def _answer_without_a_network(self) -> bool:
        """Send while the network is gone: it goes out by itself when it is back, once."""
        await self.context.set_offline(True)
        try:
            return self._counts(await self.write(self.chance.choice(WORDS), "said"))
        finally:
            await asyncio.sleep(self.chance.uniform(2, 12))
            await self.context.set_offline(False)
            await self.page.wait_for_selector("#link:not(.down)", timeout=40_000)
            await asyncio.sleep(2)

    async def _half_a_word_and_away(self) -> bool:
        """Begin a sentence to one customer and choose another in the middle of it."""
        words = f"{await self.mark()}，我"
        await self.page.fill("#text", words)
        others = [number for number, _ in await self.rows("mine")]
        await self.choose(self.chance.choice(others))
        draft, mark = await self.page.input_value("#text"), await self.mark()
        if draft and mark and mark not in draft:
            self.day.diary.findings.append(f"{self.login}: a draft for {draft[:3]} stands before {mark}")
        return True

    async def _ask_a_colleague(self) -> bool:
        await self.page.click("#consult")
        if not await self._somebody("#ask"):
            await self.page.click("#ask-sheet button[value='']")
            return False
        await self.page.fill("#question", f"{await self.mark()}这样可以吗？")
        await self.page.click("#ask-sheet button[value='yes']")
        return True

    async def _pass_on(self) -> bool:
        """Transfer to a colleague or to those with a skill."""
        await self.page.click("#transfer")
        if self.chance.random() < 0.3:
            await self.page.select_option("#to", value="skill:account")
        elif not await self._somebody("#to", "to:"):
            await self.page.click("#to-sheet button[value='']")
            return False
        await self.page.click("#to-sheet button[value='yes']")
        return True

    async def _somebody(self, where: str, prefix: str = "") -> bool:
        await asyncio.sleep(0.5)  # the colleagues come after the sheet
        found = await self.page.locator(f"{where} option").evaluate_all("all => all.map(each => each.value)")
        people = [each for each in found if each.startswith(prefix) and each.removeprefix(prefix).isdecimal()]
        if people:
            await self.page.select_option(where, value=self.chance.choice(people))
        return bool(people)

    async def _end(self) -> bool:
        if (closing := self.day.closing.get(await self.mark())) is not None:
            closing.set()
        await self.page.click("#close")
        matters = self.page.locator("#end-place select[name=about] option")
        await self.page.wait_for_selector("#end-place select[name=about]")
        values = [each for each in await matters.evaluate_all("all => all.map(each => each.value)") if each]
        await self.page.select_option("#end-place select[name=about]", value=self.chance.choice(values))
        await self.page.click("#end-place button[type=submit]")
        await self.page.wait_for_selector("#acts", state="hidden")
        return True

    async def _reload(self) -> None:
        await self.page.reload()
        await self.page.wait_for_selector("#link:has-text('已连接')")

    async def _rest(self) -> None:
        await self.be("busy")
        await asyncio.sleep(self.chance.uniform(2, 10))
        await self.be("ready")

    async def _sign_out_and_in(self) -> None:
        await self.page.click("#leave button")
        if await self.page.locator("#sure[open]").count():
            await self.page.click("#sure-yes")
        await self.page.wait_for_selector("[name=password]")
        await asyncio.sleep(self.chance.uniform(1, 6))
        await self.sign_in(self.page)
        await self.be("ready")


class Supervisor(Agent):
    """A supervisor with the wallboard beside the desk, who serves only what is passed to them."""

    board: Page

    async def begin(self) -> None:
        """Sign in, and open the wallboard in another tab."""
        self._said = {}
        await Seat.begin(self)
        await self.page.click("[data-tab=all]")
        self.board = await self.opened("/desk/wallboard")

    async def work(self) -> None:
        """Serve what one has, and look after the others while customers come."""
        while not self.day.over.is_set():
            await asyncio.sleep(self.chance.uniform(1, 4))
            await self.tries("moments", self._moment)

    async def _moment(self) -> None:
        if mine := await self.rows("mine"):
            return await self._serve(*mine[0])
        if not self.day.home.is_set():
            deed = self.chance.choice((self._assign, self._whisper, self._whisper, self._take_over))
            await self.tries(deed.__name__.strip("_"), deed)
        return None

    async def _assign(self) -> bool:
        """Give who waits to somebody who has room."""
        await self.page.mouse.move(700, 400)
        waiting = self.board.locator("[data-assign]")
        if not await waiting.count():
            return False
        values = await waiting.first.locator("option").evaluate_all("all => all.map(each => each.value)")
        people = [each for each in values if each]
        if not people:
            return False
        await waiting.first.select_option(self.chance.choice(people), timeout=2_000)
        return True

    async def _whisper(self) -> bool:
        """Write beside somebody's conversation what the customer never sees."""
        others = [number for number, _ in await self.rows("others")]
        if not others or await self.choose(self.chance.choice(others)) != "listening":
            return False
        return await self.write("{mark}请多安抚", "whispered")

    async def _take_over(self) -> bool:
        """Take a conversation from an agent, answer, and give it on to one."""
        others = [number for number, _ in await self.rows("others")]
        if not others or self.chance.random() < 0.5 or await self.choose(self.chance.choice(others)) != "listening":
            return False
        await self.page.click("[data-take-over]")
        await self.page.click("#sure-yes")
        await self.page.wait_for_selector("#head [data-state='mine']")
        await self.write("{mark}，您好，我是值班班长，由我来跟进", "said")
        await self.page.click("#transfer")
        await asyncio.sleep(0.5)
        found = await self.page.locator("#to option").evaluate_all("all => all.map(each => each.value)")
        people = [each for each in found if each.startswith("to:")]
        await self.page.select_option("#to", value=self.chance.choice(people))
        await self.page.click("#to-sheet button[value='yes']")
        await self.page.wait_for_selector("#acts", state="hidden")
        return True
