"""Several requests in one message: found, and answered one after another (F2)."""

import re
from collections.abc import Sequence

from core.message import Understanding

# Words that begin another request. A part shorter than three characters is no request of its own.
_JOINT = re.compile(
    r"[，,。；;！!\s]*(?:顺便|另外|还有就是|还有(?!多少|几|没有|流量|话费|钱|余额)|再帮我|然后再|同时|以及)[，,]?"
)
_LEAST = 3
_SURE = 0.3
_TALK = {"greet", "thanks", "goodbye", "affirm", "deny", "inform", "chitchat", "nlu_fallback"}
# A request that asks back comes last, so that its question is the last thing that the customer reads.
_ASKS_BACK = ("report_fault", "complaint", "book_repair")


# What may be asked for side by side in one breath: 余额和流量.
_NOUNS = "话费余额|话费|余额|流量|账单|套餐|积分|已订业务"
_SIDE_BY_SIDE = re.compile(rf"(?:{_NOUNS})(?:(?:还有|以及|和|跟|与|、|及)(?:{_NOUNS}))+")


def parts(text: str) -> list[str]:
    """Return the pieces of `text` that may be requests of their own; mostly it is one.

    >>> parts("查一下话费，顺便看看流量还剩多少")
    ['查一下话费', '看看流量还剩多少']

    >>> parts("我想查一下余额和流量")
    ['查余额', '查流量']
    """
    if found := _SIDE_BY_SIDE.search(text):
        return [f"查{noun}" for noun in re.findall(_NOUNS, found[0])]
    pieces = [piece.strip(" ，,。；;") for piece in _JOINT.split(text)]
    pieces = [piece for piece in pieces if len(piece) >= _LEAST]
    return pieces if len(pieces) > 1 else [text]


def requests(whole: Understanding, pieces: Sequence[Understanding]) -> list[Understanding]:
    """Return what is to be answered: the pieces where each is a request and they differ, else the whole."""
    sure = all(piece.intent not in _TALK and piece.confidence >= _SURE for piece in pieces)
    if len(pieces) < 2 or not sure or len({piece.intent for piece in pieces}) < len(pieces):
        return [whole]
    return sorted(pieces, key=lambda piece: piece.intent.startswith(_ASKS_BACK))
