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


async def tell(parts: DeskParts, staff: Staff, customer_id: int, phone: str, number: str, key: str, text: str) -> None:
    """Send `text`, once for a key: also where the customer is elsewhere when it is sent again.

    phone  the customer's own, which the gate lets pass
    Raises GateRefused.
    """
    now = parts.clock.now()
    async with parts.database.write() as db:
        if await conversations.was_said(db, key):
            return
        newest = await conversations.of_customer(db, customer_id, 1)
        is_there = bool(newest) and newest[0].owner is not Owner.NOBODY and now - newest[0].changed_at <= STILL_THERE
        if is_there:
            there = await conversations.load(db, newest[0].id, lock=True)
            speaker, to = Speaker("agent", there.ownership.token, staff.id), Destination(there, phone)
            await say(db, key=key, reply=Reply(text), speaker=speaker, to=to, clock=parts.clock)
    if not is_there:
        await parts.notices.sms(key, phone, scripts.said("about_ticket_by_sms", number=number, text=text))
    parts.bell.ring()
