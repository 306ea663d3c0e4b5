"""Changes of the account and tickets through the real engine: nothing without a clear yes and the right proof."""

import re
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from app.demo.data import SUBSCRIBERS
from tests.conftest import Service, texts

CONVERSATIONS = [
    conversation
    for name in ("changes", "tickets", "facts", "kinds")
    for conversation in yaml.safe_load((Path(__file__).parent / f"{name}.yml").read_text(encoding="utf-8"))
]
_SMS_SECONDS = 10


def received(service: Service, phone: str, *words: str) -> str:
    """Return the newest SMS of `phone` that has all `words` in it; the outbox sends it after the turn."""
    until = time.monotonic() + _SMS_SECONDS
    while time.monotonic() < until:
        letters = httpx.get(f"{service.url}/sandbox/messages", params={"to": phone}, timeout=10).json()
        found = [letter["text"] for letter in letters if all(word in letter["text"] for word in words)]
        if found:
            return str(found[0])
        time.sleep(0.1)
    raise AssertionError(f"no SMS with {words}")


def code(service: Service, phone: str, after: int) -> str:
    """Return the newest code of a change, of which there must be more than `after`."""
    until = time.monotonic() + _SMS_SECONDS
    while codes(service, phone) <= after and time.monotonic() < until:
        time.sleep(0.1)
    found = re.search(r"\d{6}", received(service, phone, "业务变更"))
    assert found is not None
    return found[0]


def codes(service: Service, phone: str) -> int:
    """Return how many codes of changes the phone has received."""
    letters = httpx.get(f"{service.url}/sandbox/messages", params={"to": phone}, timeout=10).json()
    return sum("业务变更" in letter["text"] for letter in letters)


def done(service: Service) -> int:
    """Return how many orders were carried out."""
    return int(service.sql("select count(*) from change_order where done_at is not null")[0][0])


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda each: each["name"])
def test_conversation(service: Service, sender: str, conversation: dict[str, Any]) -> None:
    phone, wrong, transcript = conversation["as"], [], []
    seen, order = codes(service, phone) if phone else 0, ""
    for turn in conversation["turns"]:
        if "sql" in turn:
            service.change(turn["sql"])
        before, say = done(service), turn["say"]
        if say in ("CODE", "WRONG"):
            right = code(service, phone, seen)
            say = right if say == "CODE" else f"{(int(right) + 1) % 1_000_000:06d}"
            seen += turn["say"] == "CODE"
        if say == "ID":
            say = next(subscriber.id_number for subscriber in SUBSCRIBERS if subscriber.phone == phone)
        answers = service.say(sender, say.replace("ORDER", order), phone)
        said = texts(answers)
        transcript.append(f"> {turn['say']}\n< {said}")
        if found := re.search(r"DD\d{14}", said):
            order = found[0]
        if not any(word in said for word in turn.get("any", [said])):
            wrong.append(f"{turn['say']}: none of {turn['any']}")
        wrong += [f"{turn['say']}: no {word}" for word in turn.get("all", []) if word not in said]
        wrong += [f"{turn['say']}: {word} was said" for word in turn.get("never", []) if word in said]
        if "orders" in turn and done(service) - before != turn["orders"]:
            wrong.append(f"{turn['say']}: {done(service) - before} orders were carried out")
        if "sms" in turn:
            received(service, phone, "您已办理", turn["sms"])
    assert not wrong, "\n".join(wrong + transcript)
