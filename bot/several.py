"""Several requests in one message: found, and answered one after another (F2)."""

import re
from collections.abc import Sequence
from dataclasses import replace

from core.language import PAUSE
from core.message import Understanding

# Words that begin another request. A part shorter than three characters is no request of its own.
_JOINT = re.compile(
    r"\s+(?:and also|also|and then|and)\s+"
    r"|[，,。；;！!\s]*(?:顺便|另外|还有就是|还有(?!多少|几|没有|流量|话费|钱|余额)|再帮我|然后再"
    r"|(?<=[，,。；;！!\s])再(?![不说见也等过来])|同时|以及)[，,]?"
)
_LEAST = 3
# Between plain requests a comma is enough: 查一下话费，彩铃退了. A story has commas too, so that only holds for a short
# message without discontent, every part of which is surely a request that is no complaint.
_PAUSE = re.compile(rf"{PAUSE.pattern}|(?<=[\u4e00-\u9fa5]{{3}})(?:然后|再)(?=[\u4e00-\u9fa5]{{3}})")
_SHORT, _FEW = 60, 4
_SURE, _SURE_BY_PAUSE = 0.4, 0.7
# Characters: so few say what is wanted and nothing else, where it is so sure.
_TERSE, _SURELY = 8, 0.9
# Characters: so much tells of something.
_A_STORY = 40
# So much of what a part does must be asking: 我又没咋上网, beside a question about the bill, asks nothing.
_WANTS = 0.4
_TALK = {"greet", "thanks", "goodbye", "affirm", "deny", "inform", "chitchat", "nlu_fallback"}
_POLITE = ("greet", "thanks", "goodbye")
_PART_OF_A_STORY = (
    "complaint",
    "urge",
    "handoff",
    "abuse",
    "other",
    "praise",
    "suggestion",
    "bot_challenge",
)
# A request that asks back comes last, so that its question is the last thing that the customer reads.
_ASKS_BACK = ("report_fault", "complaint", "book_repair")


# What may be asked for side by side in one breath: 余额和流量.
_NOUNS = "话费余额|话费|余额|流量|账单|套餐|积分|已订业务"
_SIDE_BY_SIDE = re.compile(rf"(?:{_NOUNS})(?:(?:还有|以及|和|跟|与|、|及)(?:{_NOUNS}))+")


def parts(text: str) -> list[str]:
    """Return the pieces of `text` that may be requests of their own; mostly it is one.

    >>> parts("查一下话费，顺便看看流量还剩多少")
    ['查一下话费', '看看流量还剩多少']

    >>> parts("看下余额 再查下流量"), parts("三天了，再不修我就投诉")
    (['看下余额', '查下流量'], ['三天了，再不修我就投诉'])

    >>> parts("我想查一下余额和流量")
    ['查余额', '查流量']
    """
    if found := _SIDE_BY_SIDE.search(text):
        return [f"查{noun}" for noun in re.findall(_NOUNS, found[0])]
    pieces = [piece.strip(" ，,。；;") for piece in _JOINT.split(text)]
    pieces = [piece for piece in pieces if len(piece) >= _LEAST]
    return pieces if len(pieces) > 1 else [text]


def clauses(text: str) -> list[str]:
    """Return what stands between the pauses of a short `text`, the whole of it where it is long or has none.

    >>> clauses("查一下话费，彩铃给我退了")
    ['查一下话费', '彩铃给我退了']
    """
    pieces = [piece for piece in _PAUSE.split(text) if len(piece) >= _LEAST]
    return pieces if len(text) <= _SHORT and 1 < len(pieces) <= _FEW else [text]


def requests(whole: Understanding, pieces: Sequence[Understanding]) -> list[Understanding]:
    """Return what is to be answered: the `parts` where each is a request and they differ, else the whole.

    A long unhappy story before requests is the complaint that it comes nearest to; it is read back before it is filed.
    """
    if len(pieces) > 1 and _is_a_grievance(pieces[0]):
        first = pieces[0]
        pieces = [replace(first, intent=first.ranking[0][0], confidence=_SURE, acts={"request": 1.0}), *pieces[1:]]
    return _in_order(whole, pieces) if all(_is_request(piece, _SURE) for piece in pieces) else [whole]


def _is_a_grievance(piece: Understanding) -> bool:
    likely = piece.ranking[0][0] if piece.ranking else ""
    return len(piece.text) >= _A_STORY and piece.upset > 0 and likely.startswith("complaint")


def plain_requests(whole: Understanding, pieces: Sequence[Understanding]) -> list[Understanding]:
    """Return what is to be answered of the `clauses`: two plain requests and more, else the whole; talk is left out.

    One fault may stand beside questions (我的话费还有多少，网也断了); beside a change it is a part of the story.
    """
    if whole.intent in _POLITE and len(rest := [piece for piece in pieces if piece.intent not in _POLITE]) == 1:
        return rest if _wants(rest[0]) >= _WANTS else [whole]  # ok thanks. when do I get an answer?
    asked = [piece for piece in pieces if piece.intent not in _TALK or _asks_by_name(piece)]
    sure = all(_is_request(piece, _SURE_BY_PAUSE) and not piece.intent.startswith(_PART_OF_A_STORY) for piece in asked)
    others = [piece for piece in asked if not piece.intent.startswith("query_")]
    fault = any(piece.intent.startswith("report_fault") for piece in others)
    a_story = fault and len(others) > 1
    # Who reports a fault is not happy; who is not happy otherwise tells why.
    bearable = whole.upset <= (1 if fault else 0)
    return _in_order(whole, asked) if sure and not a_story and bearable else [whole]


def _asks_by_name(piece: Understanding) -> bool:
    """Return whether a piece asks of what it names, whatever the engine makes of it: 1069000011是谁."""
    return bool(piece.names) and _wants(piece) >= _WANTS


def _wants(piece: Understanding) -> float:
    return sum(share for act, share in piece.acts.items() if act == "request" or act.startswith("question"))


def _is_request(piece: Understanding, sure: float) -> bool:
    decided = piece.intent not in _TALK and piece.confidence >= sure
    terse = len(piece.text) <= _TERSE and piece.confidence >= _SURELY  # 先充30
    return _asks_by_name(piece) or (decided and (terse or not piece.acts or _wants(piece) >= _WANTS))


def _in_order(whole: Understanding, pieces: Sequence[Understanding]) -> list[Understanding]:
    if len(pieces) < 2 or len({piece.intent for piece in pieces}) < len(pieces):
        return [whole]
    return sorted(pieces, key=lambda piece: piece.intent.startswith(_ASKS_BACK))
