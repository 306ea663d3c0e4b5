"""Sending short messages over a gateway."""

import asyncio
import logging
from itertools import count

from channels.base import OutboundMessage, Outcome, Sending
from channels.sms import NAME
from channels.sms.link import Link, LinkDown, Taken
from channels.sms.parts import cut
from channels.sms.receipts import spelt

log = logging.getLogger(__name__)
# A gateway that is too busy for a part is asked again so often, so long apart; the message begins anew afterwards.
TRIES, BUSY_SECONDS = 5, 0.5


class GatewaySms:
    """Sends by SMPP or CMPP."""

    name = NAME
    # Gateways know no key of ours: the same text again is a second message.
    repeat_is_harmless = False

    def __init__(self, link: Link, signature: str) -> None:
        """Send over `link`; what has no signature yet gets `signature` in front, as the trade demands."""
        self.link, self._signature = link, signature
        self._refs = count()

    async def send(self, outbound: OutboundMessage) -> Sending:
        """Send an outbound message in as many parts as it needs, one after another."""
        text = outbound.reply.text
        if not text:
            return Sending(Outcome.FAILED)
        signed = text if text.startswith("【") else self._signature + text
        submitted = None
        for number, part in enumerate(cut(signed, next(self._refs))):
            try:
                for attempt in range(TRIES):
                    submitted = await self.link.submit(outbound.address, part)
                    if submitted.taken is not Taken.LATER:
                        break
                    await asyncio.sleep(BUSY_SECONDS * (attempt + 1))
            except LinkDown as down:
                return Sending(Outcome.UNCERTAIN if number or down.sent else Outcome.RETRY)
            assert submitted is not None  # TRIES is not 0
            if submitted.taken is not Taken.YES:
                log.warning("sms: the gateway says %s", submitted.taken)
                again = Outcome.RETRY if submitted.taken is Taken.LATER else Outcome.FAILED
                return Sending(Outcome.UNCERTAIN if number else again)
        # Asked for a receipt was the last part.
        return Sending(Outcome.SENT, platform_id=(submitted and spelt(submitted.message_id)) or None, way="sms")
