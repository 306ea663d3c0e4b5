"""`kefu bench`: the running service as a customer meets it — answer time, and the memory of all its processes."""

import json
import statistics
import sys
import time
import uuid
from typing import Any

import httpx
import psutil

from app.settings import Settings

SAYINGS = [
    "话费还剩多少",
    "流量还剩多少",
    "查一下上个月的账单",
    "我用的什么套餐",
    "你好",
    "谢谢",
    "我的报修到哪一步了",
    "今天天气怎么样",
]


def bench(settings: Settings, messages: int, as_json: bool) -> int:
    """Send a message a second to the service that runs; print p50 and p95 in ms and its memory in MB."""
    site = f"http://{settings.host}:{settings.port}"
    memory = resident_megabytes(settings.port)
    times = []
    headers = {"Authorization": f"Bearer {settings.api_token}"}
    try:
        with httpx.Client(base_url=site, headers=headers, timeout=40) as client:
            for number in range(messages):
                body = {
                    "sender": f"bench-{uuid.uuid4().hex[:8]}",
                    "message": SAYINGS[number % len(SAYINGS)],
                    "metadata": {"phone": "13800138003"},
                }
                began = time.monotonic()
                client.post("/webhooks/rest/webhook", json=body).raise_for_status()
                times.append((time.monotonic() - began) * 1000)
                if not as_json:
                    print(f"\r{number + 1}/{messages}", end="", file=sys.stderr, flush=True)
                time.sleep(max(0.0, 1 - (time.monotonic() - began)))
    except httpx.HTTPError as error:
        print(f"kefu: the service at {site} failed ({type(error).__name__}); run ./kefu up first", file=sys.stderr)
        return 1
    result: dict[str, Any] = {
        "messages": messages,
        "answer_ms_p50": round(statistics.median(times), 1),
        "answer_ms_p95": round(statistics.quantiles(times, n=20)[18], 1),
        "answer_ms_max": round(max(times), 1),
        "idle_memory_mb": round(memory),
    }
    print(json.dumps(result) if as_json else "\n" + "\n".join(f"{name:16} {value}" for name, value in result.items()))
    return 0


def resident_megabytes(port: int) -> float:
    """Return the memory of the `kefu up` whose app listens on `port`: itself and everything below it, resident."""
    for listening in psutil.net_connections("tcp"):
        if (
            listening.status == psutil.CONN_LISTEN
            and listening.laddr
            and listening.laddr.port == port
            and listening.pid
        ):
            app = psutil.Process(listening.pid)
            top = app.parent() or app
            resident: int = sum(process.memory_info().rss for process in [top, *top.children(recursive=True)])
            return resident / 1e6
    return 0.0
