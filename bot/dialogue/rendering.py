"""From a sentence of the dialogue to the reply that goes out: the words of the catalogue, the fields, the buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.dialogue import Say
from core.message import Button, Reply
from core.wording import CHINESE, named

Responses = Mapping[str, Sequence[Mapping[str, Any]]]
# Before a question that has run out of other words of its own.
_LEADS = "part_leads"


class _Fields(dict[str, str]):
    def __missing__(self, name: str) -> str:
        """Leave out what is not known."""
        return ""


def render(say: Say, responses: Responses, language: str = CHINESE) -> Reply:
    """Return the reply; said again (`say.times`) in the next words that the response has, then behind other beginnings.

    responses  of the language; what has a Chinese name (a button, the title of a flow) is called by its name in it

    >>> asked = [{"text": "请问哪一个{what}？"}, {"text": "请您选一个。"}]
    >>> texts = {"utter_ask": asked, "part_leads": [{"text": "接着来。"}]}
    >>> [render(Say("utter_ask", {"what": "套餐"}, times=times), texts).text for times in (0, 1, 2)]
    ['请问哪一个套餐？', '请您选一个。', '接着来。请您选一个。']
    """
    texts = responses[say.response]
    times = max(say.times, 0)
    written = texts[min(times, len(texts) - 1)]
    fields = {name: named(field, language) for name, field in say.fields.items()}
    text = str(written.get("text") or "").format_map(_Fields(fields))
    if times >= len(texts):
        leads = responses[_LEADS]
        text = f"{leads[(times - len(texts)) % len(leads)]['text']}{text}"
    shown = (replace(choice, title=named(choice.title, language)) for choice in say.choices if choice.shown)
    buttons = tuple(Button(choice.title, choice.name) for choice in shown)
    custom = {**(written.get("custom") or {}), **say.custom}
    return Reply(text, buttons, say.image, custom=custom)
