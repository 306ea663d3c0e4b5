"""`kefu bench shift`: play the day, then hold the house to it; 1 where anything is found."""

import argparse
import asyncio
import csv
import io
import json
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from channels.registry import kinds
from core.service_level import FIGURES
from desk.team.board import in_words
from tests.conftest import Service
from tests.e2e.conftest import CHROMIUM
from tests.lab.shift import reference
from tests.lab.shift.customers import Client, Customer, Phone, Way, Widget
from tests.lab.shift.day import Day
from tests.lab.shift.desk import Agent, Seat, Supervisor

BROWSER = CHROMIUM if Path(CHROMIUM).exists() else None
# Of every ten customers; the last two of a day come when nobody serves any more.
PLANS = ("waits", "waits", "returns", "upset", "leaves", "waits", "long", "calls", "waits", "asks")
LATE = 2
PAGES = 5  # customers in a browser: more of them would only measure the machine
PHONES = 4
# Of the time given, customers come in this share; the rest is there for who has come.
COMING = 0.5
LOOKS_SECONDS = 10.0


class Shift:
    """One run."""

    def __init__(self, day: Day, customers: int, minutes: float) -> None:
        """Play `day` with so many customers in so many minutes."""
        self.day, self._count, self._seconds = day, customers, minutes * 60
        self.customers = list[Customer]()

    async def run(self) -> dict[str, Any]:
        """Return what was played and found."""
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
            try:
                return await self._played(browser)
            finally:
                await browser.close()

    async def _played(self, browser: Browser) -> dict[str, Any]:
        begun, url = time.monotonic(), self.day.house.url
        agents = [Agent(browser, self.day, login) for login in ("agent1", "agent2")]
        supervisor = Supervisor(browser, self.day, "supervisor1")
        seats: list[Seat] = [*agents, supervisor]
        for seat in seats:
            await seat.begin()
        working = [asyncio.create_task(seat.work()) for seat in (*agents, supervisor)]
        chance = self.day.chance("arrivals")
        living = list[asyncio.Task[None]]()
        for number in range(self._count - LATE):
            plan = PLANS[number % len(PLANS)]
            living.append(self._comes(plan, self._way(browser, url, number), chance.uniform(0, self._seconds * COMING)))
        await self._until_served(living, agents, begun)
        self.day.over.set()
        for task in working:
            with suppress(TimeoutError):
                await asyncio.wait_for(task, 60)
        for task in living:
            task.cancel()
        for agent in agents:
            await agent.tries("go home", lambda agent=agent: agent.be("busy"))  # type: ignore[misc]
        late = [self._comes("late", Client(url), 0) for _ in range(LATE)]
        await asyncio.gather(*late)
        await asyncio.sleep(3)  # what is on its way arrives
        found = await self._judged(supervisor)
        for seat in seats:
            await seat.context.close()
        return {**found, "seconds": round(time.monotonic() - begun)}

    def _way(self, browser: Browser, url: str, number: int) -> Way:
        if number < PAGES * 2 and number % 2 == 0:
            return Widget(browser, url)
        if number % 7 == 3 and number < PHONES * 7:
            return Phone(url, f"139{self.day.seed % 10000:04d}{number:04d}")
        return Client(url)

    def _comes(self, plan: str, way: Way, arrival: float) -> asyncio.Task[None]:
        mark = f"K{len(self.customers) + 1:02d}"
        customer = Customer(mark, plan, way, self.day, self.day.chance(mark))
        self.customers.append(customer)
        return asyncio.create_task(customer.live(arrival))

    async def _until_served(self, living: list[asyncio.Task[None]], agents: list[Agent], begun: float) -> None:
        """Wait until everybody has gone and nothing is left on the desk, or the time is over."""
        told, there = 0.0, living
        while (gone := time.monotonic() - begun) < self._seconds:
            if gone > self._seconds * COMING:
                self.day.home.set()
            there = [task for task in living if not task.done()]
            if not there:
                self.day.home.set()
                if not any([await agent.busy() for agent in agents]):
                    return
            if gone - told >= LOOKS_SECONDS:
                told = gone
                self._tell(f"{gone:4.0f} s: {len(there)} of {len(living)} customers to come or there, {self._deeds()}")
            await asyncio.sleep(1)
        if there:
            self.day.diary.findings.append(f"the time was over with {len(there)} customers still there")

    def _deeds(self) -> str:
        deeds = self.day.diary.deeds
        return f"{deeds['said']} answers, {deeds['end']} ends, {sum(self.day.diary.missed.values())} deeds too late"

    async def _judged(self, supervisor: Supervisor) -> dict[str, Any]:
        """Hold the house to the day."""
        heard, findings = dict[str, Any](), self.day.diary.findings
        for each in self.customers:
            heard[each.mark], each.heard_when = await each.heard(), await each.told()
        log = reference.Log(self.day.house)
        findings += reference.customers_wrong(self.customers, heard, log)
        findings += reference.lines_wrong(self.day, heard, log)
        findings += await self._figures_wrong(supervisor, log)
        given = sorted(score for each in self.customers for score in each.scores)
        rated = sum(each.score is not None for each in log.told().values())
        if len(given) != rated:
            findings.append(f"{len(given)} ratings were given, {rated} stand in the log")
        findings += [f"the log has: {line[:200]}" for line in self.day.house.log().splitlines() if "Traceback" in line]
        for each in self.customers:
            with suppress(Exception):  # the day is over: what does not close is closed with the browser
                await each.way.leave()
        diary = self.day.diary
        return {"customers": len(self.customers), "deeds": dict(diary.deeds), "too_late": dict(diary.missed),
                "findings": findings}  # fmt: skip

    async def _figures_wrong(self, supervisor: Supervisor, log: reference.Log) -> list[str]:
        """Compare every figure, in the file and on the page, with the reference."""
        page, before = supervisor.board, datetime.now(UTC)
        await page.goto(f"{self.day.house.url}/desk/wallboard")
        cells = await page.locator(".figures.words tbody tr td:nth-of-type(1)").all_inner_texts()
        shown = dict(zip(FIGURES, cells, strict=True))
        answer = await page.context.request.get(f"{self.day.house.url}/desk/wallboard/figures.csv")
        after = datetime.now(UTC)
        first, last = reference.of_everybody(log, before), reference.of_everybody(log, after)
        found = _read(await answer.text(), await self._names(log))
        wrong = [f"the file tells of {who}, the log does not" for who in set(found) - set(first) if who[0] != "skill"]
        for who, expected in first.items():
            for name, least in expected.items():
                most, value = last[who][name], found.get(who, {}).get(name)
                if not _between(value, least, most, FIGURES[name].unit):
                    wrong.append(f"{name} of {who}: {value} in the file, {least} by hand")
        for name, least in first["all", ""].items():
            words = {in_words(FIGURES[name], each) for each in (least, last["all", ""][name])}
            if shown[name] not in words and name not in ("longest", "average_wait", "first_word"):
                wrong.append(f"{name}: {shown[name]} on the page, {words} by hand")
        came = sum(each["came"] or 0 for who, each in found.items() if who[0] == "skill")
        if came != first["all", ""]["came"]:
            wrong.append(f"by skill {came} came, in all {first['all', '']['came']}")
        return wrong

    async def _names(self, log: reference.Log) -> dict[str, tuple[str, str]]:
        names = dict(self.day.house.sql("select name, login from staff"))
        found = {name: ("agent", login) for name, login in names.items()}
        return found | {kind.can.label: ("channel", name) for name, kind in kinds().items()}

    @staticmethod
    def _tell(text: str) -> None:
        print(text, file=sys.stderr, flush=True)


def _read(text: str, names: dict[str, tuple[str, str]]) -> dict[tuple[str, str], reference.Figures]:
    """Return what stands in the file by (kind, name)."""
    _, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    found = dict[tuple[str, str], reference.Figures]()
    for kind, name, *cells in rows:
        who = ("all", "") if kind == "全部" else ("skill", name) if kind == "技能" else names[name]
        values = zip(FIGURES.items(), cells, strict=True)
        found[who] = {
            each: (float(cell) / (100 if figure.unit == "share" else 1)) if cell else None
            for (each, figure), cell in values
        }
    return found


def _between(value: float | None, least: float | None, most: float | None, unit: str) -> bool:
    if value is None or least is None or most is None:
        return value is least
    near = reference.NEAR_SECONDS if unit == "seconds" else 0.006
    return least - near <= value <= most + near


def main() -> int:
    """Play, print, and return 1 where anything was found."""
    given = argparse.ArgumentParser()
    given.add_argument("--customers", type=int, default=30)
    given.add_argument("--minutes", type=float, default=15)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--json", action="store_true")
    asked = given.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the house is stopped all the same
    folder = Path(tempfile.mkdtemp(prefix="kefu-shift-"))
    house = Service(folder, settings={"KEFU_LIMIT_ADDRESS": "", "KEFU_LIMIT_SENDER": ""})
    try:
        house.start()
        found = asyncio.run(Shift(Day(house, asked.seed), asked.customers, asked.minutes).run())
    finally:
        house.stop()
    if found["findings"]:
        print(f"the house's database and log are kept in {folder}", file=sys.stderr)
    else:
        shutil.rmtree(folder)
    if asked.json:
        print(json.dumps(found, ensure_ascii=False))
        return int(bool(found["findings"]))
    print(f"{found['customers']} customers in {found['seconds']} s, seed {asked.seed}")
    for name in ("deeds", "too_late"):
        print(f"{name:10}", ", ".join(f"{deed} {count}" for deed, count in sorted(found[name].items())))
    print(*(f"  found: {each}" for each in found["findings"]), sep="\n")
    print("nothing was found" if not found["findings"] else f"{len(found['findings'])} findings")
    return int(bool(found["findings"]))


if __name__ == "__main__":
    sys.exit(main())
