"""The index of what was said, and finding in it. Its own table for each kind of database (migration 0020)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Integer,
    column,
    delete,
    func,
    literal_column,
    select,
    table,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from compliance.private import masked
from core.message import Author
from core.search import question_of, words_of
from storage.conversations import Conversation, conversation_of
from storage.tables import conversation, conversation_tag, message, rating, search_mark

# On PostgreSQL a line may become visible after one with a higher number: so many are looked at again. SQLite has one
# writer at a time.
LOOK_BACK = {"sqlite": 0, "postgresql": 1000}
_line = {
    "sqlite": table("line_text", column("rowid"), column("words")),
    "postgresql": table("line_text", column("line"), column("words")),
}


@dataclass(frozen=True)
class Found:
    """A line that fits, and the conversation in which it was said."""

    conversation_id: int
    channel: str
    customer_id: int | None
    author: Author
    text: str
    at: datetime


@dataclass(frozen=True)
class Narrower:
    """Which conversations are looked into: on what channel, of which days, tagged and rated how, whose.

    staff_id     who has it, or had it last
    customer_id  the subscriber; 0 is nobody
    """

    staff_id: int | None = None
    channel: str = ""
    since: datetime | None = None
    until: datetime | None = None
    tag: str = ""
    score: int | None = None
    customer_id: int | None = None

    def fits(self) -> list[ColumnElement[bool]]:
        """Return it as conditions on the conversation; the days are those of what is looked for in it."""
        found: list[ColumnElement[bool]] = []
        if self.staff_id is not None:
            found.append(conversation.c.staff_id == self.staff_id)
        if self.channel:
            found.append(conversation.c.channel == self.channel)
        if self.tag:
            tagged = select(conversation_tag.c.conversation_id).where(conversation_tag.c.tag == self.tag)
            found.append(conversation.c.id.in_(tagged))
        if self.score is not None:
            rated = select(rating.c.conversation_id).where(rating.c.score == self.score)
            found.append(conversation.c.id.in_(rated))
        if self.customer_id is not None:
            found.append(conversation.c.customer_id == self.customer_id)
        return found

    def within(self, at: ColumnElement[datetime]) -> list[ColumnElement[bool]]:
        """Return the days as conditions on a moment."""
        begun = [] if self.since is None else [at >= self.since]
        return begun + ([] if self.until is None else [at < self.until])


EVERYTHING = Narrower()


async def behind(db: AsyncConnection) -> bool:
    """Return whether there may be lines that are not in the index yet."""
    newest = select(func.max(message.c.id)).scalar_subquery()
    up_to = select(search_mark.c.up_to).where(search_mark.c.id == 1).scalar_subquery()
    return bool((await db.execute(select(func.coalesce(newest, 0) > up_to))).scalar_one())


async def index(db: AsyncConnection, most: int) -> int:
    """Index so many lines that are not in the index yet, and return how many it were.

    What staff are not shown is not in it either: whether a number was said can't be found out by asking for it.
    """
    mark = select(search_mark.c.up_to).where(search_mark.c.id == 1).with_for_update()
    up_to: int = (await db.execute(mark)).scalar_one()
    low = max(0, up_to - LOOK_BACK[db.dialect.name])
    number = _number(db)
    there = select(number).select_from(_line[db.dialect.name]).where(number > low)
    new = select(message.c.id, message.c.body).where(message.c.id > low, message.c.id.not_in(there))
    found = (await db.execute(new.order_by(message.c.id).limit(most))).all()
    rows = [{"line": row.id, "words": words_of(masked(str(row.body.get("text", ""))))} for row in found]
    if not rows:
        return 0
    putting = {
        "sqlite": "insert into line_text (rowid, words) values (:line, :words)",
        "postgresql": "insert into line_text (line, words) values (:line, to_tsvector('simple', :words))",
    }
    await db.execute(text(putting[db.dialect.name]), rows)
    last = max(up_to, *(row["line"] for row in rows))
    await db.execute(update(search_mark).where(search_mark.c.id == 1).values(up_to=last))
    return len(rows)


async def drop(db: AsyncConnection, lines: Sequence[int]) -> None:
    """Take lines out of the index."""
    if lines:
        await db.execute(delete(_line[db.dialect.name]).where(_number(db).in_(lines)))


async def indexed(db: AsyncConnection, lines: Sequence[int]) -> int:
    """Return how many of these lines are in the index."""
    query = select(func.count()).select_from(_line[db.dialect.name]).where(_number(db).in_(lines))
    return int((await db.execute(query)).scalar_one())


async def find(
    db: AsyncConnection,
    asked: str,
    which: Narrower = EVERYTHING,
    most: int = 50,
) -> list[Found]:
    """Return the newest lines that fit, the newest first."""
    question = question_of(asked)
    if not question:
        return []
    index, number = _line[db.dialect.name], _number(db)
    columns = (
        message.c.conversation_id,
        conversation.c.channel,
        conversation.c.customer_id,
        message.c.author,
        message.c.body,
        message.c.at,
    )
    query = (
        select(*columns)
        .select_from(index)
        .join(message, message.c.id == number)
        .join(conversation, conversation.c.id == message.c.conversation_id)
        .where(_fits(db, question), *which.fits(), *which.within(message.c.at))
        .order_by(number.desc())
        .limit(most)
    )
    rows = await db.execute(query)
    return [
        Found(row.conversation_id, row.channel, row.customer_id, row.author, str(row.body["text"]), row.at)
        for row in rows
    ]


async def conversations_of(db: AsyncConnection, which: Narrower, most: int = 50) -> list[Conversation]:
    """Return the conversations that fit, whatever was said in them, those that changed last first."""
    query = select(conversation).where(*which.fits(), *which.within(conversation.c.changed_at))
    rows = await db.execute(query.order_by(conversation.c.changed_at.desc(), conversation.c.id.desc()).limit(most))
    return [conversation_of(row) for row in rows]


def _number(db: AsyncConnection) -> ColumnClause[int]:
    return literal_column("line_text.rowid" if db.dialect.name == "sqlite" else "line_text.line", Integer)


def _fits(db: AsyncConnection, question: Sequence[Sequence[str]]) -> ColumnElement[bool]:
    # Words are letters, digits and Chinese characters alone (core/search.py): nothing in them is the index's own sign.
    if db.dialect.name == "sqlite":
        phrases = [f'"{words[0]}" *' if len(words) == 1 else f'"{" ".join(words)}"' for words in question]
        return literal_column("line_text").op("match", is_comparison=True)(" AND ".join(phrases))
    phrases = [f"{words[0]}:*" if len(words) == 1 else f"({' <-> '.join(words)})" for words in question]
    asked = func.to_tsquery("simple", " & ".join(phrases))
    return literal_column("line_text.words").op("@@", is_comparison=True)(asked)
