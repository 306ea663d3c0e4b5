"""Binding in the conversation, for channels with accounts of their own: a number, its code, and the customer is known.

It is no matter of the engine's: a code is no language, and whoever is bound stays so when the engine is down.
"""

import re
from dataclasses import dataclass

from backends.account.port import Accounts
from backends.identity.bindings import Bindings
from backends.identity.port import Verdict
from compliance import scripts
from compliance.masking import mask_phone
from core.message import Reply
from core.notices import Notices
from storage.conversations import Conversation
from storage.inbox import Letter

# Channels whose address is an account that nobody has tied to a number yet.
BINDABLE = frozenset({"telegram", "wechat"})
_BIND = re.compile(r"(绑定|绑一下|绑)?(?:我的)?(?:手机号码|手机号|手机|号码)?[\s:：，,]*(?:\+?86)?(1[3-9]\d{9})?")
_UNBIND = re.compile(r"(?:我要)?(?:解绑|解除绑定|取消绑定)(?:手机号码|手机号|手机|号码)?")
_CODE = re.compile(r"\d{6}")
_JUDGED = {
    Verdict.WRONG: scripts.BIND_WRONG,
    Verdict.EXPIRED: scripts.BIND_EXPIRED,
    Verdict.LOCKED: scripts.BIND_LOCKED,
}


@dataclass(frozen=True)
class Bound:
    """What a step of the binding says; `customer_id` is who has just been bound, or None."""

    reply: Reply
    customer_id: int | None = None


class Binding:
    """Reads the customer's steps of binding and unbinding."""

    def __init__(self, bindings: Bindings, accounts: Accounts, notices: Notices) -> None:
        """Bind in `bindings`, and send codes as `notices`."""
        self._bindings, self._accounts, self._notices = bindings, accounts, notices

    async def step(self, letter: Letter, current: Conversation) -> Bound | None:
        """Return what this message does for a binding, or None where it is about something else."""
        if current.channel not in BINDABLE:
            return None
        text = letter.text.strip().rstrip("。.!！")
        if _UNBIND.fullmatch(text):
            return await self._unbind(current)
        if _CODE.fullmatch(text) and await self._bindings.asked_for(current.channel, current.address):
            return await self._prove(letter, current, text)
        said = _BIND.fullmatch(text)
        if said is None or not text:
            return None
        word, phone = said.groups()
        if phone and (word or current.customer_id is None):
            return await self._ask(letter, current, phone)
        return Bound(Reply(scripts.BIND_HOW)) if word else None

    async def _ask(self, letter: Letter, current: Conversation, phone: str) -> Bound:
        issued = await self._bindings.ask(current.channel, current.address, phone)
        if issued.wait_seconds:
            return Bound(Reply(scripts.BIND_TOO_OFTEN.format(seconds=issued.wait_seconds)))
        if issued.code:
            text = scripts.BIND_CODE_BY_SMS.format(code=issued.code)
            await self._notices.sms(f"bind:{letter.id}", phone, text, secret=True)
        return Bound(Reply(scripts.BIND_CODE_SENT.format(phone=mask_phone(phone))))

    async def _prove(self, letter: Letter, current: Conversation, code: str) -> Bound:
        bound = await self._bindings.bind(current.channel, current.address, code, f"inbox:{letter.id}")
        if isinstance(bound, Verdict):
            return Bound(Reply(_JUDGED.get(bound, scripts.BIND_WRONG)))
        phone = (await self._accounts.customer(bound, "identity")).phone
        return Bound(Reply(scripts.BOUND.format(phone=mask_phone(phone))), bound)

    async def _unbind(self, current: Conversation) -> Bound:
        if current.customer_id is None:
            return Bound(Reply(scripts.NOT_BOUND))
        await self._bindings.unbind(current.channel, current.address)
        return Bound(Reply(scripts.UNBOUND))
