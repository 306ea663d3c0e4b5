"""Facts inside a message: numbers by pattern, names by the trade's dictionary."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, List, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.learned import Learned
from bot.engine.normalise import normalise

_NUMERAL = "零〇一二两三四五六七八九十百千万半几"
_PATTERNS = [
    ("ticket_number", re.compile(r"(?<![A-Za-z])(?:WX|TS)\d{10,20}(?!\d)", re.IGNORECASE)),
    ("id_number", re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)")),
    ("phone", re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d){8}(?!\d)")),
    ("phone", re.compile(r"[一幺][三四五六七八九][零〇一二三四五六七八九幺]{9}")),
    (
        "data_size",
        re.compile(rf"(?:\d+(?:\.\d+)?|[{_NUMERAL}]+)\s*个?(?:GB?|MB?|TB?|兆|吉)(?![A-Za-z0-9])", re.IGNORECASE),
    ),
    (
        "amount",
        re.compile(rf"(?:\d+(?:\.\d+)?|[{_NUMERAL}]+)\s*(?:多)?(?:块钱|元钱|块|元|毛钱|毛|角|分钱)(?:[{_NUMERAL}\d])?"),
    ),
    (
        "month",
        re.compile(
            r"上上个?月|上个?月|这个?月|本月|当月|下个?月|(?:\d{4}年)?(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?"
        ),
    ),
    (
        "time",
        re.compile(
            r"(?:今天|昨天|前天|大前天|明天|后天|大后天|(?:上|下|这)?个?(?:周|星期|礼拜)[一二三四五六日天末])?"
            r"(?:早上|上午|中午|下午|晚上|夜里|凌晨|半夜|傍晚)|今天|昨天|前天|大前天|明天|后天|大后天"
            r"|(?:上|下|这)?个?(?:周|星期|礼拜)[一二三四五六日天末]"
        ),
    ),
    (
        "place",
        re.compile(
            r"[\u4e00-\u9fa5]{2,8}?(?:路|街|大道|巷|胡同|小区|花园|家园|广场|大厦|公寓|镇|村)(?:\d+号院?)?(?:\d+号?(?:楼|栋|幢))?(?:\d+单元)?(?:\d{2,4}室?)?"
        ),
    ),
]
_NAMED = {"plan": "plan", "service": "service", "place": "place", "device": "device"}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class CarrierEntities(Learned, EntityExtractorMixin):
    """phone, id_number, ticket_number, amount, data_size, month, time, plan, service, place, device."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`dictionary_path`: the folder of jieba dictionaries; the file's name is the kind of its words."""
        return {"dictionary_path": "data/dictionary"}

    def train(self, training_data: TrainingData) -> Resource:
        """Take the names out of the dictionary, the longest first."""
        names = []
        for kind, stem in _NAMED.items():
            lines = Path(self._config["dictionary_path"], stem + ".txt").read_text(encoding="utf-8").splitlines()
            names += [(line.split()[0], kind) for line in lines if line.strip()]
        return self.keep(sorted(names, key=lambda name: -len(name[0])))

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `entities` of every message; offsets are those of the normalised text."""
        for message in messages:
            if message.get(TEXT):
                found = self._found(normalise(message.get(TEXT)))
                message.set("entities", message.get("entities", []) + found, add_to_output=True)
        return messages

    def _found(self, text: Text) -> List[Dict[Text, Any]]:
        found: List[Dict[Text, Any]] = []
        taken = [False] * len(text)

        def take(kind: Text, start: int, end: int) -> None:
            if any(taken[start:end]):
                return
            taken[start:end] = [True] * (end - start)
            found.append(
                {
                    "entity": kind,
                    "value": text[start:end],
                    "start": start,
                    "end": end,
                    "confidence": 1.0,
                    "extractor": type(self).__name__,
                }
            )

        for kind, pattern in _PATTERNS:
            for match in pattern.finditer(text):
                take(kind, *match.span())
        lowered = text.lower()
        for name, kind in self.knowledge:
            for match in re.finditer(re.escape(name.lower()), lowered):
                take(kind, *match.span())
        return sorted(found, key=lambda entity: entity["start"])
