"""Binding in the conversation, for channels with accounts of their own: a number, its code, and the customer is known.

It is no matter of the engine's: a code is no language, and whoever is bound stays so when the engine is down.
"""

import re
from dataclasses import dataclass

from backends.account.port import Accounts
from backends.identity.bindings import Bindings
from backends.identity.port import Verdict
from bot.dialogue.heard import PERSONS
from compliance import scripts
from compliance.masking import mask_phone
from core.channels import Channels
from core.digits import in_digits
from core.identifiers import identifiers
from core.message import Reply
from core.notices import Notices
from core.spelled import CODE, one_time_code
from core.wording import CHINESE
from storage.conversations import Conversation
from storage.inbox import InboundMessage

_BIND = re.compile("绑定|绑一下|绑|bind", re.IGNORECASE)
_UNBIND = re.compile(
    r"(?:我要)?(?:解绑|解除绑定|取消绑定)(?:手机号码|手机号|手机|号码)?|unbind(?: my (?:number|phone))?", re.IGNORECASE
)
# What may stand around a number that is sent to be bound, or around a code. Whoever says more is about something else.
_AROUND = (
    "您好|你好|谢谢|麻烦|好的|好|嗯|我|本人的?|本机|机主|这个|这是|就是|给[您你]|发[您你]|请|的|是|为|了|啊|哦|呢|吧|呀|哈|"
    "it's|i am|i'm|hello|hi|please|thanks|my|this|the|here|is|it|ok|yes"
)
# Whoever wants or gives something says what: "我要13800138000" wishes for a number.
_WISH = "一下|要|想|帮|给|把|用"
_NUMBERED = "手机号码|手机号|手机|电话号码|电话|号码|号|phone|mobile|cell|number|no|tel"
_CODED = "短信|验证码|校验码|动态码|确认码|收到|回复|输入|sms|verification|code"
_AROUND_A_NUMBER = re.compile(rf"{_NUMBERED}|{_AROUND}|\W|_", re.IGNORECASE)
_AROUND_BIND = re.compile(rf"{_BIND.pattern}|{_WISH}|{_AROUND_A_NUMBER.pattern}", re.IGNORECASE)
_AROUND_A_CODE = re.compile(rf"(?:{_CODED}|{_AROUND})", re.IGNORECASE)

# A sentence with a number in it, where one is asked for: not the own one, or not to be bound.
_NOT_OWN = re.compile(
    rf"{PERSONS.pattern}|[给帮替](?![您你我])|[打拨联骚扰充转汇骗诈]|投诉|举报|不[是要想绑用]|别(?!的)|没绑|取消|解除|解绑"
    r"|\b(?:not|don't|never|call|top|transfer|wife|husband|mother|father|mom|dad|son|daughter|friend)\b",
    re.IGNORECASE,
)
# A sentence with six digits in it, where a code is asked for: it speaks of the code, or of hardly anything.
_OF_A_CODE = re.compile(
    r"[验校确][证验认]码|动态密?码|一次性|短信|收到|发来|\b(?:code|sms|text|otp|pin)\b|位数", re.IGNORECASE
)
_LITTLE = 8
# What stands before or after six digits that are something else, or shows that no code has come.
_ELSE_BEFORE = re.compile(
    r"(?:[充缴交存付扣收花欠查催退补办转第￥¥$]|余额|[订工]单|流水|(?<!码)号|服务密码|(?<!动态)(?<!一次性)密码|身份证|邮编|宽带|积分)"
    r"[号码费额了的是为:：\s]{0,3}$"
)
_ELSE_AFTER = re.compile(r"\s?(?:[元块钱角毛兆年月日号点个条次人张岁米%]|分(?!钟)|[GMTgm][Bb]?\b)")
# No piece of a longer number, of a day or of an amount.
_CODE_WITHIN = re.compile(rf"(?<![\d*])(?<!\d[-./:,\s])(?:{CODE.pattern})(?![\d*]|[-./:,\s]\d)")
_NONE_CAME = re.compile(r"[没未](?:有)?收到|没来|(?<!对)[不没]对|not (?:received|get|got)", re.IGNORECASE)
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
        self,
        inbound: InboundMessage,
        current: Conversation,
        language: str = CHINESE,
        asked_for: bool = False,
        waited_for: bool = False,
    ) -> Bound | None:
        """Return what this message does for a binding, or None where it is about something else.

        asked_for   what is open has asked for a number or a proof: without the word a number binds nothing
        waited_for  the customer's number has been asked for, to be bound: it may stand in any sentence
        """
        if not self._channels[current.channel].bindable:
            return None
        text = inbound.text.strip().rstrip("。.!！")
        if _UNBIND.fullmatch(text):
            return await self._unbind(current, language)
        code = None if asked_for else code_in(text) or code_in_sentence(text)
        if code and await self._bindings.asked_for(current.channel, current.address):
            return await self._prove(inbound, current, code, language)
        word = _BIND.search(text) is not None
        phone = phone_in(text)
        if phone is None and (word or (waited_for and not asked_for)):
            phone = phone_in_sentence(text)
        if phone is None or (asked_for and not word):
            return None
        if phone and (word or current.customer_id is None):
            return await self._ask(inbound, current, phone, language)
        return Bound(Reply(scripts.said("bind_how", language))) if word else None

    async def begin(self, inbound: InboundMessage, current: Conversation, language: str = CHINESE) -> Bound | None:
        """Return how a binding begins with a message that needs one and has the customer's number in it, or None."""
        phone = phone_in_sentence(inbound.text)
        if phone is None or not self._channels[current.channel].bindable or current.customer_id is not None:
            return None
        return await self._ask(inbound, current, phone, language)

    async def _ask(self, inbound: InboundMessage, current: Conversation, phone: str, language: str) -> Bound:
        issued = await self._bindings.ask(current.channel, current.address, phone)
        if issued.wait_seconds:
            return Bound(Reply(scripts.said("bind_too_often", language, seconds=issued.wait_seconds)))
        if issued.code:
            text = scripts.said("bind_code_by_sms", language, code=issued.code)
            await self._notices.sms(f"bind:{inbound.id}", phone, text, secret=True)
        return Bound(Reply(scripts.said("bind_code_sent", language, phone=mask_phone(phone))))

    async def _prove(self, inbound: InboundMessage, current: Conversation, code: str, language: str) -> Bound:
        bound = await self._bindings.bind(current.channel, current.address, code, f"inbox:{inbound.id}")
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


def phone_in_sentence(text: str) -> str | None:
    """Return the one mobile number that a sentence gives as the customer's own, or None.

    >>> phone_in_sentence("我的号是138 0013 8000，想查话费"), phone_in_sentence("给13800138000充50")
    ('13800138000', None)
    """
    numbers = identifiers(text)
    if len(numbers) != 1 or numbers[0].kind != "phone" or _NOT_OWN.search(text):
        return None
    return numbers[0].value


def code_in(text: str) -> str | None:
    """Return the six digits that a message consists of, or None where it says more.

    >>> [code_in(text) for text in ("验证码是123456", "１２３　４５６", "code: 123456", "一二三四五六", "充123456")]
    ['123456', '123456', '123456', '123456', None]
    """
    return one_time_code(_AROUND_A_CODE.sub(" ", text))


def code_in_sentence(text: str) -> str | None:
    """Return the six digits that a sentence gives as the code, or None.

    >>> [code_in_sentence(text) for text in ("您的验证码是123456，5分钟内有效。", "好像是123 456吧", "充123456")]
    ['123456', '123456', None]
    """
    plain = in_digits(text)
    found = list(_CODE_WITHIN.finditer(plain))
    if len(found) != 1 or _NONE_CAME.search(plain):
        return None
    before, after = plain[: found[0].start()], plain[found[0].end() :]
    if _ELSE_BEFORE.search(before) or _ELSE_AFTER.match(after):
        return None
    little = len(re.sub(r"[\W\d_]", "", before + after)) <= _LITTLE
    return re.sub(r"\D", "", found[0][0]) if little or _OF_A_CODE.search(plain) else None
