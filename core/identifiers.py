"""Mobile numbers, landlines, resident ID numbers and bank cards, found in every spelling.

The one reader of them for the gate, the masking, the binding and the sealed engine (Python 3.10): the standard library
alone. A number is a row of whole groups of digits (core/digits.py) that reads as one (core/readings.py); a piece of a
longer group is none. Where two could be meant, the one whose groups are customary wins: in "11-15 138 0013 8000" a date
stands before a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.digits import Group, groups
from core.readings import PLUS, Row, may_be

_LONGEST = 19
_HIDDEN = "*" * 4
_OPENING, _CLOSING = "(（[［【〔「", ")）］]】〕」"
# What an unusual grouping is followed by where it is a list of prices or sizes: 18/38/58/88/138元.
_UNIT = re.compile(r"\s?(?:[元块毛角兆个年月天]|[GMT]B?\b|分钟)", re.IGNORECASE)


@dataclass(frozen=True)
class Identifier:
    """One number: its kind (phone, landline, id, card) and its digits, without +86, an area code with its 0.

    start, end   its place in the text as given
    valid        False where it only looks like an ID number: its check digit or its birthday is wrong
    """

    kind: str
    value: str
    start: int
    end: int
    valid: bool = True


@dataclass(frozen=True)
class _Candidate:
    """What the groups `first` to `last` may be; the lower the rank, the less doubt. One in doubt must stand alone."""

    rank: int
    first: int
    last: int
    kind: str
    value: str
    valid: bool = True
    alone: bool = False


def identifiers(text: str) -> tuple[Identifier, ...]:
    """Return the numbers in `text` from the left, none of them twice.

    >>> [(each.kind, each.value) for each in identifiers("+86 138-0013 八〇〇〇，证件１１０１０５ 19491231 002×")]
    [('phone', '13800138000'), ('id', '11010519491231002X')]
    >>> identifiers("工单WX20261125009088，10086，2026-11-25，213800138000")
    ()
    """
    read = groups(text)
    found = [each for first in range(len(read)) for each in _beginning(text, read, first)]
    found.sort(key=lambda each: (each.rank, each.first, -each.last))
    used = [False] * len(read)
    chosen: list[Identifier] = []
    for each in found:
        if any(used[each.first : each.last]) or (each.alone and not _stands_alone(read, used, each)):
            continue
        used[each.first : each.last] = [True] * (each.last - each.first)
        start, end = _place(text, read[each.first].start, read[each.last - 1].end)
        chosen.append(Identifier(each.kind, each.value, start, end, each.valid))
    return tuple(sorted(chosen, key=lambda each: each.start))


def _beginning(text: str, read: list[Group], first: int) -> Iterator[_Candidate]:
    """Yield what may begin with a group. A number has few digits, so this is a matter of a few steps."""
    if read[first].style == "x" or _is_rest(text, read[first]):
        return
    before = text[read[first].start - 1 : read[first].start]
    digits, sizes, gaps = "", list[int](), list[str]()
    for last in range(first, min(first + _LONGEST, len(read))):
        if last > first:
            if (gap := read[last].gap) is None:
                return
            gaps.append(gap)
        digits += read[last].digits
        sizes.append(len(read[last].digits))
        if len(digits) > _LONGEST:
            return
        if len(digits) < 10 or not may_be(digits) or (last > first and _is_rest(text, read[last])):
            continue
        for rank, kind, value, valid, alone in Row(digits, tuple(sizes), tuple(gaps), before).readings():
            if not alone or not _UNIT.match(text, read[last].end):
                yield _Candidate(rank, first, last + 1, kind, value, valid, alone)


def _stands_alone(read: list[Group], used: list[bool], each: _Candidate) -> bool:
    """Return whether no further digits stand beside a candidate in the way in which its own stand together."""
    own = read[each.first : each.last]
    gaps = {group.gap for group in own[1:]}
    singles = all(len(group.digits) == 1 for group in own)

    def belongs(beside: int, gap: str | None) -> bool:
        group = read[beside]
        counts = gap == "" and len(group.digits) == 1  # ① before a number, 一 of 一共 after it
        unlike = singles and len(group.digits) > 1
        return gap in gaps and not used[beside] and group.style != "x" and not counts and not unlike

    before = each.first > 0 and belongs(each.first - 1, own[0].gap)
    return not before and not (each.last < len(read) and belongs(each.last, read[each.last].gap))


def _place(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the place of a number with its + and with a bracket that closes within it."""
    while start > 0:
        inside = text[start:end]
        open_ones = sum(inside.count(each) for each in _CLOSING) - sum(inside.count(each) for each in _OPENING)
        if text[start - 1] not in PLUS and not (text[start - 1] in _OPENING and open_ones > 0):
            break
        start -= 1
    return start, end


def _is_rest(text: str, group: Group) -> bool:
    """Return whether a group is what has been left of a number that is hidden: the 8000 of 138****8000."""
    beside = _HIDDEN in (text[max(group.start - 4, 0) : group.start], text[group.end : group.end + 4])
    return beside and len(group.digits) <= 4
