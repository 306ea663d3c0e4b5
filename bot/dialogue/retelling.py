"""A message retold in general words: what names the matter at hand is 办, and what names its object is 这个.

"嗯撤" at the withdrawal of a ticket, "就300M这个，行" at a line of 300M and "不是要报修" in a report say what
嗯办, 就这个，行 and 不是要办 say anywhere: a yes, a yes and a no. Which words name a matter is written in its flow
(`deed`), what names its object is known from what was chosen. So the engine learns once what agreeing is, and not
for each flow anew.
"""

import re

from bot.dialogue.flows import Flow
from bot.dialogue.state import Frame
from core.choosing import without_the_refused
from core.language import PAUSE

_DEED, _OBJECT = "办", "这个"
_LEAST = 2
# What a ticket is called by the kind that its number begins with.
_TICKETS = {"WX": ("报修工单", "报修单", "报修", "报障"), "TS": ("投诉工单", "投诉单", "投诉")}
# 办理一下办, 办了办: a deed named twice is one.
_TWICE = re.compile(r"办(?:(?:理|上|掉|了|一下)*办)+")
_IN_ONE_CLAUSE = rf"(?:(?!{PAUSE.pattern}).)"
# The no and the deed stand in one clause: 知道不能退，办 is a yes; and 别的, 不够 are no no.
_NEGATED = re.compile(
    r"(?:不(?!但|过|止|光|仅|好|了|同|行|够)|别(?![的人家处再])|没(?:说|想)?要|没有?让你们?|谁(?:说|要))"
    rf"{_IN_ONE_CLAUSE}{{0,4}}?办(?!不|成|好|完)"
)
# A no within a question or its other half is none: 能不能办, 不办会怎样.
_ASKING = re.compile(
    r"[?？]|吗|么$|[能要会可想]不[能要会可想]|办不办|是不是|怎么|咋|会怎|多少|什么|啥|哪|不办(?:的话|会|就|行|可|也是|白不)"
)


def retold(text: str, flow: Flow, frame: Frame) -> str:
    """Return `text` in general words, as far as it names the matter of `flow` and what `frame` knows of it."""
    said = _told_as_ended(text, flow, frame) if flow.ends else text
    for name in _objects(frame):
        said = re.sub(re.escape(name), _OBJECT, said, flags=re.IGNORECASE)
    if not flow.deed:
        return said
    deeds = "|".join(re.escape(word) for word in sorted(flow.deed, key=len, reverse=True))
    return _TWICE.sub(_DEED, re.sub(deeds, _DEED, said))


def of_the_matter(text: str, frame: Frame) -> str:
    """Return `text` without what it refuses of the other things that were offered: 香港的不要了 就这个 确认."""
    others = [each for slot, choices in frame.offers.items() for each in choices if each.code != frame.slots.get(slot)]
    return without_the_refused(text, others, plainly=True) if others else text


def takes_back(said: str) -> bool:
    """Return whether a message in general words says that the matter is not wanted.

    >>> takes_back("不是要办"), takes_back("谁要办了"), takes_back("能不能办"), takes_back("嗯办")
    (True, True, False, False)
    """
    return _NEGATED.search(said) is not None and _ASKING.search(said) is None


def _told_as_ended(text: str, flow: Flow, frame: Frame) -> str:
    """Return `text` where a flow ends something: to call that off is its deed, and not to want it is why.

    取消彩铃 is the deed of its withdrawal, and 取消 alone, and 取消退订, break off.
    """
    tickets = _TICKETS.get(str(frame.slots.get("ticket"))[:2], ())
    things = "|".join(re.escape(word) for word in (*_objects(frame), *tickets, *flow.ends))
    deeds = "|".join(re.escape(word) for word in (*flow.deed, _DEED))
    behind = rf"(?=[这那我的个张条刚才]{{0,4}}(?:{things})(?!{_IN_ONE_CLAUSE}*(?:{deeds})))"
    said = re.sub(rf"取消(?:掉|了|一下)?{behind}", _DEED, text, flags=re.IGNORECASE)
    return re.sub(rf"不(?:想|打算)?(?:再|继续)?(?:需要|要|用|留){behind}", "不用", said, flags=re.IGNORECASE)


def _objects(frame: Frame) -> list[str]:
    names = set[str]()
    for slot, value in frame.slots.items():
        if not isinstance(value, str):
            continue
        names.add(value)
        for choice in frame.offers.get(slot, ()):
            if choice.code == value:
                names |= {choice.title, *choice.words}
    return sorted((name for name in names if len(name) >= _LEAST), key=len, reverse=True)
