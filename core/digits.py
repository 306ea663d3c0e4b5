"""Digits in whatever way people write them: in full width, in Chinese, on keycaps, in circles.

The sealed engine (Python 3.10) reads with it as well: the standard library alone, and nothing newer than that Python.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Spoken digits, how radio operators say them (洞幺拐勾), and what is written where nothing may be altered.
_SPOKEN = ("零〇○◯洞", "一幺弌", "二两兩弍", "三弎", "四", "五", "六", "七拐", "八", "九勾")
_FORMAL = ("", "壹壱", "贰貳弐贰", "叁叄", "肆", "伍", "陆陸", "柒", "捌", "玖")
_CHINESE = {character: ("spoken", str(digit)) for digit, all_of in enumerate(_SPOKEN) for character in all_of}
_CHINESE |= {character: ("formal", str(digit)) for digit, all_of in enumerate(_FORMAL) for character in all_of}
_NAUGHT = "零〇"  # stands between spoken digits and between formal ones
_X = frozenset("xXｘＸ×✕✖✗╳χΧхХⅩⅹ叉")
# After these begins something else: a time, a share, a price, what has been hidden already.
_STOPS = frozenset("*＊∗⁎:：∶%％‰<>＜＞=＝")
# Marks between the parts of a sentence; inside a number only where its groups leave no doubt.
_WEAK = frozenset(",，、;；。！!？?…")
_BLANKS = frozenset("ー\u3164\u2800\u115f\u1160")
_LONGEST_GAP = 6
# A last spoken digit before one of these counts something: 一三八零零一三八零零零两个月.
_COUNTED = frozenset("十百千万亿个块元毛角分月年天日周点次条兆张位遍份半")
# And a first one after these belongs to a day: 周三一三八零零一三八零零零.
_NUMBERED = frozenset("第周期拜初")


@dataclass
class Group:
    """Digits that stand together.

    style   how they are written: plain, keycap, ringed, spoken, formal; "x" is the letter at the end of an ID number
    gap     what stands between the group before and this one, or None where they have nothing to do with each other
    """

    digits: str
    start: int
    end: int
    style: str
    gap: str | None


@lru_cache(maxsize=16384)
def _kind(character: str) -> tuple[str, str]:
    """Return (style, digit) of a digit; else what the character does between digits, and nothing."""
    if character in _CHINESE:
        return _CHINESE[character]
    if character in _X:
        return "x", "X"
    if (value := unicodedata.digit(character, None)) is not None:
        return ("plain" if unicodedata.category(character) == "Nd" else "ringed"), str(value)
    if character in _STOPS:
        return "stop", ""
    if character in _WEAK or character in _BLANKS or character.isspace():
        return "gap", ""
    category = unicodedata.category(character)
    if category[0] == "M":  # also what makes a keycap of a digit
        return "mark", ""
    if category in ("Cf", "Cc"):
        return "nothing", ""
    return ("gap" if category[0] in "PSZ" and category != "Sc" else "stop"), ""


def is_weak(gap: str) -> bool:
    """Return whether a gap is more likely one between two things than one within a number.

    >>> is_weak("，"), is_weak(" - ")
    (True, False)
    """
    return any(character in _WEAK for character in gap)


def in_digits(text: str) -> str:
    """Return `text` with every digit as 0 to 9, and without what cannot be seen.

    >>> in_digits("１２３ 四五六，7️⃣")
    '123 456，7'
    """
    kinds = [(character, *_kind(character)) for character in text]
    return "".join(
        digit if digit not in ("", "X") else character
        for character, style, digit in kinds
        if style not in ("mark", "nothing") or character.isspace()
    )


def groups(text: str) -> list[Group]:
    """Return the digits of `text` in groups; `start` and `end` are places in the text as given.

    >>> [(each.digits, each.gap) for each in groups("(138)0013-八〇〇①，共3")]
    [('138', None), ('0013', ')'), ('800', '-'), ('1', ''), ('3', None)]
    """
    found: list[Group] = []
    gap: str | None = None
    for place, character in enumerate(text):
        style, digit = _kind(character)
        if style == "x" and not _ends_an_id_number(text, place, gap, found):
            style, digit = "stop", ""
        if digit:
            style = _style(style, character, text[place + 1 : place + 2], found, gap)
            if gap == "" and found[-1].style == style:
                found[-1].digits += digit
                found[-1].end = place + 1
            else:
                found.append(Group(digit, place, place + 1, style, gap))
            gap = ""
        elif style == "mark" and found and found[-1].end == place:
            found[-1].end = place + 1
        elif style == "gap" and gap is not None and len(gap) < _LONGEST_GAP:
            gap += character
        elif style not in ("mark", "nothing"):
            gap = None
    return [part for group in found for part in _without_count(text, group)]


def _ends_an_id_number(text: str, place: int, gap: str | None, found: list[Group]) -> bool:
    after = text[place + 1 : place + 2]
    return gap is not None and found[-1].style != "x" and not (after.isascii() and after.isalpha())


def _style(style: str, character: str, after: str, found: list[Group], gap: str | None) -> str:
    if style in ("plain", "ringed") and after and _kind(after)[0] == "mark":
        return "keycap"
    if character in _NAUGHT and gap == "" and found[-1].style == "formal":
        return "formal"
    return style


def _without_count(text: str, group: Group) -> list[Group]:
    """Return the group, or two where a spoken digit at its edge is no part of the number."""
    if group.style != "spoken" or len(group.digits) < 12:
        return [group]
    if text[group.end : group.end + 1] in _COUNTED:
        at, cut = group.end - 1, -1
    elif text[group.start - 1 : group.start] in _NUMBERED:
        at, cut = group.start + 1, 1
    else:
        return [group]
    first = Group(group.digits[:cut], group.start, at, "spoken", group.gap)
    return [first, Group(group.digits[cut:], at, group.end, "spoken", "")]
