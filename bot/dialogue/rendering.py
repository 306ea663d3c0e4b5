"""From a sentence of the dialogue to the reply that goes out: the words of domain.yml, the fields, the buttons."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from core.dialogue import Say
from core.message import Button, Reply

Responses = Mapping[str, Sequence[Mapping[str, Any]]]
# Before a question that has run out of other words of its own.
_LEADS = (
    "我们接着来。",
    "还差这一步。",
    "您方便的时候，",
    "请您看一下，",
    "不着急，",
    "接着刚才的，",
    "还是这一项，",
    "请您再看看，",
)


_PRICE = re.compile(r"（[^（）]*）$")


class _Fields(dict[str, str]):
    def __missing__(self, name: str) -> str:
        """Leave out what is not known."""
        return ""


def render(say: Say, responses: Responses) -> Reply:
    """Return the reply; said again (`say.times`) in the next words that the response has, then behind other beginnings.

    >>> texts = {"utter_ask": [{"text": "请问哪一个{what}？"}, {"text": "请您选一个。"}]}
    >>> [render(Say("utter_ask", {"what": "套餐"}, times=times), texts).text for times in (0, 1, 2)]
    ['请问哪一个套餐？', '请您选一个。', '我们接着来。请您选一个。']
    """
    texts = responses[say.response]
    times = max(say.times, 0)
    written = texts[min(times, len(texts) - 1)]
    text = str(written.get("text") or "").format_map(_Fields(say.fields))
    if times >= len(texts):
        text = f"{_LEADS[(times - len(texts)) % len(_LEADS)]}{text}"
    buttons = tuple(Button(choice.title, _payload(choice.title)) for choice in say.choices if choice.shown)
    custom = {**(written.get("custom") or {}), **say.custom}
    return Reply(text, buttons, say.image, custom=custom)


def _payload(title: str) -> str:
    """Return what a button sends: its title without the price in brackets, as a customer would write it."""
    return _PRICE.sub("", title)
