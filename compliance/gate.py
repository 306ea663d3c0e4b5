"""The one gate before every send (M1): pure, so that bot, agent and API pass through the same one.

A decision carries a rule id and a reason in plain Chinese, and whoever asked writes it to the audit log.
"""

from dataclasses import dataclass

from compliance.masking import ID_NUMBER, mask, phones
from compliance.wording import taboos

MAX_CHARACTERS = 2000


@dataclass(frozen=True)
class Decision:
    """What the gate says: whether the text may go out, in which form, by which rule and why."""

    allowed: bool
    text: str
    rule: str = "pass"
    reason: str = ""


def before_sending(text: str, author: str, own_phone: str | None) -> Decision:
    """Judge `text`, written by `author` (bot, agent, system) to the owner of `own_phone`.

    own_phone  the number that the reader has proved to own, or None for a visitor (K1, N3 一)
    A bot's or the system's text is mended where it can be; a person's is given back with the reason (G4).
    """
    if len(text) > MAX_CHARACTERS:
        if author == "agent":
            return Decision(False, text, "length", f"内容超过{MAX_CHARACTERS}字，请您分成几条发送。")
        return Decision(True, text[: MAX_CHARACTERS - 1] + "…", "length", "内容过长，已截短。")
    if found := taboos(text):
        reason = f"“{found[0].phrase}”属于服务忌语（{found[0].why}），建议改为：{found[0].better}。"
        return Decision(False, text, found[0].rule, reason)
    if phones(text) - {own_phone} or ID_NUMBER.search(text):
        if author == "agent":
            return Decision(False, text, "privacy.number", "内容含有他人的手机号码或证件号码，请您删去或打码后再发送。")
        return Decision(True, mask(text), "privacy.number", "号码已隐去。")
    return Decision(True, text)
