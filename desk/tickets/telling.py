"""A word to the customer of a ticket, where the customer is: in the conversation of these days, or else by SMS."""

from datetime import timedelta

from compliance import scripts
from conversation.outbox.write import Destination, Speaker, say
from core.conversation import Owner
from core.message import Reply
from desk.parts import DeskParts
from storage import conversations
from storage.people import Staff

# A conversation in which nothing has happened for so long is not where the customer is.
STILL_THERE = timedelta(hours=24)


async def tell(parts: DeskParts, staff: Staff, customer_id: int, phone: str, number: str, key: str, text: str) -> str:
    """Send `text` once for a key, and return the name of the channel on which it went.

    phone  the customer's own, which the gate lets pass
    Raises GateRefused.
    """
    now = parts.clock.now()
    async with parts.database.write() as db:
        newest = await conversations.of_customer(db, customer_id, 1)
        there = newest[0] if newest and newest[0].owner is not Owner.NOBODY else None
        if there is not None and now - there.changed_at <= STILL_THERE:
            there = await conversations.load(db, there.id, lock=True)
            if not await conversations.was_said(db, key):
                speaker = Speaker("agent", there.ownership.token, staff.id)
                to = Destination(there, phone)
                await say(db, key=key, reply=Reply(text), speaker=speaker, to=to, clock=parts.clock)
        else:
            there = None
    if there is None:
        written = scripts.said("about_ticket_by_sms", number=number, text=text)
        await parts.notices.sms(key, phone, written)
        return "短信"
    parts.bell.ring()
    return parts.pages.channels[there.channel].label
