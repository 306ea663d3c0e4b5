"""Conversations by other hands, held with the service as it is, each on a database of its own, to be judged by people.

`--serve PORT` opens a room in which other hands converse: `--to PORT` reads lines from stdin, a name, a tab and what is
said, and prints what is answered; the first line of a name is `@13800138000 web`, `@visitor sms` or the like. A line
`登录 13800138000` signs a visitor in. With a FILE (a list of `{name, as, channel, say: […]}`) what is written there is
said; CODE in it stands for the newest code. Either way each conversation ends up as a text in `--out`.
"""

import argparse
import asyncio
import json
import shutil
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request as Call
from urllib.request import urlopen

import uvicorn
import yaml
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.dialogue import state as states
from core.conversation import Owner
from storage import conversations
from tests.lab.readings import KEPT, Readings
from tests.lab.walks import BEGIN, House, Walker, opened, trained

SEED = 1  # of the demo data
_SIGN_IN = "登录 "
_BEGIN = BEGIN.astimezone(UTC)


class SignedIn(Walker):
    """A visitor who has signed in, at the page that is open."""

    @property
    def address(self) -> str:
        """Where the visitor wrote from."""
        return f"{self.channel}-visitor"


@dataclass
class Talk:
    """A conversation: who converses, and what came to pass as a person would read it."""

    walker: Walker
    moment: datetime = _BEGIN
    heard: int = 0  # the newest outgoing message that was shown
    conversation: int = 0
    lines: list[str] = field(default_factory=list)


class Room:
    """Lets talks be held in one house, one message at a time."""

    def __init__(self, house: "Rooms", out: Path) -> None:
        """Hold them in `house`; keep them in `out`, the texts as well as the databases."""
        self._house, self._out = house, out
        self._talks: dict[str, Talk] = {}
        self._at = ""
        self._one = asyncio.Lock()

    async def hear(self, name: str, said: str) -> list[str]:
        """Let the talk `name` go on with what is said; return what its customer sees then."""
        async with self._one:
            if said.startswith("@"):
                who, _, channel = said[1:].partition(" ")
                phone = "" if who == "visitor" else who
                self._talks[name] = Talk(Walker(phone, channel or "web", SEED))
                self._note(name, f"# {name}: {who}, {channel or 'web'}")
                return []
            await self._enter(name)
            talk = self._talks[name]
            self._note(name, f"客户：{said}")
            shown: list[str] = []
            if said.startswith(_SIGN_IN):
                for waited in await self._signed_in(talk, said.removeprefix(_SIGN_IN).strip()):
                    shown += await self._say(talk, waited)
            else:
                shown = await self._say(talk, said.replace("CODE", self._house.last_code()))
            talk.moment = self._house.clock.moment
            self._note(name, *shown)
            return shown

    async def _say(self, talk: Talk, text: str) -> list[str]:
        message, talk.conversation = await self._house.say(talk.walker, text)
        owner, _, replies, _ = await self._house.seen(message, talk.conversation)
        shown = [f"客服：{_seen(reply)}" for reply in replies if reply.get("text") or reply.get("image")]
        if not shown and owner is not Owner.BOT:
            shown.append("（人工排队中，机器人不再回答）")
        for body in self._house.sent_besides(talk.heard):
            shown.append(f"  【手机收到短信】{body}")
        talk.heard = self._house.newest()
        return shown or ["（没有回答）"]

    async def _signed_in(self, talk: Talk, phone: str) -> tuple[str, ...]:
        """Do what the page does when a visitor has signed in; return what waited for it."""
        talk.walker = SignedIn(phone, talk.walker.channel, SEED)
        database = self._house.database
        async with database.write() as db:
            current = await conversations.load(db, talk.conversation)
            current = await conversations.adopt(db, current, talk.walker.customer_id or 0)
            state, _ = states.read(current.dialogue)
            await conversations.keep_dialogue(db, current.id, states.written(replace(state, sign_in=())))
        return state.sign_in

    async def _enter(self, name: str) -> None:
        if name == self._at:
            return
        file = await self._house.left(self._out / f"{self._at}.db" if self._at else None)
        kept = self._out / f"{name}.db"
        if kept.exists():
            shutil.move(kept, file)
            await self._house.entered(self._talks[name].moment)
        else:
            await self._house.begin(SEED)
        self._at = name

    def _note(self, name: str, *lines: str) -> None:
        self._talks[name].lines += lines
        (self._out / f"{name}.txt").write_text("\n".join(self._talks[name].lines) + "\n", encoding="utf-8")


def _seen(reply: dict[str, Any]) -> str:
    buttons = "".join(f"［{each['title']}］" for each in reply.get("buttons", []))
    picture = "（图片）" if reply.get("image") else ""
    return f"{reply.get('text', '')}{picture}{buttons}"


class Rooms(House):
    """A house whose database may be put away and taken out again."""

    @property
    def database(self) -> Any:
        """The database of the talk that is held."""
        assert self._parts is not None
        return self._parts.database

    async def left(self, kept: Path | None) -> Path:
        """Put the database away as `kept`; return where another may be put."""
        await self.database.close()
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None
        if kept is not None:
            shutil.move(self._file, kept)
        return self._file

    async def entered(self, moment: datetime) -> None:
        """Go on with the database that was put there, at `moment`."""
        self._ledger = sqlite3.connect(self._file, isolation_level=None)
        self.clock.moment = moment

    def newest(self) -> int:
        """Return the number of the newest outgoing message."""
        assert self._ledger is not None
        return int(self._ledger.execute("select coalesce(max(id), 0) from outbox").fetchone()[0])

    def sent_besides(self, since: int) -> list[str]:
        """Return the short messages after `since` that are no answers: codes and notices."""
        assert self._ledger is not None
        rows = self._ledger.execute(
            "select body from outbox where id > ? and in_reply_to is null and channel = 'sms' order by id", (since,)
        )
        return [str(json.loads(body).get("text", "")) for (body,) in rows]


async def serve(port: int, out: Path, engine: Readings) -> None:
    """Open the room until it is stopped."""
    async with opened(Rooms, engine, (SEED,)) as house:
        room = Room(house, out)

        async def hear(request: Request) -> JSONResponse:
            return JSONResponse([[name, said, await room.hear(name, said)] for name, said in await request.json()])

        app = Starlette(routes=[Route("/", hear, methods=["POST"])])
        await uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None)).serve()


async def play(talks: Sequence[dict[str, Any]], out: Path, engine: Readings) -> None:
    """Say what is written."""
    async with opened(Rooms, engine, (SEED,)) as house:
        room = Room(house, out)
        for number, talk in enumerate(talks, start=1):
            await room.hear(talk["name"], f"@{talk['as']} {talk.get('channel', 'web')}")
            for said in talk["say"]:
                await room.hear(talk["name"], str(said))
            print(f"\r{number}/{len(talks)}", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)


def converse(port: int, lines: Sequence[str]) -> None:
    """Bring lines to an open room and print what is answered."""
    said = [line.rstrip("\n").split("\t", 1) for line in lines if line.strip()]
    if wrong := [line for line in said if len(line) != 2]:
        sys.exit(f"a name, a tab and what is said: {wrong[0]}")
    call = Call(f"http://127.0.0.1:{port}/", json.dumps(said).encode(), {"Content-Type": "application/json"})
    told: dict[str, list[str]] = defaultdict(list)
    with urlopen(call, timeout=600) as answer:
        for name, each, shown in json.load(answer):
            told[name] += [f"客户：{each}", *shown]
    for name, shown in told.items():
        print(f"== {name}", *shown, sep="\n")


def main(given: Sequence[str]) -> int:
    """Serve, converse or play."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--serve", type=int, metavar="PORT")
    parser.add_argument("--to", type=int, metavar="PORT")
    parser.add_argument("--out", type=Path, default=KEPT.parent / "talks")
    asked = parser.parse_args(given)
    if asked.to:
        converse(asked.to, sys.stdin.readlines())
        return 0
    path, warning = trained()
    print(warning, end="\n" if warning else "", file=sys.stderr)
    asked.out.mkdir(parents=True, exist_ok=True)
    engine = Readings(path)
    try:
        if asked.serve:
            asyncio.run(serve(asked.serve, asked.out, engine))
        else:
            asyncio.run(play(yaml.safe_load(asked.file.read_text(encoding="utf-8")), asked.out, engine))
    finally:
        engine.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
