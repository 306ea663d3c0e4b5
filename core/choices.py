"""Choices where a channel has no buttons: numbered in the text, and chosen by the number."""

import re
from collections.abc import Sequence
from dataclasses import replace

from core.message import Reply

# Channels on which a customer can only write.
WITHOUT_BUTTONS = frozenset({"sms", "wechat"})
# Channels on which every message counts: what a turn says is one message.
ONE_MESSAGE = frozenset({"wechat"})
_DIGITS = "一二三四五六七八九"
_CHOSEN = re.compile(rf"(?:我?选|回复|第)?\s*([1-9１-９{_DIGITS}])\s*(?:个|号|项)?[。.]?")


def numbered(reply: Reply) -> Reply:
    """Return a reply whose choices are lines of its text; what each number stands for is kept with it.

    >>> from core.message import Button
    >>> reply = numbered(Reply("请您选择。", (Button("确认办理", "确认"), Button("不办理", "取消"))))
    >>> reply.text.splitlines(), reply.buttons, reply.custom["choices"]
    (['请您选择。', '1 确认办理', '2 不办理', '请您回复数字。'], (), ['确认', '取消'])
    """
    if not reply.buttons:
        return reply
    lines = [f"{number} {button.title}" for number, button in enumerate(reply.buttons[:9], start=1)]
    text = "\n".join([reply.text, *lines, "请您回复数字。"]) if len(lines) > 1 else reply.text
    kept = {**reply.custom, "choices": [button.text for button in reply.buttons[:9]]}
    return replace(reply, text=text, buttons=(), custom=kept)


def merged(replies: Sequence[Reply]) -> tuple[Reply, ...]:
    """Return the replies of a turn as one, with the choices of the last that has any.

    >>> [reply.text for reply in merged([Reply("一"), Reply("二")])]
    ['一\\n二']
    """
    if len(replies) < 2 or any(reply.image for reply in replies):
        return tuple(replies)
    buttons = next((reply.buttons for reply in reversed(replies) if reply.buttons), ())
    custom = {name: part for reply in replies for name, part in reply.custom.items()}
    return (Reply("\n".join(reply.text for reply in replies if reply.text), buttons, custom=custom),)


def chosen(text: str, choices: Sequence[str]) -> str | None:
    """Return what the customer would have pressed, or None where the text is no number of a choice.

    >>> chosen("2", ["确认", "取消"]), chosen("第一个", ["确认", "取消"]), chosen("3", ["确认", "取消"])
    ('取消', '确认', None)
    """
    said = _CHOSEN.fullmatch(text.strip())
    if said is None:
        return None
    number = _DIGITS.index(said[1]) + 1 if said[1] in _DIGITS else int(said[1])
    return choices[number - 1] if number <= len(choices) else None
