"""Keyword commands (A6, M11): from a table, answered without the language engine.

A service is unsubscribed in the ledger like everywhere: read back, a code, and only then.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from actions.change_words import in_words
from actions.direct import Direct, Errand
from app.lookers import Lookers
from backends.account.port import Accounts
from backends.identity.port import Verdict
from backends.orders.port import Change, ChangeRefused, Kind, Option, Order, Orders, Refusal
from compliance import scripts
from compliance.consent import offered
from compliance.wording import spellings
from core.handover import Reason
from core.message import Reply
from core.money import yuan
from core.notices import Notices
from outbox.adverts import Adverts
from storage.conversations import Conversation
from storage.inbox import Letter

BY = "keyword"
# How a conversation remembers that a code is waited for: this and the order's number.
_WAITS = "keyword:"
_CODE = re.compile(r"\d{6}")
_OURS = {"list_services", "unsubscribe", "person", "stop", "start", "help", "who_looked"}
_TAKES = {"unsubscribe"}


@dataclass(frozen=True)
class Command:
    """A line of the table."""

    words: tuple[str, ...]
    do: str
    told: str


@dataclass(frozen=True)
class Done:
    """What a command says, for which code it waits, and why a person takes over, if so."""

    replies: tuple[Reply, ...] = ()
    waiting_for: str | None = None
    reason: Reason | None = None


def read_table(text: str, actions: Sequence[str]) -> tuple[Command, ...]:
    """Return the commands of a table; `actions` are those that may be named. Raises ValueError with the line's words.

    >>> read_table("- {words: [ye], do: action_balance, told: 余额}", ["action_balance"])
    (Command(words=('YE',), do='action_balance', told='余额'),)
    """
    commands, taken = [], set[str]()
    for line in yaml.safe_load(text) or []:
        words = tuple(_plain(said) for word in line["words"] for said in _said(str(word)))
        if line["do"] not in _OURS and line["do"] not in actions:
            raise ValueError(f"keywords {', '.join(words)}: nothing is called {line['do']}")
        if again := taken & set(words):
            raise ValueError(f"keywords: {', '.join(sorted(again))} stands there twice")
        taken |= set(words)
        commands.append(Command(words, line["do"], line["told"]))
    return tuple(commands)


def load_table(file: Path, domain: Mapping[str, Any]) -> tuple[Command, ...]:
    """Return the commands of a file, for the actions of a domain."""
    return read_table(file.read_text(encoding="utf-8"), domain["actions"])


def _said(words: str) -> Iterable[str]:
    """Return every way to say a word of the table; one with brackets is a pattern like those of content/wording.yml."""
    return sorted(spellings(words), key=len) if "(" in words else [words]


def _plain(text: str) -> str:
    """Return what was written, in capitals, half-width, without blanks and the full stop.

    >>> _plain("ｙｅ。"), _plain(" tf 1 ")
    ('YE', 'TF1')
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).rstrip("。.!").upper()


class Keywords:
    """Reads and carries out commands."""

    def __init__(
        self,
        table: Sequence[Command],
        direct: Direct,
        accounts: Accounts,
        orders: Orders,
        notices: Notices,
        adverts: Adverts,
        lookers: Lookers,
    ) -> None:
        """Answer by `direct`, unsubscribe in `orders`, send codes and receipts by `notices`, consents in `adverts`."""
        self._table, self._direct, self._adverts, self._lookers = table, direct, adverts, lookers
        self._accounts, self._orders, self._notices = accounts, orders, notices

    async def step(self, letter: Letter, current: Conversation) -> Done | None:
        """Return what this message does as a command, or None where it is none."""
        said = _plain(letter.text)
        waits = (current.waiting_for or "").startswith(_WAITS)
        if waits and _CODE.fullmatch(said) and current.customer_id is not None:
            return await self._confirm(current, current.customer_id, said)
        command, rest = self._command(said)
        if command is None:
            return None
        match command.do:
            case "person":
                return Done(reason=Reason.ASKED)
            case "help":
                return self._told(self._help(), current)
            case "stop" | "start":
                return await self._agree(letter, current, given=command.do == "start")
            case "who_looked" if current.customer_id is not None:
                return self._told(await self._lookers.told(current.customer_id), current)
            case "list_services" | "unsubscribe" | "who_looked":
                return await self._services(letter, current, rest)
        errand = Errand("", f"{letter.id}", letter.at, current.customer_id, current.acts_as)
        replies = await self._direct.run(command.do, errand)
        return Done(replies, _kept(current))

    def _command(self, said: str) -> tuple[Command | None, str]:
        for command in self._table:
            for word in command.words:
                if said == word:
                    return command, ""
                if command.do in _TAKES and said.startswith(word) and not said[len(word) : len(word) + 1].isascii():
                    return command, said[len(word) :]
                if command.do in _TAKES and re.fullmatch(re.escape(word) + r"\d{1,2}", said):
                    return command, said[len(word) :]
        return None, ""

    async def _agree(self, letter: Letter, current: Conversation, given: bool) -> Done:
        if current.customer_id is None:  # nobody is sent advertisement before it is known who they are
            return self._told(scripts.START_WHO if given else scripts.STOPPED, current)
        purposes = [offered().by_keyword] if given else list(offered().purposes)
        proof = f"inbox:{letter.id}"
        await self._adverts.agree(current.customer_id, purposes, current.channel, given, "keyword", proof)
        return self._told(scripts.STARTED if given else scripts.STOPPED, current)

    def _help(self) -> str:
        return scripts.KEYWORDS.format(lines="\n".join(f"{each.words[0]} {each.told}" for each in self._table))

    def _told(self, text: str, current: Conversation) -> Done:
        return Done((Reply(text),), _kept(current))

    async def _services(self, letter: Letter, current: Conversation, which: str) -> Done:
        customer_id = current.customer_id
        if customer_id is None:
            return Done(await self._direct.run("action_services", Errand("", "", letter.at, None, current.acts_as)))
        options = await self._orders.options(customer_id, Kind.CLOSE_SERVICE, BY)
        on = [option for option in options if option.refusal is not Refusal.NOT_ON]
        if not on:
            return self._told(scripts.NO_SERVICES, current)
        wanted = _named(which, on)
        if wanted is None:
            lines = "\n".join(f"{n} {each.name} {yuan(each.monthly_fen)}元/月" for n, each in enumerate(on, start=1))
            return self._told(scripts.SERVICES_ON.format(lines=lines), current)
        try:
            change = Change(Kind.CLOSE_SERVICE, wanted.code)
            order = await self._orders.propose(customer_id, change, f"keyword:{letter.id}", BY)
            issued = await self._orders.issue_code(customer_id, order.number, BY)
        except ChangeRefused:
            return self._told(scripts.UNSUBSCRIBE_REFUSED, current)
        if issued.code is None:
            return self._told(scripts.CODE_TOO_OFTEN.format(seconds=issued.wait_seconds), current)
        phone = (await self._accounts.customer(customer_id, BY)).phone
        text = scripts.CHANGE_CODE_BY_SMS.format(code=issued.code)
        await self._notices.sms(f"keyword:{order.number}:{letter.id}", phone, text, secret=True)
        told = scripts.UNSUBSCRIBE_READ_BACK.format(terms=in_words(order))
        return Done((Reply(told),), f"{_WAITS}{order.number}")

    async def _confirm(self, current: Conversation, customer_id: int, code: str) -> Done:
        number = (current.waiting_for or "").removeprefix(_WAITS)
        try:
            done = await self._orders.confirm(customer_id, number, code, BY)
        except ChangeRefused:
            return Done((Reply(scripts.UNSUBSCRIBE_REFUSED),))
        if not isinstance(done, Order):
            text = scripts.BIND_WRONG if done is Verdict.WRONG else scripts.UNSUBSCRIBE_REFUSED
            return Done((Reply(text),), current.waiting_for if done is Verdict.WRONG else None)
        text = scripts.RECEIPT_BY_SMS.format(terms=in_words(done), number=done.number)
        if current.channel != "sms":  # by SMS the answer itself is the receipt
            phone = (await self._accounts.customer(customer_id, BY)).phone
            await self._notices.sms(f"receipt:{done.number}", phone, text)
        return Done((Reply(text.removeprefix("【客服中心】")),))


def waits_for_a_code(current: Conversation) -> bool:
    """Return whether the open question is a command's and none of the engine's."""
    return (current.waiting_for or "").startswith(_WAITS)


def _kept(current: Conversation) -> str | None:
    return current.waiting_for


def _named(which: str, on: Sequence[Option]) -> Option | None:
    """Return the service that a number of the list or a part of a name means, or None."""
    if which.isdecimal():
        return on[int(which) - 1] if 0 < int(which) <= len(on) else None
    named = [option for option in on if which and (which in option.name.upper())]
    return named[0] if len(named) == 1 else None
