"""The one gate before every send (M1): pure, so that bot, agent and API pass through the same one.

A decision carries a rule id and a reason in plain Chinese, and whoever asked writes it to the audit log.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from compliance.consent import offered
from compliance.masking import mask, phones
from compliance.private import HARD, find, masked
from compliance.tone import harsh
from compliance.wording import taboos, without_taboos

MAX_CHARACTERS = 2000
_END = re.compile(r"[。！？!?；;\n]+")
# How a reader is rid of advertisement; every one says so.
WAY_OUT = "退订回复TD"
# The rule of a text that may go out, though its writer had better read it again.
TONE = "wording.tone"


@dataclass(frozen=True)
class Decision:
    """What the gate says: whether the text may go out, in which form, by which rule and why."""

    allowed: bool
    text: str
    rule: str = "pass"
    reason: str = ""


def before_sending(text: str, author: str, own_phone: str | None, excused: Collection[str] = ()) -> Decision:
    """Judge `text`, written by `author` (bot, agent, system) to the owner of `own_phone`.

    own_phone  the number that the reader has proved to own, or None for a visitor (K1, N3 一)
    excused    sentences whose wording somebody has allowed, who decides appeals: only the wording, never a number
    A bot's or the system's text is mended; a person's is given back with the reason (G4), or goes out with a warning
    where it only sounds harsh (TONE, M9).
    """
    return _judged(text, own_phone, excused) if author == "agent" else _mended(text, own_phone)


@dataclass(frozen=True)
class Advert:
    """An advertisement: what it is for, on which channel, and what it says."""

    purpose: str
    channel: str
    text: str


def before_advertising(advert: Advert, agreed: bool, own_phone: str) -> Decision:
    """Judge an advertisement to the owner of `own_phone`, who has `agreed` to its purpose on its channel, or not (K2).

    Whoever wrote it is told why it is refused; the way to be rid of it is added where it does not say so itself.
    """
    known = offered()
    if advert.purpose not in known.purposes or advert.channel not in known.channels:
        return Decision(False, advert.text, "consent.unknown", "没有这种营销目的或渠道，请您核对后再发送。")
    if not agreed:
        return Decision(False, advert.text, "consent.missing", "客户没有同意在这个渠道接收这类信息，不能发送。")
    decision = _judged(advert.text, own_phone)
    if decision.allowed and WAY_OUT not in decision.text:
        return Decision(True, f"{decision.text}（{WAY_OUT}）", "consent.way_out", "已加上退订方式。")
    return decision


def _judged(text: str, own_phone: str | None, excused: Collection[str] = ()) -> Decision:
    if len(text) > MAX_CHARACTERS:
        return Decision(False, text, "length", f"内容超过{MAX_CHARACTERS}字，请您分成几条发送。")
    if found := taboos(without(text, excused)):
        first = found[0]
        reason = f"“{first.phrase}”属于服务忌语（{first.why}），建议改为：{first.better}。"
        return Decision(False, text, first.rule, reason)
    if mask(text, own_phone) != text:
        return Decision(False, text, "privacy.number", "内容含有他人的手机号码或证件号码，请您删去或打码后再发送。")
    for private in find(text):
        own = private.rule == "privacy.phone" and phones(text[private.start : private.end]) == {own_phone}
        if not own and (own_phone is None or private.rule in HARD):
            return Decision(False, text, private.rule, f"内容含有{private.kind}，请您删去或打码后再发送。")
    if sentence := harsh(text):
        reason = f"“{sentence}”听起来可能生硬，请您再读一遍：说明原因和接下来怎么办。觉得合适的，可以直接发送。"
        return Decision(True, text, TONE, reason)
    return Decision(True, text)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, without their ends.

    >>> sentences("您好。这个不归我管！ 请稍等")
    ['您好', '这个不归我管', '请稍等']
    """
    return [each.strip() for each in _END.split(text) if each.strip()]


def without(text: str, excused: Collection[str]) -> str:
    """Return a text without the sentences that are excused."""
    return "。".join(each for each in sentences(text) if each not in excused) if excused else text


def _mended(text: str, own_phone: str | None) -> Decision:
    # Our own texts are tested; what is mended here can only be the customer's words, read back.
    rule, reason = "pass", ""
    if found := taboos(text):
        text, rule, reason = without_taboos(text), found[0].rule, "忌语已略去。"
    if (shown := masked(text, own_phone)) != text:
        text, rule, reason = shown, "privacy.number", "号码已隐去。"
    if len(text) > MAX_CHARACTERS:
        text, rule, reason = text[: MAX_CHARACTERS - 1] + "…", "length", "内容过长，已截短。"
    return Decision(True, text, rule, reason)
