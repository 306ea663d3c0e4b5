"""How a conversation is ended: what it was about, a summary drafted from what was done, tags; and macros (G3).

Everything is empty or drafted anew for each conversation. What there is to choose from is content/ending.yml.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, Field

from compliance.audit import AuditEntry
from compliance.private import kept, masked
from core.conversation import Owner
from core.errors import NotOwner
from desk import words
from desk.conversations.access import Agent, Serving
from desk.parts import DeskParts, Here
from storage import audit, conversations, tags
from storage.acts import Act, State
from storage.conversations import Line
from storage.people import Staff

FILE = Path(__file__).resolve().parents[2] / "content" / "ending.yml"
# So many of the last lines a summary is drafted from, and so much of the last word is in it.
_LINES, _LAST_WORD = 200, 60
_NO_WISH = {"handoff", "greet", "goodbye", "thanks", "affirm", "deny", "inform", "chitchat", "bot_challenge"}


@dataclass(frozen=True)
class Macro:
    """A phrase that is said, the tags that are put on, and what the conversation was about: then it ends."""

    name: str
    says: str
    tags: tuple[str, ...]
    about: str


@dataclass(frozen=True)
class Endings:
    """What there is to choose from: groups of matters ("complaint.billing" → 扣费争议), tags, macros."""

    groups: Mapping[str, Mapping[str, str]]
    tags: tuple[str, ...]
    macros: tuple[Macro, ...]

    def knows(self, about: str) -> bool:
        """Return whether a conversation may have been about it: a matter, or a group as a whole."""
        return about in self.groups or any(about in matters for matters in self.groups.values())


@cache
def endings() -> Endings:
    """Return the choices of content/ending.yml. Raises ValueError where a macro names what is not there."""
    written = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    groups = {
        group: {f"{group}.{name}": label for name, label in matters.items()}
        for group, matters in written["about"].items()
    }
    macros = tuple(Macro(each["name"], each["says"], tuple(each["tags"]), each["about"]) for each in written["macros"])
    found = Endings(groups, tuple(written["tags"]), macros)
    for macro in macros:
        if not found.knows(macro.about) or not set(macro.tags) <= set(found.tags):
            raise ValueError(f"{FILE.name}: macro {macro.name} names a matter or a tag that is not there")
    return found


def told_of(about: str) -> str:
    """Return what a conversation was about, in words.

    >>> told_of("complaint.billing"), told_of("consult")
    ('投诉：扣费争议', '业务咨询')
    """
    group, _, matter = about.partition(".")
    label = words.DISPOSITIONS.get(group, "")
    return (
        f"{label}：{endings().groups[group][about]}" if matter and about in endings().groups.get(group, {}) else label
    )


def drafted(lines: Sequence[Line], done: Sequence[Act]) -> str:
    """Return a summary from what was wanted, done and told: facts alone, numbers hidden."""
    readings = [line.body["understood"] for line in lines if "understood" in line.body]
    wishes = dict.fromkeys(each["intent"] for each in readings if each["intent"] not in _NO_WISH)
    moods = [words.MOODS[each["upset"]] for each in readings]
    custom = [line.body.get("custom") or {} for line in lines]
    by_acts = {each.number for each in done if each.number}
    numbers = [str(each[name]) for each in custom for name in ("ticket", "order") if name in each]
    acts = [f"{words.ACTS[each.kind]}{_ended(each)}" for each in reversed(done)]
    acts += [f"{_called(number)}{number}" for number in dict.fromkeys(numbers) if number not in by_acts]
    said = [str(line.body.get("text", "")) for line in lines if (line.author, line.audience) == ("agent", "everyone")]
    parts = [
        ("诉求", "、".join(words.INTENTS.get(name, name) for name in wishes)),
        ("已办理", "；".join(acts)),
        ("最后告知", masked(said[-1])[:_LAST_WORD] if said else ""),
        ("情绪", f"{moods[0]} → {moods[-1]}" if moods and moods[0] != moods[-1] else ""),
    ]
    return "\n".join(f"{name}：{text}" for name, text in parts if text)


def _ended(each: Act) -> str:
    number = f" {each.number}" if each.number and each.state is State.DONE else ""
    return f"{number}（{words.ACT_STATES[each.state]}）"


def _called(number: str) -> str:
    return {"TS": "投诉单 ", "WX": "报修 ", "DD": "订单 "}.get(number[:2], "")


class Seen(BaseModel):
    """What a page has seen of a conversation that it ends: the ownership token, and the customer's last line.

    last  without it nobody asks whether there is a newer one
    """

    token: int = Field(ge=0)
    last: int | None = Field(default=None, ge=0)


class Ending(Seen):
    """The end of a conversation."""

    about: str = Field(min_length=1, max_length=32)
    summary: str = Field(default="", max_length=1000)
    tags: list[Annotated[str, Field(max_length=32)]] = Field(default_factory=list, max_length=20)


class Run(Seen):
    """A macro that is run; `key` is the page's own id of it."""

    key: str = Field(min_length=8, max_length=40, pattern=r"^[A-Za-z0-9-]+$")
    name: str = Field(max_length=64)


class Tags(BaseModel):
    """The tags that a conversation shall have."""

    token: int = Field(ge=0)
    tags: list[Annotated[str, Field(max_length=32)]] = Field(max_length=20)


routes = APIRouter(prefix="/desk", tags=["desk"])


@routes.get("/endings")
async def choices(who: Serving) -> dict[str, Any]:
    """Return what there is to choose from: {"about": [{"group", "matters": [{"value", "label"}]}], "tags", …}."""
    found = endings()
    return {
        "about": [
            {
                "group": words.DISPOSITIONS[group],
                "matters": [{"value": value, "label": label} for value, label in matters.items()]
                or [{"value": group, "label": words.DISPOSITIONS[group]}],
            }
            for group, matters in found.groups.items()
        ],
        "tags": list(found.tags),
        "macros": [{"name": each.name, "says": each.says} for each in found.macros],
    }


@routes.get("/conversations/{conversation_id}/ending", include_in_schema=False)
async def sheet(parts: Here, request: Request, conversation_id: int, staff: Agent) -> Response:
    """Return the sheet at a conversation's end as a piece of a page (desk/static/ending.js mounts it)."""
    async with parts.database.read() as db:
        lines = await conversations.last_lines(db, conversation_id, _LINES)
        own = await tags.of(db, conversation_id)
    found = endings()
    values = {
        "groups": [(words.DISPOSITIONS[group], matters or {group: words.DISPOSITIONS[group]})
                   for group, matters in found.groups.items()],
        "tags": [(each, each in own) for each in found.tags],
        "macros": found.macros,
        "summary": drafted(lines, await parts.acting.of_conversation(conversation_id)),
    }  # fmt: skip
    return parts.pages.templates.TemplateResponse(request, "ending.html", values)


@routes.post("/conversations/{conversation_id}/ending")
async def end(parts: Here, conversation_id: int, ending: Ending, staff: Agent) -> dict[str, int]:
    """End a conversation with what it was about, a summary for colleagues and tags.

    409 where the customer has said something that the page has not shown: it would end unread.
    """
    if not endings().knows(ending.about):
        raise HTTPException(422, "请您选择会话事由。")
    await _must_have_read(parts, conversation_id, ending.last)
    await _marked(parts, staff, conversation_id, ending.token, ending.tags, ending.summary)
    return {"token": (await parts.desk.close(staff, conversation_id, ending.token, ending.about)).token}


@routes.post("/conversations/{conversation_id}/tags")
async def mark(parts: Here, conversation_id: int, asked: Tags, staff: Agent) -> dict[str, list[str]]:
    """Let an own conversation have these tags and no others."""
    await _marked(parts, staff, conversation_id, asked.token, asked.tags)
    return {"tags": sorted(set(asked.tags))}


@routes.post("/conversations/{conversation_id}/macro")
async def run(parts: Here, conversation_id: int, asked: Run, staff: Agent) -> dict[str, int]:
    """Say a macro's phrase through the gate, put its tags on, and end the conversation, where all of it was read."""
    macro = next((each for each in endings().macros if each.name == asked.name), None)
    if macro is None:
        raise HTTPException(422, "没有这个快捷操作。")
    await _must_have_read(parts, conversation_id, asked.last)
    await parts.desk.answer(staff, conversation_id, asked.token, key=asked.key, text=macro.says)
    async with parts.database.read() as db:
        lines = await conversations.last_lines(db, conversation_id, _LINES)
        own = await tags.of(db, conversation_id)
    summary = drafted(lines, await parts.acting.of_conversation(conversation_id))
    await _marked(parts, staff, conversation_id, asked.token, [*own, *macro.tags], summary)
    return {"token": (await parts.desk.close(staff, conversation_id, asked.token, macro.about)).token}


async def _must_have_read(parts: DeskParts, conversation_id: int, last: int | None) -> None:
    if last is None:
        return
    async with parts.database.read() as db:
        lines = await conversations.last_lines(db, conversation_id, _LINES)
    if any(line.author == "customer" and line.id > last for line in lines):
        raise HTTPException(409, "客户刚刚又发来消息，请您先看一下；确实要结束，请您再确认一次。")


async def _marked(
    parts: DeskParts, staff: Staff, conversation_id: int, token: int, wanted: Sequence[str], summary: str = ""
) -> None:
    """Write tags and summary down. Raises NotOwner under a stale token, HTTPException for a tag that is none."""
    if not set(wanted) <= set(endings().tags):
        raise HTTPException(422, "没有这个标签。")
    async with parts.database.write() as db:
        current = await conversations.load(db, conversation_id, lock=True)
        if current.owner is not Owner.AGENT or current.staff_id != staff.id or current.ownership.token != token:
            raise NotOwner()
        await tags.put(db, conversation_id, wanted)
        if summary.strip():
            body = {"text": kept(summary.strip()), "kind": "summary"}
            now = parts.clock.now()
            await conversations.add_line(
                db, conversation_id, author="agent", body=body, at=now, audience="desk", staff_id=staff.id
            )
        entry = AuditEntry(f"agent:{staff.id}", "conversation.marked", f"conversation:{conversation_id}")
        await audit.add(db, entry, parts.clock)
    parts.bell.ring()
