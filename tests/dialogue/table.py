"""States and messages for the tables: a flow at one of its steps, and a message as the engine would have read it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.dialogue.flows import Flows, load
from bot.dialogue.heard import Heard
from bot.dialogue.state import Frame, State, Waiting
from core.clock import SHANGHAI
from core.dialogue import Choice, Proposal

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=SHANGHAI)
FLOWS: Flows = load()
PLANS = (
    Choice("cx39", "畅享39套餐（39.00元/月）", ("畅享39套餐", "39元", "39")),
    Choice("cx59", "畅享59套餐（59.00元/月）", ("畅享59套餐", "59元", "59")),
    Choice("cx129", "畅享129套餐（129.00元/月）", ("畅享129套餐", "129元", "129")),
)
VISITS = (Choice("2026-11-27 上午", "11月27日（周五）上午"), Choice("2026-11-27 下午", "11月27日（周五）下午"))
PROPOSED = Proposal(
    "DD20261126000001", "套餐变更为“畅享59套餐”", {"price": "变更不收费", "undo": "生效前可以撤销", "dear": "少30元"}
)


def at(flow: str, step: str, last: Waiting | None = None, **more: Any) -> State:
    """Return a conversation in which `flow` waits at a step: the slot that it asks for, read_back, or a proof."""
    steps = FLOWS[flow].steps
    place = next(
        n for n, each in enumerate(steps) if step in (each.ask, each.prove) or (step == "read_back" and each.read_back)
    )
    proposal = PROPOSED if step in ("read_back", "code", "id_number", "password_or_id_number") else None
    frame = Frame(flow, FLOWS[flow].version, at=place, open=True, asked=1, proposal=proposal)
    return State(stack=(replace(frame, **more),), fresh=False, last=last)


def said(text: str, act: str = "answer", intent: str = "", **more: Any) -> Heard:
    """Return a message that does `act` and, where an intent is named, surely wants it."""
    heard = Heard(text, NOW, acts={act: 0.9}, consent=0.95 if act == "yes" else 0.01, own_phone="13800138000")
    if intent:
        heard = replace(heard, intent=intent, confidence=0.95, ranking=((intent, 0.95),))
    return replace(heard, **more)
