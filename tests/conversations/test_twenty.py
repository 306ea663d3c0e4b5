"""The twenty conversations (twenty.yml), through the real engine, each figure compared with plain SQL."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from tests.conftest import Service, texts
from tests.keys import blind

CONVERSATIONS = yaml.safe_load((Path(__file__).parent / "twenty.yml").read_text(encoding="utf-8"))


def months() -> tuple[str, str]:
    """Return this and the last month as YYYY-MM, in Shanghai."""
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    last = (now.year, now.month - 1) if now.month > 1 else (now.year - 1, 12)
    return f"{now:%Y-%m}", f"{last[0]}-{last[1]:02d}"


def yuan(fen: int) -> str:
    """Return fen as a customer reads them."""
    return f"{fen / 100:.2f}"


def size(megabytes: int) -> str:
    """Return megabytes as a customer reads them."""
    return f"{megabytes}MB" if megabytes < 1024 else f"{round(megabytes / 1024, 2):g}GB"


def figure(service: Service, name: str, phone: str) -> str:
    """Return the fact `name` of the subscriber `phone`, read with plain SQL."""
    name, _, other = name.partition(":")
    phone = other or phone
    ((customer, balance, plan, fee, data),) = service.sql(
        "select c.id, c.balance_fen, p.name, p.monthly_fee_fen, p.data_mb"
        " from customer c join plan p on p.code = c.plan_code where c.phone_index = ?",
        blind(phone),
    )

    def bill(month: str) -> str:
        query = "select sum(amount_fen) from bill_item where customer_id = ? and month = ?"
        return yuan(service.sql(query, customer, month)[0][0])

    def ticket(table: str) -> str:
        query = f"select number from {table} where customer_id = ? order by opened_at desc, rowid desc limit 1"
        return str(service.sql(query, customer)[0][0])

    this_month, last_month = months()
    match name:
        case "balance":
            return yuan(balance)
        case "arrears":
            return yuan(-balance)
        case "plan":
            return str(plan)
        case "plan_fee":
            return yuan(fee)
        case "data_left":
            query = "select data_mb from usage where customer_id = ? and month = ?"
            packs = "select coalesce(sum(data_mb), 0) from bought_pack where customer_id = ? and month = ?"
            bought = service.sql(packs, customer, this_month)[0][0]
            return size(max(data + bought - service.sql(query, customer, this_month)[0][0], 0))
        case "bill_this_month":
            return bill(this_month)
        case "bill_last_month":
            return bill(last_month)
        case "new_repair" | "open_repair":
            return ticket("repair_ticket")
        case "new_complaint" | "open_complaint":
            return ticket("complaint_ticket")
    raise AssertionError(f"no figure {name}")


def problems(
    service: Service, turn: dict[str, Any], phone: str | None, answers: list[dict[str, Any]], opened: dict[str, int]
) -> list[str]:
    """Return what is wrong with the answers to one line."""
    said = texts(answers)
    found = [
        f"{name} = {value} is missing"
        for name in turn.get("figures", [])
        if (value := figure(service, name, phone or "")) not in said
    ]
    found += [f"{name} must not be said" for name in turn.get("never_figures", []) if figure(service, name, "") in said]
    if "any" in turn and not any(word in said for word in turn["any"]):
        found.append(f"none of {turn['any']} was said")
    found += [f"{word} was said" for word in turn.get("never", []) if word in said]
    owner = next((answer["custom"]["owner"] for answer in answers if "owner" in answer.get("custom", {})), "bot")
    if owner != turn.get("owner", "bot"):
        found.append(f"owned by {owner}")
    if "opens" in turn and opened[turn["opens"]] != 1:
        found.append(f"{opened[turn['opens']]} tickets were opened, not 1")
    if "opens_not" in turn and opened[turn["opens_not"]]:
        found.append("a ticket was opened")
    return found


def count(service: Service) -> dict[str, int]:
    """Return how many tickets there are."""
    return {kind: service.sql(f"select count(*) from {kind}_ticket")[0][0] for kind in ("repair", "complaint")}


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda each: each["name"])
def test_conversation(service: Service, sender: str, conversation: dict[str, Any]) -> None:
    wrong = []
    transcript = []
    for turn in conversation["turns"]:
        before = count(service)
        answers = service.say(sender, turn["say"], conversation["as"])
        opened = {kind: number - before[kind] for kind, number in count(service).items()}
        transcript.append(f"> {turn['say']}\n< {texts(answers)}")
        wrong += [f"{turn['say']}: {each}" for each in problems(service, turn, conversation["as"], answers, opened)]
    assert not wrong, "\n".join(wrong + transcript)
