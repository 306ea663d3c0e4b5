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
from core.channels import Channels
from core.digits import in_digits
from core.identifiers import identifiers
from core.message import Reply
from core.notices import Notices
from core.wording import CHINESE
from storage.conversations import Conversation
from storage.inbox import Letter

_BIND = re.compile("绑定|绑一下|绑|bind", re.IGNORECASE)
_UNBIND = re.compile(
    r"(?:我要)?(?:解绑|解除绑定|取消绑定)(?:手机号码|手机号|手机|号码)?|unbind(?: my (?:number|phone))?", re.IGNORECASE
)
# What may stand around a number that is sent to be bound, or around a code. Whoever says more is about something else.
_AROUND = (
    "您好|你好|谢谢|麻烦|好的|我的|本人的?|我|这个|这是|就是|请|的|是|为|了|啊|哦|呢|吧|"
    "it's|hello|hi|please|thanks|my|this|the|here|is|it|ok"
)
# Whoever wants or gives something says what: "我要13800138000" wishes for a number.
_WISH = "一下|要|想|帮|给|把|用"
_NUMBERED = "手机号码|手机号|手机|电话号码|电话|号码|号|phone|mobile|cell|number|no|tel"
_CODED = "短信|验证码|校验码|动态码|确认码|收到|回复|输入|sms|verification|code"
_AROUND_A_NUMBER = re.compile(rf"{_NUMBERED}|{_AROUND}|\W|_", re.IGNORECASE)
_AROUND_BIND = re.compile(rf"{_BIND.pattern}|{_WISH}|{_AROUND_A_NUMBER.pattern}", re.IGNORECASE)
_AROUND_A_CODE = re.compile(rf"(?:{_CODED}|{_AROUND})", re.IGNORECASE)
# 123456, 123 456, 123-456, 12 34 56, 1 2 3 4 5 6; "26-11-25" is a day.
_CODE = re.compile(r"\d{6}|\d{3}[\s\-·.]\d{3}|\d\d(?:\s\d\d){2}|\d(?:\s\d){5}")
_PUNCTUATION = " \t\n\r　:：,，。.!！“”\"'()（）[]【】"
_JUDGED = {
    Verdict.WRONG: "bind_wrong",
    Verdict.EXPIRED: "bind_expired",
    Verdict.LOCKED: "bind_locked",
}


@dataclass(frozen=True)
class Bound:
    """What a step of the binding says; `customer_id` is who has just been bound, or None."""

    reply: Reply
    customer_id: int | None = None


class Binding:
    """Reads the customer's steps of binding and unbinding."""

    def __init__(self, bindings: Bindings, accounts: Accounts, notices: Notices, channels: Channels) -> None:
        """Bind in `bindings`, and send codes as `notices`; `channels` say whose addresses are bound."""
        self._bindings, self._accounts, self._notices, self._channels = bindings, accounts, notices, channels

    async def step(
        self, letter: Letter, current: Conversation, language: str = CHINESE, asked_for: bool = False
    ) -> Bound | None:
        """Return what this message does for a binding, or None where it is about something else.

        asked_for  what is open has asked for a number or a proof: without the word a number binds nothing
        """
        if not self._channels[current.channel].bindable:
            return None
        text = letter.text.strip().rstrip("。.!！")
        if _UNBIND.fullmatch(text):
            return await self._unbind(current, language)
        if (
            not asked_for
            and (code := code_in(text))
            and await self._bindings.asked_for(current.channel, current.address)
        ):
            return await self._prove(letter, current, code, language)
        phone = phone_in(text)
        if phone is None:
            return None
        word = _BIND.search(text) is not None
        if asked_for and not word:
            return None
        if phone and (word or current.customer_id is None):
            return await self._ask(letter, current, phone, language)
        return Bound(Reply(scripts.said("bind_how", language))) if word else None

    async def _ask(self, letter: Letter, current: Conversation, phone: str, language: str) -> Bound:
        issued = await self._bindings.ask(current.channel, current.address, phone)
        if issued.wait_seconds:
            return Bound(Reply(scripts.said("bind_too_often", language, seconds=issued.wait_seconds)))
        if issued.code:
            text = scripts.said("bind_code_by_sms", language, code=issued.code)
            await self._notices.sms(f"bind:{letter.id}", phone, text, secret=True)
        return Bound(Reply(scripts.said("bind_code_sent", language, phone=mask_phone(phone))))

    async def _prove(self, letter: Letter, current: Conversation, code: str, language: str) -> Bound:
        bound = await self._bindings.bind(current.channel, current.address, code, f"inbox:{letter.id}")
        if isinstance(bound, Verdict):
            return Bound(Reply(scripts.said(_JUDGED.get(bound, "bind_wrong"), language)))
        phone = (await self._accounts.customer(bound, "identity")).phone
        return Bound(Reply(scripts.said("bound", language, phone=mask_phone(phone))), bound)

    async def _unbind(self, current: Conversation, language: str) -> Bound:
        if current.customer_id is None:
            return Bound(Reply(scripts.said("not_bound", language)))
        await self._bindings.unbind(current.channel, current.address)
        return Bound(Reply(scripts.said("unbound", language)))


def phone_in(text: str) -> str | None:
    """Return the one mobile number that a message consists of, "" where it names none; None where it says more.

    >>> phone_in("我的手机是 138 0013 8000"), phone_in("绑定+86 138-0013-8000"), phone_in("绑定手机号")
    ('13800138000', '13800138000', '')
    >>> phone_in("13800138000的话费是多少")
    """
    numbers = identifiers(text)
    if len(numbers) > 1 or any(each.kind != "phone" for each in numbers):
        return None
    around = text
    for each in numbers:
        around = text[: each.start] + " " + text[each.end :]
    words = _AROUND_BIND if _BIND.search(text) else _AROUND_A_NUMBER
    if words.sub("", around):
        return None
    return numbers[0].value if numbers else ""


def code_in(text: str) -> str | None:
    """Return the six digits that a message consists of, or None where it says more.

    >>> [code_in(text) for text in ("验证码是123456", "１２３　４５６", "code: 123456", "一二三四五六", "充123456")]
    ['123456', '123456', '123456', '123456', None]
    """
    left = in_digits(_AROUND_A_CODE.sub(" ", text)).strip(_PUNCTUATION)
    return re.sub(r"\D", "", left) if _CODE.fullmatch(left) else None
