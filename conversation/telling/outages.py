"""Telling of outages (J2): whom one concerns hears when it begins, changes and ends, once each.

In batches, each one transaction that writes down how far it has come: a telling that is killed goes on where it was,
and the messages' keys make each of them one. By night who has reported the fault is told at once, for they wait for it;
who only lives there is told in the morning, and not at all of what is over by then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from actions.outages import state_in_words
from backends.account.port import Accounts
from backends.outages.port import Outage, Outages, State
from bot.dialogue.state import spoken_in
from compliance import scripts
from compliance.consent import NOTICES
from conversation.outbox.write import Destination, Speaker, say, unsay
from conversation.outbox.write import notice as by_sms
from core.bell import Bell
from core.clock import SHANGHAI, Clock
from core.conversation import Owner
from core.message import Reply
from core.quiet import QuietHours
from core.wording import CHINESE, words
from database.handle import Database, hold
from storage import consents, conversations, outage_tellings
from storage.conversations import Conversation
from storage.outage_tellings import Progress

_BY = "clock"
# So many customers are told in a transaction.
BATCH = 200
# What was said so long ago is no news: who was to hear it has.
_NEWS = timedelta(days=3)
# A conversation in which nothing has happened for so long is not where the customer is.
_STILL_THERE = timedelta(hours=24)


@dataclass(frozen=True)
class _Concerned:
    """Who is to hear of an outage; `heard` is the version that was told when it was reported, None for no reporter."""

    customer_id: int
    phone: str
    heard: int | None

    @property
    def reported(self) -> bool:
        return self.heard is not None


class OutageTelling:
    """Looks again and again for what is to be told; several processes may do so."""

    def __init__(
        self, database: Database, outages: Outages, accounts: Accounts, *, clock: Clock, bell: Bell, quiet: QuietHours
    ) -> None:
        """Tell of `outages` those who live there by `accounts`; in `quiet` hours what can wait does."""
        self._database, self._outages, self._accounts = database, outages, accounts
        self._clock, self._bell, self._quiet = clock, bell, quiet

    async def tell(self) -> None:
        """Tell everything that is not told yet."""
        for outage in await self._outages.changed_since(self._clock.now() - _NEWS, _BY):
            if outage.state is not State.SUSPECTED:
                while await self._batch(outage):
                    self._bell.ring()

    async def _batch(self, outage: Outage) -> bool:
        """Tell the next ones; return False where everybody was told before."""
        async with self._database.read() as db:
            begun = await outage_tellings.progress(db, outage.number)
        at = begun if begun and begun.version >= outage.version else Progress(outage.version)
        if at.done or at.version > outage.version:
            return False
        concerned, reached = await self._concerned(outage, at.after)
        async with self._database.write() as db:
            await hold(db, f"outage:{outage.number}")
            if await outage_tellings.progress(db, outage.number) == begun:  # else another process was faster
                await self._tell(db, outage, concerned)
                await outage_tellings.reached(db, outage.number, reached)
        return True

    async def _concerned(self, outage: Outage, after: int) -> tuple[Sequence[_Concerned], Progress]:
        """Return the next ones by their ids, and how far they reach."""
        living = []
        if outage.state is not State.DISMISSED:
            living = list(await self._accounts.living_in(outage.notice.area, after, BATCH, _BY))
        reporting = await self._outages.reporters(outage.number, after, BATCH, _BY)
        ends = [each[-1] for each in ([a.id for a in living], [b.customer_id for b in reporting]) if len(each) == BATCH]
        last = min(ends, default=None)
        phones = {each.id: each.phone for each in living}
        heard = {each.customer_id: each.heard for each in reporting}
        ids = sorted(each for each in {*phones, *heard} if last is None or each <= last)
        concerned = [await self._one(each, phones, heard) for each in ids]
        return [each for each in concerned if each], Progress(outage.version, ids[-1] if ids else after, last is None)

    async def _one(self, customer_id: int, phones: Mapping[int, str], heard: Mapping[int, int]) -> _Concerned | None:
        try:
            phone = phones.get(customer_id) or (await self._accounts.customer(customer_id, _BY)).phone
        except LookupError:  # no customer any more
            return None
        return _Concerned(customer_id, phone, heard.get(customer_id))

    async def _tell(self, db: AsyncConnection, outage: Outage, concerned: Sequence[_Concerned]) -> None:
        ids = [each.customer_id for each in concerned]
        told = dict(await outage_tellings.told(db, outage.number, ids))
        keys = {_key(outage, version, each): each for each, version in told.items() if version < outage.version}
        for key in await unsay(db, list(keys)):  # it waited for the morning, and there is other news by now
            del told[keys[key]]
        unwilling = await consents.taken_back(db, NOTICES, ids)
        for each in concerned:
            before = max(told.get(each.customer_id, 0), each.heard or 0)
            what = step(outage, before, reported=each.reported)
            if what and (each.reported or each.customer_id not in unwilling):
                await self._say(db, outage, what, each)
        await outage_tellings.tell(db, outage.number, ids, outage.version)

    async def _say(self, db: AsyncConnection, outage: Outage, what: str, to: _Concerned) -> None:
        now, key = self._clock.now(), _key(outage, outage.version, to.customer_id)
        due = now if to.reported else self._quiet.over(now)
        there = await self._conversation(db, to.customer_id) if due == now else None
        if there is None:
            await by_sms(db, key, "sms", to.phone, self._text(outage, what, CHINESE), due)
            return
        text = self._text(outage, what, spoken_in(there.dialogue))
        speaker = Speaker("system", there.ownership.token)
        await say(db, key, Reply(text), speaker, Destination(there, to.phone), self._clock)

    async def _conversation(self, db: AsyncConnection, customer_id: int) -> Conversation | None:
        newest = await conversations.of_customer(db, customer_id, 1)
        if not newest or newest[0].owner is Owner.NOBODY or self._clock.now() - newest[0].changed_at > _STILL_THERE:
            return None
        return await conversations.load(db, newest[0].id, lock=True)

    def _text(self, outage: Outage, what: str, language: str) -> str:
        here = self._clock.now().astimezone(SHANGHAI)
        notice = outage.notice
        names = {"area": notice.area, "what": words(f"part_of_{notice.technology}", language)}
        fields = names if what in ("over", "dismissed") else {"told": state_in_words(outage, here, language)}
        return scripts.said(f"outage_{what}", language, **fields)


def step(outage: Outage, before: int, *, reported: bool) -> str:
    """Return what is to be told to who has heard of an outage up to a version: begins, changes, over or dismissed.

    It is "" where nothing is: who has not heard that it began is not told that it is over.
    """
    if before >= outage.version:
        return ""
    match outage.state:
        case State.KNOWN:
            return "changes" if before else "begins"
        case State.ENDED:
            return "over" if before or reported else ""
        case State.DISMISSED:
            return "dismissed" if reported else ""
    return ""


def _key(outage: Outage, version: int, customer_id: int) -> str:
    return f"outage:{outage.number}:{version}:{customer_id}"
