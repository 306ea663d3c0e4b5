"""One recogniser for each category of customer information: what stands where in a text.

Numbers that speak for themselves (mobile numbers, ID numbers, bank cards) are core.identifiers'; the rest is known by
the words beside it (patterns.py), in a text that is in one spelling (spelling.py).
"""

import re
import unicodedata
from collections.abc import Collection, Iterator

from compliance.patterns import OF, patterns
from compliance.spelling import Plain, plain
from core.companies import tax_numbers
from core.digits import Group, groups, is_weak
from core.identifiers import identifiers

# A place of a text: rule, start, end, and a number's digits where they are shown in part.
Place = tuple[str, int, int, str]

_CODE_LENGTH = 6
_SINGLES = (1,) * _CODE_LENGTH
_CUTS = ((3, 3), (2, 2, 2), _SINGLES)
_MONTH = re.compile(r"20[1-4]\d(?:0[1-9]|1[0-2])")
# Before and after a sum, an order's number, a time, a day: 充100000, DD202611, ¥100000, 100000元.
_NO_CODE_AFTER = re.compile(r"[A-Za-z充值冲交缴存付满第周期拜初十百千万¥￥$€#＃.:：/*＊+＋\-]\s?$")
_NO_CODE_BEFORE = re.compile(rf"[A-Za-z十个本次/*＊]|[.:：]\d|\s?[-~～到至]\s?\d|{OF}")
# Digits in any script: so few, and no word for a password, hold nothing that a transcript would not keep.
_DIGITS = frozenset(each for each in map(chr, range(0x20000)) if unicodedata.digit(each, None) is not None) | frozenset(
    "零〇○一幺二两三四五六七八九洞拐勾壹贰貳叁肆伍陆陸柒捌玖弌弍弎壱弐叄兩"
)
_FEWEST = 4
_OF_PASSWORDS = frozenset("密口匙pPmMｐＰｍＭ")
# What a number says of a person; a landline is not among it: our halls have them.
_NUMBERS = {"id": "privacy.id", "phone": "privacy.phone", "card": "privacy.card"}


def places(text: str, rules: Collection[str] | None = None) -> Iterator[Place]:
    """Yield every place of every category, or of those of `rules`; they may overlap."""
    companys = tax_numbers(text)
    for number in identifiers(text):
        rule = _NUMBERS.get(number.kind, "")
        public = any(start <= number.start and number.end <= end for start, end in companys)
        if rule and not public and (rules is None or rule in rules):
            yield rule, number.start, number.end, number.value
    found = plain(text)
    for rule, signs, pattern in patterns():
        if (rules is None or rule in rules) and signs.search(found.text):
            yield from _matches(found, rule, pattern)


def may_hold_secrets(text: str) -> bool:
    """Return whether a text has digits enough, or a word for a password; it is asked of every text of a dialogue."""
    return not _OF_PASSWORDS.isdisjoint(text) or sum(map(_DIGITS.__contains__, text)) >= _FEWEST


def _matches(found: Plain, rule: str, pattern: re.Pattern[str]) -> Iterator[Place]:
    for match in pattern.finditer(found.text):
        group = next((number for number in range(1, pattern.groups + 1) if match[number]), 0)
        yield rule, *found.place(*match.span(group)), ""


def codes(text: str) -> Iterator[Place]:
    """Yield six digits that stand alone, as a code or a service password does that was asked for.

    >>> said = ("739146", "是 739 146", "充100000元", "查202610的账单", "DD20261124000001")
    >>> [text[start:end] for text in said for _, start, end, _ in codes(text)]
    ['739146', '739 146']
    """
    read = groups(text)
    for first in range(len(read)):
        size, end = 0, first
        while end < len(read) and size < _CODE_LENGTH and (end == first or _belongs(read[end])):
            size += len(read[end].digits)
            end += 1
        if size == _CODE_LENGTH and _is_alone(text, read, first, end):
            yield "privacy.code", read[first].start, read[end - 1].end, ""


def _belongs(group: Group) -> bool:
    return group.gap is not None and not is_weak(group.gap) and group.style != "x"


def _is_alone(text: str, read: list[Group], first: int, end: int) -> bool:
    """Return whether six digits are no piece of a longer number, no sum, no month, and cut as people cut a code."""
    if _belongs(read[first]) or (end < len(read) and _belongs(read[end])):
        return False
    start, stop = read[first].start, read[end - 1].end
    before, after = text[:start], text[stop:]
    if _NO_CODE_AFTER.search(before) or _NO_CODE_BEFORE.match(after):
        return False
    alone = not any(map(str.isalpha, before + after))
    sizes = tuple(len(each.digits) for each in read[first:end])
    gaps = "".join(each.gap or "" for each in read[first + 1 : end])
    if gaps and not (sizes in _CUTS and (alone or gaps.isspace() or sizes == _SINGLES)):
        return False
    digits = "".join(each.digits for each in read[first:end])
    return alone or not _MONTH.fullmatch(digits)
