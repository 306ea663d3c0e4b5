"""Keyword commands (A6, M11): from a table, carried out without the language engine.

What a keyword asks is a command to the dialogue as any other: a query is a flow, and a service is unsubscribed by the
same flow as by words, with the same ledger, read-back and code.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from backends.orders.port import Kind, Option, Orders, Refusal
from bot.dialogue.commands import Start
from compliance import scripts
from compliance.consent import NOTICES, offered
from compliance.wording import spellings
from conversation.outbox.adverts import Adverts
from conversation.turn.lookers import Lookers
from core.handover import Reason
from core.message import Reply
from core.money import yuan
from core.wording import CHINESE, named, words
from storage.conversations import Conversation
from storage.inbox import InboundMessage

BY = "keyword"
# The code of a keyword's unsubscribing is the yes to it: its SMS and the answer both say what it is for (R1).
_BY_KEYWORD = {"by_keyword": "yes", "code_note": "keyword"}
_OURS = {
    "list_services", "unsubscribe", "person", "stop", "start", "stop_notices", "start_notices", "help", "who_looked",
}  # fmt: skip
_TAKES = {"unsubscribe"}
# These are told the owner's name and ID number: CXXZ#…#….
_TOLD_THE_OWNER = {"may_port", "port_code"}
_UNSEEN = {"Cf", "Mn", "Me"}
# No order is longer, a service's name and thanks among it.
_LONGEST = 120
# What people put before an order and after it; of words in Latin letters something parts them from it.
_SIGNS = r"[\W_]*"
_BEFORE = (
    rf"{_SIGNS}(?:(?:回复|回|发送|发|编辑|输入|请|麻烦|我要|我想|查询|查|短信|指令|命令|[您你]好){_SIGNS}"
    r"|(?:PLEASE|PLS|REPLY|SEND|TEXT|TYPE|HI|HELLO)[\W_]+)*"
)
_AFTER = (
    rf"(?:{_SIGNS}(?:谢谢(?:您|你|了|啦|啊)?|多谢|感谢|谢了|辛苦了|麻烦了|拜托了|吧|啊|呀|哦|哈)"
    rf"|[\W_]+(?:PLEASE|PLS|THANKS|THANK\s+YOU|THX))*{_SIGNS}"
)
# What follows a word that takes something: a service's number or name; an owner's name and ID number, parted by signs.
_A_SERVICE = r"[\W_]*(?:\d{1,2}(?!\w)|(?![\x00-\x7f])\w).*"
_AN_OWNER = r"[\W_]*#.*|[\W_]+.*\d{6}.*"
_THANKS = re.compile(rf"{_AFTER}$")
# What follows a word in a sentence, and in no name of a service: TF怎么用, TF1是什么业务.
_SENTENCE = re.compile(r"[怎什么吗呢没不了为如何是能可还哪谁][^0-9]*|卡")


@dataclass(frozen=True)
class Command:
    """A line of the table."""

    words: tuple[str, ...]
    do: str
    told: str


@dataclass(frozen=True)
class Done:
    """What a command says, what it asks of the dialogue, or why a person takes over."""

    replies: tuple[Reply, ...] = ()
    start: Start | None = None
    reason: Reason | None = None


def read_table(text: str, flows: Collection[str]) -> tuple[Command, ...]:
    """Return the commands of a table; `flows` are those that may be named. Raises ValueError with the line's words.

    >>> read_table("- {words: [ye], do: balance, told: 余额}", ["balance"])
    (Command(words=('YE',), do='balance', told='余额'),)
    """
    commands, taken = [], set[str]()
    for line in yaml.safe_load(text) or []:
        written = tuple("".join(_plain(said).split()) for word in line["words"] for said in _said(str(word)))
        if line["do"] not in _OURS and line["do"] not in flows:
            raise ValueError(f"keywords {', '.join(written)}: nothing is called {line['do']}")
        if again := taken & set(written):
            raise ValueError(f"keywords: {', '.join(sorted(again))} stands there twice")
        taken |= set(written)
        commands.append(Command(written, line["do"], line["told"]))
    return tuple(commands)


def load_table(file: Path, flows: Collection[str]) -> tuple[Command, ...]:
    """Return the commands of a file, which may name these flows."""
    return read_table(file.read_text(encoding="utf-8"), flows)


def _said(word: str) -> Iterable[str]:
    """Return every way to say a word of the table; one with brackets is a pattern like those of content/wording.yml."""
    return sorted(spellings(word), key=len) if "(" in word else [word]


def _plain(text: str) -> str:
    """Return what was written, in capitals, half-width, and without what can't be seen.

    >>> _plain("ｙｅ\u200b"), _plain("0️⃣0️⃣")
    ('YE', '00')
    """
    seen = (each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) not in _UNSEEN)
    return "".join(seen).upper()


def _form(words: Iterable[str], more: str = "") -> re.Pattern[str]:
    """Return how these words are sent as a message of their own, with `more`: a pattern of what follows them.

    Quotation marks, full stops and smileys count for nothing, and neither does what people put before an order (回复,
    please) and after it (谢谢). Whatever else stands beside it makes a sentence of it, which is for the engine to read.
    A word that is a sign itself (?) stands alone: beside other signs it says nothing.

    >>> [bool(_form(["BZ", "?"]).fullmatch(said)) for said in ("“BZ”。", " ? ", "??!", "?BZ")]
    [True, True, False, True]
    """
    longest_first = sorted(words, key=len, reverse=True)
    spaced = [r"\s*".join(map(re.escape, word)) for word in longest_first if re.search(r"\w", word)]
    alone = [rf"\s*{re.escape(word)}\s*" for word in longest_first if not re.search(r"\w", word)]
    word = rf"(?P<word>{'|'.join(spaced)})"
    rest = rf"(?P<rest>{more})" if more else rf"(?:[\W_]+(?P=word))*{_AFTER}"
    return re.compile("|".join([rf"{_BEFORE}{word}{rest}", *alone]), re.DOTALL)


class Keywords:
    """Reads and carries out commands."""

    def __init__(self, table: Sequence[Command], orders: Orders, adverts: Adverts, lookers: Lookers) -> None:
        """List services of `orders`; consents are in `adverts`, and who looked is in `lookers`."""
        self._orders, self._adverts, self._lookers = orders, adverts, lookers
        self._table = table
        alone = [(each, _form(each.words)) for each in table]
        named = [(each, _form(each.words, _A_SERVICE)) for each in table if each.do in _TAKES]
        owners = [(each, _form(each.words, _AN_OWNER)) for each in table if each.do in _TOLD_THE_OWNER]
        self._forms = alone + named + owners

    async def step(self, inbound: InboundMessage, current: Conversation, language: str = CHINESE) -> Done | None:
        """Return what this message does as a command, or None where it is none."""
        command, rest = self._command(inbound.text)
        if command is None:
            return None
        match command.do:
            case "person":
                return Done(reason=Reason.ASKED)
            case "help":
                return _told(self._help(language))
            case "stop" | "start":
                return await self._agree(inbound, current, command.do == "start", language)
            case "stop_notices" | "start_notices":
                return await self._notify(inbound, current, command.do == "start_notices", language)
            case "who_looked" if current.customer_id is not None:
                return _told(await self._lookers.told(current.customer_id, language))
            case "list_services" | "unsubscribe" | "who_looked":
                return await self._services(current, rest, language)
        return Done(start=Start(command.do))

    def _command(self, text: str) -> tuple[Command | None, str]:
        """Return which command a text is, and what follows it."""
        said = _plain(text)
        if len(said) > _LONGEST:
            return None, ""
        for command, form in self._forms:
            if (found := form.fullmatch(said)) is not None:
                rest = _THANKS.sub("", found.groupdict().get("rest") or "")
                return command, re.sub(r"^[\W_]+|\s", "", rest)
        return None, ""

    async def stopped(self, inbound: InboundMessage, current: Conversation, language: str = CHINESE) -> str | None:
        """Carry a stop word out, and return what is said to it, or None for any other message.

        It holds whoever owns the conversation, and for who is blocked too: nobody may be kept from it.
        """
        command, _ = self._command(inbound.text)
        if command is None or command.do != "stop":
            return None
        done = await self._agree(inbound, current, given=False, language=language)
        return done.replies[0].text

    async def _agree(self, inbound: InboundMessage, current: Conversation, given: bool, language: str) -> Done:
        if current.customer_id is None:  # nobody is sent advertisement before it is known who they are
            return _told(scripts.said("start_who" if given else "stopped", language))
        purposes = [offered().by_keyword] if given else list(offered().purposes)
        proof = f"inbox:{inbound.id}"
        await self._adverts.agree(current.customer_id, purposes, current.channel, given, "keyword", proof)
        return _told(scripts.said("started" if given else "stopped", language))

    async def _notify(self, inbound: InboundMessage, current: Conversation, given: bool, language: str) -> Done:
        """Write down whether the subscriber wants notices of outages, which everybody has until they say no."""
        if current.customer_id is None:
            return _told(scripts.said("notices_who", language))
        proof = f"inbox:{inbound.id}"
        await self._adverts.agree(current.customer_id, [NOTICES], current.channel, given, "keyword", proof)
        return _told(scripts.said("notices_started" if given else "notices_stopped", language))

    def _help(self, language: str) -> str:
        lines = (
            words("part_keyword", language, word=each.words[0], told=named(each.told, language)) for each in self._table
        )
        return scripts.said("keywords", language, lines="\n".join(lines))

    async def _services(self, current: Conversation, which: str, language: str) -> Done | None:
        customer_id = current.customer_id
        if customer_id is None:
            return Done(start=Start("services"))
        options = await self._orders.options(customer_id, Kind.CLOSE_SERVICE, BY)
        on = [option for option in options if option.refusal is not Refusal.NOT_ON]
        if not on:
            return _told(scripts.said("no_services", language))
        wanted = _named(which, on)
        if wanted is None and _SENTENCE.search(which):
            return None
        if wanted is None:
            lines = "\n".join(
                words("part_numbered", language, number=number, name=each.name, price=yuan(each.monthly_fen))
                for number, each in enumerate(on, start=1)
            )
            return _told(scripts.said("services_on", language, lines=lines))
        return Done(start=Start("cancel_service", {"target": wanted.code, **_BY_KEYWORD}))


def _told(text: str) -> Done:
    return Done((Reply(text),))


def _named(which: str, on: Sequence[Option]) -> Option | None:
    """Return the service that a number of the list or a part of a name means, or None."""
    if which.isdecimal():
        return on[int(which) - 1] if 0 < int(which) <= len(on) else None
    named = [option for option in on if which and (which in option.name.upper())]
    return named[0] if len(named) == 1 else None
