"""Facts that are names or phrases: plans, services, devices, operators, ways to pay, places and addresses.

spaCy matches them character by character: Chinese has no spaces, and a word cut wrongly would hide a name.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, Iterator, List, Text, Tuple

import spacy
from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc

Named = Dict[Text, List[Text]]
# Kind, start, end.
Found = Tuple[Text, int, int]

_CHINESE = r"^[\u4e00-\u9fa5]$"
_DIGIT = r"^[0-9一二三四五六七八九十]$"
# What an address is made of: a name of two to six characters, what kind of place it is, and the numbers in it.
_NAME = {"TEXT": {"REGEX": _CHINESE, "NOT_IN": list("在到去从是的我你他她它们这那和跟就来把给说想要有没不了吗呢家里")}}
_KINDS = [
    "路",
    "街",
    "大道",
    "巷",
    "胡同",
    "小区",
    "花园",
    "家园",
    "广场",
    "大厦",
    "公寓",
    "镇",
    "村",
    "营业厅",
    "机场",
    "学校",
]
_GROUP = [
    {"TEXT": {"REGEX": _DIGIT}, "OP": "{1,5}"},
    {"TEXT": {"IN": list("号栋幢楼层单室")}},
    {"TEXT": "元", "OP": "?"},
]
_NUMBERS: List[List[Any]] = [_GROUP * groups for groups in range(5)]
_OPERATORS = [
    "中国移动",
    "中国联通",
    "中国电信",
    "中国广电",
    "移动",
    "联通",
    "电信",
    "铁通",
    "广电",
    "网通",
    "10010",
    "10086",
    "10000",
    "10099",
]
_PAID_BY = [
    "支付宝",
    "微信支付",
    "微信",
    "云闪付",
    "花呗",
    "银行卡",
    "信用卡",
    "和包",
    "翼支付",
    "沃支付",
    "数字人民币",
    "京东",
    "淘宝",
]
# 移动 is also a verb and an adjective.
_NOT_THE_OPERATOR = ["移动网络", "移动数据", "移动流量", "移动电话", "移动端"]

# A text of ten thousand characters may name a service in every fourth; nobody needs them all.
_MOST = 100


class Phrases:
    """Finds names and addresses."""

    def __init__(self, named: Named) -> None:
        """Know `named`: kind → the names of that kind, in any case."""
        language = spacy.blank("zh")
        self._tokenizer = language.tokenizer
        self._names = PhraseMatcher(language.vocab, attr="LOWER")
        named = {**named, "operator": _OPERATORS, "channel": _PAID_BY, "": _NOT_THE_OPERATOR}
        for kind, names in named.items():
            self._names.add(kind or "-", [self._read(name) for name in names])
        self._addresses = Matcher(language.vocab)
        self._addresses.add(
            "place",
            [
                [{**_NAME, "OP": "{2,6}"}, *({"TEXT": each} for each in kind), *numbers]
                for kind in _KINDS
                for numbers in _NUMBERS
            ],
            greedy="LONGEST",
        )

    def addresses(self, text: Text) -> Iterator[Found]:
        """Yield every address in `text`, to be preferred to a date: 12号 may be a house."""
        document = self._read(text)
        for _, start, end in self._addresses(document)[:_MOST]:
            yield "place", document[start].idx, document[end - 1].idx + 1

    def found(self, text: Text) -> Iterator[Found]:
        """Yield every name in `text`, the longest first; "-" is what looks like a name and is none."""
        document = self._read(text)
        spans = [(document.vocab.strings[kind], document[start:end]) for kind, start, end in self._names(document)]
        spans.sort(key=lambda each: (each[1].start_char - each[1].end_char, each[1].start_char))
        for kind, span in spans[:_MOST]:
            yield kind, span.start_char, span.end_char

    def _read(self, text: Text) -> Doc:
        document: Doc = self._tokenizer(text)
        return document


@lru_cache(maxsize=1)
def finder(names: Tuple[Tuple[Text, Tuple[Text, ...]], ...]) -> Phrases:
    """Return the finder of `names`, made once for a process."""
    return Phrases({kind: list(each) for kind, each in names})
