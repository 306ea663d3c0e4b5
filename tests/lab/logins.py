"""How long a customer waits for an answer while somebody floods the desk's sign-in: `python -m tests.lab.logins`.

The whole service; calm and flood by turns, so that what else the machine does falls on both. Twice: from one address,
which is soon refused, and with the limit of an address off, as from many.
"""

import asyncio
import itertools
import statistics
import sys
import tempfile
from collections import Counter
from pathlib import Path

import httpx

from tests.conftest import Service

TURNS, MESSAGES, EACH_SECONDS, LOGINS_A_SECOND = 4, 25, 0.4, 50
ASKED = ("查话费", "流量还剩多少", "我是什么套餐", "开了哪些业务", "上个月账单")
_numbers = itertools.count()


async def answered(client: httpx.AsyncClient) -> float:
    """Return after how many milliseconds a message is answered."""
    number = next(_numbers)
    body = {"sender": f"calm-{number}", "message": ASKED[number % len(ASKED)], "metadata": {"phone": "13800138000"}}
    begun = asyncio.get_running_loop().time()
    answer = await client.post(
        "/webhooks/rest/webhook", json=body, headers={"Authorization": "Bearer demo-token"}, timeout=60
    )
    assert answer.status_code == 200 and answer.json()
    return (asyncio.get_running_loop().time() - begun) * 1000


async def flood(client: httpx.AsyncClient, told: Counter[int]) -> None:
    """Try passwords of many names, so many a second, until cancelled."""

    async def one() -> None:
        form = {"login": f"name-{next(_numbers)}", "password": "a guess"}
        told[(await client.post("/desk/login", data=form, timeout=60)).status_code] += 1

    async with asyncio.TaskGroup() as trying:
        while True:
            trying.create_task(one())
            await asyncio.sleep(1 / LOGINS_A_SECOND)


async def measure(url: str) -> tuple[list[float], list[float], Counter[int]]:
    """Return the times of calm, the times of the flood, and what the flood was answered."""
    times, told = ([], []), Counter[int]()  # type: tuple[list[float], list[float]], Counter[int]
    limits = httpx.Limits(max_connections=400)
    async with httpx.AsyncClient(base_url=url, limits=limits) as stranger, httpx.AsyncClient(base_url=url) as customer:
        for _ in range(5):
            await answered(customer)
        for turn in range(2 * TURNS):
            flooding = asyncio.create_task(flood(stranger, told)) if turn % 2 else None
            for _ in range(MESSAGES):
                times[turn % 2].append(await answered(customer))
                await asyncio.sleep(EACH_SECONDS)
            if flooding:
                flooding.cancel()
                await asyncio.gather(flooding, return_exceptions=True)
    return (*times, told)


def main() -> int:
    """Print both; return 1 where the flood doubles the 95th percentile."""
    worst = 0.0
    for what, limit in (("from one address", "60 per minute"), ("as from many addresses", "")):
        with tempfile.TemporaryDirectory() as folder:
            service = Service(Path(folder), settings={"KEFU_LIMIT_SIGN_IN": limit, "KEFU_LIMIT_ADDRESS": ""})
            service.start()
            try:
                calm, flooded, told = asyncio.run(measure(service.url))
            finally:
                service.stop()
        p95 = [statistics.quantiles(times, n=20)[-1] for times in (calm, flooded)]
        p50 = [statistics.median(times) for times in (calm, flooded)]
        worst = max(worst, p95[1] / p95[0])
        print(
            f"{LOGINS_A_SECOND} logins a second {what}: p50 {p50[0]:.0f} and {p50[1]:.0f} ms, p95 {p95[0]:.0f} and "
            f"{p95[1]:.0f} ms ({p95[1] / p95[0]:.2f}); answered {dict(told)}"
        )
    return int(worst >= 2)


if __name__ == "__main__":
    sys.exit(main())
