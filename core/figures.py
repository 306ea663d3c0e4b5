"""Sums that were just told, and which of them a message names: 39? what for, 那6块的是什么."""

import re
from collections.abc import Iterable, Sequence

from core.amounts import Unclear, amounts
from core.english_time import in_chinese

_TOLD = re.compile(r"(?<![\d.])\d+\.\d{2}(?!\d)")
# A number counts, measures or dates something else where such a word follows: 5 days, 10GB, 6月.
_OF_ELSE = (
    r"\s*(?:[%个条张次天月号日年点岁]|分钟|兆|小时|[gm]b?\b|min|hour|day|week|month|year|call|message|number|time|st\b|nd\b|rd\b"
    r"|th\b|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
_NUMBER = re.compile(
    rf"(?<![\dA-Za-z.])(?:[¥￥])?(\d{{1,5}})(?:\.(\d{{1,2}}))?(?![\d.]*\d)(?!{_OF_ELSE})", re.IGNORECASE
)
_FEN = 100


def told(texts: Iterable[str]) -> tuple[int, ...]:
    """Return the sums in fen that stand in what was told, each once; ours have two decimals.

    >>> told(["CNY 100.00", "套餐月费89.00元、来电显示5.00元", "2026-10"])
    (10000, 8900, 500)
    """
    found = (int(each.replace(".", "")) for text in texts for each in _TOLD.findall(text))
    return tuple(dict.fromkeys(found))


def named(text: str, sums: Sequence[int]) -> tuple[int, ...]:
    """Return those of `sums` (in fen) that a message names, to the fen or by their whole yuan.

    >>> named("39? what for", [3943]), named("why do i owe 39.43", [3943]), named("那六块的是什么", [8900, 600])
    ((3943,), (3943,), (600,))
    >>> named("for 5 days", [500]), named("15 yuan", [1500, 1550]), named("on 24 nov", [2400])
    ((), (1500,), ())
    >>> named("i have plan 59, why 39.43", [5900, 3943])
    (3943,)
    """
    try:
        said = {each.fen for each in amounts(in_chinese(text))}
    except Unclear:
        said = set()
    for whole, part in _NUMBER.findall(text):
        said.add(int(whole) * _FEN + int(f"{part or '0':0<2}"))
    exact = tuple(each for each in sums if each in said)
    to_the_fen = tuple(each for each in exact if each % _FEN)  # i have plan 59, why 39.43
    return to_the_fen or exact or tuple(each for each in sums if each - each % _FEN in said)
