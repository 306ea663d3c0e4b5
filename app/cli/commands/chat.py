"""`kefu chat`: the bot in the terminal, over the same REST interface that any client uses."""

import sys
import threading
import time
import uuid

import httpx

from app.settings import Settings


def chat(settings: Settings, phone: str | None, channel: str) -> int:
    """Talk until the end of the input; return the exit status."""
    site = f"http://{settings.host}:{settings.port}"
    sender = f"terminal-{uuid.uuid4().hex[:12]}"
    headers = {"Authorization": f"Bearer {settings.api_token}"}
    with httpx.Client(base_url=site, headers=headers, timeout=40) as client:
        try:
            health = client.get("/healthz")
        except httpx.HTTPError:
            print(f"kefu: nothing answers at {site}; run ./kefu up first", file=sys.stderr)
            return 1
        if health.status_code != 200:
            print(f"（{health.json().get('reason', '正在启动')}）")
        later = threading.Thread(target=_what_people_write, args=(site, headers, sender), daemon=True)
        later.start()
        while True:
            try:
                text = input("您：")
            except (EOFError, KeyboardInterrupt):
                print()
                return 0
            metadata = {"channel": channel, **({"phone": phone} if phone else {})}
            answer = client.post(
                "/webhooks/rest/webhook", json={"sender": sender, "message": text, "metadata": metadata}
            )
            if answer.status_code != 200:
                print(f"kefu: {answer.json().get('detail') or answer.json()}", file=sys.stderr)
                return 2 if answer.status_code in (404, 422) else 1
            for each in answer.json():
                _show(each)


def _show(answer: dict[str, object]) -> None:
    if answer.get("text"):
        print(f"客服：{answer['text']}")
    buttons = answer.get("buttons")
    if isinstance(buttons, list):
        print("      " + "  ".join(f"[{button['title']}]" for button in buttons))
    custom = answer.get("custom")
    if isinstance(custom, dict) and "owner" in custom and not answer.get("text"):
        print("（您的消息已转给人工客服，请稍等。）")


def _what_people_write(site: str, headers: dict[str, str], sender: str) -> None:
    last = 0
    while True:
        time.sleep(2)
        try:
            posts = httpx.get(
                f"{site}/webhooks/rest/messages", params={"sender": sender, "after": last}, headers=headers, timeout=10
            ).json()
        except (httpx.HTTPError, ValueError):
            continue
        for post in posts:
            last = max(last, post["id"])
            if post["author"] in ("agent", "system"):
                print(f"\n人工：{post.get('text', '')}\n您：", end="", flush=True)
